// Scenarios as case files, as a person opens them: one file that has the input, the context and what it names.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { marks, read, root, ui } from "./harness.mjs";

const folder = "tests/scenarios";

/** The names of all scenarios. */
export const scenarios = readdirSync(join(root, folder));

/** A scenario as a case file; `change` takes its input and hands back another. */
export function caseOf(name, change = (text) => text) {
  const names = readdirSync(join(root, folder, name));
  const text = (file) => read(`${folder}/${name}/${file}`);
  const input = names.filter((file) => file.startsWith("input"));
  const context = names.includes("context.json") ? JSON.parse(text("context.json")) : {};
  const rest = names.filter((file) => !input.includes(file) && !["context.json", "expect.json"].includes(file));
  return {
    schema: "samlens-case/1",
    inputs: input.map((file) => ({ name: file, text: change(text(file)) })),
    context,
    files: rest.map((file) => ({ name: file, text: text(file) })),
  };
}

/** Opens a case file, and waits for its verdict. */
export async function openCase(page, made) {
  const buffer = Buffer.from(JSON.stringify(made));
  await page.locator(marks.files).first().setInputFiles({ name: "case.samlens.json", mimeType: "application/json", buffer });
  await ui.verdict(page).waitFor();
}
