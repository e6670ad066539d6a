// Writes what others have made of the page, and under which licences (node static/third-party/make.mjs DIST): every crate
// that is compiled into the program, as `cargo tree` finds them in Cargo.lock, and Rust's own library. The texts that the
// licences want handed on come from the crates themselves. First a line for each part, then an empty one, then the texts.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const dist = process.argv[2] ?? "dist";
const target = "wasm32-unknown-unknown";
const run = (command, ...given) => execFileSync(command, given, { encoding: "utf8", maxBuffer: 64 << 20 });

/** Of several licences to choose from, the first of these; each is known by words that no other has. */
const known = {
  MIT: /Permission is hereby granted, free of charge, to any\s+person obtaining a copy\s+of this software and associated/,
  "Apache-2.0": /Apache License\s+Version 2\.0/,
  "BSD-3-Clause": /Redistribution and use in source and binary forms[^]*Neither the name/,
  Zlib: /This software is provided 'as-is'/,
  "Unicode-3.0": /UNICODE LICENSE V3/,
};

/** The licences to go by: one of each that "OR" joins, all that "AND" joins. */
function chosen(expression) {
  const words = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  const fail = () => {
    throw new Error(`no licence is known that satisfies ${expression}`);
  };
  const rank = (list) => list && Math.max(...list.map((one) => Object.keys(known).indexOf(one)));
  const one = () => {
    const word = words.shift();
    if (word === "(") {
      const inner = any();
      return words.shift() === ")" ? inner : fail();
    }
    return word in known ? [word] : null;
  };
  const all = () => {
    let list = one();
    while (words[0] === "AND") {
      words.shift();
      const more = one();
      list = list && more && [...new Set([...list, ...more])];
    }
    return list;
  };
  const any = () => {
    const choices = [all()];
    while (words[0] === "OR") {
      words.shift();
      choices.push(all());
    }
    return choices.filter(Boolean).sort((a, b) => rank(a) - rank(b))[0] ?? null;
  };
  const found = any();
  return found && words.length === 0 ? found : fail();
}

const tidy = (text) => text.replaceAll("\r", "").split("\n").map((line) => line.trimEnd()).join("\n").trim();

/** The text of a licence that a crate has in its folder; of some there is none, and the licence's own stands in. */
function text(part, licence) {
  const files = readdirSync(part.folder).filter((name) => /^(licen[cs]e|copying|unlicense)/i.test(name)).sort();
  const texts = files.map((name) => tidy(readFileSync(join(part.folder, name), "utf8"))).filter((text) => known[licence].test(text));
  // Where one file has several licences, a file with this one alone is better.
  const found = texts.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
  if (found) return found;
  if (licence !== "MIT") throw new Error(`${part.name} ${part.version} has no text of ${licence}`);
  return mit(part.authors.map((author) => author.replace(/\s*<.*>/, "")).join(", ") || `the authors of ${part.name}`);
}

const mit = (holders) => tidy(readFileSync(new URL("mit.txt", import.meta.url), "utf8")).replace("HOLDERS", holders);

// No procedural macros: they run in the compiler, and nothing of them is in what it writes.
const tree = run("cargo", "tree", "--locked", "--offline", "--target", target, "-e", "normal,no-proc-macro", "--prefix", "none", "-f", "{p}");
const linked = new Set(tree.split("\n").filter(Boolean).map((line) => line.replace(/ \(.*/, "").replace(" v", " ")));
const { packages, workspace_members: own } = JSON.parse(run("cargo", "metadata", "--locked", "--offline", "--format-version=1"));
const parts = packages
  .filter(({ id, name, version }) => linked.delete(`${name} ${version}`) && !own.includes(id))
  .map(({ name, version, license, authors, manifest_path: manifest }) => ({ name, version, license, authors, folder: dirname(manifest) }));
if (linked.size > 0) throw new Error(`unknown: ${[...linked].join()}`);
for (const part of parts) if (!part.license) throw new Error(`${part.name} ${part.version} names no licence`);
parts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));

const texts = new Map();
const say = (licence, text, part) => texts.set(text, { licence, parts: [...(texts.get(text)?.parts ?? []), part] });
for (const part of parts) {
  for (const licence of chosen(part.license)) say(licence, text(part, licence), `${part.name} ${part.version}`);
}
// What of the library stands under the Apache License with LLVM's exceptions may be in a program without a notice.
const rust = ["Rust’s own library", run(process.env.RUSTC ?? "rustc", "--version").split(" ")[1]];
say("MIT", mit("The Rust Project contributors, and those of compiler_builtins, libm, dlmalloc, hashbrown and cfg-if"), rust.join(" "));

const list = [
  ...parts.map((part) => [part.name, part.version, part.license.replaceAll(/\s*\/\s*/g, " OR ")]),
  [...rust, "(MIT OR Apache-2.0) AND Apache-2.0 WITH LLVM-exception"],
];
const written = [...texts].map(([text, { licence, parts }]) => `${"=".repeat(80)}\n${licence}: ${parts.join(", ")}\n\n${text}\n`);
writeFileSync(join(dist, "third-party.txt"), `${list.map((row) => row.join("\t")).join("\n")}\n\n${written.join("\n")}`);
console.log(`third parties: ${list.length}, ${texts.size} texts`);
