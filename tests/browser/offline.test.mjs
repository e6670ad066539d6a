// Without a network: the single file from a disk, the installed page with its server stopped, and a newer release that comes
// beside an open one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { caseOf } from "./cases.mjs";
import { launch, marks, openCase, paste, read, root, sample, serve, ui } from "./harness.mjs";

const dist = join(root, "dist");
const okta = read("tests/golden/post-form/input.txt");
const truncated = read("tests/golden/error-truncated/input.txt");
const scenario = "tests/scenarios/clean-generic-okta-har";

let browser, folder;
before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "samlens-offline-"));
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const outcome = (page, text) => page.locator(marks.verdict, { hasText: text }).filter({ visible: true }).waitFor();

// --- the single file --------------------------------------------------------------------------

/** The single file alone in a folder, in a browser whose every connection would go to a proxy that counts. */
async function single(locale = "en-GB") {
  const alone = mkdtempSync(join(folder, "single-"));
  copyFileSync(join(dist, "samlens.html"), join(alone, "samlens.html"));
  const connections = [];
  const proxy = createServer((request, response) => response.writeHead(502).end(connections.push(`asked ${request.url}`) && ""));
  proxy.on("connect", (request, socket) => socket.end(connections.push(`connect ${request.url}`) && ""));
  await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
  // A test that fails does not come to `close`: nothing waits for what it leaves open.
  proxy.unref();
  const context = await browser.newContext({ locale, proxy: { server: `http://127.0.0.1:${proxy.address().port}` } });
  const page = await context.newPage();
  const seen = { requests: [], complaints: [], connections };
  context.on("request", (request) => seen.requests.push(request.url()));
  page.on("pageerror", (error) => seen.complaints.push(`error: ${error.message}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.complaints.push(message.text()));
  const url = pathToFileURL(join(alone, "samlens.html")).href;
  await page.goto(url);
  await ui.field(page).waitFor();
  const close = async () => {
    await context.close();
    proxy.closeAllConnections();
    proxy.close();
  };
  /** Nothing but the file itself, its icon and its worker, which stand in it. */
  const quiet = () => {
    assert.ok(seen.requests.includes(url));
    assert.deepEqual(seen.requests.filter((one) => one !== url && !/^(blob|data):/.test(one)), []);
    assert.deepEqual(connections, []);
  };
  return { page, context, seen, url, quiet, close };
}

test("the single file, from a disk, triages a HAR in every place without any request", async () => {
  const { page, context, seen, quiet, close } = await single();
  const files = ["input.har", "idp-metadata.xml", "sp-metadata.xml"].map((name) => join(root, scenario, name));
  await page.locator(marks.files).first().setInputFiles(files[0]);
  await ui.verdict(page).waitFor();
  await outcome(page, "Cannot tell yet");
  await page.locator(marks.files).first().setInputFiles(files.slice(1));
  await outcome(page, "Nothing is wrong with it");
  const tabs = await page.locator("[role=tab]").evaluateAll((tabs) => tabs.filter((tab) => tab.offsetWidth).map((tab) => tab.dataset.tab));
  assert.ok(tabs.length >= 9, tabs.join());
  for (const tab of tabs) {
    await ui.tab(page, tab).click();
    await ui.place(page, tab).waitFor();
    // Some ask the worker first.
    await page.waitForFunction(() => document.querySelector("#place").innerText.length > 40);
  }
  await ui.tab(page, "message").click();
  await page.locator(".xml", { hasText: "Response" }).first().waitFor();
  await ui.tab(page, "signatures").click();
  await page.locator("section.signatures", { hasText: "Response: valid, by a key you gave" }).waitFor();
  quiet();
  assert.deepEqual(seen.complaints, []);
  // That the proxy would have seen it.
  await (await context.newPage()).goto("http://elsewhere.example/").catch(() => {});
  assert.ok(seen.connections.some((one) => one.includes("elsewhere.example")), "a connection is seen");
  await close();
});

test("the single file judges as the page of many files does", async () => {
  const { page, quiet, close } = await single();
  const server = await serve();
  const context = await browser.newContext({ locale: "en-GB", serviceWorkers: "block" });
  const usual = await context.newPage();
  await usual.goto(`http://127.0.0.1:${server.address().port}/`);
  await ui.field(usual).waitFor();
  for (const name of ["clean-generic-okta-har", "generic-expired", "attack-xsw3"]) {
    const told = [];
    for (const one of [page, usual]) {
      await openCase(one, caseOf(name));
      await one.locator(".capture").first().waitFor();
      told.push(await one.locator(".left").innerText());
      for (let left = await one.locator(marks.remove).count(); left > 0; left -= 1) await ui.remove(one).click();
      await ui.verdict(one).waitFor({ state: "detached" });
    }
    assert.ok(told[0].length > 200);
    assert.equal(told[0], told[1], name);
  }
  quiet();
  await close();
  await context.close();
  server.closeAllConnections();
  server.close();
});

test("no script of the single file can connect, in page or worker: the policy refuses", async () => {
  const { page, seen, close } = await single();
  await page.locator("html[data-rehearsed]").waitFor();
  const refused = await page.evaluate(async () => {
    const elsewhere = "http://elsewhere.example/";
    const violations = [];
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
    const tried = [
      () => fetch(elsewhere),
      () => fetch(location.href),
      () => new Promise((done, fail) => Object.assign(new Image(), { onload: done, onerror: fail, src: elsewhere })),
      () => import(elsewhere),
      () => import(URL.createObjectURL(new Blob(["1"], { type: "text/javascript" }))),
      async () => navigator.sendBeacon(elsewhere, "x"),
      async () => new WebSocket("ws://elsewhere.example/"),
    ];
    for (const attempt of tried) await attempt().catch(() => {});
    const inline = document.body.appendChild(document.createElement("script"));
    inline.textContent = "window.ran = true";
    await new Promise((next) => setTimeout(next, 100));
    return { violations, ran: window.ran };
  });
  const { violations, ran } = refused;
  const count = (directive) => violations.filter((one) => one === directive).length;
  assert.equal(ran, undefined);
  assert.deepEqual([count("connect-src"), count("img-src"), count("script-src-elem")], [4, 1, 3], violations.join());
  // The page's own worker.
  assert.equal(page.workers().length, 1);
  const inWorker = await page.workers()[0].evaluate(() => fetch("http://elsewhere.example/").then(() => "sent", (error) => error.name));
  assert.equal(inWorker, "TypeError");
  assert.deepEqual(seen.connections, []);
  await close();
});

test("the single file speaks both languages, and opens every sample", async () => {
  const { page, seen, quiet, close } = await single("zh-CN");
  await page.getByText("这次登录为什么失败？").waitFor();
  const names = await page.locator("[data-sample]").evaluateAll((all) => all.map((one) => one.dataset.sample));
  assert.equal(names.length, 12);
  for (const name of names) {
    await ui.sample(page, name).click();
    await ui.verdict(page).waitFor();
    assert.match(await page.locator(".card").first().innerText(), /\p{Script=Han}{4}/u, name);
    for (let left = await page.locator(marks.remove).count(); left > 0; left -= 1) await ui.remove(page).click();
    await ui.verdict(page).waitFor({ state: "detached" });
  }
  await page.getByRole("button", { name: "English" }).click();
  await sample({ page }, "wrong-domain");
  await page.locator(".card", { hasText: /does not|is not|no user/i }).first().waitFor();
  quiet();
  assert.deepEqual(seen.complaints, []);
  await close();
});

test("the single file's privacy place says what it is; its program is that of the build, its digest stands beside it", async () => {
  const { page, close } = await single();
  await page.getByRole("button", { name: "See the proof" }).click();
  const place = page.locator(".privacy");
  await place.getByText("This is the single file.").waitFor();
  const wasm = readdirSync(dist).find((name) => name.endsWith(".wasm"));
  const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
  await page.locator(".hash code", { hasText: digest(join(dist, wasm)) }).waitFor();
  assert.match(await place.innerText(), /0 to anything else/);
  assert.equal(await place.locator("a[download]").count(), 0);
  await place.getByRole("button", { name: "Try to connect elsewhere" }).click();
  await place.getByText(/The browser refused that \(connect-src\)/).waitFor();
  assert.match(await place.locator("code.policy").nth(1).innerText(), /default-src 'none'.*connect-src 'none'/);
  assert.match(await place.innerText(), /0 to anything else/, "what was refused is no request");
  const sums = readFileSync(join(dist, "SHA256SUMS"), "utf8").trim().split("\n").map((line) => line.split("  "));
  assert.ok(sums.some(([, name]) => name === "samlens.html") && sums.length > 25);
  for (const [sum, name] of sums) assert.equal(digest(join(dist, name)), sum, name);
  await close();
});

// --- the installed page -----------------------------------------------------------------------

/** A server whose folder and presence can be changed, and a browser that installs from it. */
async function installed() {
  const state = { folder: dist, asked: [] };
  const server = await serve({}, () => state.folder);
  server.on("request", (request) => state.asked.push(request.url));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const context = await browser.newContext();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const requests = [];
  context.on("request", (request) => requests.push(request.url()));
  const open = async () => {
    const page = await context.newPage();
    page.on("dialog", (dialog) => dialog.dismiss());
    await page.goto(`${origin}/`);
    await ui.field(page).waitFor();
    return page;
  };
  const stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  const close = async () => {
    await context.close();
    server.closeAllConnections();
    server.close();
  };
  return { state, origin, context, requests, open, stop, close };
}

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", undefined, { timeout: 60000 });
const caches = (page) => page.evaluate(() => globalThis.caches.keys());
const release = (page) => page.evaluate(() => document.querySelector("[data-release]").dataset.release);
const chinese = (page) => page.getByRole("button", { name: "中文" }).click();
const pasted = async (page, text, said) => {
  await page.bringToFront();
  await paste(page, ui.field(page), text);
  await page.locator(".card", { hasText: said }).first().waitFor();
};

test("after one visit the page works with its server stopped: words, samples, everything; and asked for its own files alone", async () => {
  const { origin, requests, state, open, stop, close } = await installed();
  const page = await open();
  await controlled(page);
  assert.ok(requests.every((url) => url.startsWith(`${origin}/`) || url.startsWith("blob:")), requests.join("\n"));
  assert.ok(state.asked.some((url) => url === "/sw.js"));
  assert.ok(!state.asked.some((url) => /samlens\.html|icons\//.test(url)), "what nobody needs is not loaded");
  await stop();
  assert.equal(await page.evaluate(() => fetch("nothing-of-ours").then(() => "there", () => "gone")), "gone");
  await page.reload();
  await ui.field(page).waitFor();
  await pasted(page, okta, "Cannot tell yet");
  await ui.remove(page).click();
  await ui.verdict(page).waitFor({ state: "detached" });
  await chinese(page);
  for (const name of ["wrong-domain", "encrypted"]) {
    await ui.sample(page, name).click();
    await ui.verdict(page).waitFor();
    for (let left = await page.locator(marks.remove).count(); left > 0; left -= 1) await ui.remove(page).click();
    await ui.verdict(page).waitFor({ state: "detached" });
  }
  await page.getByRole("button", { name: "查看证明" }).click();
  const kept = page.locator("[data-kept]");
  await page.waitForFunction(() => Number(document.querySelector("[data-kept]").dataset.kept) > 25);
  assert.match(await kept.innerText(), /离线副本/);
  const addresses = await kept.locator("li").allTextContents();
  assert.ok(addresses.length > 25 && addresses.every((url) => url.startsWith(`${origin}/`)), addresses.join("\n"));
  await close();
});

/** The release with every sentence of the engine marked, under another name, its digests shorter as those that begin with zeros. */
function another(mark, spoil = false) {
  const made = mkdtempSync(join(folder, "release-"));
  cpSync(dist, made, { recursive: true });
  const marked = (value) => {
    if (typeof value === "string") return mark + value;
    if (Array.isArray(value)) return value.map(marked);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, value]) => [name, marked(value)]));
  };
  const write = () => {
    for (const language of ["en", "zh"]) {
      const path = join(made, "texts", `${language}.json`);
      writeFileSync(path, JSON.stringify(marked(JSON.parse(readFileSync(path, "utf8")))));
    }
  };
  write();
  const shorter = (name) => name.replace(/-[0-9a-f]{3}([0-9a-f]{8,13}(_bg)?\.(js|wasm|css))/g, "-$1");
  for (const name of readdirSync(made)) renameSync(join(made, name), join(made, shorter(name)));
  const page = join(made, "index.html");
  assert.notEqual(shorter(readFileSync(page, "utf8")), readFileSync(page, "utf8"));
  writeFileSync(page, shorter(readFileSync(page, "utf8")));
  execFileSync(process.execPath, [join(root, "static/offline/build.mjs"), made]);
  if (spoil) write();
  return made;
}

