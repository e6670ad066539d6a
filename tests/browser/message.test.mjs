// The message: its bytes, what lies over them, and what a person does with them, in a real Chromium.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { paste, read, screenshot, start } from "./harness.mjs";

const okta = read("tests/golden/post-form/input.txt");

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const rows = (page) => page.locator(".x-made > .x-row");
const xml = (page) => page.getByRole("region", { name: "The message's XML" });
const told = (page) => page.locator(".foot .told");

async function sample(name, options) {
  const opened = await browser.open(options);
  await opened.page.locator(`[data-sample="${name}"]`).click();
  await opened.page.locator(".card").first().waitFor();
  // Where the page is narrow, the message is a tab away.
  if (options?.viewport?.width < 900) await opened.page.getByRole("tab", { name: "Message" }).click();
  await rows(opened.page).first().waitFor();
  return opened;
}

async function pasted(text, options) {
  const opened = await browser.open(options);
  await opened.field.waitFor();
  await paste(opened.page, opened.field, text);
  await rows(opened.page).first().waitFor();
  return opened;
}

async function copied(page) {
  await page.getByRole("button", { name: "Copy the XML as sent" }).click();
  await page.locator(".reader .said", { hasText: "Copied" }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Scrolls through the whole text and gathers its pieces: their bytes, and the class names over them. */
async function pieces(page) {
  const all = new Map();
  const height = await xml(page).evaluate((box) => ((box.scrollTop = 0), box.scrollHeight));
  for (let top = 0; top <= height; top += 300) {
    await xml(page).evaluate((box, top) => (box.scrollTop = top), top);
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    const seen = await page.$$eval(".x-made [data-at]", (pieces) =>
      pieces.map((piece) => [+piece.dataset.at, +piece.dataset.to, piece.className.split(" "), piece.textContent]),
    );
    for (const [at, to, classes, text] of seen) all.set(at, { at, to, classes, text });
  }
  return [...all.values()].sort((a, b) => a.at - b.at);
}

/** Neighbouring pieces that pass as spans of bytes. */
function spans(pieces, passes) {
  const found = [];
  for (const { at, to } of pieces.filter(passes)) {
    if (found.at(-1)?.[1] === at) found.at(-1)[1] = to;
    else found.push([at, to]);
  }
  return found;
}

test("evidence leads to the very bytes of the NameID, and they are explained", async () => {
  const { page, seen } = await sample("wrong-domain");
  const text = await copied(page);
  const [, value] = text.match(/NameID[^>]*>([^<]+)</);
  const at = text.indexOf(`>${value}<`) + 1;
  const jump = page.getByRole("button", { name: /Show the bytes: NameID/ }).first();
  await jump.click();
  await page.locator(".x-made .target").first().waitFor();
  const marked = await page.$$eval(".x-made .target", (all) => all.map((piece) => [+piece.dataset.at, +piece.dataset.to]));
  assert.deepEqual([marked[0][0], marked.at(-1)[1]], [at, at + value.length]);
  assert.equal((await page.locator(".x-made .target").allInnerTexts()).join(""), value);
  assert.ok(await page.locator(".x-made .target").first().evaluate((piece) => {
    const box = piece.closest(".xml").getBoundingClientRect();
    const own = piece.getBoundingClientRect();
    return own.top >= box.top && own.bottom <= box.bottom;
  }), "it is in view");
  await told(page).getByText("Response / Assertion / Subject / NameID").waitFor();
  assert.match(await told(page).innerText(), /bytes [\d,]+–[\d,]+ · covered by the signature of Response, Assertion/);
  assert.ok((await told(page).locator(".sentence").innerText()).length > 20);
  assert.deepEqual(seen.complaints, []);
});

test("the overlay tints exactly what each signature covers, in either layout", async () => {
  const { page, seen } = await sample("clean-login");
  const text = await copied(page);
  const element = (name, from = 0) => {
    const start = text.indexOf(`<${name} `, from);
    const end = text.indexOf(`</${name}>`, start) + name.length + 3;
    return [start, end];
  };
  const assertion = element("saml2:Assertion");
  const inAssertion = element("ds:Signature", assertion[0]);
  const signatures = await page.locator(".legend li").allInnerTexts();
  assert.equal(signatures.length, text.split("<ds:Signature ").length - 1);
  const number = signatures.findIndex((text) => text.startsWith("Assertion:"));
  assert.match(signatures[number], /by a key you gave/);
  const over = ({ classes }) => classes.includes(`edge${number}`);
  await page.getByRole("button", { name: "As sent", exact: true }).click();
  await page.locator('[aria-pressed="true"]', { hasText: "As sent" }).waitFor();
  const sent = await pieces(page);
  assert.equal(sent.map((piece) => piece.text).join("") , text.replaceAll("\n", ""), "as sent, every byte is shown");
  assert.deepEqual(spans(sent, over), [
    [assertion[0], inAssertion[0]],
    [inAssertion[1], assertion[1]],
  ]);
  const own = spans(sent, ({ classes }) => !classes.includes("covered"));
  assert.ok(own.some(([start, end]) => start <= inAssertion[0] && end >= inAssertion[1]) || signatures.length > 1);
  await page.getByRole("button", { name: "Formatted", exact: true }).click();
  await page.locator('[aria-pressed="true"]', { hasText: "Formatted" }).waitFor();
  assert.deepEqual(
    (await pieces(page)).filter(over).map(({ at }) => at).filter((at) => at < assertion[0] || at >= assertion[1]),
    [],
  );
  await page.getByLabel("Signed bytes").uncheck();
  await page.locator(".covered").first().waitFor({ state: "hidden" });
  assert.equal(await page.locator(".x-made .covered").count(), 0);
  assert.deepEqual(seen.complaints, []);
});

test("a signature that nobody vouches for looks different, and the legend says why", async () => {
  const { page } = await pasted(okta);
  const legend = await page.locator(".legend").innerText();
  assert.match(legend, /Assertion: signed, by a key that nobody vouches for/);
  assert.ok((await page.locator(".x-made .unvouched").count()) > 0);
  assert.equal(await page.locator(".x-made .vouched").count(), 0);
});

test("five megabytes: few rows are in the document, and the last one is reached", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  const large = `<a>${"<b c='1'>some text</b>".repeat(230_000)}<last/></a>`;
  assert.ok(large.length > 5_000_000);
  await page.locator("input[type=file]").first().setInputFiles({
    name: "large.xml",
    mimeType: "text/xml",
    buffer: Buffer.from(large),
  });
  await rows(page).first().waitFor({ timeout: 120_000 });
  for (const layout of ["Formatted", "As sent"]) {
    await page.getByRole("button", { name: layout, exact: true }).click();
    await page.locator('[aria-pressed="true"]', { hasText: layout }).waitFor({ timeout: 60_000 });
    for (const part of [0.3, 0.7, 1]) {
      await xml(page).evaluate((box, part) => (box.scrollTop = part * box.scrollHeight), part);
      await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
      assert.ok((await rows(page).count()) < 150, "a bounded number of rows");
    }
    await page.getByText("</").last().waitFor();
    assert.match(await rows(page).last().innerText(), /<\/a>$/);
    const fits = await rows(page).last().evaluate((row) => {
      const box = row.closest(".xml").getBoundingClientRect();
      return row.getBoundingClientRect().bottom <= box.bottom + 1;
    });
    assert.ok(fits, "the last row is in view");
  }
  await page.getByLabel("Find").fill("<LAST");
  await page.locator(".find .count", { hasText: "1 of 1" }).waitFor();
  assert.equal((await page.locator(".this-hit").allInnerTexts()).join(""), "<last");
  assert.equal(await copied(page), large);
  assert.deepEqual(seen.complaints, []);
});

test("searching: / goes to the field, Enter to the next hit, Escape back", async () => {
  const { page, seen } = await sample("clean-login");
  const text = await copied(page);
  const count = text.toLowerCase().split("audience").length - 1;
  await xml(page).focus();
  await page.keyboard.press("/");
  assert.ok(await page.getByLabel("Find").evaluate((field) => field === document.activeElement));
  await page.keyboard.type("aUDIENCE");
  const counted = page.locator(".find .count");
  await counted.getByText(`1 of ${count}`).waitFor();
  const at = () => page.locator(".this-hit").first().getAttribute("data-at").then(Number);
  /** The count is there before what is drawn. */
  const left = (place) => page.waitForFunction((place) => Number(document.querySelector(".this-hit")?.dataset.at) !== place, place);
  await page.locator(".this-hit", { hasText: /^audience$/i }).first().waitFor();
  const first = await at();
  assert.equal(text.slice(first, first + 8).toLowerCase(), "audience");
  await page.keyboard.press("Enter");
  await counted.getByText(`2 of ${count}`).waitFor();
  await left(first);
  const second = await at();
  assert.ok(second > first);
  await page.keyboard.press("Shift+Enter");
  await counted.getByText(`1 of ${count}`).waitFor();
  await left(second);
  assert.equal(await at(), first);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".hit").count(), 0);
  assert.ok(await xml(page).evaluate((box) => box === document.activeElement), "the text has the focus");
  await page.getByLabel("Find").fill("there is no such text");
  await counted.getByText("none").waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("elements fold by button and by key, all of them at once, and a jump unfolds", async () => {
  const { page, seen } = await sample("wrong-domain");
  await xml(page).evaluate((box) => (box.scrollTop = 0));
  const subject = rows(page).filter({ hasText: /<ds:Signature xmlns/ }).first();
  await subject.getByRole("button", { name: /^Fold line/ }).click();
  const unfold = subject.getByRole("button", { name: /^Unfold line/ });
  await unfold.first().waitFor();
  assert.equal(await unfold.first().getAttribute("aria-expanded"), "false");
  assert.match(await subject.innerText(), /… \d+ lines/);
  assert.equal(await page.getByText("SignatureMethod").count() < 3, true);
  await unfold.last().click();
  await subject.getByRole("button", { name: /^Fold line/ }).waitFor();
  await page.getByRole("button", { name: "Fold all", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll(".x-made > .x-row").length < 20);
  await page.getByRole("button", { name: /Show the bytes: NameID/ }).first().click();
  await page.locator(".x-made .target").first().waitFor();
  await page.getByRole("button", { name: "Unfold all" }).click();
  await xml(page).focus();
  await xml(page).evaluate((box) => (box.scrollTop = 0));
  // The second line opens the Response.
  for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowUp");
  await page.locator(".x-row.caret").waitFor();
  await page.locator(".x-row", { hasText: "saml2p:Response" }).first().locator("[data-at]").nth(1).click();
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelectorAll(".x-made > .x-row").length < 12);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelectorAll(".x-made > .x-row").length > 20);
  assert.deepEqual(seen.complaints, []);
});

