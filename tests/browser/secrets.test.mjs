// A private key and its passphrase in the page: in nothing that is shown, kept, logged or handed on, and no longer in its memory
// once the key is removed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { paste, read, settled, start, ui } from "./harness.mjs";

const passphrase = "Tr0ub4dor & 3 horses";
const encrypted = read("tests/fixtures/secrets/sp.encrypted.pem");
const plain = read("tests/fixtures/encrypted/keys/sp.pkcs8.pem");
const message = read("tests/fixtures/encrypted/matrix/aes128-gcm_oaep.xml");
const given = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });

/** The lines of the key that are its own: before them stands the modulus, which certificates have as well. */
const lines = (pem) => pem.split("\n").filter((line) => line.length === 64).slice(8);
/** The characters of base64 that these bytes are, wherever in it they begin. */
const base64s = (bytes) =>
  [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(bytes)]).toString("base64");
    return text.slice([0, 2, 3][before], Math.floor(((before + bytes.length) * 8) / 6));
  });
const der = Buffer.from(lines(plain).join(""), "base64");
const pieces = Array.from({ length: Math.floor(der.length / 40) }, (_, at) => der.subarray(at * 40, at * 40 + 20));
const needles = [
  ...[...lines(plain), ...lines(encrypted)].map((line) => line.slice(10, 40)),
  ...pieces.flatMap((piece) => [...base64s(piece), piece.toString("hex"), piece.toString("hex").toUpperCase()]),
  ...base64s(Buffer.from(passphrase)),
  passphrase, encodeURIComponent(passphrase), passphrase.replaceAll(" ", "+"), passphrase.replace("&", "&amp;"),
];
const found = (text) => needles.filter((needle) => text.includes(needle) || text.replace(/\\n|\s/g, "").includes(needle));

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

/** The page with an encrypted message and the key that opens it, and all that its console was told. */
async function unlocked() {
  const { page, seen, field } = await browser.open();
  const told = [];
  page.on("console", (line) => told.push(line.text()));
  await field.waitFor();
  await paste(page, field, message);
  await ui.verdict(page).waitFor();
  await ui.tab(page, "context").click();
  const keys = page.locator(".files[data-key=private_keys]");
  await keys.locator("input[type=file]").setInputFiles(given("sp.pem", encrypted));
  const input = page.getByLabel("Passphrase of sp.pem");
  await input.fill(`${passphrase}!`);
  await input.press("Enter");
  await keys.locator(".unusable .why", { hasText: /passphrase/i }).waitFor();
  await input.fill(passphrase);
  await input.press("Enter");
  await keys.locator(".used").waitFor();
  return { page, seen, told, keys, input };
}

/** All that a page shows, keeps and says, as text. */
const everything = (page) =>
  page.evaluate(async () => {
    const fields = [...document.querySelectorAll("input, textarea, select")].map((field) => field.value);
    const kept = [localStorage, sessionStorage].map((storage) => JSON.stringify({ ...storage }));
    const databases = (await indexedDB.databases?.()) ?? [];
    const caches = self.caches ? await self.caches.keys() : [];
    const own = [location.href, name, document.title, document.cookie, JSON.stringify(history.state)];
    return [document.documentElement.outerHTML, document.body.innerText, ...fields, ...kept, ...own, JSON.stringify([databases, caches])].join("\n");
  });

test("secrets: in nothing that the page shows, keeps, logs or hands on", async () => {
  const { page, seen, told, input } = await unlocked();
  assert.equal(await input.inputValue(), "", "the passphrase stays in no field");
  // The key once more, put where messages go.
  await page.locator(".strip > button").first().focus();
  await page.evaluate((text) => navigator.clipboard.writeText(text), plain);
  await page.keyboard.press("ControlOrMeta+V");
  await page.locator(".capture").nth(1).waitFor();
  for (const tab of await page.locator("[role=tab]:visible").evaluateAll((all) => all.map((tab) => tab.id))) {
    await page.locator(`#${tab}`).click();
    await page.waitForTimeout(60);
    // The field that it was pasted into has it, and nothing else.
    assert.deepEqual(found((await everything(page)).replaceAll(plain, "").replaceAll(plain.trim(), "")), [], tab);
  }
  await ui.tab(page, "share").click();
  let files = 0;
  for (const how of ["redacted", "as-it-is"]) {
    await page.locator(`.going input[value=${how}]`).check();
    // There is no certificate in it to hand on.
    for (const row of await page.locator("[data-export]:not([data-export=certificates]) [data-do=save]").all()) {
      const [download] = await Promise.all([page.waitForEvent("download"), row.click()]);
      const text = readFileSync(await download.path(), "utf8");
      files += 1;
      assert.ok(text.length > 20);
      assert.deepEqual(found(text), [], `${how}: ${download.suggestedFilename()}`);
    }
    await page.locator("[data-do=link]").click();
    const url = await page.locator(".carrier textarea").inputValue();
    const made = inflateRawSync(Buffer.from(url.split("#case=1.")[1], "base64url")).toString();
    assert.ok(made.includes("samlens-case/1"));
    assert.deepEqual(found(made), [], `${how}: link`);
  }
  assert.ok(files >= 14, `${files} files`);
  assert.deepEqual(found(told.join("\n")), [], "the console");
  assert.deepEqual(found(seen.requests.join("\n")), []);
  assert.deepEqual(seen.complaints, []);
});

/** How many of some texts stand in the memory of the page's own program. */
async function inMemory(page, texts) {
  const client = await page.context().newCDPSession(page);
  const { result } = await client.send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
  const { objects } = await client.send("Runtime.queryObjects", { prototypeObjectId: result.objectId });
  const { result: counted } = await client.send("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    returnByValue: true,
    arguments: [{ value: texts }],
    functionDeclaration: `function (texts) {
      const isIn = (bytes, text) => {
        for (let at = bytes.indexOf(text.charCodeAt(0)); at >= 0; at = bytes.indexOf(text.charCodeAt(0), at + 1)) {
          let length = 1;
          while (length < text.length && bytes[at + length] === text.charCodeAt(length)) length += 1;
          if (length === text.length) return true;
        }
        return false;
      };
      const memories = [...this].map((memory) => new Uint8Array(memory.buffer));
      return [memories.length, texts.filter((text) => memories.some((bytes) => isIn(bytes, text))).length];
    }`,
  });
  await client.detach();
  assert.equal(counted.value[0], 1, "the page has one memory");
  return counted.value[1];
}

test("secrets: once the key is removed, or everything is, the page's memory has it no more", async () => {
  const ways = {
    removed: (page, keys) => keys.getByRole("button", { name: "Forget sp.pem" }).click(),
    "forgotten with all that is known": (page) => page.getByRole("button", { name: "Forget all of it" }).click(),
    cleared: async (page) => {
      await page.locator(".strip > button").first().click();
      await page.getByRole("button", { name: "Clear", exact: true }).click();
    },
  };
  for (const [way, go] of Object.entries(ways)) {
    const { page, keys, seen } = await unlocked();
    const texts = [passphrase, ...lines(encrypted).map((line) => line.slice(10, 40))];
    assert.ok((await inMemory(page, texts)) > 1, "while it is used it is there");
    const [worker] = page.workers();
    const ended = new Promise((done) => worker.once("close", done));
    await go(page, keys);
    await ended;
    await settled(page);
    assert.equal(await inMemory(page, texts), 0, way);
    assert.equal(page.workers().length, 1, "another worker has taken its place");
    assert.deepEqual(seen.complaints, []);
    await page.context().close();
  }
});
