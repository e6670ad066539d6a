// The login drawn and told: what a person sees of it, what they can open, and how they move between several.

import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { attempts, file, request, response } from "./logins.mjs";
import { fits, holdReading, marks, sample, start, ui } from "./harness.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

const steps = (page) => page.locator(".steps li");
const judged = (page, text) => page.locator(".chip.login", { hasText: text }).waitFor();
const flow = async (page) => {
  await ui.tab(page, "flow").click();
  await page.locator(".sequence").waitFor();
};
const give = async ({ page, field }, files) => {
  await field.waitFor();
  await page.locator(marks.files).first().setInputFiles(files);
  await page.waitForFunction((count) => document.querySelectorAll(".capture").length === count, files.length);
  await ui.verdict(page).waitFor();
};

test("a login is drawn and told: what was captured, what was not, and what is held against it", async () => {
  const opened = await browser.open();
  const { page, seen } = opened;
  await opened.field.waitFor();
  await sample(opened, "request-and-response");
  await flow(page);
  assert.equal(await page.locator(".sequence").getAttribute("role"), "img");
  assert.match(await page.locator(".sequence > title").textContent(), /Sequence diagram/);
  const arrows = await page.locator(".sequence .arrow").count();
  assert.equal(await steps(page).count(), arrows, "the list says as much as the diagram");
  assert.match(await steps(page).nth(0).innerText(), /Service to Identity provider\s+AuthnRequest/);
  assert.match(await steps(page).nth(1).innerText(), /Identity provider to Service\s+Response/);
  assert.match(await steps(page).nth(1).innerText(), /\+\d+(\.\d+)? s \(IssueInstant of the message\)/);
  assert.match(await page.locator(".steps li.missing").last().innerText(), /reply\s+not captured/);
  assert.match(await page.locator(".lacking").innerText(), /What the service answered/);
  const dashes = (mark) => page.locator(`.sequence ${mark} > line`).first().evaluate((line) => getComputedStyle(line).strokeDasharray);
  assert.equal(await dashes(".arrow:not(.missing)"), "none");
  assert.notEqual(await dashes(".arrow.missing"), "none");
  assert.deepEqual(seen.complaints, []);
});

test("a message opens by a click on its arrow and by the keyboard from the list", async () => {
  const opened = await browser.open();
  const { page } = opened;
  await opened.field.waitFor();
  await sample(opened, "request-and-response");
  await flow(page);
  await page.locator(".sequence .arrow .what").first().click();
  await ui.place(page, "message").waitFor();
  assert.match(await page.locator(".capture[data-selected=true]").innerText(), /AuthnRequest/);
  await flow(page);
  await page.locator(".steps button").nth(1).focus();
  await page.keyboard.press("Enter");
  await ui.place(page, "message").waitFor();
  await page.locator(".capture[data-selected=true]", { hasText: "Response" }).waitFor();
});

test("several logins can be gone between, and the verdict follows", async () => {
  const opened = await browser.open();
  const { page, seen } = opened;
  await give(opened, attempts);
  await judged(page, "Login 3 of 3");
  await flow(page);
  assert.match(await page.locator(".flow header").innerText(), /Login 3 of 3.*begun by the service.*attempt 3.*loop/s);
  assert.match(await page.locator("p.looped").innerText(), /redirect loop/);
  assert.match(await page.locator(".relay").innerText(), /comes back as it was sent/);
  assert.equal(await page.locator(".sequence .trip.same").count(), 1);
  await page.getByRole("button", { name: "The login before" }).click();
  await judged(page, "Login 2 of 3");
  await page.locator(".relay", { hasText: "comes back as another" }).waitFor();
  assert.equal(await page.locator(".sequence .trip.other").count(), 1);
  await page.locator(".capture[data-selected=true]", { hasText: "2-response.txt" }).waitFor();
  await page.locator(".logins button").first().click();
  await judged(page, "Login 1 of 3");
  await page.locator(".lacking", { hasText: "The Response" }).waitFor();
  assert.equal(await page.locator(".logins button[aria-pressed=true]").count(), 1);
  // Of other captures another login suggests itself.
  await page.evaluate((text) => navigator.clipboard.writeText(text), response("_e0e0e0e0e0e0e0e0e0e0e0e0", "_gone", 40, ""));
  await page.keyboard.press("ControlOrMeta+V");
  await judged(page, "Login 4 of 4");
  assert.deepEqual(seen.complaints, []);
});