test("a newer release comes beside the open one, waits until it is wanted, and no page is of both", async () => {
  const { state, open, stop, close } = await installed();
  const [first, other] = [await open(), await open()];
  await controlled(first);
  await controlled(other);
  const old = await release(first);
  state.folder = another("²");

  // The page that is opened is still the old one, and says that there is a newer.
  await first.bringToFront();
  await first.reload();
  assert.equal(await release(first), old);
  const notice = first.locator(".update", { hasText: "A newer version of samlens is ready" });
  await notice.waitFor({ timeout: 60000 });
  await pasted(first, truncated, "Copy the whole value");
  assert.ok(!(await first.locator(".card").first().innerText()).includes("²"));

  // Wanted with a case open: the browser asks, and who stays loses nothing.
  await notice.getByRole("button").click();
  await first.waitForFunction(() => navigator.serviceWorker.getRegistration().then((all) => !all.waiting));
  assert.equal(await release(first), old);
  assert.equal(await ui.field(first).inputValue(), truncated);

  // With the newer one in charge, the old pages are given their own: these words none of them had yet.
  await chinese(first);
  await first.locator(".card", { hasText: /\p{Script=Han}{4}/u }).first().waitFor();
  assert.ok(!(await first.locator(".card").first().innerText()).includes("²"), "an old page has old words");

  // Put aside what is there, and go over.
  for (let left = await first.locator(marks.remove).count(); left > 0; left -= 1) await ui.remove(first).click();
  await first.locator(".update button").click();
  await first.waitForFunction((old) => document.querySelector("[data-release]")?.dataset.release !== old, old);
  await ui.field(first).waitFor();
  await pasted(first, truncated, "²");
  assert.equal((await caches(first)).length, 2, "the old one is kept while a page of it is open");
  assert.equal(await release(other), old);
  await other.bringToFront();
  await chinese(other);
  await pasted(other, truncated, /\p{Script=Han}{4}/u);
  assert.ok(!(await other.locator(".card").first().innerText()).includes("²"));

  // Closed, it is forgotten.
  await other.close();
  await first.bringToFront();
  for (let left = await first.locator(marks.remove).count(); left > 0; left -= 1) await ui.remove(first).click();
  await first.reload();
  await first.waitForFunction(() => globalThis.caches.keys().then((all) => all.length === 1));

  // A release whose files are not what it says is none: the one that is there stays.
  const whole = await release(first);
  state.folder = another("³", true);
  const failed = first.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => new Promise((done) => {
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => done(worker.state));
    });
    registration.update();
  })));
  assert.equal(await failed, "redundant");
  await stop();
  await first.reload();
  assert.equal(await release(first), whole);
  await pasted(first, truncated, "²");
  assert.equal((await caches(first)).length, 1);
  await close();
});

