// Times the release build as a person meets it in a real Chromium: from opening it to being able to paste, from a paste
// to the verdict on the screen, the longest task on the way, and the memory after ten cases. `./dev bench page` runs it.

import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anew, launch, marks, paste, serve, ui } from "../tests/browser/harness.mjs";

const runs = Number(process.argv[2] ?? 7);
const sizes = { "10 kB": 10_000, "200 kB": 200_000, "5 MB": 5_000_000 };

// --- a login of any size, signed ---------------------------------------------------------------

const dsig = "http://www.w3.org/2000/09/xmldsig#";
const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What is signed is written in its canonical form, so that no canonicalization is needed to sign it. */
function login(bytes) {
  const group = (at) =>
    `<Attribute Name="group-${at}"><AttributeValue>cn=group-${at},ou=groups,dc=acme,dc=example</AttributeValue></Attribute>`;
  // Base64 takes four characters for three bytes.
  const groups = Array.from({ length: Math.max(0, Math.round((bytes * 0.75 - 2600) / 105)) }, (_, at) => group(at)).join("");
  const assertion = (signature) =>
    `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" IssueInstant="2026-03-01T08:00:00Z" Version="2.0">` +
    `<Issuer>https://idp.acme.example/</Issuer>${signature}<Subject><NameID>alice@acme.example</NameID>` +
    `<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData ` +
    `NotOnOrAfter="2026-03-01T08:05:00Z" Recipient="https://app.acme.example/acs"></SubjectConfirmationData>` +
    `</SubjectConfirmation></Subject><Conditions NotBefore="2026-03-01T07:59:00Z" NotOnOrAfter="2026-03-01T08:05:00Z">` +
    `<AudienceRestriction><Audience>https://app.acme.example/</Audience></AudienceRestriction></Conditions>` +
    `<AttributeStatement>${groups}</AttributeStatement></Assertion>`;
  const digest = createHash("sha256").update(assertion("")).digest("base64");
  const algorithm = (element, uri, more = "") => `<${element} Algorithm="${uri}">${more}</${element}>`;
  const signedInfo = (names) =>
    `<ds:SignedInfo${names}>${algorithm("ds:CanonicalizationMethod", exclusive)}` +
    `${algorithm("ds:SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")}<ds:Reference URI="#_a1">` +
    `<ds:Transforms>${algorithm("ds:Transform", `${dsig}enveloped-signature`)}${algorithm("ds:Transform", exclusive)}` +
    `</ds:Transforms>${algorithm("ds:DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256")}` +
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = createSign("sha256").update(signedInfo(` xmlns:ds="${dsig}"`)).sign(privateKey, "base64");
  const { n, e } = publicKey.export({ format: "jwk" });
  const number = (text) => Buffer.from(text, "base64url").toString("base64");
  const signature =
    `<ds:Signature xmlns:ds="${dsig}">${signedInfo("")}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo>` +
    `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${number(n)}</ds:Modulus><ds:Exponent>${number(e)}</ds:Exponent>` +
    `</ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo></ds:Signature>`;
  const xml =
    `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" IssueInstant="2026-03-01T08:00:00Z" ` +
    `Destination="https://app.acme.example/acs"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">` +
    `https://idp.acme.example/</Issuer><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>` +
    `</p:Status>${assertion(signature)}</p:Response>`;
  return Buffer.from(xml).toString("base64");
}

// --- what the page notes of itself ---------------------------------------------------------------

/** Runs in the page before anything of it does. */
function note({ field, verdict }) {
  const noted = (window.noted = { tasks: [] });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      noted.memory ??= (made.instance ?? made).exports.memory;
      return made;
    };
  }
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.tasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  // What was changed is on the screen once a frame with it has been made.
  const painted = (name) => requestAnimationFrame(() => setTimeout(() => (noted[name] = performance.now())));
  const look = () => {
    if (!("field" in noted) && document.querySelector("#early:not([hidden]) textarea")) painted("field", (noted.field = undefined));
    if (!("ready" in noted) && document.querySelector(field)) painted("ready", (noted.ready = undefined));
    const shown = document.querySelector(verdict)?.textContent;
    if ("pasted" in noted && shown && !("verdict" in noted)) painted("verdict", (noted.verdict = undefined));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: ["hidden"] });
  const pasted = (event) => {
    delete noted.verdict;
    noted.pasted = event.timeStamp;
  };
  addEventListener("paste", pasted, { capture: true });
}

/** The longest task between two times; undefined: none was longer than the 50 ms from which on the browser tells. */
const longest = (tasks, from, to) => {
  const within = tasks.filter(({ startTime, duration }) => startTime < to && startTime + duration > from);
  return within.length > 0 ? Math.max(...within.map(({ duration }) => duration)) : undefined;
};

