// Whom a message is about, until when, and what vouches for it: the clock, the roles, each signature, each certificate.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { fits, paste, read, sample, shown, start, ui } from "./harness.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const close = async ({ page, seen }) => {
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
};

/** Opens a sample and goes to a place of it. */
async function look(place, of, options = {}) {
  const opened = await browser.open(options);
  await opened.field.waitFor();
  await sample(opened, of);
  await ui.tab(opened.page, place).click();
  await opened.page.locator(`section.${place}`).waitFor();
  return opened;
}

const thumb = (page) => page.getByRole("slider", { name: "Clock" });
const written = (page) => page.getByRole("textbox", { name: "Judged at" });
const headline = (page) => page.locator(".card h1");
const away = (page, time) => page.locator(`[data-time="${time}"] .away`);

/** Writes a time into the clock's field, as a person does. */
async function judge(page, time) {
  await written(page).fill(time);
  await page.keyboard.press("Enter");
}

test("the clock is keyed past NotOnOrAfter and back: the verdict follows", async () => {
  const opened = await look("identity", "clean-login");
  const { page } = opened;
  const before = await written(page).inputValue();
  assert.equal(before, "2026-03-02T08:16:20Z");
  assert.match(await away(page, "Conditions/@NotOnOrAfter").innerText(), /^in \d/);
  await page.locator(".card.accepted").waitFor();

  await thumb(page).focus();
  await thumb(page).evaluate((thumb) => (thumb.marked = true));
  await page.keyboard.press("End");
  await page.locator(".card.failed").waitFor();
  assert.match(await headline(page).innerText(), /was good until/);
  assert.match(await away(page, "Conditions/@NotOnOrAfter").innerText(), /^\d.* ago$/);
  assert.equal(await thumb(page).getAttribute("aria-valuetext"), await written(page).inputValue());

  await page.keyboard.press("Home");
  await page.waitForFunction(() => !/was good until/.test(document.querySelector(".card h1").textContent));
  await page.locator(".card.failed").waitFor();
  assert.match(await away(page, "Conditions/@NotBefore").innerText(), /^in \d/);
  await judge(page, before);
  await page.locator(".card.accepted").waitFor();
  assert.ok(await thumb(page).evaluate((thumb) => thumb.marked), "the thumb is the same one all the while");

  // An arrow always moves it, however little time that is, and the case is told of every rest.
  await thumb(page).focus();
  for (let step = 0; step < 3; step += 1) {
    const [at, text] = [await thumb(page).inputValue(), step];
    await page.keyboard.press("ArrowRight");
    assert.equal(Number(await thumb(page).inputValue()), Number(at) + 1, `step ${text}`);
    await page.waitForTimeout(150);
    assert.equal(Number(await thumb(page).inputValue()), Number(at) + 1, `step ${text}, told`);
  }
  await close(opened);
});

test("the clock is dragged with the mouse, and its buttons put it back", async () => {
  const opened = await look("identity", "clean-login");
  const { page } = opened;
  await thumb(page).scrollIntoViewIfNeeded();
  const box = await thumb(page).boundingBox();
  const middle = box.y + box.height / 2;
  const at = (part) => box.x + 8 + (box.width - 16) * part;
  const step = Number(await thumb(page).inputValue()) / 1000;
  await page.mouse.move(at(step), middle);
  await page.mouse.down();
  for (let part = step; part < 1; part += 0.05) await page.mouse.move(at(part), middle);
  await page.locator(".card.failed").waitFor();
  assert.match(await headline(page).innerText(), /was good until/);
  await page.mouse.move(at(step), middle, { steps: 5 });
  await page.locator(".card.accepted").waitFor();
  await page.mouse.up();

  await page.getByRole("button", { name: "Capture", exact: true }).click();
  await page.locator(".card.accepted").waitFor();
  await page.getByText(/the time of the capture/).waitFor();
  // By the wall clock a login of long ago has expired.
  await page.getByRole("button", { name: "Now", exact: true }).click();
  await page.locator(".card.failed").waitFor();
  await page.getByRole("button", { name: "Automatic", exact: true }).click();
  await page.locator(".card.accepted").waitFor();
  await close(opened);
});

test("what is chosen right after a drag stands, and the drag's last time does not come behind it", async () => {
  const opened = await look("identity", "clean-login");
  const { page } = opened;
  const capture = page.getByRole("button", { name: "Capture", exact: true });
  await thumb(page).evaluate((thumb) => {
    const put = (value) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(thumb, value);
      thumb.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    // The first is told at once; what follows it waits, and is overruled meanwhile.
    ["990", "995", "1000"].forEach(put);
    [...document.querySelectorAll(".clock .choice button")].find((button) => button.textContent === "Capture").click();
  });
  await page.getByText(/the time of the capture/).waitFor();
  await page.waitForTimeout(300);
  assert.equal(await capture.getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator(".card.accepted").count(), 1);
  await close(opened);
});

