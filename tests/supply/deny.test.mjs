// The checks of deny.toml say so where something is wrong: each is broken once, in a copy, and must be seen.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (name) => readFileSync(join(root, name), "utf8");
const folder = mkdtempSync(join(tmpdir(), "samlens-supply-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function deny(config, ...check) {
  const path = join(folder, "deny.toml");
  writeFileSync(path, config);
  const { status, stdout, stderr } = spawnSync("cargo", ["deny", "--config", path, "--offline", "--locked", "check", ...check], { cwd: root, encoding: "utf8" });
  return { status, said: stdout + stderr };
}
function changed(from, to) {
  const config = read("deny.toml");
  assert.ok(config.includes(from), from);
  return config.replace(from, to);
}

test("a licence that is not in the list is refused", () => {
  const { status, said } = deny(changed('"Zlib", ', ""), "licenses");
  assert.notEqual(status, 0);
  assert.match(said, /rejected[^]*foldhash/);
});

test("a crate that is not to be there is refused", () => {
  const { status, said } = deny(changed('"openssl-sys"', '"flate2"'), "bans");
  assert.notEqual(status, 0);
  assert.match(said, /banned[^]*flate2/);
});

test("a registry that is not named is refused", () => {
  const { status, said } = deny(changed("allow-git = []", 'allow-registry = ["https://registry.invalid/"]'), "sources");
  assert.notEqual(status, 0);
  assert.match(said, /source-not-allowed/);
});

test("a fault that is known of a part is told, from a copy that can be refreshed; one that was weighed is not", () => {
  const source = join(folder, "source");
  const git = (...given) => execFileSync("git", ["-C", source, "-c", "user.name=test", "-c", "user.email=test@samlens.invalid", ...given]);
  /** Puts an advisory that was made up into the source. */
  const advise = (crate, id, more = "") => {
    mkdirSync(join(source, "crates", crate), { recursive: true });
    const front = `[advisory]\nid = "${id}"\npackage = "${crate}"\ndate = "2026-01-01"\n${more}\n[versions]\npatched = []\n`;
    writeFileSync(join(source, "crates", crate, `${id}.md`), `\`\`\`toml\n${front}\`\`\`\n\n# Made up\n\nFor a test.\n`);
    git("add", "-A");
    git("commit", "-q", "-m", id);
  };
  const advisories = join(folder, "advisories");
  const dev = (...given) => {
    const env = { ...process.env, SAMLENS_ADVISORIES: advisories };
    const { status, stdout, stderr } = spawnSync("./dev", given, { cwd: root, encoding: "utf8", env });
    return { status, said: stdout + stderr };
  };
  mkdirSync(source);
  execFileSync("git", ["init", "-q", "-b", "main", source]);
  advise("bincode", "RUSTSEC-2025-0141", 'informational = "unmaintained"\n');
  const before = dev("deny");
  assert.equal(before.status, 0, before.said);
  assert.match(before.said, /advisories are not checked/);
  const first = dev("advisories", `file://${source}`);
  assert.equal(first.status, 0, first.said);
  assert.match(first.said, /advisories as they were on 20\d\d-/);
  assert.match(first.said, /advisories ok/);
  advise("quick-xml", "RUSTSEC-2099-0001");
  const second = dev("advisories", `file://${source}`);
  assert.notEqual(second.status, 0);
  assert.match(second.said, /RUSTSEC-2099-0001/);
  assert.match(second.said, /advisories FAILED/);
  const offline = dev("deny");
  assert.notEqual(offline.status, 0);
  assert.match(offline.said, /RUSTSEC-2099-0001/);
});