const seen = (page, name) => page.waitForFunction((name) => window.noted[name] > 0, name, { timeout: 110_000 });

// --- the runs --------------------------------------------------------------------------------------

// As a static host serves it: kept for some minutes; isolated, so that the browser tells its memory and finer times.
const server = await serve({
  "cache-control": "max-age=600",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
});
const origin = `http://127.0.0.1:${server.address().port}`;

/** Opens the page in a profile that stays on disk, since compiled code is kept there. */
async function visit(profile, work = () => {}) {
  const flags = ["--enable-blink-features=ForceEagerMeasureMemory"];
  const context = await launch(flags, profile);
  try {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
    const page = await context.newPage();
    await page.addInitScript(note, marks);
    await page.goto(`${origin}/`);
    await seen(page, "ready");
    return (await work(page)) ?? (await page.evaluate(() => ({ ...window.noted, memory: undefined })));
  } finally {
    await context.close();
  }
}

const inProfile = async (work) => {
  const profile = mkdtempSync(join(tmpdir(), "samlens-bench-"));
  try {
    return await work(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const ms = (value) => (value === undefined ? "under 50 ms" : `${value.toFixed(0)} ms`);
const range = (values) => `median ${ms(median(values))}, ${ms(Math.min(...values))} to ${ms(Math.max(...values))}`;
const task = (values) => `longest task, median: ${ms(median(values.map((value) => value ?? 0)) || undefined)}`;
const tell = (what, times, tasks) => console.log(`${what.padEnd(34)} ${range(times)}; ${task(tasks)}`);

const visits = { first: [], repeat: [] };
for (let run = 0; run < runs; run += 1) {
  await inProfile(async (profile) => {
    visits.first.push(await visit(profile));
    // The second keeps the compiled code, the third finds it.
    await visit(profile, (page) => page.waitForTimeout(2500));
    visits.repeat.push(await visit(profile));
  });
}
for (const [name, all] of Object.entries(visits)) {
  const tasks = all.map(({ ready, tasks }) => longest(tasks, 0, ready));
  tell(`${name} visit to a field`, all.map(({ field }) => field), all.map(({ field, tasks }) => longest(tasks, 0, field)));
  tell(`${name} visit to ready`, all.map(({ ready }) => ready), tasks);
}

/** The page goes through a sample out of sight as soon as it can; few people paste before that is over. */
const rehearsed = (page) => page.locator("html[data-rehearsed]").waitFor({ state: "attached" });

for (const [name, bytes, wait] of [
  ...Object.entries(sizes).map((size) => [...size, rehearsed]),
  ["10 kB at once", sizes["10 kB"], () => {}],
]) {
  const text = login(bytes);
  const all = [];
  for (let run = 0; run < Math.max(3, bytes > 1e6 ? runs >> 1 : runs); run += 1) {
    const one = async (page) => {
      await wait(page);
      await paste(page, ui.field(page), text);
      await seen(page, "verdict");
      // A task that ends after the verdict was painted is told a little later.
      await page.waitForTimeout(500);
    };
    all.push(await inProfile((profile) => visit(profile, one)));
  }
  const tasks = all.map(({ pasted, verdict, tasks }) => longest(tasks, pasted, verdict));
  tell(`paste of ${name} to verdict`, all.map(({ pasted, verdict }) => verdict - pasted), tasks);
}

/**
 * What the page takes, in MB, after its garbage was collected: its objects, workers included; the memory of WebAssembly,
 * which never shrinks; and on Linux all that is the process's own.
 */
async function memory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  const [objects, wasm] = await page.evaluate(async () => [
    (await performance.measureUserAgentSpecificMemory()).bytes,
    window.noted.memory?.buffer.byteLength ?? 0,
  ]);
  const { processInfo } = await (await page.context().browser().newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
  const own = Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => privateBytes(id)));
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  return `objects ${mb(objects)} MB, WebAssembly ${mb(wasm)} MB` + (own > 0 ? `, process ${mb(own)} MB` : "");
}

function privateBytes(id) {
  try {
    const lines = readFileSync(`/proc/${id}/smaps_rollup`, "utf8").matchAll(/^Private_\w+: +(\d+) kB$/gm);
    return [...lines].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
  } catch {
    return 0;
  }
}

await inProfile((profile) =>
  visit(profile, async (page) => {
    const text = login(sizes["200 kB"]);
    console.log(`memory when ready:              ${await memory(page)}`);
    for (let cases = 1; cases <= 10; cases += 1) {
      await paste(page, ui.field(page), text);
      await seen(page, "verdict");
      await anew(page);
      if (cases === 1) console.log(`memory after a case of 200 kB:  ${await memory(page)}`);
    }
    console.log(`memory after ten of them:       ${await memory(page)}`);
  }),
);
server.closeAllConnections();
server.close();