test("the list of all messages is searched, and leads to each of them", async () => {
  const opened = await browser.open();
  const { page } = opened;
  await give(opened, attempts);
  const toggle = page.locator(".messages-toggle");
  await toggle.click();
  assert.equal(await toggle.getAttribute("aria-expanded"), "true");
  const messages = page.locator(".all-messages .message");
  assert.equal(await messages.count(), 5);
  const search = page.getByRole("searchbox", { name: "Search the messages" });
  await search.pressSequentially("_bada5500bada5500bada550002");
  await page.waitForFunction(() => document.querySelectorAll(".all-messages .message").length === 1);
  assert.equal(await search.inputValue(), "_bada5500bada5500bada550002", "the field keeps what is typed");
  await messages.first().click();
  await page.locator(".capture[data-selected=true]", { hasText: "2-response.txt" }).waitFor();
  await search.fill("nothing of the kind");
  await page.getByText("No message fits the search.").waitFor();
  await page.getByRole("button", { name: "Close the list" }).click();
  await page.locator(".all-messages").waitFor({ state: "detached" });
});

test("an unsolicited Response has no way there, and a hundred logins stay usable", async () => {
  const opened = await browser.open();
  const { page } = opened;
  await give(opened, [file("one.txt", response("_ab", undefined, 90_000, "/start"))]);
  await flow(page);
  assert.match(await page.locator(".flow header").innerText(), /begun by the identity provider/);
  assert.equal(await steps(page).count(), 2);
  const many = Array.from({ length: 100 }, (_, index) => file(`${index}.txt`, request(`_abcdefabcdefabcdef${index}`, index, "/p")));
  await page.locator(marks.files).first().setInputFiles(many);
  await judged(page, "of 101");
  assert.equal(await page.locator(".logins li").count(), 101);
  const height = await page.locator(".logins").evaluate((list) => list.clientHeight);
  assert.ok(height < 300, `${height} px`);
  assert.ok(await fits(page));
});

/** A HAR of so many megabytes in which two entries are a login. */
function har(path, megabytes) {
  const started = (seconds) => new Date(Date.UTC(2026, 2, 1, 10, 0, seconds)).toISOString();
  const entry = (seconds, request, status) => JSON.stringify({ startedDateTime: started(seconds), request, response: { status, headers: [], content: {} } });
  const [url, body] = [request("_f0f0f0f0f0f0f0f0f0f0f0f0", 0, "/p"), response("_e1e1e1e1e1e1e1e1e1e1e1e1", "_f0f0f0f0f0f0f0f0f0f0f0f0", 4, "/p")];
  const post = { mimeType: "application/x-www-form-urlencoded", text: body.split("\r\n\r\n")[1] };
  const noise = entry(1, { method: "GET", url: "https://wiki.acme.example/script.js", headers: [] }, 200).replace('"content":{}', `"content":{"text":"${"x".repeat(1 << 20)}"}`);
  const file = openSync(path, "w");
  writeSync(file, `{"log":{"version":"1.2","creator":{"name":"test","version":"1"},"entries":[${entry(0, { method: "GET", url, headers: [] }, 200)}`);
  for (let index = 0; index < megabytes; index += 1) writeSync(file, `,${noise}`);
  writeSync(file, `,${entry(5, { method: "POST", url: "https://wiki.acme.example/acs", headers: [], postData: post }, 403)}]}}`);
  closeSync(file);
}

test("a large trace is read in pieces, which can be stopped, and becomes one login", async () => {
  const folder = mkdtempSync(join(tmpdir(), "samlens-"));
  try {
    const path = join(folder, "large.har");
    har(path, 120);
    const { page, field, seen } = await browser.open({ before: (page) => page.addInitScript(holdReading) });
    await field.waitFor();
    await page.locator(marks.files).first().setInputFiles(path);
    await page.locator(".working", { hasText: "Reading large.har" }).getByRole("button").click();
    await page.locator(".working").waitFor({ state: "detached" });
    await page.evaluate(() => (held = false));
    assert.equal(await page.locator(".capture").count(), 0, "it was stopped");
    await page.locator(marks.files).first().setInputFiles(path);
    await page.locator(".capture", { hasText: "2 messages" }).waitFor();
    await flow(page);
    assert.match(await steps(page).nth(1).innerText(), /\+5 s \(of the trace\)/);
    assert.match(await steps(page).nth(2).innerText(), /HTTP status\s+403/);
    assert.equal(await page.locator('.sequence [data-verdict="failed"]').count() > 0, true);
    assert.equal(await page.locator(".lacking").isVisible(), false);
    assert.deepEqual(seen.complaints, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("narrow and wide, nothing is wider than the page", async () => {
  for (const width of [360, 1280]) {
    const opened = await browser.open({ viewport: { width, height: 800 } });
    const { page } = opened;
    await give(opened, attempts);
    await page.locator(".messages-toggle").click();
    await flow(page);
    assert.ok(await fits(page), `${width} px`);
    const box = await page.locator(".diagram").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
    for (const label of await page.locator(".sequence text").all()) {
      const { x, width: wide } = await label.boundingBox();
      assert.ok(x >= 0 && x + wide <= width, `${await label.textContent()} at ${width} px`);
    }
    await page.context().close();
  }
});
