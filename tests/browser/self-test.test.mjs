// The self-test: it passes on loading and is shown; made to fail it is seen at the top of every place and on the verdict.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { anew, languages, read, sample, start, ui } from "./harness.mjs";

const vectors = JSON.parse(read("static/self-test.json"));
const groups = ["signature", "digest", "canonicalization", "decryption", "attack"];

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/** Serves another file in the place of the self-test's. */
const serving = (answer) => ({ before: (page) => page.route("**/self-test.json*", (route) => route.fulfill(answer)) });
const changed = (change) => {
  const other = structuredClone(vectors);
  change(other);
  return serving({ contentType: "application/json", body: JSON.stringify(other) });
};
const section = (page, state) => page.locator(`[data-self-test="${state}"]`);

test("it passes on every load, and its counts are in the privacy place", async () => {
  const { page, seen, field } = await browser.open();
  await field.waitFor();
  await sample({ page }, "clean-login");
  await ui.tab(page, "privacy").click();
  await section(page, "passed").waitFor({ timeout: 60_000 });
  for (const group of groups) {
    const of = vectors.checks.filter((check) => check.group === group).length;
    assert.match(await page.locator(`[data-group=${group}]`).innerText(), new RegExp(`${of} of ${of}$`));
  }
  await page.locator(".self-test summary").click();
  assert.equal(await page.locator(".self-test .checks > li").count(), vectors.checks.length);
  assert.equal(await page.locator(".doubtful, .untrusted").count(), 0);
  assert.deepEqual(seen.complaints, []);
  await page.context().close();
});

test("a case that is opened and put aside while it runs does not stop it", async () => {
  const { page, field } = await browser.open();
  await field.waitFor();
  for (let round = 0; round < 3; round += 1) {
    await sample({ page }, "wrong-domain");
    await page.waitForTimeout(1_550);
    await anew(page);
  }
  await sample({ page }, "clean-login");
  await ui.tab(page, "privacy").click();
  await section(page, "passed").waitFor({ timeout: 60_000 });
  assert.equal(await page.locator(".self-test .checks > li").count(), vectors.checks.length);
  await page.context().close();
});

for (const [language, locale] of Object.entries(languages)) {
  test(`a wrong answer is told in every place and on the verdict, ${language}`, async () => {
    const wrong = changed((other) => {
      const { value } = other.checks[4].values;
      other.checks[4].values.value = `${value[0] === "A" ? "B" : "A"}${value.slice(1)}`;
    });
    const { page, field } = await browser.open({ ...wrong, locale });
    await field.waitFor();
    const banner = page.locator(".doubt[role=alert] .doubtful");
    await banner.waitFor({ timeout: 60_000 });
    const said = language === "en" ? "do not trust any verdict" : "请勿相信任何结论";
    assert.ok((await banner.innerText()).includes(said));
    assert.ok((await banner.innerText()).includes(vectors.checks[4].name));
    await sample({ page }, "clean-login");
    const mark = language === "en" ? "Do not trust this verdict" : "请勿相信此结论";
    assert.ok((await page.locator(".card .untrusted").innerText()).includes(mark));
    assert.ok((await page.locator("p[role=status]").innerText()).includes(mark), "a screen reader hears it");
    for (const place of ["message", "identity", "signatures", "context", "privacy"]) {
      await ui.tab(page, place).click();
      assert.ok(await banner.isVisible(), place);
    }
    await section(page, "failed").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    await page.context().close();
  });
}

const unrunnable = {
  "cannot be fetched": serving({ status: 404, body: "" }),
  "is cut": serving({ body: read("static/self-test.json").slice(0, 20_000) }),
  "has no checks of a kind": changed((other) => (other.checks = other.checks.filter((check) => check.group !== "attack"))),
};
for (const [what, options] of Object.entries(unrunnable)) {
  test(`a self-test that ${what} is told as one that could not be run`, async () => {
    const { page, field } = await browser.open({ ...options, locale: "en-GB" });
    await field.waitFor();
    await page.locator(".doubtful", { hasText: "could not be run" }).waitFor({ timeout: 60_000 });
    await sample({ page }, "clean-login");
    assert.match(await page.locator(".card .untrusted").innerText(), /not vouched for/);
    await ui.tab(page, "privacy").click();
    await section(page, "not-run").waitFor();
    await page.context().close();
  });
}
