// What a person does with the page, done in a real Chromium with the release build.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { paste, read, screenshot, shown, start } from "./harness.mjs";

const okta = read("tests/golden/post-form/input.txt");
const redirect = read("tests/golden/redirect-url/input.txt");
const truncated = read("tests/golden/error-truncated/input.txt");
const idpMetadata = read("tests/fixtures/cases/okta/idp-metadata.xml");
const metadata = read("tests/golden/metadata/input.txt");

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

test("a pasted login shows its NameID, and no request leaves the page", async () => {
  const { page, seen, origin, field } = await browser.open();
  await field.waitFor();
  const loaded = seen.requests.length;
  await paste(page, field, okta);
  assert.equal(await shown(page, "NameID").innerText(), "alice@acme-cloud.onaliyun.com");
  assert.equal(await shown(page, "Format").innerText(), "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
  assert.equal(await shown(page, "Issuer").innerText(), "http://www.okta.com/exk1acme7Qd2Lw9Vt5x7");
  assert.equal(await shown(page, "Audience").innerText(), "https://signin.aliyun.com/1029384756102938/saml/SSO");
  assert.equal(await shown(page, "RelayState").innerText(), "https://ecs.console.aliyun.com/");
  assert.match(await page.locator(".xml").innerText(), /<saml2p:Response/);
  assert.equal(await page.locator(".steps > li.done").count(), 4);

  assert.equal(seen.requests.length, loaded, "nothing was asked for after the page had loaded");
  assert.ok(seen.requests.every((url) => url.startsWith(`${origin}/`)), seen.requests.join("\n"));
  assert.deepEqual(seen.complaints, []);
});

test("the page's policy refuses every connection but to its own files", async () => {
  const { page, origin, field } = await browser.open();
  await field.waitFor();
  const refused = await page.evaluate(async () => {
    const elsewhere = "http://127.0.0.1:9/";
    const tried = [
      () => fetch(elsewhere),
      () => new Promise((done, fail) => Object.assign(new Image(), { onload: done, onerror: fail, src: elsewhere })),
      () => import(elsewhere),
    ];
    const violations = [];
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
    for (const attempt of tried) await attempt().catch(() => {});
    await new Promise((next) => setTimeout(next, 0));
    return violations;
  });
  assert.deepEqual(refused, ["connect-src", "img-src", "script-src-elem"]);
  assert.equal(await page.evaluate((url) => fetch(url).then((answer) => answer.status), `${origin}/boot.js`), 200);
});

test("typed keys arrive one by one and the answer follows", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  assert.ok(await field.evaluate((field) => field === document.activeElement), "the field has the focus");
  await page.keyboard.type("<a>1</a>");
  assert.equal(await page.locator(".card .outcome").innerText(), "No SAML message");
  await page.keyboard.press("Backspace");
  assert.match(await page.locator(".card.failed h1").innerText(), /the text ends within a tag/);
  await page.keyboard.type(">");
  assert.equal(await field.inputValue(), "<a>1</a>");
  assert.deepEqual(seen.complaints, []);
});

test("a list that grows beside the field does not lose its text", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  await field.evaluate((field) => (field.marked = true));
  for (const [number, text] of [redirect, truncated, metadata, okta].entries()) {
    const file = { name: `file-${number}.txt`, mimeType: "text/plain", buffer: Buffer.from(text) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByText(file.name, { exact: true }).first().waitFor();
    assert.equal(await field.inputValue(), okta);
  }
  assert.equal(await page.locator(".files li").count(), 4);
  for (let left = 4; left > 0; left -= 1) {
    await page.locator(".files button").first().click();
    await page.waitForFunction((left) => document.querySelectorAll(".files li").length === left, left - 1);
    assert.equal(await field.inputValue(), okta);
  }
  assert.ok(await field.evaluate((field) => field.marked), "it is the very same field");
  assert.deepEqual(seen.complaints, []);
});

test("dropped files stand beside the text, and each can be looked at", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "request.txt"));
    document.querySelector("main").dispatchEvent(
      new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }, redirect);
  await page.locator(".captures button").nth(1).waitFor();
  const pressed = page.locator(".captures button[aria-pressed=true]");
  assert.match(await pressed.innerText(), /request\.txt/, "what came last is shown");
  await page.locator(".captures button").first().click();
  assert.equal(await shown(page, "NameID").innerText(), "alice@acme-cloud.onaliyun.com");
  assert.equal(await field.inputValue(), okta);
  assert.deepEqual(seen.complaints, []);
});

