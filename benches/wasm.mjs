// Runs verify.rs, compiled to WebAssembly, in a real Chromium over FILE CERT RUNS, and prints one line of JSON, as
// peers/README.md wants it. `./dev bench peers` builds what it serves and sets CHROME.

import { open } from "./served.mjs";

const [file, cert, runs] = process.argv.slice(2);
const { page, close } = await open({ file, cert });
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
await close();

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
