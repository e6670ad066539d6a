// Parses and verifies FILE with xml-crypto RUNS times and prints one line of JSON (see README.md).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DOMParser } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import xpath from "xpath";

const [file, certFile, count] = process.argv.slice(2);
if (!count) throw new Error("usage: node xml-crypto.mjs FILE CERT RUNS");
const runs = Number(count);
const bytes = readFileSync(file);
const publicCert = readFileSync(certFile, "utf8");
const SIGNATURE = "/*/*[local-name(.)='Signature' and namespace-uri(.)='http://www.w3.org/2000/09/xmldsig#']";

// As its README shows: find the signature in a document, then check it against the text, which it parses
// once more by itself. The pinned certificate only: by default nothing is taken from KeyInfo.
function verifyOnce() {
  const xml = bytes.toString("utf8");
  const document = new DOMParser().parseFromString(xml, "text/xml");
  const signed = new SignedXml({ publicCert });
  signed.loadSignature(xpath.select1(SIGNATURE, document));
  if (!signed.checkSignature(xml)) throw new Error("the signature does not hold");
}

let why = null;
// The warm-up that every peer has (README.md).
for (const begin = performance.now(); runs > 1 && performance.now() - begin < 1000; ) verifyOnce();
const times = [];
for (let run = 0; run < runs; run++) {
  const start = performance.now();
  try {
    verifyOnce();
  } catch (error) {
    why ??= String(error.message).slice(0, 200);
  }
  times.push(performance.now() - start);
}

times.sort((a, b) => a - b);
const version = createRequire(import.meta.url)("xml-crypto/package.json").version;
console.log(
  JSON.stringify({
    peer: "xml-crypto",
    version,
    file,
    ok: why === null && runs > 0,
    why,
    runs,
    median_ms: times[Math.floor(runs / 2)],
    min_ms: times[0],
    max_rss_kb: process.resourceUsage().maxRSS,
  }),
);
