// What can go wrong around the page, brought about: whatever it is, nothing typed is lost and the page says what happened.
//
// No build of its own is made for this. Each fault is a real one of the release's own module: its memory is given an end
// (one number of the module is changed), its worker is ended from outside, and it panics where the browser tells it of an
// array that no 32-bit program can hold. Only what is around the module is a test's own.

import assert from "node:assert/strict";
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, marks, paste, read, root, sample, serve, start, ui } from "./harness.mjs";

const okta = read("tests/golden/post-form/input.txt");
const undecided = "Cannot tell yet";

let browser;
const folder = mkdtempSync(join(tmpdir(), "samlens-faults-"));
before(async () => (browser = await start()));
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const outcome = (page, text) => page.locator(".card .outcome", { hasText: text }).waitFor();
const status = (page, text) => page.locator(".status .problem", { hasText: text }).waitFor();
const again = (page) => page.getByRole("button", { name: "Try again" }).click();
const crashed = (page) => page.locator("#crashed");

/** Keeps the workers that the page starts, and puts lines of a test's own before theirs. */
const watched = (lines = "") => (page) =>
  page.addInitScript((lines) => {
    const Real = Worker;
    globalThis.workers = [];
    globalThis.Worker = class extends Real {
      constructor(...given) {
        super(...given);
        workers.push(this);
      }
    };
    const made = URL.createObjectURL;
    URL.createObjectURL = (blob) => made.call(URL, lines ? new Blob([lines, blob], { type: blob.type }) : blob);
  }, lines);

/** Opens the page, ready and rehearsed: its worker has nothing more to do. */
async function opened(options = {}) {
  const { before = watched(), ...others } = options;
  const all = await browser.open({ before, ...others });
  await all.field.waitFor();
  await all.page.locator("html[data-rehearsed]").waitFor();
  return all;
}

/** Pastes as a person does where no field has the focus. */
const pasteAnywhere = (page, text) =>
  page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);

// --- the worker is ended ------------------------------------------------------------------------

test("a worker that is ended while it works is told of; the key and its passphrase are sent to the next", async () => {
  const { page, seen } = await opened();
  await paste(page, ui.field(page), read("tests/scenarios/clean-generic-encrypted/input.txt"));
  await ui.tab(page, "context").click();
  const keys = page.locator(".files[data-key=private_keys]");
  const buffer = Buffer.from(read("tests/scenarios/clean-generic-encrypted/sp-decryption.pem"));
  await keys.locator("input[type=file]").setInputFiles({ name: "sp.pem", mimeType: "text/plain", buffer });
  await keys.locator(".used").waitFor();
  const locked = Buffer.from(read("tests/fixtures/encrypted/keys/sp.encrypted.pem"));
  await keys.locator("input[type=file]").setInputFiles({ name: "locked.pem", mimeType: "text/plain", buffer: locked });
  await page.getByLabel("Passphrase of locked.pem").fill("samlens");
  await keys.getByRole("button", { name: "Unlock" }).click();
  await keys.locator(".used").nth(1).waitFor();
  const fact = page.locator("#context-alibaba-account_id");
  await fact.fill("10293");
  // The question with what is typed next is the last that this one hears.
  await page.evaluate(() => {
    const worker = workers.at(-1);
    worker.postMessage = ([number, json, attached], transfer) => {
      const last = new TextDecoder().decode(json).includes("https://sp.example/saml");
      Worker.prototype.postMessage.call(worker, [number, json, attached], transfer);
      if (last) worker.terminate();
    };
  });
  await page.locator("#context-sp_entity_id").fill("https://sp.example/saml");
  await status(page, "The browser ended samlens’s engine");
  assert.equal(await fact.inputValue(), "10293", "what was typed and cannot be used yet stands");
  assert.equal(await page.locator("#context-sp_entity_id").inputValue(), "https://sp.example/saml");
  await again(page);
  await page.locator(".status .problem").waitFor({ state: "detached" });
  await keys.locator(".used").nth(1).waitFor();
  assert.equal(await keys.locator(".unusable").count(), 0);
  await ui.tab(page, "signatures").click();
  await page.locator("section.signatures", { hasText: "EncryptedAssertion: decrypted" }).waitFor();
  assert.equal(await page.evaluate(() => workers.length), 2);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a worker that is ended while nobody asks is told of as well, and every place answers once it is asked again", async () => {
  const { page, seen } = await opened();
  await sample({ page }, "pretty-printed");
  await page.evaluate(() => workers.at(-1).terminate());
  await status(page, "The browser ended samlens’s engine");
  await again(page);
  await page.locator(".status .problem").waitFor({ state: "detached" });
  await ui.tab(page, "signatures").click();
  await page.locator(".octets ins, .octets del").first().waitFor();
  await ui.tab(page, "decode").click();
  await page.locator("[data-place=decode] li").first().waitFor();
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a worker that is ended before there is a case is not missed", async () => {
  const { page, field, seen } = await opened();
  await page.evaluate(() => workers.at(-1).terminate());
  await paste(page, field, okta);
  await outcome(page, undecided);
  assert.equal(await page.locator(".status .problem").count(), 0);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("so it is in the single file, from a disk", async () => {
  const { page } = await browser.blank();
  await watched()(page);
  await page.goto(pathToFileURL(join(root, "dist", "samlens.html")).href);
  await page.locator("html[data-rehearsed]").waitFor();
  await sample({ page }, "clean-login");
  await page.evaluate(() => workers.at(-1).terminate());
  await status(page, "The browser ended samlens’s engine");
  await again(page);
  await page.locator(".status .problem").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => workers.length), 2);
  await page.context().close();
});