test("what is selected is copied as it was sent", async () => {
  const { page, seen } = await sample("clean-login");
  const text = await copied(page);
  const selected = async (from, to) => {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await page.evaluate(([from, to]) => {
      const node = (name) => document.evaluate(`//span[@data-at and text()="${name}"]`, document.querySelector(".x-made")).iterateNext();
      getSelection().setBaseAndExtent(node(from).firstChild, 2, node(to).firstChild, 3);
    }, [from, to]);
    await page.keyboard.press("ControlOrMeta+C");
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const start = text.indexOf("saml2p:Response") + 2;
  const end = text.indexOf("saml2:Issuer") + 3;
  assert.equal(await selected("saml2p:Response", "saml2:Issuer"), text.slice(start, end));
  await xml(page).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+C");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  assert.deepEqual(seen.complaints, []);
});

test("a selection that is dragged over more than the window is copied whole", async () => {
  const { page } = await sample("clean-login");
  const text = await copied(page);
  const first = page.locator(".x-made [data-at]").first();
  const box = await first.boundingBox();
  await page.mouse.move(box.x + 1, box.y + box.height / 2);
  await page.mouse.down();
  const frame = await xml(page).boundingBox();
  await page.mouse.move(frame.x + 200, frame.y + 100);
  await xml(page).evaluate((box) => (box.scrollTop = box.scrollHeight));
  await page.getByText("saml2p:Response", { exact: true }).last().waitFor();
  await page.mouse.move(frame.x + 205, frame.y + 120, { steps: 3 });
  const last = await rows(page).last().locator("[data-at]").last().boundingBox();
  await page.mouse.move(last.x + last.width + 20, last.y + last.height / 2, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.press("ControlOrMeta+C");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
});

test("hostile values are text, and what nobody would see has a mark", async () => {
  const polyglot = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
  const escaped = polyglot.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const ns = "urn:oasis:names:tc:SAML:2.0:assertion";
  const message = `<Assertion xmlns="${ns}"><Subject><NameID>${escaped}\u202Egnp.exe\u200B <![CDATA[${polyglot}]]></NameID></Subject></Assertion>`;
  const { page, seen } = await pasted(message);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.locator(".xml img, .xml script").count(), 0);
  assert.deepEqual(await page.locator(".x-made .mark").allInnerTexts(), ["⟨U+202E⟩", "⟨U+200B⟩"]);
  const shown = (await pieces(page)).map((piece) => piece.text).join("");
  assert.ok(!/[\u202E\u200B]/.test(shown), "the characters themselves are not in the document");
  assert.equal(shown.replace("⟨U+202E⟩", "\u202E").replace("⟨U+200B⟩", "\u200B"), message);
  assert.equal(await copied(page), message);
  assert.deepEqual(seen.complaints, []);
});

test("of broken XML what could be read is shown, the rest marked, the error pointed at", async () => {
  const broken = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><samlp:Status></samlp:Stat></samlp:Response>`;
  const { page, seen } = await pasted(broken);
  const all = await pieces(page);
  const unread = spans(all, ({ classes }) => classes.includes("t-unread"));
  const error = broken.indexOf("</samlp:Stat>");
  assert.deepEqual(unread, [[error, broken.length]]);
  const target = spans(all, ({ classes }) => classes.includes("target"));
  assert.equal(target.length, 1);
  assert.ok(target[0][0] >= error && target[0][1] <= error + "</samlp:Stat>".length);
  assert.deepEqual(seen.complaints, []);
});

test("where there is no XML the place says why and leads to Decode", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  await paste(page, field, read("tests/scenarios/input-error-jwt/input.txt"));
  await page.getByText("There is no XML to show.").waitFor();
  await page.getByRole("button", { name: "Go to Decode" }).click();
  assert.equal(await page.getByRole("tab", { name: "Decode" }).getAttribute("aria-selected"), "true");
});

test("what is decrypted is shown beside what was received", async () => {
  const { page, seen } = await sample("encrypted");
  assert.match(await copied(page), /EncryptedData/);
  await page.getByLabel("Text", { exact: true }).selectOption({ index: 1 });
  await page.waitForFunction(() => !document.querySelector(".x-made").textContent.includes("EncryptedData"));
  assert.match(await copied(page), /^<(\w+:)?Assertion/);
  await page.getByLabel("Text", { exact: true }).selectOption({ index: 0 });
  await page.getByText("EncryptedData").first().waitFor();
  assert.deepEqual(seen.complaints, []);
});

test("what the pointer is on is explained, and what the arrow keys come to", async () => {
  const { page, seen } = await sample("clean-login");
  await page.locator(".x-made .t-name", { hasText: "Issuer" }).first().hover();
  await told(page).getByText("Response / Issuer").waitFor();
  await page.mouse.move(5, 5);
  await xml(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await told(page).getByText(/^Response/).first().waitFor();
  assert.equal(await page.locator(".x-row.caret").count(), 1);
  await page.getByRole("button", { name: "中文" }).click();
  await told(page).getByText("字节").waitFor();
  assert.deepEqual(seen.complaints, []);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1280]) {
    test(`nothing scrolls sideways at ${width} px, ${colorScheme}`, async () => {
      const { page } = await sample("clean-login", { colorScheme, viewport: { width, height: 900 } });
      for (const layout of ["Formatted", "As sent"]) {
        await page.getByRole("button", { name: layout, exact: true }).click();
        await page.locator('[aria-pressed="true"]', { hasText: layout }).waitFor();
        await rows(page).first().waitFor();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
        assert.ok(await xml(page).evaluate((box) => box.scrollWidth <= box.clientWidth), "rows fit their box");
        await screenshot(page, `message-${layout.replace(" ", "-").toLowerCase()}-${width}-${colorScheme}`);
      }
    });
  }
}
