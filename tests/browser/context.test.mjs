// What a person does under Context, Compare and Decode, done in a real Chromium with the release build.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { paste, read, start } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const scenario = (name, file = "input.txt") => read(`tests/scenarios/${name}/${file}`);
const given = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });
const outcome = (page, text) => page.locator(".outcome", { hasText: text }).waitFor();
const go = (page, place) => page.locator(`#tab-${place}`).click();
const fact = (page, key) => page.locator(`#context-${key.replace(".", "-")}`);
const why = (page, key) => page.locator(`#context-${key.replace(".", "-")}-problem`);

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/** The page with one capture, showing a place. */
async function opened(text, place, options = {}) {
  const { page, seen } = await browser.open(options);
  const field = page.locator(".field textarea");
  await field.waitFor();
  await paste(page, field, text);
  await page.locator(`#tab-${place}`).waitFor();
  await go(page, place);
  return { page, seen };
}

/** Takes one capture more, as a person pastes it. */
async function add(page, text) {
  const before = await page.locator(".capture").count();
  await page.locator(".strip > button").first().focus();
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.keyboard.press("ControlOrMeta+V");
  await page.locator(".capture").nth(before).waitFor();
}

test("what the verdict waits for is named, and typed account facts change it", async () => {
  const { page, seen } = await opened(scenario("ali-user-nameid-suffix-unknown"), "context");
  await outcome(page, "Cannot tell yet");
  assert.deepEqual(await page.locator(".known-beside .missing button").allInnerTexts(), ["Metadata", "Certificates"]);
  await page.locator(".known-beside .missing button").first().click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "context-metadata");
  const shown = await page.locator(".files[data-key=metadata] label.button").boundingBox();
  assert.ok(shown.y > 0 && shown.y < page.viewportSize().height, "it is in view");
  assert.equal(await page.evaluate(() => scrollY), 0, "the place scrolls, and not the page");
  assert.equal(await page.locator(".topic h2").first().innerText(), "Alibaba Cloud account");
  assert.match(await page.locator(".found").nth(0).innerText(), /Okta/);
  assert.match(await page.locator("[data-key=profile] .found").innerText(), /user-based SSO.*1029384756102938/);
  await fact(page, "metadata").setInputFiles(given("idp.xml", scenario("ali-user-nameid-suffix-unknown", "idp-metadata.xml")));
  await page.locator(".used .file", { hasText: "idp.xml" }).waitFor();
  await outcome(page, "Nothing is wrong with it");
  assert.equal(await page.locator(".known-beside .missing").isVisible(), false);
  await fact(page, "alibaba.default_domain").pressSequentially("acme-cloud.onaliyun.com", { delay: 15 });
  await outcome(page, "The login is refused");
  assert.match(await page.locator(".card h1").innerText(), /RAM user/);
  // As it began, once the fact is taken back.
  await fact(page, "alibaba.default_domain").fill("");
  await outcome(page, "Nothing is wrong with it");
  await page.getByRole("button", { name: "Forget all of it" }).click();
  await outcome(page, "Cannot tell yet");
  assert.equal(await page.locator(".given .file").count(), 0);
  assert.deepEqual(seen.complaints, []);
});

test("what cannot be a value is told beside its field, is not used, and is not lost", async () => {
  const { page, seen } = await opened(scenario("clean-ali-user-okta"), "context");
  const judged = page.locator(".strip .chip", { hasText: "Judged at" });
  const now = await judged.innerText();
  await fact(page, "alibaba.account_id").fill("10293");
  assert.match(await why(page, "alibaba.account_id").innerText(), /16 digits/);
  assert.equal(await fact(page, "alibaba.account_id").getAttribute("aria-invalid"), "true");
  await fact(page, "now").selectOption("at");
  const time = page.getByLabel("Time (RFC 3339, UTC)");
  assert.equal(`Judged at ${await time.inputValue()}`, now.replace(/\s+/g, " "), "the time begins where it was");
  await time.fill("2026-13-02T08:16:20Z");
  assert.match(await why(page, "now").innerText(), /RFC 3339.*at character 6/);
  await page.waitForTimeout(400);
  assert.equal(await judged.innerText(), now);
  await time.fill("2027-03-02T08:16:20Z");
  await page.locator(".strip .chip b", { hasText: "2027-03-02T08:16:20Z" }).waitFor();
  // Elsewhere and back at once, sooner than it settles.
  await fact(page, "alibaba.ram_users").fill("alice\nbo.chen");
  await go(page, "decode");
  await go(page, "context");
  assert.equal(await fact(page, "alibaba.ram_users").inputValue(), "alice\nbo.chen");
  assert.equal(await fact(page, "alibaba.account_id").inputValue(), "10293");
  assert.match(await why(page, "alibaba.account_id").innerText(), /16 digits/);
  assert.equal(await time.inputValue(), "2027-03-02T08:16:20Z");
  await fact(page, "profile").selectOption("github");
  await page.locator(".strip .chip b", { hasText: "github" }).waitFor();
  await page.getByRole("button", { name: "中文" }).click();
  assert.equal(await fact(page, "profile").inputValue(), "github", "another language is the same choice");
  assert.deepEqual(seen.complaints, []);
});