// --- the worker panics --------------------------------------------------------------------------

test("a panic in the worker is told in its own words, and the next worker goes on", async () => {
  // Told to, the worker's browser says once of the next question about a case that it has two gigabytes: no allocation is of so many.
  const lie = `{
    const bytes = Object.getPrototypeOf(Uint8Array.prototype);
    const { get } = Object.getOwnPropertyDescriptor(bytes, "length");
    let [told, lies] = [false, 0];
    Object.defineProperty(bytes, "length", { get() { return lies-- > 0 ? 2 ** 31 : get.call(this); } });
    addEventListener("message", ({ data }) => {
      if (data === "lie") told = true;
      else if (told && new TextDecoder().decode(data[1]).includes('"Inspect"')) [told, lies] = [false, 1];
    });
  }`;
  const { page, field, seen } = await opened({ before: watched(lie) });
  await page.evaluate(() => workers.at(-1).postMessage("lie"));
  await paste(page, field, okta);
  await status(page, /Something inside samlens failed: panicked at .*capacity overflow.*What you put in is kept/s);
  assert.equal(await field.inputValue(), okta);
  assert.ok(await crashed(page).isHidden(), "the page goes on");
  await again(page);
  await outcome(page, undecided);
  assert.equal(await page.evaluate(() => workers.length), 2);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

// --- memory -------------------------------------------------------------------------------------

/** The release's module with an end to its memory, in pages of 64 KiB. */
function limited(pages) {
  const name = readdirSync(join(root, "dist")).find((name) => name.endsWith(".wasm"));
  const module = readFileSync(join(root, "dist", name));
  const number = (at) => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = module[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return [value, at];
    }
  };
  const written = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...written(value >>> 7)]);
  for (let at = 8; at < module.length; ) {
    const [size, from] = number(at + 1);
    if (module[at] === 5) {
      // Of one memory: how little, and now how much it may be.
      assert.deepEqual([...module.subarray(from, from + 2)], [1, 0], "one memory without an end");
      const section = [1, 1, ...written(number(from + 2)[0]), ...written(pages)];
      return Buffer.concat([module.subarray(0, at), Buffer.from([5, section.length, ...section]), module.subarray(from + size)]);
    }
    at = from + size;
  }
  throw new Error("the module has no memory");
}

