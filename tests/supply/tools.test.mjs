// Every tool has one version: in ./dev, and for npm in a lock file with the digest of each package.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const read = (name) => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), "utf8");
const exact = /^\d+\.\d+\.\d+$/;
const dev = read("dev");

test("what ./dev builds or installs has an exact version", () => {
  const versions = [...dev.matchAll(/^(\w+)_version=([^ \n]*)/gm)].map(([, tool, version]) => [tool, version]);
  assert.ok(versions.length >= 5);
  for (const [tool, version] of versions) if (tool !== "bindgen") assert.match(version, exact, tool);
  // wasm-bindgen's is that of its crate, which is pinned.
  assert.match(read("Cargo.toml"), /^wasm-bindgen = "=\d+\.\d+\.\d+"$/m);
  assert.equal(dev.match(/cargo install "\$crate" --version "=\$version"/g)?.length, 1);
  assert.equal(dev.match(/\bcargo install /g).length, 2, "the other is what build_tool says to run by hand");
  // Python's are in a list with the digests of every file that may be taken.
  for (const [line] of dev.matchAll(/pip install .*/g)) assert.match(line, /--require-hashes --requirement tests\/mutants\/requirements\.txt/);
  const wanted = read("tests/mutants/requirements.txt").split("\n").filter((line) => /^\w/.test(line));
  for (const line of wanted) assert.match(line, /^[\w-]+==\d+\.\d+\.\d+ \\$/);
  assert.ok(wanted.some((line) => line.startsWith(`tree-sitter==${dev.match(/^tree_sitter_version=(.*)$/m)[1]} `)));
  assert.doesNotMatch(dev, /npx|npm (install|i) (?!--prefix \$binaryen_root binaryen@\$binaryen_version)/);
});

test("npm's packages are locked, each with its digest", () => {
  const { devDependencies } = JSON.parse(read("tests/browser/package.json"));
  for (const [name, version] of Object.entries(devDependencies)) assert.match(version, exact, name);
  const { packages } = JSON.parse(read("tests/browser/package-lock.json"));
  const { "": own, ...others } = packages;
  assert.deepEqual(own.devDependencies, devDependencies);
  for (const [name, { version, integrity }] of Object.entries(others)) {
    assert.match(version, exact, name);
    assert.match(integrity, /^sha512-/, name);
  }
  assert.match(dev, /npm ci/);
});

test("every crate in Cargo.lock has its digest, and none is from anywhere but the registry", () => {
  const crates = read("Cargo.lock").split("[[package]]").slice(1);
  assert.ok(crates.length > 200);
  for (const crate of crates) {
    const value = (key) => crate.match(new RegExp(`^${key} = "(.*)"$`, "m"))?.[1];
    if (value("name") === "samlens") continue;
    assert.match(value("source") ?? "", /^registry\+/, value("name"));
    assert.match(value("checksum") ?? "", /^[0-9a-f]{64}$/, value("name"));
  }
});
