// The main path in Firefox: paste, verdict, bytes. Skipped, and said so, where there is no Firefox.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findFirefox, startFirefox } from "./firefox.mjs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { marks, read, root, serve } from "./harness.mjs";

const program = findFirefox();
const login = read("tests/scenarios/ali-user-nameid-suffix-unknown/input.txt").trim();
const control = "\uE009";

let firefox, server, origin;
before(async () => {
  if (!program) return;
  server = await serve();
  origin = `http://127.0.0.1:${server.address().port}`;
  firefox = await startFirefox(program);
});
after(async () => {
  await firefox?.close();
  server?.closeAllConnections();
  server?.close();
});

/** Waits until something can be found in the page. */
async function appears(selector) {
  const found = await firefox.run(async (selector) => {
    for (const begin = performance.now(); performance.now() - begin < 20_000; ) {
      if (document.querySelector(selector)) return true;
      await new Promise((next) => setTimeout(next, 50));
    }
    return false;
  }, selector);
  assert.ok(found, `${selector} did not appear`);
}

test("Firefox: a pasted login has its verdict and its bytes", { skip: !program && "no Firefox here" }, async () => {
  const { events } = firefox;
  await firefox.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  await firefox.go(`${origin}/`);
  await appears(marks.field);
  // The worker and the words come after the field.
  await firefox.run(() => new Promise((settled) => setTimeout(settled, 2000)));
  const requests = () =>
    events
      .filter(({ method }) => method === "network.beforeRequestSent")
      .map(({ params }) => params.request.url)
      // Firefox's own controls have a font that is asked for so, and reaches nowhere.
      .filter((url) => !url.startsWith("data:"));
  const loaded = requests().length;
  assert.ok(loaded >= 4, `only ${loaded} requests were seen`);

  // Copied and pasted with keys, since Firefox asks before it lets a page write to the clipboard.
  await firefox.run((text) => {
    const area = document.createElement("textarea");
    document.body.append(area);
    area.value = text;
    area.select();
  }, login);
  await firefox.press(control, "c");
  await firefox.run((field) => {
    document.body.lastElementChild.remove();
    document.querySelector(field).focus();
  }, marks.field);
  await firefox.press(control, "v");

  await appears(marks.verdict);
  await appears(marks.bytes);
  // Its lines come after the verdict has been painted.
  const bytes = await firefox.run(async (bytes) => {
    const text = () => document.querySelector(bytes).textContent;
    for (let tries = 0; tries < 200 && !text().includes("Response"); tries += 1) {
      await new Promise((settled) => setTimeout(settled, 50));
    }
    return text();
  }, marks.bytes);
  assert.match(bytes, /Response/);
  // Only the lines in view are in the document: the rest is come to as a person does.
  await firefox.run(() => document.querySelector("#tab-identity").click());
  await appears('#place [data-name="NameID"]');
  const name = await firefox.run(() => document.querySelector('#place [data-name="NameID"]').textContent);
  assert.match(name, /alice@acme\.example/);
  const verdict = await firefox.run((verdict) => document.querySelector(verdict).textContent, marks.verdict);
  assert.ok(verdict.trim().length > 4, verdict);
  assert.deepEqual(requests().slice(loaded), [], "nothing was asked for after the page had loaded");
  const complaints = events
    .filter(({ method, params }) => method === "log.entryAdded" && ["error", "warn"].includes(params.level))
    .map(({ params }) => params.text);
  assert.deepEqual(complaints, []);
});

test("Firefox: the single file judges a sample from a disk, and asks for nothing", { skip: !program && "no Firefox here" }, async () => {
  const { events } = firefox;
  await firefox.send("session.subscribe", { events: ["network.beforeRequestSent"] });
  const asked = events.length;
  await firefox.go(pathToFileURL(join(root, "dist", "samlens.html")).href);
  await appears("[data-sample=clean-login]");
  await firefox.run(() => document.querySelector("[data-sample=clean-login]").click());
  await appears(marks.verdict);
  const verdict = await firefox.run((verdict) => document.querySelector(verdict).textContent, marks.verdict);
  assert.match(verdict, /Nothing is wrong/);
  const requests = events.slice(asked).filter(({ method }) => method === "network.beforeRequestSent").map(({ params }) => params.request.url);
  assert.deepEqual(requests.filter((url) => !/^(data:|blob:|file:.*samlens\.html$)/.test(url)), []);
});
