// axe-core finds nothing to complain of, in any place, theme or language of the page, on a wide screen and a small one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { languages, openPlace, places, start, themes } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What is known and waits to be mended, as rule and element; one that is none any more fails. */
const known = new Set([]);
const seen = new Set();

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/** What is wrong: the rule, where, and why. */
const violations = (page) =>
  page.evaluate(async (rules) => {
    const { violations, passes } = await window.axe.run(document, { runOnly: rules });
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => [`${id} ${target.join(" ")}`, failureSummary]),
    );
    return { found, passed: passes.length };
  }, rules);

for (const place of places) {
  for (const language of Object.keys(languages)) {
    for (const theme of themes) {
      test(`axe: ${place.name}, ${theme}, ${language}`, async () => {
        for (const width of [1280, 390]) {
          const { page } = await openPlace(browser, place, { theme, language, width });
          // Evaluated and not added as a script, which the page's policy would refuse.
          await page.evaluate(axe);
          const { found, passed } = await violations(page);
          assert.ok(passed >= 10, `only ${passed} rules had something to look at`);
          found.forEach(([what]) => known.has(what) && seen.add(what));
          assert.deepEqual(
            found.filter(([what]) => !known.has(what)),
            [],
            `at ${width} px`,
          );
          await page.context().close();
        }
      });
    }
  }
}

test("axe: what is listed as known is still so", () => {
  assert.deepEqual([...seen].sort(), [...known].sort());
});