test("the verdict says why, who must act and what to do, and marks the difference", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, read("tests/scenarios/generic-issuer-http/input.txt"));
  const metadata = Buffer.from(read("tests/scenarios/generic-issuer-http/idp-metadata.xml"));
  await page.locator("input[type=file]").setInputFiles({ name: "idp.xml", mimeType: "text/xml", buffer: metadata });
  const card = page.locator(".card.failed");
  await card.waitFor();
  assert.match(await card.locator("h1").innerText(), /http:\/\/.*https:\/\//);
  assert.match(await card.locator(".who").innerText(), /admin must act/);
  assert.ok((await card.locator(".repair dd").count()) >= 1, "there is a repair");
  assert.deepEqual(await card.locator(".proof mark").allInnerTexts(), ["s"], "the one letter that differs is marked");
  assert.ok((await page.locator(".findings li[data-rule]").count()) >= 1, "what else was found stands below");
  assert.deepEqual(seen.complaints, []);
});

test("signatures are verified, and trusted once the metadata stands beside the message", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, okta);
  const rows = page.locator("li[data-status]");
  assert.deepEqual(await rows.locator(".title").allInnerTexts(), [
    "Response: valid, by a key that nobody vouches for",
    "Assertion: valid, by a key that nobody vouches for",
  ]);
  const file = { name: "idp-metadata.xml", mimeType: "text/xml", buffer: Buffer.from(idpMetadata) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.locator(".captures button").first().click();
  assert.equal(await rows.first().locator(".title").innerText(), "Response: valid, by a key you gave");
  const cover = page.locator(".row", { has: shown(page, "NameID") }).locator(".cover");
  assert.equal(await cover.getAttribute("title"), "signed with the Response, by a key you gave");
  await field.fill(okta.replace("PD94bWwg", "PD94bWwh"));
  await page.locator(".card.failed").waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("what cannot be read says at which step and byte, and what to try", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, truncated);
  const card = page.locator(".card.failed");
  assert.match(await card.innerText(), /This could not be read/);
  assert.match(await card.innerText(), /Step “base64-decode”, byte \d+/);
  assert.match(await card.innerText(), /Copy the value again, whole/);
  assert.equal(await field.inputValue(), truncated, "nothing typed is lost");
});

test("hostile values are text and nothing else", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  const polyglot = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>\u202Egnp.exe`;
  const escaped = polyglot.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const ns = "urn:oasis:names:tc:SAML:2.0:assertion";
  const message = `<Assertion xmlns="${ns}"><Subject><NameID>${escaped}</NameID></Subject></Assertion>`;
  await paste(page, field, message);
  assert.equal(await shown(page, "NameID").textContent(), polyglot);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.deepEqual(seen.complaints, []);
});

test("a large message stays usable: part is shown, all of it is copied", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  const large = `<a>${"<b c='1'>text</b>\n".repeat(60_000)}</a>`;
  await page.locator("input[type=file]").setInputFiles({
    name: "large.xml",
    mimeType: "text/xml",
    buffer: Buffer.from(large),
  });
  await page.getByText(/more lines are not shown here/).waitFor();
  await page.getByRole("button", { name: "Copy the XML as sent" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), large);
  assert.deepEqual(seen.complaints, []);
});

test("where the program cannot start, the page says so", async () => {
  const { page } = await browser.open({
    before: (page) => page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" })),
  });
  await page.getByText("samlens could not start").waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`nothing scrolls sideways at ${width} px, ${colorScheme}`, async () => {
      const { page, field } = await browser.open({ colorScheme, viewport: { width, height: 900 } });
      await field.waitFor();
      const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      const name = (what) => `${what}-${width}-${colorScheme}`;
      assert.ok(await fits());
      await screenshot(page, name("start"));
      await paste(page, field, okta);
      await shown(page, "NameID").waitFor();
      assert.ok(await fits());
      await screenshot(page, name("response"));
      await field.fill(truncated);
      await page.locator(".card.failed").waitFor();
      assert.ok(await fits());
      await screenshot(page, name("unreadable"));
    });
  }
}
