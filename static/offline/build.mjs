// Makes of a release (node static/offline/build.mjs DIST) what works offline: the manifest and the service worker of an
// installed page, the single file, and the digests of all. Run again on the same folder, it begins anew.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = process.argv[2] ?? "dist";
const source = (name) => readFileSync(join(here, name), "utf8");
const made = (name) => readFileSync(join(dist, name));
const digest = (bytes, form = "base64") => createHash("sha256").update(bytes).digest(form);
const policyHash = (text) => `'sha256-${digest(text)}'`;
/** The only match, or the build ends: a release without one of its parts is none. */
function only(text, pattern) {
  const found = [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))];
  if (found.length !== 1) throw new Error(`${pattern} is there ${found.length} times`);
  return found[0];
}
function replaced(text, pattern, by) {
  only(text, pattern);
  return text.replace(pattern, () => by);
}

const outputs = ["samlens.html", "sw.js", "SHA256SUMS", "manifest.webmanifest"];
for (const name of [...outputs, "icons"]) rmSync(join(dist, name), { recursive: true, force: true });
const bare = made("index.html").toString()
  .replace(/<link rel="manifest"[^>]*>/, "")
  .replace(/boot\.js\?[0-9a-f]+" data-release="[0-9a-f]+"/, 'boot.js"');

// --- the manifest and the icons ---------------------------------------------------------------

const icon = only(bare, /<link rel="icon" href="\.\/([^"]+)"[^>]*>/);
// static/icon.svg as a browser draws it; offline.test.mjs compares them.
mkdirSync(join(dist, "icons"));
for (const size of [192, 512]) copyFileSync(join(here, `icon-${size}.png`), join(dist, "icons", `${size}.png`));
writeFileSync(join(dist, "manifest.webmanifest"), replaced(source("manifest.webmanifest"), /"icon\.svg"/, JSON.stringify(icon[1])));

// --- the release's name, which is that of all its bytes ---------------------------------------

const list = () => readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(dist, "x").length - 1).replaceAll("\\", "/")).sort();
const others = list().filter((name) => name !== "index.html");
const every = [["index.html", bare], ["worker", source("worker.js")], ...others.map((name) => [name, made(name)])];
const release = digest(every.map(([name, bytes]) => `${name} ${digest(bytes)}`).join("\n"), "hex").slice(0, 16);

const index = replaced(
  replaced(bare, /src="boot\.js"/, `src="boot.js?${release}" data-release="${release}"`),
  /<link rel="icon"/,
  `<link rel="manifest" href="manifest.webmanifest?${release}"><link rel="icon"`,
);
writeFileSync(join(dist, "index.html"), index);

// --- the service worker, with the addresses by which the page asks ----------------------------

// As worker.js knows them.
const digested = new RegExp(only(source("worker.js"), /const digested = \/(.+)\/;/)[1]);
const address = (name) => (digested.test(name) ? name : `${name}?${release}`);
// The system asks for the icons once, when the page is installed.
const offline = others.filter((name) => !name.startsWith("icons/"));
const files = Object.fromEntries([["./", index], ...offline.map((name) => [address(name), made(name)])]
  .map(([name, bytes]) => [name, `sha256-${digest(bytes)}`]));
// Otherwise the page would be without it as soon as the server is gone.
const asked = [...index.matchAll(/"\.\/([^"]+)"/g)].map(([, name]) => name).filter((name) => !(name in files));
if (asked.length > 0) throw new Error(`the page asks for ${asked.join(", ")}, which would not be kept`);
const told = `const release = ${JSON.stringify(release)};\nconst files = ${JSON.stringify(files, null, 1)};\n`;
writeFileSync(join(dist, "sw.js"), told + source("worker.js"));

// --- the single file --------------------------------------------------------------------------

/** A text as it may stand within a script: nothing there may look like its end or like a comment's beginning. */
function inside(text, what) {
  if (/<\/script|<!--|\r/i.test(text)) throw new Error(`${what} cannot stand in a script`);
  return text;
}
const program = only(index, /<script type="module" [^>]*data-js="\.\/([^"]+)" data-wasm="\.\/([^"]+)"><\/script>/);
const bindings = made(program[1]).toString();
if (/^\s*import\s/m.test(bindings)) throw new Error("the bindings import something");
only(bindings, /^export \{[^}]*\};\s*$/m);
// Where the program would be fetched from: here it is always handed over.
const alone = replaced(bindings.replace(/^export \{[^}]*\};\s*$/m, ""), /new URL\('[^']*', import\.meta\.url\)/, "undefined");
if (/import\.meta/.test(alone)) throw new Error("the bindings are more of a module than is known here");
const script = inside(`\n${alone}${source("single.js")}`, "the program");
const sheets = [...bare.matchAll(/<link rel="stylesheet" href="\.\/([^"]+)"[^>]*>\s*/g)];
const style = `\n${sheets.map(([, name]) => made(name)).join("")}`;
if (/<\/style|\r|url\(|@import/i.test(style)) throw new Error("the styles cannot stand in the page");
const policy = `default-src 'none'; script-src ${policyHash(script)} 'wasm-unsafe-eval'; style-src ${policyHash(style)}; img-src data:; ` +
  "connect-src 'none'; worker-src blob:; base-uri 'none'; form-action 'none'";
const parts = new Set([icon[1], program[1], "boot.js", "manifest.webmanifest", ...sheets.map(([, name]) => name)]);
const held = offline.filter((name) => !parts.has(name));
const block = (name) => `<script type="application/octet-stream" data-file="${name}">${gzipSync(made(name), { level: 9 }).toString("base64")}</script>\n`;

let single = bare;
for (const [sheet] of sheets.slice(1)) single = single.replace(sheet, "");
single = single.replace(/<link rel="(modulepreload|preload)"[^>]*>/g, "");
single = replaced(single, /(?<=http-equiv="Content-Security-Policy" content=")[^"]+/, policy);
single = replaced(single, /<link rel="stylesheet"[^>]*>/, `<style>${style}</style>\n`);
single = replaced(single, /<link rel="icon"[^>]*>/, `<link rel="icon" href="data:image/svg+xml;base64,${made(icon[1]).toString("base64")}">`);
single = replaced(single, /<script type="module" [^>]*><\/script>/, "");
// There is nothing to wait for, nor what would keep it (boot.js).
single = replaced(single, /<div class="page" id="early"[\s\S]*?<\/main>\s*<\/div>/, "");
// A module runs once all of the document is there.
single = replaced(single, /<\/body>/, `${held.map(block).join("")}<script type="module" data-single data-wasm="${program[2]}">${script}</script>\n</body>`);
writeFileSync(join(dist, "samlens.html"), single);

// --- the digests ------------------------------------------------------------------------------

writeFileSync(join(dist, "SHA256SUMS"), list().map((name) => `${digest(made(name), "hex")}  ${name}\n`).join(""));
console.log(`release ${release}: ${Object.keys(files).length} files for offline use`);
