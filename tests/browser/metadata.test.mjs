// What a person does with metadata, done in a real Chromium with the release build: one entity, a federation, two files.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { caseOf } from "./cases.mjs";
import { fits, manyEntities, marks, openCase, paste, read, root, sample, start, ui } from "./harness.mjs";

const federation = join(root, "../shared/corpus/aggregates/wayf-edugain-1736k.xml");
const missing = existsSync(federation) ? false : `${federation} is missing`;

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const list = (page) => page.locator(".metadata .m-list");
const found = (page, count) => page.locator(`.m-list[data-found="${count}"][aria-busy="false"]`).waitFor();
const part = (page, name) => page.locator(`.choice [data-part="${name}"]`);

/** Gives the page files, and goes to their metadata. */
async function dropped(files, options = {}) {
  const opened = await browser.open(options);
  const { page, field } = opened;
  await field.waitFor();
  await page.locator(marks.files).first().setInputFiles(files);
  await ui.tab(page, "metadata").click();
  await page.locator("section.metadata").waitFor();
  return opened;
}

const given = (name, text) => ({ name, mimeType: "application/xml", buffer: Buffer.from(text) });
const many = Array.from({ length: 1200 }, (_, number) => `school${number}`);

test("one entity is open at once, with its endpoints, keys, findings and XML", async () => {
  const opened = await browser.open();
  const { page, seen } = opened;
  await opened.field.waitFor();
  await sample(opened, "metadata");
  await ui.tab(page, "metadata").click();
  const entity = page.locator("article.entity");
  await entity.waitFor();
  assert.equal(await list(page).count(), 0, "a list of one is none");
  assert.equal(await entity.getAttribute("data-entity-id"), "http://www.okta.com/exk1acme7Qd2Lw9Vt5x7");
  const endpoint = entity.locator("[data-endpoint=SingleSignOnService]").first();
  assert.match(await endpoint.innerText(), /HTTP-(POST|Redirect)/);
  assert.equal(await entity.locator(".key .certificate[data-sha256]").count(), 1);
  assert.match(await entity.locator(".key .validity [data-said=validity]").innerText(), /valid|expired/);
  // The bytes of a value are shown in the entity's own XML.
  await endpoint.getByRole("button", { name: /Show the bytes/ }).first().click();
  await entity.locator(".xml .target").first().waitFor();
  assert.match((await entity.locator(".xml .target").allInnerTexts()).join(""), /^https:\/\/login\.acme\.example\//);
  assert.equal(await page.locator(".page").getAttribute("data-place"), "metadata", "the place is the same");
  const download = page.waitForEvent("download");
  await entity.locator("[data-save]").click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "www.okta.com-exk1acme7Qd2Lw9Vt5x7.xml");
  const text = readFileSync(await file.path(), "utf8");
  assert.match(text, /^<md:EntityDescriptor [^]*<\/md:EntityDescriptor>$/);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("an entity of many opens by itself, and undo brings the others back", async () => {
  const opened = await browser.open();
  const { page, seen } = opened;
  await opened.field.waitFor();
  await page.locator(marks.files).first().setInputFiles(given("two.xml", manyEntities(["one", "two"])));
  await ui.tab(page, "metadata").click();
  await list(page).locator("[role=option]").nth(1).click();
  const entity = page.locator("article.entity");
  const id = await entity.getAttribute("data-entity-id");
  await entity.locator("[data-alone]").click();
  await ui.verdict(page).waitFor();
  assert.equal(await page.locator(".capture").count(), 1);
  await ui.tab(page, "metadata").click();
  await entity.waitFor();
  assert.equal(await list(page).count(), 0, "it is all there is");
  assert.equal(await entity.getAttribute("data-entity-id"), id);
  assert.equal(await entity.locator("[data-alone]").count(), 0);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await ui.tab(page, "metadata").click();
  await list(page).waitFor();
  assert.equal(await list(page).locator("[role=option]").count(), 2);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("metadata has a place only where there is some", async () => {
  const opened = await browser.open();
  await opened.field.waitFor();
  const { page, field } = opened;
  await paste(page, field, read("tests/scenarios/clean-ali-user-okta/input.txt"));
  await ui.verdict(page).waitFor();
  assert.equal(await ui.tab(page, "metadata").count(), 0);
  await page.locator(marks.files).first().setInputFiles(given("two.xml", manyEntities(["one", "two"])));
  await ui.tab(page, "metadata").click();
  await page.locator("section.metadata").waitFor();
  // What shows a place that is gone goes back to the verdict.
  await ui.remove(page).click();
  await ui.remove(page).click();
  await ui.verdict(page).waitFor({ state: "detached" });
  await page.context().close();
});

test("a long list is searched, walked by keys alone, and an entity opened", async () => {
  const { page, seen } = await dropped(given("schools.xml", manyEntities(many)));
  await found(page, 1200);
  assert.ok((await list(page).locator("[role=option]").count()) < 80, "only rows near the window are there");
  assert.equal(await list(page).locator("[role=option]").first().getAttribute("aria-setsize"), "1200");
  // To the search, a few letters, into the list, down, open: without a pointer.
  await page.locator("section.metadata").evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.type), "search");
  await page.keyboard.type("school77");
  await found(page, 11);
  assert.match(await page.locator(".metadata .find .count").innerText(), /11 of 1,200/);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "listbox");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator('article.entity[data-entity-id="https://school770.example/idp"]').waitFor();
  assert.equal(await list(page).locator("[aria-selected=true]").getAttribute("data-entity"), "770");
  // What it is found by: its scope, its contact, nothing at all.
  const search = page.locator(".metadata input[type=search]");
  for (const [query, count] of [["school12.example", 1], ["help@school900.example", 1], ["nobody", 0], ["", 1200]]) {
    await search.fill(query);
    await found(page, count);
  }
  assert.equal(await page.locator("article.entity").count(), 1, "the entity stays open");
  // To the end, and a row from there.
  await list(page).focus();
  await page.keyboard.press("End");
  await list(page).locator("[data-entity='1199']").waitFor();
  await page.keyboard.press("Enter");
  await page.locator('article.entity[data-entity-id="https://school1199.example/idp"]').waitFor();
  // What was looked at is still there after another place.
  await ui.tab(page, "decode").click();
  await ui.tab(page, "metadata").click();
  await page.locator('article.entity[data-entity-id="https://school1199.example/idp"]').waitFor();
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("two files are compared, from their place and from Compare", async () => {
  const before = manyEntities(["one", "two", "three"]);
  const later = manyEntities(["one", "two", "four"], "https://new.example/sso");
  const { page, seen } = await dropped([given("before.xml", before), given("later.xml", later)]);
  await part(page, "changes").click();
  await page.locator(".changes .tools").waitFor();
  const sum = page.locator(".changes .sum");
  const failed = page.locator(".changes p", { hasText: "could not be compared" });
  await sum.or(failed).first().waitFor();
  assert.match(await sum.innerText(), /2 changed, 1 added, 1 removed, 0 the same/);
  assert.equal(await page.locator('.changed[data-entity-id="https://four.example/idp"]').count(), 1);
  await ui.tab(page, "compare").click();
  await page.locator("[data-as-metadata]").click();
  await sum.waitFor();
  assert.equal(await page.locator(".page").getAttribute("data-place"), "metadata");
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("what the messages say is held against the metadata, and leads to the bytes", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await openCase(page, caseOf("clean-ali-user-okta"));
  await ui.tab(page, "metadata").click();
  await part(page, "against").click();
  const row = page.locator(".matches [data-what=idp-entity-id]").first();
  await row.waitFor();
  assert.equal(await row.getAttribute("data-outcome"), "match");
  await row.locator(".icon-button").first().click();
  await page.locator(".reader .xml .target").first().waitFor();
  // Metadata of the context has no capture, and its entity opens all the same.
  await ui.tab(page, "metadata").click();
  await part(page, "entities").click();
  await page.locator("article.entity[data-entity-id]").first().waitFor();
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a federation as it is published: facts, calendar, entities, on a small screen as well", { skip: missing }, async () => {
  for (const width of [1280, 390]) {
    const { page, seen } = await dropped(federation, { viewport: { width, height: 844 } });
    const count = Number(await page.locator("section.metadata").getAttribute("data-entities"));
    const own = readFileSync(federation, "utf8").match(/<(?:\w+:)?EntityDescriptor[\s>]/g).length;
    assert.equal(count, own);
    await found(page, count);
    await page.locator(".counts [data-count=expired]").click();
    const expired = Number(await list(page).getAttribute("data-found"));
    assert.ok(expired >= 0);
    await page.locator(".calendar [data-filter='']").click();
    const first = list(page).locator("[data-row='0']");
    await first.waitFor();
    await first.click();
    await page.locator(".entities").waitFor();
    assert.ok(await fits(page), "it scrolls sideways");
    assert.deepEqual(seen.complaints, []);
    assert.ok(seen.requests.every((url) => url.startsWith("http://127.0.0.1") || url.startsWith("blob:")), "logos are not loaded");
    await page.context().close();
  }
});

test("pasted metadata goes the same way", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, read("tests/scenarios/clean-metadata-idp/input.xml"));
  await ui.verdict(page).waitFor();
  await ui.tab(page, "metadata").click();
  await page.locator("article.entity").waitFor();
  await page.context().close();
});
