// Times a whole inspection (decode, verify, all rules, report) of a login with all that is known of it, compiled to
// WebAssembly, in a real Chromium: `./dev bench wasm` builds what it serves and sets CHROME.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const local = (path) => new URL(path, import.meta.url);
const { chromium } = createRequire(local("../tests/browser/"))("playwright-core");
const login = (name) => () => readFileSync(local(`../tests/scenarios/clean-ali-user-okta/${name}`));
const served = {
  "/": ["text/html", () => "<!doctype html>"],
  "/verify.js": ["text/javascript", () => readFileSync(local("../target/bench-wasm/verify.js"))],
  "/verify_bg.wasm": ["application/wasm", () => readFileSync(local("../target/bench-wasm/verify_bg.wasm"))],
  "/input": ["application/octet-stream", login("input.txt")],
  "/context": ["application/octet-stream", login("context.json")],
  "/metadata": ["application/octet-stream", login("idp-metadata.xml")],
  "/request": ["application/octet-stream", login("request.txt")],
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
const { sentence, first, times, bytes } = await page.evaluate(async () => {
  const { default: start, Inspector } = await import("/verify.js");
  await start();
  const load = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const [input, context, metadata, request] = await Promise.all(["/input", "/context", "/metadata", "/request"].map(load));
  const inspector = new Inspector(context, metadata, request);
  const time = () => {
    const begin = performance.now();
    const sentence = inspector.inspect(input);
    return [performance.now() - begin, sentence];
  };
  const [first, sentence] = time();
  for (const begin = performance.now(); performance.now() - begin < 1000; ) time();
  const times = Array.from({ length: 300 }, () => time()[0]).sort((a, b) => a - b);
  return { sentence, first, times, bytes: input.length };
});
await browser.close();
server.close();
const ms = (time) => `${time.toFixed(2)} ms`;
console.log(`whole inspection in Chromium, ${bytes} bytes: ${sentence}`);
console.log(`  median ${ms(times[150])}, least ${ms(times[0])}, the very first ${ms(first)}`);
