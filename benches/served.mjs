// A page in a real Chromium that has what `./dev` built of verify.rs, and the files that are given, as "/NAME".
// CHROME names the browser; `./dev bench` sets it.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const local = (path) => new URL(path, import.meta.url);
const { chromium } = createRequire(local("../tests/browser/"))("playwright-core");

export async function open(files) {
  const served = {
    "/": ["text/html", () => "<!doctype html>"],
    "/verify.js": ["text/javascript", () => readFileSync(local("../target/bench-wasm/verify.js"))],
    "/verify_bg.wasm": ["application/wasm", () => readFileSync(local("../target/bench-wasm/verify_bg.wasm"))],
  };
  for (const [name, path] of Object.entries(files)) {
    served[`/${name}`] = ["application/octet-stream", () => readFileSync(path)];
  }
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
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { page, close };
}
