// Times a whole inspection (decode, verify, all rules, report) of a login with all that is known of it, compiled to
// WebAssembly, in a real Chromium: `./dev bench wasm` builds what it serves and sets CHROME.

import { open } from "./served.mjs";

const login = (name) => new URL(`../tests/scenarios/clean-ali-user-okta/${name}`, import.meta.url);
const { page, close } = await open({
  input: login("input.txt"),
  context: login("context.json"),
  metadata: login("idp-metadata.xml"),
  request: login("request.txt"),
});
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
await close();
const ms = (time) => `${time.toFixed(2)} ms`;
console.log(`whole inspection in Chromium, ${bytes} bytes: ${sentence}`);
console.log(`  median ${ms(times[150])}, least ${ms(times[0])}, the very first ${ms(first)}`);