test("what is no time says so, and the clock stays where it was", async () => {
  const opened = await look("identity", "clean-login");
  const { page } = opened;
  await judge(page, "2026-13-01T00:00:00Z");
  assert.match(await page.locator(".clock .problem").innerText(), /a month, 01 to 12/);
  assert.equal(await written(page).getAttribute("aria-invalid"), "true");
  assert.equal(await written(page).inputValue(), "2026-13-01T00:00:00Z", "what was written can be mended");
  await page.locator(".card.accepted").waitFor();
  await judge(page, "2026-03-02T16:16:20+08:00");
  assert.equal(await written(page).inputValue(), "2026-03-02T08:16:20Z");
  assert.equal(await page.locator(".clock .problem").innerText(), "");
  await close(opened);
});

test("the NameID is taken apart, and each value says what vouches for it", async () => {
  const opened = await look("identity", "clean-login");
  const { page } = opened;
  assert.equal(await shown(page, "NameID").innerText(), "alice@acme-cloud.onaliyun.com");
  assert.equal(await shown(page, "Before the @").innerText(), "alice");
  assert.equal(await shown(page, "After the @").innerText(), "acme-cloud.onaliyun.com");
  const cover = (name) => page.locator(".row", { has: shown(page, name) }).locator(".cover");
  assert.match(await cover("NameID").getAttribute("title"), /^signed with the (Response|Assertion), by a key you gave$/);
  assert.equal(await cover("Binding").getAttribute("title"), null, "no signature could cover the binding");
  await page.getByRole("button", { name: "Show the bytes: NameID" }).click();
  await page.locator('[data-place="message"]').waitFor();
  await close(opened);

  const unsigned = await look("identity", "clean-login");
  await unsigned.page.locator(".capture .icon-button").first().click();
  const saml = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="a"><saml:Subject><saml:NameID>bo</saml:NameID></saml:Subject></saml:Assertion>`;
  await unsigned.field.fill(saml);
  const bare = unsigned.page.locator(".row", { has: shown(unsigned.page, "NameID") }).locator(".cover");
  await unsigned.page.waitForFunction(() => document.querySelector('.value[data-name="NameID"]')?.textContent === "bo");
  assert.equal(await bare.getAttribute("title"), "not signed");
  await close(unsigned);
});

test("role values of Alibaba Cloud are taken apart, and what is wrong with one is said", async () => {
  const opened = await look("identity", "role-pair");
  const { page } = opened;
  const faulty = page.locator(".role:not([data-faults='0'])").first();
  await faulty.waitFor();
  assert.ok((await faulty.locator(".faults li").first().innerText()).length > 10);
  await close(opened);

  const sound = await browser.open();
  await sound.field.waitFor();
  await paste(sound.page, sound.field, read("tests/scenarios/clean-ali-role-keycloak/input.txt"));
  await ui.tab(sound.page, "identity").click();
  const role = sound.page.locator(".role");
  assert.equal(await role.getAttribute("data-faults"), "0");
  const part = (name) => role.locator(`.value[data-name="${name}"]`).innerText();
  assert.equal(await part("Service"), "alibaba-role-sso · aliyun.com");
  assert.equal(await part("Account"), "5647382910564738");
  assert.equal(await part("Role"), "ops.readonly");
  assert.equal(await part("Identity provider"), "globex-kc");
  assert.equal(await part("Order"), "role, then identity provider");
  const attributes = sound.page.locator(".attributes tbody tr");
  assert.match(await attributes.first().innerText(), /^Role\s+Alibaba Cloud/);
  await close(sound);
});

test("the bytes that a signature is over have the digest that it states", async () => {
  const opened = await look("signatures", "clean-login");
  const { page } = opened;
  const card = page.locator(".sign-card[data-status=valid]").first();
  assert.match(await card.locator(".title").innerText(), /: valid, by a key you gave$/);
  assert.equal(await card.locator(".digests").getAttribute("data-same"), "true");
  await card.locator("details.bytes summary").click();
  await card.getByRole("button", { name: "Copy the bytes" }).click();
  await card.getByText("Copied", { exact: true }).first().waitFor();
  const bytes = await page.evaluate(() => navigator.clipboard.readText());
  const digest = createHash("sha256").update(bytes, "utf8").digest("base64");
  assert.equal(await card.locator(".digests code").first().innerText(), digest);
  assert.ok((await card.locator(".bytes pre").innerText()).startsWith(bytes.slice(0, 40)));
  await close(opened);
});

test("a digest that differs is marked, with what restores it where that is known", async () => {
  const opened = await look("signatures", "pretty-printed");
  const { page } = opened;
  const card = page.locator(".sign-card[data-status=invalid]").first();
  assert.equal(await card.locator(".digests").getAttribute("data-same"), "false");
  assert.ok((await card.locator(".digests mark").count()) >= 2);
  assert.match(await card.innerText(), /digest-mismatch/);
  await card.locator("details.bytes summary").click();
  assert.match(await card.locator(".bytes pre").innerText(), /↵\n/, "line feeds are to be seen");
  await close(opened);
});

test("what a message without a signature means is said, and a query's signature is shown as one", async () => {
  const opened = await browser.open();
  const { page, field } = opened;
  await field.waitFor();
  await paste(page, field, read("tests/scenarios/sig-none/input.html"));
  await ui.tab(page, "signatures").click();
  assert.match(await page.locator(".unsigned").innerText(), /not signed[^]*A service must refuse it/);
  await close(opened);

  const query = await look("signatures", "redirect-request");
  const card = query.page.locator(".sign-card[data-status=invalid]");
  assert.match(await card.innerText(), /SAMLRequest: not valid[^]*in the query of the URL/);
  assert.match(await card.locator(".restores").innerText(), /What restores it\s+.*without RelayState/);
  await card.locator("details.bytes summary").click();
  assert.match(await card.locator(".bytes pre").innerText(), /^SAMLRequest=[^]*&RelayState=[^]*&SigAlg=/);
  await close(query);
});

test("what is encrypted shows its ciphers, and leads to what came out", async () => {
  const opened = await look("signatures", "encrypted");
  const { page } = opened;
  const card = page.locator(".sign-card[data-status=decrypted]");
  assert.match(await card.locator(".title").innerText(), /^EncryptedAssertion: decrypted$/);
  assert.match(await card.innerText(), /aes\d+-/);
  await card.getByRole("button", { name: "Show what came out" }).click();
  await page.locator('[data-place="message"]').waitFor();
  await close(opened);
});

test("a certificate says how long it is valid at the time of the clock, and what it verified", async () => {
  const opened = await look("identity", "clean-login");
  const { page } = opened;
  const said = async (time) => {
    await ui.tab(page, "identity").click();
    await judge(page, time);
    await page.locator(".strip").getByText(time).waitFor();
    await ui.tab(page, "certificates").click();
    return page.locator(".certificate [data-said=validity]").first().innerText();
  };
  assert.match(await said("2026-03-02T08:16:20Z"), /^valid, expires in \d+ (days|years)$/);
  const end = await page.locator(".certificate .ends time").last().innerText();
  const at = (days) => new Date(Date.parse(end) + days * 86_400_000).toISOString().replace(".000Z", "Z");
  assert.equal(await said(at(-412)), "valid, expires in 412 days");
  assert.equal(await said(at(3)), "expired 3 days ago");

  const card = page.locator(".certificate").first();
  assert.ok((await card.locator(".use[data-place=metadata]").count()) >= 1);
  assert.ok((await card.locator(".verified li").count()) >= 1);
  await card.getByRole("button", { name: "Copy PEM" }).click();
  await card.getByText("Copied", { exact: true }).first().waitFor();
  const pem = await page.evaluate(() => navigator.clipboard.readText());
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  assert.equal(await shown(page, "SHA-256").first().innerText(), createHash("sha256").update(der).digest("hex"));
  await close(opened);
});

test("a private key is listed, and nothing of it is told", async () => {
  const opened = await look("certificates", "encrypted");
  const { page } = opened;
  const half = page.locator(".use[data-place=private-key]");
  assert.match(await half.first().innerText(), /kept in memory and shown nowhere/);
  assert.doesNotMatch(await page.content(), /BEGIN [A-Z ]*PRIVATE KEY/);
  await close(opened);
});

test("without certificates the place says what to add, and leads there", async () => {
  const opened = await browser.open();
  const { page, field } = opened;
  await field.waitFor();
  await paste(page, field, `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`);
  await ui.tab(page, "certificates").click();
  await page.getByRole("button", { name: "Add it under Context" }).last().click();
  await page.locator('[data-place="context"]').waitFor();
  await close(opened);
});

for (const width of [1280, 390, 360]) {
  test(`identity, signatures and certificates fit ${width} px, in Chinese too`, async () => {
    const opened = await browser.open({ viewport: { width, height: 900 }, locale: "zh-CN" });
    const { page, field } = opened;
    await field.waitFor();
    await sample(opened, "encrypted");
    for (const place of ["identity", "signatures", "certificates"]) {
      await ui.tab(page, place).click();
      await page.locator(`section.${place}`).waitFor();
      assert.ok(await fits(page), place);
      const wide = await page.locator(`section.${place}`).evaluate((place) => place.scrollWidth - place.clientWidth);
      assert.ok(wide <= 0, `${place} is ${wide} px too wide`);
    }
    await ui.tab(page, "identity").click();
    assert.match(await away(page, "Conditions/@NotOnOrAfter").innerText(), /后$/);
    await close(opened);
  });
}
