// An attack shown for what it is: what is read and what is signed side by side, what each reader makes of a split text,
// what was done to a message after it was signed, and what the browser's own reader sees differently.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { caseOf, scenarios } from "./cases.mjs";
import { fits, openCase, paste, sample, settled, start, ui } from "./harness.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const close = async ({ page, seen }) => {
  assert.deepEqual(seen.complaints, []);
  assert.deepEqual(seen.opened, []);
  await page.context().close();
};

async function open(options = {}) {
  const opened = await browser.open(options);
  await opened.field.waitFor();
  return opened;
}

/** The page with a scenario. */
async function look(name, options = {}) {
  const opened = await open(options);
  await openCase(opened.page, caseOf(name));
  return opened;
}

const claim = (within, which) => within.locator(`.claim[data-claim=${which}]`).first();
const said = (claim, name) => claim.locator(".row", { has: claim.page().getByText(name, { exact: true }) }).locator("dd");
/** The selected text of a message's layer. */
const layer = (page, name) => page.locator(`.xml .${name}`).allInnerTexts().then((all) => all.join(""));

for (const [name, covers] of [["attack-xsw1", /No signature that holds/], ["attack-xsw3", /^A signature covers it/]]) {
  test(`${name}: both elements are shown side by side, each with what it says and the way to its bytes`, async () => {
    const opened = await look(name);
    const { page } = opened;
    const card = page.locator(".card");
    await card.locator(".wrapped").waitFor();
    assert.match(await card.locator(".wrapped").getAttribute("data-shape"), new RegExp(name.replace("attack-", "")));
    const [read, signed] = [claim(card, "consumed"), claim(card, "signed")];
    const names = await Promise.all([read, signed].map((one) => said(one, "NameID").locator("mark").innerText()));
    assert.notEqual(names[0], names[1], "the names are the attacker's and the victim's");
    assert.match(await said(read, "NameID").innerText(), /says something else/, "told by more than colour");
    assert.match(await read.locator(".state").innerText(), /No signature/);
    // Taken out of its place the first is covered by no signature that holds.
    assert.match(await signed.locator(".state").innerText(), covers);
    assert.match(await read.locator(".source").innerText(), /^<\S*(Assertion|Response)/);
    assert.ok((await read.locator(".source .t-name").count()) > 0, "in the reader's colours");
    // Wide enough they stand side by side in Signatures.
    await ui.tab(page, "signatures").click();
    const place = page.locator("section.signatures .wrapped").first();
    const boxes = await Promise.all(["consumed", "signed"].map((one) => claim(place, one).boundingBox()));
    assert.equal(boxes[0].y, boxes[1].y);
    assert.ok(boxes[0].x + boxes[0].width <= boxes[1].x);
    // The way to the bytes: each its own, and over the message what is read instead and what is signed.
    await claim(place, "consumed").locator(".jump").click();
    await page.locator(".xml .target").first().waitFor();
    await page.locator(".legend li", { hasText: "read instead" }).first().waitFor();
    const id = await said(claim(page.locator(".card"), "consumed"), "ID").evaluate((dd) => dd.firstElementChild.firstChild.data);
    const instead = await layer(page, "instead");
    assert.ok(instead.includes(id), "what is read instead is marked");
    const covered = await layer(page, "covered");
    assert.ok(!covered.includes(id));
    await close(opened);
  });
}

test("on a small screen one element stands above the other", async () => {
  const opened = await look("attack-xsw3", { viewport: { width: 390, height: 844 } });
  const { page } = opened;
  const card = page.locator(".card");
  await card.locator(".wrapped").waitFor();
  const boxes = await Promise.all(["consumed", "signed"].map((one) => claim(card, one).boundingBox()));
  assert.ok(boxes[0].y + boxes[0].height <= boxes[1].y);
  assert.equal(boxes[0].x, boxes[1].x);
  assert.ok(await fits(page));
  await close(opened);
});

test("a wrapped sample shows the same, in Chinese as well", async () => {
  const opened = await open({ locale: "zh-CN" });
  await sample(opened, "wrapped");
  const card = opened.page.locator(".card");
  assert.match(await claim(card, "consumed").locator("h2").innerText(), /[\u4e00-\u9fff]/);
  assert.match(await card.locator(".wrapped > p").innerText(), /[\u4e00-\u9fff]/);
  await close(opened);
});

test("a clean login has nothing of an attack", async () => {
  const opened = await open();
  await sample(opened, "clean-login");
  const { page } = opened;
  await page.waitForTimeout(1000);
  for (const part of [".wrapped", ".readings", ".readers"]) assert.equal(await page.locator(part).count(), 0, part);
  await ui.tab(page, "message").click();
  await ui.bytes(page).waitFor();
  assert.equal(await page.locator(".xml .instead").count(), 0);
  await close(opened);
});

