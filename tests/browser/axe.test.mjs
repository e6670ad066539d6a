// axe-core finds nothing to complain of, in any place, theme or language of the page; on a small screen in one of each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { languages, openPlace, places, start, themes } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/** What is wrong: the rule, where, and why. */
const violations = (page) =>
  page.evaluate(async (rules) => {
    const { violations, passes } = await window.axe.run(document, { runOnly: rules });
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => ({ id, what: `${target.join(" ")}: ${failureSummary.replaceAll("\n", " ")}` })),
    );
    return { found, passed: passes.length };
  }, rules);

for (const place of places) {
  for (const language of Object.keys(languages)) {
    for (const theme of themes) {
      test(`axe: ${place.name}, ${theme}, ${language}`, async () => {
        // Themes change colours, languages texts; neither changes what a small screen has.
        const widths = theme === "light" && language === "en" ? [1280, 390] : [1280];
        for (const width of widths) {
          const { page } = await openPlace(browser, place, { theme, language, width });
          // Evaluated and not added as a script, which the page's policy would refuse.
          await page.evaluate(axe);
          const { found, passed } = await violations(page);
          assert.ok(passed >= 10, `only ${passed} rules had something to look at`);
          assert.deepEqual(found, [], `at ${width} px`);
          await page.context().close();
        }
      });
    }
  }
}
