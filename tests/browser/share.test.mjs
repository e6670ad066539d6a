// What a person hands on and takes in under Share, done in a real Chromium with the release build.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { caseOf } from "./cases.mjs";
import { openCase, paste, read, sample, settled, start, ui } from "./harness.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const sampleOf = (name) => JSON.parse(read(`static/samples/${name}.samlens.json`));
const fragmentOf = (made) => `case=1.${deflateRawSync(Buffer.from(JSON.stringify(made))).toString("base64url")}`;
const caseIn = (link) => JSON.parse(inflateRawSync(Buffer.from(link.split("#case=1.")[1], "base64url")));
const row = (page, what) => page.locator(`[data-export="${what}"]`);
const carrier = (page) => page.locator(".carrier textarea");
const link = (page) => page.locator("[data-do=link]");
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

/** What the page says of a case: the outcome, the sentence, and what of each rule. */
async function verdict(page) {
  await ui.verdict(page).waitFor();
  await page.locator(".left .check").first().waitFor();
  return page.evaluate(() => ({
    outcome: document.querySelector(".card .outcome").innerText,
    sentence: document.querySelector(".card h1").innerText,
    rules: [...document.querySelectorAll(".left .check[data-rule]")].map((check) => `${check.dataset.rule} ${check.className}`).sort(),
  }));
}

async function opened(name, options = {}) {
  const made = await browser.open(options);
  await made.field.waitFor();
  await sample(made, name);
  await ui.tab(made.page, "share").click();
  await made.page.locator(".sharing").waitFor();
  return made;
}

/** Presses something that saves a file; its name and its text. */
async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

const asItIs = (page) => page.locator(".going input[value=as-it-is]").check();

test("nothing goes out as it is unless it is chosen, which is warned of, and another case begins redacted again", async () => {
  const { page, seen } = await opened("role-pair");
  assert.ok(await page.locator(".going input[value=redacted]").isChecked());
  assert.equal(await page.locator(".warn:visible").count(), 0);
  await asItIs(page);
  await page.locator(".warnings .warn", { hasText: "It holds secrets" }).waitFor();
  assert.equal(await page.locator(".replacements").isVisible(), false);
  assert.equal(await page.locator(".link-maker .warn").isVisible(), true);
  await openCase(page, sampleOf("clean-login"));
  await ui.tab(page, "share").click();
  assert.ok(await page.locator(".going input[value=redacted]").isChecked());
  assert.deepEqual(seen.complaints, []);
});

test("a link is made on demand, tells its length, and opens the same case without a trace or a request", async () => {
  const { page, seen } = await opened("wrong-domain");
  const before = await verdict(page);
  assert.equal(await carrier(page).count(), 0, "none is made unasked");
  await asItIs(page);
  await link(page).click();
  const url = await carrier(page).inputValue();
  assert.ok(url.startsWith(`${page.url().split("#")[0]}#case=1.`), url.slice(0, 80));
  assert.equal(Number(await page.locator("[data-length]").getAttribute("data-length")), url.length);
  assert.match(await page.locator("[data-length]").innerText(), /characters.*(2,000|8,000|whole)/);
  await page.locator(".carrier button").click();
  await page.locator(".carrier .said", { hasText: "Copied" }).waitFor();
  assert.equal(await clipboard(page), url);
  assert.deepEqual(caseIn(url).inputs, sampleOf("wrong-domain").inputs, "read by other means it is the case");
  // What is chosen anew makes the old link one of another case.
  await page.locator(".going input[value=redacted]").check();
  await carrier(page).waitFor({ state: "detached" });

  const other = await browser.open();
  await other.field.waitFor();
  await settled(other.page);
  const asked = other.seen.requests.length;
  await other.page.evaluate((hash) => (location.hash = hash), new URL(url).hash);
  assert.deepEqual(await verdict(other.page), before);
  assert.equal(other.page.url().includes("#"), false, "the address has it no more");
  assert.equal(other.seen.requests.length, asked, "nothing was asked for");
  assert.deepEqual([...seen.complaints, ...other.seen.complaints], []);
});