test("the privacy place gives the single file, to the byte", async () => {
  const { open, close } = await installed();
  const page = await open();
  await page.getByRole("button", { name: "See the proof" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Keep a copy to use offline" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "samlens.html");
  assert.deepEqual(readFileSync(await download.path()), readFileSync(join(dist, "samlens.html")));
  assert.match(await page.locator(".privacy").innerText(), /Version \d+\.\d+\.\d+, commit [0-9a-f]{12}/);
  await close();
});

// --- the manifest -----------------------------------------------------------------------------

test("the manifest has what an installation needs, and its icons are of the sizes that it says", async () => {
  const { open, origin, close } = await installed();
  const page = await open();
  const session = await page.context().newCDPSession(page);
  const { url, errors, data } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, [], "the browser reads all of it");
  assert.ok(url.startsWith(`${origin}/manifest.webmanifest?`));
  const manifest = JSON.parse(data);
  const { name, short_name, start_url, scope, display, theme_color, background_color, icons, file_handlers } = manifest;
  assert.deepEqual([short_name, start_url, scope, display], ["samlens", "./", "./", "standalone"]);
  assert.ok(name.length > short_name.length);
  for (const colour of [theme_color, background_color]) assert.match(colour, /^#[0-9a-f]{6}$/);
  assert.deepEqual(icons.map(({ sizes }) => sizes).sort(), ["192x192", "512x512", "any"]);
  for (const { src, sizes, type } of icons) {
    const bytes = readFileSync(join(dist, src));
    if (sizes === "any") assert.match(bytes.toString(), /^<svg /);
    else {
      assert.equal(bytes.subarray(1, 4).toString(), "PNG");
      assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes);
      assert.equal(type, "image/png");
    }
  }
  // All of them are the same picture: so much of its opacity differs, of 255.
  const differs = await page.evaluate(async ([drawn, pictures]) => {
    const pixels = async (src) => {
      const image = Object.assign(new Image(), { src });
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: 192, height: 192 }).getContext("2d");
      canvas.drawImage(image, 0, 0, 192, 192);
      return canvas.getImageData(0, 0, 192, 192).data.filter((_, index) => index % 4 === 3);
    };
    const right = await pixels(drawn);
    const mean = (other) => other.reduce((sum, value, index) => sum + Math.abs(value - right[index]), 0) / right.length;
    return { some: mean(right.map(() => 0)), each: await Promise.all(pictures.map(async (src) => mean(await pixels(src)))) };
  }, [icons.find(({ sizes }) => sizes === "any").src, icons.filter(({ sizes }) => sizes !== "any").map(({ src }) => src)]);
  assert.ok(differs.some > 20 && differs.each.every((one) => one < 3), JSON.stringify(differs));
  assert.deepEqual(Object.values(file_handlers[0].accept).flat(), [".har", ".samlens.json"]);
  await controlled(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // A browser without a profile of its own installs nothing, and says only that.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  await close();
});

test("a file that the system opens with the installed page is a capture", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const server = await serve();
  const page = await context.newPage();
  await page.addInitScript(() => Object.defineProperty(window, "launchQueue", { value: { setConsumer: (consumer) => (window.opened = consumer) } }));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await ui.field(page).waitFor();
  await page.evaluate((text) => opened({ files: [{ getFile: async () => new File([text], "login.har") }] }), read(`${scenario}/input.har`));
  await ui.verdict(page).waitFor();
  assert.match(await page.locator(".capture").first().innerText(), /login\.har|Response/);
  await context.close();
  server.closeAllConnections();
  server.close();
});
