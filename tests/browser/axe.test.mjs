// axe-core finds nothing to complain of, in any place, theme or language of the page; on a small screen in one of each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { languages, openPlace, places, start, themes } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What is known and waits to be mended, by axe's name of the rule; one that nothing breaks any more fails. */
const known = {
  "definition-list": "the repair's <dl> has a <span> in its <div>s",
  "label-content-name-mismatch": "the name of a button that jumps to bytes has another text than it shows",
  "page-has-heading-one": "a small screen shows one place alone, and only the verdict has a heading of the first level",
  "scrollable-region-focusable": "the place beside the verdict scrolls and may have nothing in it that takes the focus",
};
const seen = new Set();

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
          for (const { id } of found) if (id in known) seen.add(id);
          const unknown = found.filter(({ id }) => !(id in known));
          assert.deepEqual(unknown, [], `at ${width} px`);
          await page.context().close();
        }
      });
    }
  }
}

test("axe: what is listed as known is still so", () => {
  assert.deepEqual([...seen].sort(), Object.keys(known).sort());
});