test("a page that is opened by a link has its case, context and all, and no fragment", async () => {
  const made = caseOf("ali-user-nameid-suffix-unknown");
  const direct = await browser.open();
  await direct.field.waitFor();
  await openCase(direct.page, made);
  const expected = await verdict(direct.page);
  const fresh = await direct.page.context().newPage();
  await fresh.goto(`${direct.origin}/?from=mail#${fragmentOf(made)}`);
  assert.deepEqual(await verdict(fresh), expected);
  assert.equal(fresh.url(), `${direct.origin}/?from=mail`);
  assert.equal(await fresh.evaluate(() => history.length), 2, "going back does not bring it back");
});

test("a damaged link says what is wrong with it, and the page goes on", async () => {
  const { page, seen, origin, field } = await browser.open();
  await field.waitFor();
  const whole = fragmentOf(sampleOf("clean-login"));
  for (const [fragment, said] of [
    [whole.slice(0, -200), /inflate: it is damaged or cut off/],
    [`${whole}%21`, /base64url/],
    ["case=9.abc", /newer version/],
    [fragmentOf({}), /schema/],
    [fragmentOf({ schema: "samlens-case/1", inputs: [{ name: "k", text: read("static/samples/sp-decryption.pem") }] }), /private key/],
  ]) {
    await page.evaluate((fragment) => (location.hash = fragment), fragment);
    await page.locator(".status .problem", { hasText: said }).waitFor();
    assert.equal(page.url(), `${origin}/`);
    await page.locator(".status .problem button").click();
    await page.locator(".status .problem").waitFor({ state: "detached" });
  }
  await page.evaluate(() => (location.hash = "elsewhere"));
  await paste(page, field, read("tests/golden/post-form/input.txt"));
  await ui.verdict(page).waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("a link that comes while a case is open asks: instead of it, beside it, or not at all", async () => {
  const { page, seen } = await opened("clean-login");
  const before = await verdict(page);
  const arrive = async () => {
    await page.evaluate((hash) => (location.hash = hash), fragmentOf(sampleOf("request-and-response")));
    await page.locator(".linked").waitFor();
  };
  const answer = (text) => page.locator(".linked button", { hasText: text }).click();
  const captures = (count) => page.waitForFunction((count) => document.querySelectorAll(".capture").length === count, count);
  await arrive();
  assert.match(await page.locator(".linked").innerText(), /another case, with 2 captures/);
  assert.equal(page.url().includes("#"), false);
  assert.deepEqual(await verdict(page), before, "until then nothing changes");
  await answer("Leave it");
  await page.locator(".linked").waitFor({ state: "detached" });
  assert.deepEqual(await verdict(page), before);
  await captures(1);
  await arrive();
  await answer("Add its captures");
  await captures(3);
  await page.locator(".linked").waitFor({ state: "detached" });
  await page.keyboard.press("ControlOrMeta+Z");
  await captures(1);
  await arrive();
  await answer("Open it instead");
  await captures(2);
  await page.keyboard.press("ControlOrMeta+Z");
  await captures(1);
  assert.deepEqual(seen.complaints, []);
});

test("its key saves the case, which opens to the same verdict; a private key is left out and named", async () => {
  const { page, seen } = await browser.open();
  await page.locator("[data-sample]").first().waitFor();
  await sample({ page }, "encrypted");
  const before = await verdict(page);
  await page.locator("body").focus();
  const { name, text } = await saved(page, () => page.keyboard.press("ControlOrMeta+S"));
  assert.match(name, /^samlens-\d{4}-\d\d-\d\d\.samlens\.json$/);
  await page.locator(".status .told", { hasText: "sp-decryption.pem" }).waitFor();
  assert.match(await page.locator(".status .told").innerText(), /no case file carries a private key.*as it is/s);
  assert.ok(!text.includes("PRIVATE KEY") && text.includes("sp-decryption.pem"), "its name alone");
  const written = JSON.parse(text);
  assert.deepEqual(written.inputs, sampleOf("encrypted").inputs);
  assert.deepEqual(written.context, sampleOf("encrypted").context);
  assert.deepEqual(written.files, sampleOf("encrypted").files);

  const other = await browser.open();
  await other.field.waitFor();
  await openCase(other.page, written);
  await other.page.locator(".status .problem", { hasText: "sp-decryption.pem" }).waitFor();
  const [key] = [{ name: "sp-decryption.pem", mimeType: "application/x-pem-file", buffer: Buffer.from(read("static/samples/sp-decryption.pem")) }];
  await ui.tab(other.page, "context").click();
  await other.page.locator("#context-private_keys").setInputFiles(key);
  await other.page.waitForFunction((sentence) => document.querySelector(".card h1")?.innerText === sentence, before.sentence);
  assert.deepEqual(await verdict(other.page), before);
  assert.deepEqual([...seen.complaints, ...other.seen.complaints], []);
});

test("what was added under Context is in the saved case, and the verdict with it", async () => {
  const { page } = await browser.open();
  await page.locator("[data-sample]").first().waitFor();
  await openCase(page, caseOf("ali-user-nameid-suffix-unknown"));
  await ui.tab(page, "context").click();
  const domain = page.locator("#context-alibaba-default_domain");
  await domain.fill("acme-cloud.onaliyun.com");
  await page.keyboard.press("Tab");
  await page.locator(".outcome", { hasText: "The login is refused" }).waitFor();
  const before = await verdict(page);
  const { text } = await saved(page, () => page.keyboard.press("ControlOrMeta+S"));
  const other = await browser.open();
  await other.field.waitFor();
  await openCase(other.page, JSON.parse(text));
  assert.deepEqual(await verdict(other.page), before);
});

test("without a case its key is the browser's own", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await page.evaluate(() => addEventListener("keydown", (event) => (window.prevented = event.defaultPrevented)));
  await page.keyboard.press("ControlOrMeta+S");
  assert.equal(await page.evaluate(() => window.prevented), false);
});

test("every export is copied, kept and shown alike, in the language that is chosen", async () => {
  const { page, seen } = await opened("role-pair");
  await asItIs(page);
  for (const [what, name, mark] of [
    ["short", /\.md$/, /Role/],
    ["markdown", /\.md$/, /Role/],
    ["html", /\.html$/, /^<!doctype html>/i],
    ["json", /\.json$/, /^\{/],
    ["sarif", /\.sarif(\.json)?$/, /"2\.1\.0"/],
    ["canonical", /\.(txt|xml)$/, /\S/],
    ["xml", /\.xml$/, /^<(\?xml|\w+:Response)/],
    ["certificates", /\.pem$/, /BEGIN CERTIFICATE/],
    ["case", /\.samlens\.json$/, /samlens-case\/1/],
  ]) {
    const file = await saved(page, () => row(page, what).locator("[data-do=save]").click());
    assert.match(file.name, name);
    assert.match(file.text, mark, what);
    await row(page, what).locator(".said", { hasText: file.name }).waitFor();
    await row(page, what).locator("[data-do=copy]").click();
    await row(page, what).locator(".said", { hasText: "Copied" }).waitFor();
    assert.equal(await clipboard(page), file.text, what);
    await row(page, what).locator(".look").click();
    await page.locator(".preview h3", { hasText: await row(page, what).locator("b").innerText() }).waitFor();
    await page.waitForFunction((text) => text.startsWith(document.querySelector(".preview .text").textContent.slice(0, 500)) && document.querySelector(".preview .text").textContent.length > 20, file.text);
  }
  await page.locator("#share-language").selectOption("zh");
  await row(page, "short").locator(".look").click();
  await page.locator(".preview .text", { hasText: /[\u4e00-\u9fff]{3}/ }).waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("a redacted case names nobody, fails for the same reason, and what is unticked stays", async () => {
  const { page, seen } = await opened("role-pair");
  const before = await verdict(page);
  await page.locator(".replacements .group li").first().waitFor();
  assert.equal(await page.locator(".leftover").count(), 0, "the scan found nothing left");
  const originals = await page.locator(".replacements .original").allInnerTexts();
  const first = await saved(page, () => row(page, "case").locator("[data-do=save]").click());
  for (const original of originals.filter((text) => text.length > 5)) assert.ok(!first.text.includes(original), original);
  const receipt = JSON.parse(first.text).context.stated.receipt;
  const told = await page.locator(".receipt").innerText();
  for (const text of [receipt.outcome, receipt.root_cause, ...receipt.fired]) assert.ok(told.includes(text), text);

  const kept = originals.find((text) => sampleOf("role-pair").inputs[0].text.includes(text) && text.length > 5);
  const item = page.locator(".replacements li", { hasText: kept }).first();
  await item.locator("input").uncheck();
  await page.locator(".replacements li.kept", { hasText: kept }).waitFor();
  const second = await saved(page, () => row(page, "case").locator("[data-do=save]").click());
  assert.ok(second.text.includes(kept), kept);
  const group = page.locator(".replacements .group").first();
  await group.locator(".head button", { hasText: /Keep all|Replace all/ }).click();
  await group.locator("input:not(:checked)").first().waitFor();

  const other = await browser.open();
  await other.field.waitFor();
  await openCase(other.page, JSON.parse(first.text));
  const after = await verdict(other.page);
  assert.equal(after.outcome, before.outcome);
  const fired = ({ rules }) => rules.filter((rule) => /error|warning|security|failed/.test(rule));
  assert.deepEqual(fired(after), fired(before));
  assert.deepEqual([...seen.complaints, ...other.seen.complaints], []);
});

test("what the scan finds left is said large, with where and how; long lists stay short until asked", async () => {
  // The engine's answer, with what it hopefully never finds.
  const meddle = (page) =>
    page.addInitScript(() => {
      const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
      const changed = (event) => {
        const text = Array.isArray(event.data) && event.data[1] instanceof Uint8Array ? new TextDecoder().decode(event.data[1]) : "";
        if (!text.startsWith('{"Redacted"')) return event;
        const answer = JSON.parse(text);
        answer.Redacted.left = [{ original: "alice@acme.example", part: "response.txt", form: "base64" }];
        const one = (_, at) => ({ kind: "person", original: `person-${at}`, pseudonym: `xyz-${at}`, count: at, is_replaced: true });
        answer.Redacted.replacements = Array.from({ length: 1200 }, one);
        return new MessageEvent("message", { data: [event.data[0], new TextEncoder().encode(JSON.stringify(answer)), event.data[2]] });
      };
      Object.defineProperty(Worker.prototype, "onmessage", {
        set(heard) {
          set.call(this, heard && ((event) => heard(changed(event))));
        },
      });
    });
  const { page, seen } = await opened("role-pair", { before: meddle });
  await page.locator(".leftover", { hasText: "alice@acme.example" }).waitFor();
  assert.match(await page.locator(".leftover").innerText(), /Something of the original is still in it.*response\.txt, in base64/s);
  const rows = page.locator(".replacements .group li");
  assert.equal(await rows.count(), 6);
  await page.getByRole("button", { name: "Show all 1,200" }).click();
  assert.equal(await rows.count(), 500);
  await page.getByText("700 more are not listed").waitFor();
  await page.locator(".receipt", { hasText: "1,200 values in 719,400 places" }).waitFor();
  await page.locator("h1").first().focus();
  await page.locator(".replacements [type=search]").fill("person-1199");
  await page.locator(".replacements li.kept, .replacements li", { hasText: "person-1199" }).waitFor();
  assert.equal(await rows.count(), 1);
  assert.deepEqual(seen.complaints, []);
});

test("everything under Share is done by keyboard alone", async () => {
  const { page } = await opened("clean-login");
  await page.locator("#tab-share").focus();
  const reached = new Set();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => {
      const { dataset, id, className, name, value } = document.activeElement;
      return dataset.do ?? (id || (name === "going" ? `going ${value}` : className));
    }));
  }
  for (const wanted of ["going redacted", "share-language", "look", "copy", "save", "text", "share-also", "share-days", "link"]) {
    assert.ok(reached.has(wanted), `${wanted}: ${[...reached].join(", ")}`);
  }
});
