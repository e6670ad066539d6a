// What others made of the program: the list in the release is what the compiler is given, each with a licence that is
// allowed and with its text; the page shows it, and fetches it only when somebody opens it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, languages, read, root, sample, start, ui } from "./harness.mjs";

const whole = read("dist/third-party.txt");
const end = whole.indexOf("\n\n");
const parts = whole.slice(0, end).split("\n").map((line) => line.split("\t"));
const blocks = whole.slice(end).split(/^={80}\n/m).slice(1);

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

// --- the list ---------------------------------------------------------------------------------

test("it has every crate that the compiler is given for the page, and no other", () => {
  // The plan of the build itself, where the list was made of `cargo tree`.
  const asked = ["build", "--unit-graph", "-Zunstable-options", "--release", "--bin", "samlens", "--target", "wasm32-unknown-unknown", "--locked", "--offline"];
  const plan = execFileSync("cargo", asked, { cwd: root, encoding: "utf8", maxBuffer: 64 << 20, env: { ...process.env, RUSTC_BOOTSTRAP: "1" } });
  const linked = JSON.parse(plan).units
    .filter(({ platform, target, pkg_id: id }) => platform && !target.kind.includes("custom-build") && !id.startsWith("path+"))
    .map(({ pkg_id: id }) => id.match(/#(.+)@(.+)$/))
    .map(([, name, version]) => `${name} ${version}`);
  assert.ok(linked.length > 100);
  const listed = parts.slice(0, -1).map(([name, version]) => `${name} ${version}`);
  assert.deepEqual(listed, [...new Set(linked)].sort());
  assert.equal(parts.at(-1)[0], "Rust’s own library");
});

test("each is in Cargo.lock, with its licence's text and those who hold the rights", () => {
  const crates = read("Cargo.lock").split("[[package]]");
  const allowed = JSON.parse(read("deny.toml").match(/^allow = (\[.*\])$/m)[1]);
  const covered = new Map();
  for (const block of blocks) {
    const [, licence, names] = block.match(/^([^:]+): (.*)\n\n/);
    assert.ok(allowed.includes(licence), licence);
    assert.ok(block.length > 800, `${licence}: ${names}`);
    assert.doesNotMatch(block, /Copyright \(c\) HOLDERS/);
    for (const name of names.split(/, (?=\S)/)) covered.set(name, [...(covered.get(name) ?? []), licence]);
  }
  assert.equal(covered.size, parts.length);
  for (const [name, version, licence] of parts) {
    const found = covered.get(`${name} ${version}`);
    assert.ok(found, name);
    for (const one of found) assert.ok(licence.includes(one), `${name}: ${one} of ${licence}`);
    if (/ AND /.test(licence) && name !== "Rust’s own library") assert.ok(found.length > 1, name);
    const inLock = (crate) => crate.includes(`name = "${name}"\nversion = "${version}"\n`) && crate.includes("\nchecksum = ");
    if (name !== "Rust’s own library") assert.ok(crates.some(inLock), name);
  }
});

test("nothing else of others is in the release", () => {
  // No "snippets" among them: scripts that a crate brings along.
  const own = /^(index\.html|samlens(-[0-9a-f]{8,16}(_bg)?)?\.(html|js|wasm)|boot\.js|sw\.js|SHA256SUMS|third-party\.txt|self-test\.json|manifest\.webmanifest|icon-[0-9a-f]+\.svg|[a-z]+-[0-9a-f]+\.css|icons|samples|texts)$/;
  for (const name of readdirSync(join(root, "dist"))) assert.match(name, own);
});

test("no path of the machine that built it stands in it", () => {
  const paths = [root, process.env.CARGO_HOME ?? join(homedir(), ".cargo")];
  const program = readdirSync(join(root, "dist")).filter((name) => /\.(wasm|js|html)$/.test(name));
  assert.ok(program.some((name) => name.endsWith(".wasm")));
  for (const name of program) {
    const bytes = readFileSync(join(root, "dist", name));
    for (const path of paths) assert.ok(!bytes.includes(path), `${name}: ${path}`);
  }
});

// --- the page ---------------------------------------------------------------------------------

for (const [language, locale] of Object.entries(languages)) {
  test(`the Privacy place shows it, and fetches it only then, ${language}`, async () => {
    const { page, seen, field } = await browser.open({ locale });
    await field.waitFor();
    await sample({ page }, "clean-login");
    await ui.tab(page, "privacy").click();
    const section = page.locator(".third-party");
    await section.waitFor();
    const asked = () => seen.requests.filter((address) => /third-party\.txt\?[0-9a-f]{16}$/.test(address)).length;
    assert.equal(asked(), 0);
    await section.locator("summary").first().click();
    await section.locator(`[data-parts="${parts.length}"]`).waitFor();
    assert.equal(asked(), 1);
    const rows = await section.locator("li").allInnerTexts();
    assert.deepEqual(rows.map((row) => row.replace(/\s+/g, " ").trim()), parts.map((row) => row.join(" ")));
    await section.locator("summary").nth(1).click();
    assert.equal(await section.locator("pre").evaluate((texts) => texts.textContent), whole.slice(end + 2));
    // Closed and opened again, it is not asked for again.
    await section.locator("summary").first().click();
    await section.locator("summary").first().click();
    await section.locator("li").first().waitFor();
    assert.equal(asked(), 1);
    // Evaluated and not added as a script, which the page's policy would refuse.
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    assert.deepEqual(await page.evaluate(async () => (await axe.run(".third-party")).violations.map(({ id }) => id)), []);
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  });
}

test("where it cannot be loaded the page says so, and tries again when it is opened again", async () => {
  let fails = true;
  const before = (page) => page.route("**/third-party.txt*", (route) => (fails ? route.fulfill({ status: 404 }) : route.continue()));
  const { page, field } = await browser.open({ before });
  await field.waitFor();
  await sample({ page }, "clean-login");
  await ui.tab(page, "privacy").click();
  const opener = page.locator(".third-party summary").first();
  await opener.click();
  await page.locator(".third-party", { hasText: "third-party.txt could not be loaded" }).waitFor();
  fails = false;
  await opener.click();
  await opener.click();
  await page.locator(`[data-parts="${parts.length}"]`).waitFor();
  await page.context().close();
});

test("the single file has it within", async () => {
  const alone = await launch();
  try {
    const page = await alone.newPage();
    await page.goto(pathToFileURL(join(root, "dist", "samlens.html")).href);
    await ui.field(page).waitFor();
    await sample({ page }, "clean-login");
    await ui.tab(page, "privacy").click();
    await page.locator(".third-party summary").first().click();
    await page.locator(`[data-parts="${parts.length}"]`).waitFor();
  } finally {
    await alone.close();
  }
});