test("a locked key asks for its passphrase, says when it is wrong, and is forgotten when removed", async () => {
  const { page, seen } = await opened(scenario("clean-generic-encrypted"), "context");
  const keys = page.locator(".files[data-key=private_keys]");
  await keys.locator("input[type=file]").setInputFiles(given("sp.pem", read("tests/fixtures/encrypted/keys/sp.encrypted.pem")));
  const passphrase = page.getByLabel("Passphrase of sp.pem");
  await passphrase.waitFor();
  assert.match(await keys.locator(".state").innerText(), /needs its passphrase/);
  await passphrase.fill("not it");
  await keys.getByRole("button", { name: "Unlock" }).click();
  await keys.locator(".unusable .why", { hasText: /passphrase/i }).waitFor();
  assert.ok(await passphrase.isVisible(), "another can be tried");
  await passphrase.fill("samlens");
  await passphrase.press("Enter");
  await keys.locator(".used").waitFor();
  assert.equal(await keys.locator(".why").innerText(), "");
  await keys.getByRole("button", { name: "Forget sp.pem" }).click();
  assert.equal(await keys.locator(".given .file").count(), 0);
  assert.deepEqual(seen.complaints, []);
});

test("a pasted file is taken, a useless one says why right there", async () => {
  const { page, seen } = await opened(scenario("clean-ali-user-okta"), "context");
  const metadata = page.locator(".files[data-key=metadata]");
  await metadata.locator("summary").click();
  const box = page.getByLabel("Text of: Metadata");
  await paste(page, box, scenario("clean-ali-user-okta", "idp-metadata.xml"));
  await metadata.locator(".used").waitFor();
  assert.equal(await box.inputValue(), "", "the box is free for the next");
  await box.pressSequentially("no metadata");
  await metadata.getByRole("button", { name: "Use this text" }).click();
  const problem = metadata.locator(".unusable .why");
  await problem.waitFor();
  assert.notEqual(await problem.innerText(), "");
  await metadata.locator(".unusable .icon-button").click();
  assert.equal(await metadata.locator(".given .file").count(), 1);
  assert.deepEqual(seen.complaints, []);
});

test("a context file fills the fields and asks for the files that it names", async () => {
  const name = "ali-user-nameid-suffix-unknown";
  const { page, seen } = await opened(scenario(name), "context");
  const load = page.locator(".load");
  await load.locator("input[type=file]").first().setInputFiles(given("context.json", scenario(name, "context.json")));
  await page.locator(".load .asked", { hasText: "idp-metadata.xml, request.txt" }).waitFor();
  assert.equal(await fact(page, "alibaba.ram_users").inputValue(), "alice\nbo.chen\nsvc-deploy");
  assert.equal(await fact(page, "error_text").inputValue(), "The user does not exist");
  await load.locator(".asked input").setInputFiles([
    given("idp-metadata.xml", scenario(name, "idp-metadata.xml")),
    given("request.txt", scenario(name, "request.txt")),
  ]);
  await outcome(page, "The login is refused");
  await page.locator(".used").nth(1).waitFor();
  assert.equal(await page.locator(".load .asked").isVisible(), false);
  await load.locator("input[type=file]").first().setInputFiles(given("context.json", '{"nwo": "clock"}'));
  assert.match(await page.locator(".status .problem").innerText(), /nwo/);
  assert.equal(await fact(page, "error_text").inputValue(), "The user does not exist", "nothing is lost by it");
  assert.deepEqual(seen.complaints, []);
});

