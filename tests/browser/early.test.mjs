// What stands in the page before the program does: the same words in the same places, and a field that keeps what is put in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fits, marks, paste, root, start, ui } from "./harness.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const message = readFileSync(`${root}/tests/scenarios/clean-generic-entra-xml/input.xml`, "utf8");
const early = "#early textarea";

/** The page, whose program waits until it is let come. */
async function waiting(options = {}) {
  let come;
  const coming = new Promise((resolve) => (come = resolve));
  const before = (page) => page.route("**/*_bg.wasm", async (route) => (await coming, route.continue()));
  const opened = await browser.open({ ...options, before });
  await opened.page.locator(early).waitFor();
  return { ...opened, come };
}

for (const [locale, width] of [["en-GB", 1280], ["zh-CN", 1280], ["en-GB", 390], ["zh-CN", 390]]) {
  test(`the words and their places are those of the page (${locale}, ${width} px)`, async () => {
    const { page, seen, come } = await waiting({ locale, viewport: { width, height: 800 } });
    const told = () =>
      page.evaluate(() => {
        const parts = [".brand", ".bar", ".welcome h1", ".welcome .lead", ".field textarea"].map((mark) => document.querySelector(mark));
        return {
          language: document.documentElement.lang,
          texts: parts.slice(2, 4).map((part) => part.innerText),
          field: [parts[4].placeholder, parts[4].ariaLabel, parts[4].spellcheck, parts[4].autocomplete, parts[4] === document.activeElement],
          places: parts.map((part) => part.getBoundingClientRect()).map(({ x, y, width, height }) => [x, y, width, height].map(Math.round)),
        };
      });
    const first = await told();
    assert.ok(await fits(page));
    assert.equal(await page.locator(marks.field).count(), 0, "the program is not there yet");
    come();
    await ui.field(page).waitFor();
    assert.deepEqual(await told(), first);
    assert.equal(await page.locator("#early").count(), 0);
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  });
}

test("what is pasted before the program is there is answered once it is", async () => {
  const { page, seen, come } = await waiting();
  await paste(page, page.locator(early), message);
  assert.equal(await page.locator(early).inputValue(), message);
  come();
  await ui.verdict(page).waitFor();
  assert.equal(await page.locator(".capture").count(), 1);
  assert.equal(await page.locator(marks.field).inputValue(), "", "the capture has it, as after any paste");
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("what is typed, or pasted with the focus elsewhere, is kept as well", async () => {
  const { page, come } = await waiting();
  await page.keyboard.type("PD94");
  await page.locator(early).blur();
  await page.evaluate(() => navigator.clipboard.writeText("bWw="));
  await page.keyboard.press("ControlOrMeta+V");
  assert.equal(await page.locator(early).inputValue(), "PD94bWw=");
  come();
  await page.locator(marks.field).waitFor();
  await page.waitForFunction((field) => document.querySelector(field).value === "PD94bWw=", marks.field);
  await page.locator(".capture").first().waitFor();
  await page.context().close();
});

test("five megabytes that were pasted are a capture, and not in the field", async () => {
  const { page, seen, come } = await waiting();
  const large = message.replace("</samlp:Response>", `<!--${"x".repeat(5_000_000)}--></samlp:Response>`);
  assert.ok(large.length > 5_000_000);
  await page.locator(early).evaluate((field, text) => (field.value = text), large);
  come();
  await ui.verdict(page).waitFor();
  assert.ok((await page.locator(marks.field).inputValue()).length < 1_000_000);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("files that are dropped before the program is there are opened once it is", async () => {
  const { page, seen, come } = await waiting();
  const drop = (type) =>
    page.evaluate(
      ([type, text]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], "login.xml"));
        return document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      },
      [type, message],
    );
  // Or else the browser would leave the page for the file.
  assert.equal(await drop("dragover"), false);
  assert.equal(await drop("drop"), false);
  come();
  await ui.verdict(page).waitFor();
  await page.locator(".capture", { hasText: "login.xml" }).waitFor();
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("where the program cannot start that is said, and what was pasted can be copied", async () => {
  const { page } = await browser.open({
    before: (page) => page.route("**/*_bg.wasm", (route) => route.fulfill({ status: 404 })),
  });
  await page.locator("#unstarted").waitFor();
  await page.locator(early).fill(message);
  assert.equal(await page.locator(early).inputValue(), message);
  await page.context().close();
});
