// Large traces: read in pieces, told how far, stopped on demand. In a real Chromium with the release build.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { holdReading, read, start, ui } from "./harness.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/// Drops a HAR with so many megabytes of pictures before the login that is in it.
const drop = (page, megabytes) =>
  page.evaluate(
    ([har, megabytes]) => {
      const start = har.indexOf("[", har.indexOf('"entries"')) + 1;
      const noise = `{"request": {"method": "GET", "url": "https://cdn.example/a.png"}, "response": {"status": 200, "content": {"text": "${"A".repeat(1 << 20)}"}}},`;
      const parts = [har.slice(0, start), ...Array(megabytes).fill(noise), har.slice(start)];
      const transfer = new DataTransfer();
      transfer.items.add(new File(parts, "login.har"));
      document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    [read("tests/scenarios/clean-generic-okta-har/input.har"), megabytes],
  );

test("a HAR of 60 MB is read in pieces, and says what it left out", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await drop(page, 60);
  await page.locator(".strip", { hasText: "Response" }).waitFor();
  await page.getByRole("tab", { name: "Decode" }).click();
  await page.locator("#place", { hasText: /left out 6\d exchanges with nothing of SAML/ }).waitFor();
  await page.locator(".status .working").waitFor({ state: "detached" });
  assert.deepEqual(seen.complaints, []);
});

test("a large trace says how far it is read, and can be stopped", async () => {
  const { page, seen, field } = await browser.open({ before: (page) => page.addInitScript(holdReading) });
  await field.waitFor();
  await drop(page, 60);
  const working = page.locator(".status .working", { hasText: "login.har" });
  await working.waitFor();
  await page.waitForFunction(() => document.querySelector(".status progress")?.value > 0);
  await working.getByRole("button", { name: "Cancel" }).click();
  await working.waitFor({ state: "detached" });
  assert.equal(await page.locator(".capture").count(), 0, "nothing came of it");
  assert.ok(await field.isVisible(), "and all is as it was");
  // Whatever was still to come of it has come when the next file is read.
  await page.evaluate(() => (held = false));
  await drop(page, 10);
  await ui.verdict(page).waitFor();
  assert.equal(await page.locator(".capture").count(), 1, "and nothing comes of it later");
  assert.deepEqual(seen.complaints, []);
});
