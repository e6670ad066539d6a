// Runs verify.rs, compiled to WebAssembly, in a real Chromium over FILE CERT RUNS, and prints one line of JSON, as
// peers/README.md wants it. `./dev bench peers` builds what it serves and sets CHROME.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [file, cert, runs] = process.argv.slice(2);
const local = (path) => new URL(path, import.meta.url);
const { chromium } = createRequire(local("../tests/browser/"))("playwright-core");

const served = {
  "/": ["text/html", () => "<!doctype html>"],
  "/verify.js": ["text/javascript", () => readFileSync(local("../target/bench-wasm/verify.js"))],
  "/verify_bg.wasm": ["application/wasm", () => readFileSync(local("../target/bench-wasm/verify_bg.wasm"))],
  "/file": ["application/octet-stream", () => readFileSync(file)],
  "/cert": ["application/octet-stream", () => readFileSync(cert)],
};
const server = createServer((request, response) => {
  const [type, body] = served[request.url] ?? ["text/plain", () => ""];
  // Isolated from other pages, the browser's clock counts in 5 µs instead of 100.
  const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  response.writeHead(200, { "content-type": type, ...isolated }).end(body());
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath: process.env.CHROME,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const measured = await page.evaluate(async (runs) => {
  const { default: start, Verifier } = await import("/verify.js");
  const { memory } = await start();
  const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const [file, verifier] = [await bytes("/file"), new Verifier(await bytes("/cert"))];
  const times = [];
  let why = null;
  // The warm-up that every peer has (peers/README.md).
  for (const begin = performance.now(); runs > 1 && performance.now() - begin < 1000; ) verifier.verify(file);
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    try {
      verifier.verify(file);
    } catch (error) {
      why ??= error.message;
    }
    times.push(performance.now() - begin);
  }
  // WebAssembly's memory never shrinks, so that its size is the most it was.
  return { why, times, memory: memory.buffer.byteLength };
}, Number(runs));
await browser.close();
server.close();

const times = measured.times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    peer: "samlens-wasm",
    file,
    ok: measured.why === null && times.length > 0,
    why: measured.why,
    runs: times.length,
    median_ms: times[times.length >> 1],
    min_ms: times[0],
    max_rss_kb: measured.memory / 1024,
  }),
);