for (const name of ["attack-comment-nameid", "attack-pi-nameid"]) {
  test(`${name}: what each kind of reader reads of the NameID, in the card and under Identity`, async () => {
    const opened = await look(name);
    const { page } = opened;
    await page.locator(".card .readings").waitFor();
    await ui.tab(page, "identity").click();
    const table = page.locator("section.identity .readings").first();
    await table.waitFor();
    const rows = await table.locator("tbody tr").evaluateAll((rows) =>
      rows.map((row) => [row.dataset.reader, row.dataset.differs, row.querySelector("td mark, td span").firstChild.data]),
    );
    assert.ok(rows.length >= 2, JSON.stringify(rows));
    assert.equal(rows[0][0], "whole-text");
    assert.ok(new Set(rows.map(([, , value]) => value)).size > 1, "they differ");
    for (const [, differs, value] of rows) assert.equal(differs, String(value !== rows[0][2]));
    await close(opened);
  });
}

test("a pretty-printed message: the edit is named with its places, and the difference shows the white space", async () => {
  const opened = await look("sig-pretty-printed");
  const { page } = opened;
  await ui.tab(page, "signatures").click();
  const card = page.locator(".sign-card[data-status=invalid]").first();
  await card.locator(".restores").waitFor();
  const difference = card.locator(".octets");
  await difference.locator("ins").first().waitFor();
  const came = await difference.locator("ins").allTextContents();
  assert.ok(came.every((text) => /^has come in:[⏎·→\s]+$/.test(text)), JSON.stringify(came.slice(0, 3)));
  assert.equal(await difference.locator("del").count(), 0, "nothing was taken away");
  assert.ok((await difference.locator(".gap").count()) > 0, "what is the same is folded");
  assert.match(await difference.locator("summary").innerText(), /−0 \+\d/);
  await card.locator(".edits .places button").first().click();
  await page.locator(".xml .target").first().waitFor();
  await close(opened);
});

test("a value that was edited: what it was and what it is, in the sentence and in the difference", async () => {
  const opened = await look("sig-nameid-changed");
  const { page } = opened;
  const card = page.locator(".card");
  assert.match(await card.locator("h1").innerText(), /"alice@acme\.example" was signed, and "admin@acme\.example" stands there now/);
  await card.getByText("With this undone, the signature holds with the key").waitFor();
  await ui.tab(page, "signatures").click();
  const signature = page.locator(".sign-card[data-status=invalid]").first();
  await signature.locator(".restores[data-edit=value-edited]").waitFor();
  await signature.locator(".octets ins").first().waitFor();
  const parts = (name) => signature.locator(`.octets ${name}`).allTextContents();
  assert.match((await parts("del")).join(""), /lice$/);
  assert.match((await parts("ins")).join(""), /dmin$/);
  await close(opened);
});

test("what nothing restores: what was ruled out is listed, and what is harmless said", async () => {
  const opened = await open();
  const { page } = opened;
  const changed = caseOf("sig-pretty-printed");
  for (const input of changed.inputs) {
    // Two values that nothing here knows.
    const edited = input.text.replace(/(<\S*NameID[^>]*>)[^<]+/, "$1nobody").replace(/(<\S*AttributeValue[^>]*>)[^<]+/, "$1nothing");
    assert.notEqual(edited, input.text);
    input.text = edited;
  }
  await openCase(page, changed);
  await ui.tab(page, "signatures").click();
  const signature = page.locator(".sign-card[data-status=invalid]").first();
  await signature.locator(".ruled-out summary").click();
  assert.ok((await signature.locator(".ruled-out li").count()) >= 20);
  await signature.locator(".ruled-out li[data-edit=harmless]").waitFor();
  assert.equal(await signature.locator(".restores").count(), 0);
  await close(opened);
});

const names = 'xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"';
const response = (content, prolog = "") =>
  `${prolog}<p:Response ${names} ID="_r" Version="2.0" IssueInstant="2026-03-01T08:00:00Z"><Issuer>https://idp.acme.example/</Issuer>` +
  `<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>` +
  `<Assertion ID="_a" Version="2.0" IssueInstant="2026-03-01T08:00:00Z"><Issuer>https://idp.acme.example/</Issuer>` +
  `<Subject><NameID>${content}</NameID></Subject></Assertion></p:Response>`;