const short = (megabytes) => async (page) => {
  await watched()(page);
  const body = limited(megabytes * 16);
  await page.route("**/*.wasm", (route) => route.fulfill({ contentType: "application/wasm", body }));
};

test("where the worker's memory runs out, that is what is said, and the message goes on without the large file", async () => {
  const { page, field, seen } = await opened({ before: short(48) });
  await paste(page, field, okta);
  await outcome(page, undecided);
  const path = join(folder, "large.xml");
  writeFileSync(path, `<a>${"<b>x</b>".repeat(20 << 17)}</a>`);
  await page.locator(marks.files).first().setInputFiles(path);
  await status(page, /The memory that the browser gives this page ran out/);
  assert.ok(await crashed(page).isHidden(), "the page goes on");
  assert.equal(await page.locator(".capture").count(), 2);
  await page.getByRole("button", { name: "Remove large.xml" }).click();
  await page.locator(".status .problem").waitFor({ state: "detached" });
  await outcome(page, undecided);
  await page.getByRole("button", { name: "Edit pasted text" }).click();
  assert.equal(await field.inputValue(), okta);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a paste that the page has no memory for says so, and all else goes on", async () => {
  const { page, field, seen } = await opened({ before: short(16) });
  for (const target of [field, page.locator("body")]) {
    await target.evaluate((target, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text.repeat(2 << 20));
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, "<b>some</b>");
    await status(page, "more than the browser gives this page memory for");
    await page.getByRole("button", { name: "Dismiss" }).click();
  }
  await paste(page, field, okta);
  await outcome(page, undecided);
  assert.ok(await crashed(page).isHidden());
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("where the page's own memory runs out, it says that it has stopped and gives back what was pasted", async () => {
  const { page, field } = await opened({ before: short(16) });
  await paste(page, field, okta);
  await outcome(page, undecided);
  // As by an extension, or a text that is dropped: into the field at once.
  await page.locator(".source textarea").evaluate((field) => {
    field.value = "<b>some</b>".repeat(2 << 20);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await crashed(page).waitFor();
  assert.match(await crashed(page).innerText(), /the page has stopped.*页面已停止运行/s);
  assert.equal(await crashed(page).getByRole("textbox", { name: "pasted text" }).inputValue(), okta);
  await page.context().close();
});

// --- files --------------------------------------------------------------------------------------

/** A file of so many bytes, of which a disk holds only the first. */
function sparse(name, bytes, first = "") {
  const path = join(folder, name);
  const file = openSync(path, "w");
  ftruncateSync(file, bytes);
  writeSync(file, first, 0);
  closeSync(file);
  return path;
}

test("a file of 2 GB is refused at once, unread, as a capture and as context", async () => {
  const { page, field, seen } = await opened();
  await page.evaluate(() => {
    // Whatever of a file is read comes through one of these.
    globalThis.most = 0;
    for (const name of ["arrayBuffer", "text", "stream"]) {
      const real = Blob.prototype[name];
      Blob.prototype[name] = function () {
        most = Math.max(most, this.size);
        return real.call(this);
      };
    }
  });
  await field.pressSequentially("<a>");
  const path = sparse("dump.bin", 2 ** 31);
  const begin = performance.now();
  await page.locator(marks.files).first().setInputFiles(path);
  await status(page, /dump\.bin: 2,147,483,648 bytes are more than samlens reads \(536,870,912\)\. Take the message out/);
  assert.ok(performance.now() - begin < 2000, `${Math.round(performance.now() - begin)} ms`);
  assert.equal(await field.inputValue(), "<a>");
  await ui.tab(page, "context").click();
  const metadata = page.locator(".files[data-key=metadata]");
  await metadata.locator("input[type=file]").setInputFiles(path);
  await page.locator("#place, .status", { hasText: /2,147,483,648 bytes are more/ }).first().waitFor();
  assert.ok((await page.evaluate(() => most)) <= 256, "its first bytes are all that was looked at");
  assert.equal(await page.locator(".capture").count(), 1);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a trace of more than 4 GB is read to its end", async () => {
  const { page, seen } = await opened({
    before: (page) =>
      page.addInitScript(() => {
        // No disk is that large: between its beginning and its end the file says what it is asked for, and holds a blank.
        const of = (file) => file.name === "login.har" && 2 ** 32 + 2 ** 22;
        const size = Object.getOwnPropertyDescriptor(Blob.prototype, "size").get;
        Object.defineProperty(File.prototype, "size", { get() { return of(this) || size.call(this); } });
        const slice = Blob.prototype.slice;
        File.prototype.slice = function (from, to) {
          const [own, all] = [size.call(this), of(this)];
          if (!all || to <= own) return slice.call(this, from, to);
          if (from === 0) return slice.call(this, 0, own - 2);
          return new Blob([to >= all ? "]}}" : " "]);
        };
      }),
  });
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    const har = JSON.parse(text);
    transfer.items.add(new File([`{"log":{"version":"1.2","entries":${JSON.stringify(har.log.entries)}}}`.slice(0, -1)], "login.har"));
    document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, read("tests/scenarios/clean-generic-okta-har/input.har"));
  await page.locator(".strip", { hasText: "Response" }).waitFor({ timeout: 60_000 });
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a file that has changed since it was put in is not taken for an empty one", async () => {
  const { page, seen, field } = await opened();
  const path = join(folder, "changing.xml");
  writeFileSync(path, `<a>${"<b>x</b>".repeat(5 << 17)}</a>`);
  await page.locator(marks.files).first().setInputFiles(path);
  await outcome(page, "No SAML message");
  writeFileSync(path, "<a/>");
  await pasteAnywhere(page, okta);
  await status(page, "The browser could not read one of the files any more");
  await page.getByRole("button", { name: "Remove changing.xml" }).click();
  await outcome(page, undecided);
  assert.equal(await page.locator(".status .problem").count(), 0);
  assert.equal(await page.locator(".capture").count(), 1);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

// --- haste and pauses ---------------------------------------------------------------------------

test("a hundred pastes in a row are a hundred captures, and the last of them is the verdict's", async () => {
  const { page, seen, field } = await opened();
  await page.evaluate(async (text) => {
    for (let number = 0; number < 100; number += 1) {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text + "\n".repeat(number));
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      if (number % 10 === 0) await new Promise((next) => setTimeout(next, 30));
    }
  }, okta);
  const chips = page.locator(".capture");
  await page.waitForFunction(() => document.querySelectorAll(".capture").length === 100);
  await page.waitForFunction(() => [...document.querySelectorAll(".capture")].every((chip) => /Response/.test(chip.textContent)), undefined, { timeout: 30_000 });
  await page.locator(".status .working").waitFor({ state: "detached" });
  await outcome(page, undecided);
  for (const at of [0, 57, 99]) {
    await chips.nth(at).getByRole("button", { name: /^Edit/ }).click();
    assert.equal(await field.inputValue(), okta + "\n".repeat(at), `paste ${at}, to the byte`);
  }
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".capture").length === 99);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a page that is hidden and stopped in the middle of its work goes on where it was", async () => {
  // A browser that tests drive hides no page. What hiding does is done to it: nothing is painted; then not a line of it
  // runs for a while, whereas its worker goes on.
  const { page, seen } = await opened();
  const session = await page.context().newCDPSession(page);
  const har = read("tests/scenarios/clean-generic-okta-har/input.har");
  await page.evaluate(() => {
    globalThis.ticks = [];
    setInterval(() => ticks.push(performance.now()), 20);
    const [paint, cancel, waiting] = [requestAnimationFrame, cancelAnimationFrame, new Map()];
    let number = 2 ** 30;
    globalThis.requestAnimationFrame = (heard) => (waiting.set((number += 1), heard), number);
    globalThis.cancelAnimationFrame = (number) => waiting.delete(number) || cancel(number);
    globalThis.show = () => {
      globalThis.requestAnimationFrame = paint;
      for (const heard of waiting.values()) paint(heard);
    };
  });
  await session.send("Debugger.enable");
  await page.evaluate(
    ([text, har]) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      const start = har.indexOf("[", har.indexOf('"entries"')) + 1;
      const noise = Array(60).fill(`{"text":"${"A".repeat(1 << 20)}"},`);
      const transfer = new DataTransfer();
      transfer.items.add(new File([har.slice(0, start), ...noise, har.slice(start)], "login.har"));
      document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    [okta, har],
  );
  const paused = new Promise((done) => session.once("Debugger.paused", done));
  await session.send("Debugger.pause");
  await paused;
  await new Promise((next) => setTimeout(next, 1500));
  await session.send("Debugger.resume");
  await session.send("Debugger.disable");
  for (const name of ["pasted text", "login.har"]) {
    await page.locator(".capture", { hasText: name }).filter({ hasText: /Response|messages/ }).waitFor();
  }
  assert.ok(await page.evaluate(() => ticks.some((tick, at) => tick - ticks[at - 1] > 1000)), "it stood still");
  assert.match(await page.locator(".card .outcome").textContent(), /\S/, "the verdict waits for nobody to look");
  await page.evaluate(() => show());
  await page.locator(".xml", { hasText: ":Response" }).waitFor();
  assert.equal(await page.locator(".status .problem").count(), 0);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

// --- what the browser refuses -------------------------------------------------------------------

test("where the browser refuses all storage, the page works and says that nothing is kept", async () => {
  // As a person forbids it in the settings; 2: block.
  const profile = join(folder, "profile");
  mkdirSync(join(profile, "Default"), { recursive: true });
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const server = await serve();
  const context = await launch([], profile);
  try {
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await ui.field(page).waitFor();
    const refused = await page.evaluate(async () => {
      const tried = [() => localStorage, () => sessionStorage, () => caches.keys(), () => navigator.serviceWorker.register("sw.js")];
      const name = async (attempt) => attempt();
      return Promise.all(tried.map((attempt) => name(attempt).then(() => "given", (error) => error.name)));
    });
    assert.ok(refused.every((said) => said !== "given"), `this test refuses nothing: ${refused}`);
    await sample({ page }, "clean-login");
    await ui.tab(page, "privacy").click();
    await page.locator("[data-requests]").waitFor();
    await page.locator('[data-self-test="passed"]').waitFor({ timeout: 60_000 });
    // The page looks for its offline copy two seconds after it is ready.
    await page.waitForTimeout(2500);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
});

test("where even the name of a store is refused, the page starts", async () => {
  const { page, seen, field } = await browser.open({
    before: (page) =>
      page.addInitScript(() => {
        const refuse = () => {
          throw new DOMException("The operation is insecure.", "SecurityError");
        };
        for (const name of ["localStorage", "sessionStorage", "caches", "indexedDB"]) Object.defineProperty(globalThis, name, { get: refuse });
        Object.defineProperty(Navigator.prototype, "serviceWorker", { get: refuse });
        Object.defineProperty(Document.prototype, "cookie", { get: refuse });
        LockManager.prototype.request = () => Promise.reject(new DOMException("The operation is insecure.", "SecurityError"));
      }),
  });
  await field.waitFor();
  await sample({ page }, "clean-login");
  await ui.tab(page, "privacy").click();
  await page.locator("[data-requests]").waitFor();
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

const clipboards = {
  "is denied": async (page) => {
    const session = await page.context().newCDPSession(page);
    const { targetInfo } = await session.send("Target.getTargetInfo");
    const { browserContextId, url } = targetInfo;
    const permission = { name: "clipboard-write" };
    await session.send("Browser.setPermission", { permission, setting: "denied", browserContextId, origin: new URL(url).origin });
  },
  "is not there, as by plain http": (page) =>
    page.evaluate(() => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined })),
};
for (const [what, refuse] of Object.entries(clipboards)) {
  test(`where the clipboard ${what}, copying says so and leaves the text selected`, async () => {
    const { page, seen, field } = await browser.open({ viewport: { width: 360, height: 740 } });
    await field.waitFor();
    await refuse(page);
    await sample({ page }, "wrong-domain");
    await ui.tab(page, "identity").click();
    const copy = page.locator(".copy", { has: page.getByRole("button", { name: "Copy NameID" }) }).filter({ visible: true }).first();
    await copy.locator("button").click();
    await copy.locator(".said", { hasText: "The browser refused. It is selected below" }).waitFor();
    assert.equal(await page.evaluate(() => getSelection().toString() || document.activeElement.value), "alice@acme.example");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    await page.keyboard.press("Tab");
    await copy.locator("textarea").waitFor({ state: "detached" });
    await ui.tab(page, "share").click();
    const row = page.locator("[data-export=xml]");
    await row.locator("[data-do=copy]").click();
    await row.locator(".said", { hasText: "The browser refused. Press its name" }).waitFor();
    await row.locator(".look").click();
    await page.locator(".preview", { hasText: "AuthnRequest" }).or(page.locator(".preview", { hasText: "Response" })).first().waitFor();
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  });
}

// --- the clock ----------------------------------------------------------------------------------

/** A clock that stands wrong from the page's start, in every script of it. */
const clock = (at) => (page) =>
  page.addInitScript((at) => {
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) {
        super(...(given.length ? given : [at]));
      }
      static now = () => at;
    };
  }, at);

const clocks = {
  "1970, as after an empty battery": [0, /clock says 1970-01-01T00:00:00Z, which cannot be right/],
  "before the years were counted": [-8.64e15, /clock says -271821-04-20T00:00:00Z, which cannot be right/],
  "as late as browsers can say": [8.64e15, /clock says 275760-09-13T00:00:00Z, which cannot be right/],
  "no number": [NaN, /which cannot be right/],
  "a day before the message": [Date.UTC(2026, 2, 1, 8), /says 2026-03-01T08:00:00Z, but a message here was issued at 2026-03-02T08:1\d:\S+Z, which is later/],
};
for (const [what, [at, says]] of Object.entries(clocks)) {
  test(`a clock that is wrong (${what}) is doubted beside the verdict, which is there all the same`, async () => {
    const { page, seen, field } = await browser.open({ before: clock(at) });
    await field.waitFor();
    await paste(page, field, okta);
    await outcome(page, undecided);
    assert.match(await page.locator(".doubtful-clock").innerText(), says);
    for (const place of ["identity", "certificates", "context", "share"]) await ui.tab(page, place).click();
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  });
}

test("metadata alone, which has no time of its own, says whose clock it is judged by; a time that is given ends the doubt", async () => {
  const { page, field } = await browser.open({ before: clock(0), locale: "zh-CN" });
  await field.waitFor();
  await paste(page, field, read("tests/golden/metadata/input.txt"));
  await page.locator(".doubtful-clock", { hasText: "不可能正确" }).waitFor();
  await ui.tab(page, "context").click();
  await page.locator("#context-now").selectOption("at");
  await page.locator("#context-now-time, [data-key=now] input").first().fill("2026-03-02T08:16:20Z");
  await page.locator(".doubtful-clock").waitFor({ state: "detached" });
  await page.context().close();
});

test("a clock that is right is not doubted", async () => {
  const { page, field } = await browser.open({ before: clock(Date.UTC(2026, 2, 2, 8, 20)) });
  await field.waitFor();
  await paste(page, field, okta);
  await outcome(page, undecided);
  assert.equal(await page.locator(".doubtful-clock").count(), 0);
  await page.context().close();
});
