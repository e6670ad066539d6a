// Scenarios as case files: one file that has the input, the context and what it names.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../scenarios", import.meta.url));

/** The names of all scenarios. */
export const scenarios = readdirSync(folder);

/** A scenario as a case file. */
export function caseOf(name) {
  const names = readdirSync(join(folder, name));
  const text = (file) => readFileSync(join(folder, name, file), "utf8");
  const inputs = names.filter((file) => file.startsWith("input"));
  const context = names.includes("context.json") ? JSON.parse(text("context.json")) : {};
  const files = names.filter((file) => !inputs.includes(file) && !["context.json", "expect.json"].includes(file));
  const part = (file) => ({ name: file, text: text(file) });
  return { schema: "samlens-case/1", inputs: inputs.map(part), context, files: files.map(part) };
}