test("a working and a failing login: the one thing that matters is told, the rest is folded", async () => {
  const works = Buffer.from(decodeURIComponent(scenario("clean-ali-user-okta").match(/SAMLResponse=([^&\s]*)/)[1]), "base64");
  const fails = works.toString().replaceAll("2026-03-02T", "2026-03-03T").replace(/(<[\w:]*Audience>[^<]*)/, "$1/");
  const { page, seen } = await opened(works.toString(), "compare");
  assert.match(await page.locator(".compared").innerText(), /takes two messages/);
  await add(page, fails);
  const rows = page.locator(".compared .matters > li");
  await rows.first().waitFor();
  const told = await rows.evaluateAll((rows) => rows.map((row) => row.dataset.path));
  assert.deepEqual(told.filter((path) => !path.startsWith("Signature[")), [
    "Response/Assertion/Conditions/AudienceRestriction/Audience",
  ]);
  const audience = rows.filter({ hasText: "AudienceRestriction" });
  assert.match(await audience.locator(".meaning").innerText(), /entity ID, character for character/);
  assert.deepEqual(await audience.locator("mark").allInnerTexts(), ["/"]);
  assert.equal(await page.locator(".always li").first().isVisible(), false);
  await page.locator(".always summary").click();
  assert.ok((await page.locator(".always li:visible").count()) > 3);
  await page.getByRole("button", { name: "Swap" }).click();
  await audience.locator(".side").first().locator("mark").waitFor();
  // To the bytes of either side.
  await audience.locator(".side").first().getByRole("button").click();
  assert.equal(await page.locator("#tab-message").getAttribute("aria-selected"), "true");
  assert.match(await page.locator(".capture[data-selected=true]").innerText(), /\(2\)/);
  assert.deepEqual(seen.complaints, []);
});

test("the ladder tells each step, what it made, and what came beside the message", async () => {
  const relay = encodeURIComponent(encodeURIComponent("https://ecs.console.aliyun.com/"));
  const { page, seen } = await opened(`${read("tests/golden/redirect-url/input.txt").trim()}&RelayState=${relay}`, "decode");
  const steps = page.locator(".ladder > li");
  assert.ok((await steps.count()) >= 5);
  await page.locator(".head").nth(3).locator("summary").click();
  const heads = await page.locator(".head").evaluateAll((all) => all.map((one) => one.querySelector("pre").textContent));
  assert.ok(heads.some((text) => /^([0-9a-f]{2} )+/.test(text)), "what is compressed is in hexadecimal");
  assert.match(heads.at(-1), /^<\?xml|^</);
  assert.match(await page.locator(".beside").innerText(), /SAMLRequest/);
  await add(page, read("tests/golden/error-truncated/input.txt"));
  await page.locator(".ladder .failed .error").waitFor();
  assert.match(await page.locator(".ladder .failed .error").innerText(), /At byte/);
  assert.deepEqual(seen.complaints, []);
});

for (const place of ["context", "compare", "decode"]) {
  test(`${place}: axe finds nothing, and nothing scrolls sideways, on any screen`, async () => {
    for (const [width, colorScheme, locale] of [[1280, "light", "en-US"], [1280, "dark", "zh-CN"], [360, "dark", "en-US"]]) {
      const { page } = await opened(scenario("clean-ali-user-okta"), place, {
        viewport: { width, height: 800 },
        colorScheme,
        locale,
      });
      await add(page, scenario("ali-user-nameid-suffix-unknown"));
      await go(page, place);
      if (place === "context") {
        await fact(page, "alibaba.account_id").fill("1");
        await fact(page, "certificates").setInputFiles(given("none.pem", "none"));
        await page.locator(".unusable").waitFor();
      }
      if (place === "compare") await page.locator(".compared .rows > li").first().waitFor({ state: "attached" });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document.querySelector(".place"));
        return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
      });
      assert.deepEqual(found, [], `${width} ${colorScheme} ${locale}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px`);
      await page.context().close();
    }
  });
}