/** What this browser reads in another way than the strict reader, and how that is told. */
const differing = {
  "an entity that the browser puts in": [response("&e;", '<!DOCTYPE p [<!ENTITY e "alice@acme.example">]>'), "text", "alice@acme.example"],
  "an attribute that a document type adds": [
    response("alice@acme.example", '<!DOCTYPE p [<!ATTLIST Assertion added CDATA "value">]>'),
    "attributes",
    'added="value"',
  ],
  "a declaration that is refused here": [response("alice@acme.example", '<?xml version="1.0" encoding="utf 8"?>'), "accepted", ""],
  "an instruction that is refused here": [response("<?a:b c?>alice@acme.example"), "accepted", ""],
};
for (const [what, [message, kind, theirs]] of Object.entries(differing)) {
  test(`another reader: ${what}`, async () => {
    const opened = await open();
    const { page, seen, field } = opened;
    await settled(page);
    const loaded = seen.requests.length;
    // Browsers have changed their reader: older ones refuse what newer ones let pass. Asked where no policy is.
    const { page: blank } = await browser.blank();
    const refused = await blank.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, "application/xml");
      return document.querySelector("parsererror") !== null;
    }, message);
    await blank.context().close();
    await paste(page, field, message);
    const notice = page.locator(".readers");
    if (refused) {
      assert.equal(kind, "accepted", "every browser reads this");
      await page.waitForTimeout(700);
      assert.equal(await notice.count(), 0, "both refuse it");
      // A document that the browser refuses it makes one of that has a style, which the page's own policy forbids.
      seen.complaints = seen.complaints.filter((complaint) => !complaint.includes("Applying inline style violates"));
      return close(opened);
    }
    await notice.waitFor();
    assert.equal(await notice.getAttribute("data-kind"), kind);
    if (theirs) assert.match(await notice.locator(".sent dd").innerText(), new RegExp(theirs));
    await notice.locator(".what button").click();
    await page.locator(".xml .target").first().waitFor();
    assert.deepEqual(seen.requests.slice(loaded), [], "nothing was asked for");
    return close(opened);
  });
}

test("another reader: what both read alike, or both refuse, is no difference", async () => {
  const opened = await open();
  const { page } = opened;
  const alike = [
    response("alice@acme.example"),
    response("ali<!-- c -->ce<![CDATA[@]]>acme&#46;example &amp; <?p d  e ?>\r\n\ty"),
    response("x").replace('ID="_a"', 'ID="_a" xml:lang="e&#10;n\tx  y" xmlns:q="u&amp;v" q:ID=\'"\''),
    `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><?p?>\n${response("名前 \u{1F600}")}\n<!-- d -->\n`,
    response("<b>"),
    ` <?xml version="1.0"?>${response("x")}`,
    response("x").replace("<Subject>", '<Subject xsi:type="x">'),
    `${response("x")}<more/>`,
    response("&undeclared;"),
    response("a").replace("<Subject>", '<x:Subject>'),
  ];
  for (const message of alike) {
    await openCase(page, { schema: "samlens-case/1", inputs: [{ name: "m.xml", text: message }], context: {}, files: [] });
    await page.waitForTimeout(700);
    assert.deepEqual(await page.locator(".readers").allInnerTexts(), [], message);
  }
  await close(opened);
});

test("another reader: a message runs nothing and loads nothing in it", async () => {
  const opened = await open();
  const { page, seen, field } = opened;
  await settled(page);
  const loaded = seen.requests.length;
  const html = 'xmlns:h="http://www.w3.org/1999/xhtml"';
  const message = response(
    `<h:script ${html}>window.ran=1</h:script><h:img ${html} src="http://127.0.0.1:1/x" onerror="window.ran=1"/>` +
      `<h:link ${html} rel="stylesheet" href="http://127.0.0.1:1/y"/><h:iframe ${html} src="http://127.0.0.1:1/z"/>`,
    '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:1/s"?><!DOCTYPE p [<!ENTITY x SYSTEM "http://127.0.0.1:1/e"><!ATTLIST Assertion a CDATA "b">]>',
  );
  await paste(page, field, message);
  await page.locator(".readers").waitFor();
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.deepEqual(seen.requests.slice(loaded), []);
  await close(opened);
});

test("another reader: no sound message of the scenarios is read differently", async () => {
  const opened = await open();
  const { page } = opened;
  const sound = scenarios.filter((name) => /^(clean|ali|csso|enc|generic|idaas|logout|metadata|sig|relay)-/.test(name));
  assert.ok(sound.length > 50);
  for (const name of sound) {
    await openCase(page, caseOf(name));
    await page.waitForTimeout(450);
    assert.deepEqual(await page.locator(".readers").allInnerTexts(), [], name);
  }
  await close(opened);
});
