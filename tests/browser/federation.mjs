// A federation of a size as the largest have it, made by `benches/data/aggregate.py`; what is in it, read by other means
// than ours; and how much memory WebAssembly takes.

import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./harness.mjs";

/**
 * The file and its certificate, made where they are not there yet (ten seconds); `missing` says why there are none.
 * It needs Python, openssl and xmlsec1.
 */
export function federation(megabytes) {
  const xml = join(root, `benches/data/out/aggregate-${megabytes}m.xml`);
  const certificate = join(root, `benches/data/out/aggregate-${megabytes}m.pem`);
  if (!existsSync(xml) || !existsSync(certificate)) {
    const made = spawnSync("python3", ["benches/data/aggregate.py", "--size", String(megabytes)], { cwd: root, encoding: "utf8" });
    if (made.status !== 0) return { missing: `benches/data/aggregate.py: ${made.error?.message ?? made.stderr.trim()}` };
  }
  return { xml, certificate };
}

const starts = "<md:EntityDescriptor";

/** How many entities a text has, and of one of them what it can be searched for. */
export function known(path, wanted) {
  const text = readFileSync(path, "utf8");
  const entities = [];
  for (let at = text.indexOf(starts); at >= 0; at = text.indexOf(starts, at + 1)) entities.push(at);
  const plain = (value) =>
    value
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&quot;/g, '"')
      .replace(/&amp;/g, "&");
  const about = (number) => {
    const own = text.slice(entities[number], text.indexOf("</md:EntityDescriptor>", entities[number]));
    const value = (shape) => plain(own.match(shape)?.[1] ?? "");
    const base64 = value(/<ds:X509Certificate>([^<]+)</).replace(/\s/g, "");
    return {
      number,
      entityId: value(/entityID="([^"]+)"/),
      name: value(/<mdui:DisplayName xml:lang="en">([^<]+)</),
      scope: value(/<shibmd:Scope[^>]*>([^<]+)</),
      contact: value(/<md:EmailAddress>mailto:([^<]+)</),
      fingerprint: createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex"),
    };
  };
  // The next one that has all of it.
  let number = wanted;
  while (number + 1 < entities.length && Object.values(about(number)).some((value) => value === "")) number += 1;
  return { count: entities.length, bytes: Buffer.byteLength(text), about, probe: about(number), last: about(entities.length - 1) };
}

/** Runs in the page before anything of it does: keeps the memory of WebAssembly within reach, in its worker as well. */
export function noteMemory() {
  const note = (scope) => {
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const original = scope.WebAssembly[name];
      scope.WebAssembly[name] = async (...given) => {
        const made = await original.apply(scope.WebAssembly, given);
        scope.memoryOfWasm ??= (made.instance ?? made).exports.memory;
        return made;
      };
    }
  };
  note(self);
  // The worker is made of a blob: the same goes before what is in it.
  const Original = self.Blob;
  self.Blob = class extends Original {
    constructor(parts, options) {
      const script = options?.type === "text/javascript";
      super(script ? [`(${note})(self);\n`, ...parts] : parts, options);
    }
  };
}

/** Bytes of the memory of WebAssembly, which never shrinks: of the page and of its worker. */
export async function wasmMemory(page) {
  const bytes = () => self.memoryOfWasm?.buffer.byteLength ?? 0;
  const workers = await Promise.all(page.workers().map((worker) => worker.evaluate(bytes)));
  return { page: await page.evaluate(bytes), worker: Math.max(0, ...workers) };
}

/** Runs in the page before anything of it does: keeps every task of the main thread over 50 ms. */
export function noteTasks() {
  window.longTasks = [];
  const told = (list) => list.getEntries().forEach(({ startTime, duration }) => window.longTasks.push({ startTime, duration }));
  new PerformanceObserver(told).observe({ type: "longtask", buffered: true });
}

/** The longest of them since a time of the page's clock; 0: none was over 50 ms. */
export const longestTask = (page, since = 0) =>
  page.evaluate((since) => Math.max(0, ...window.longTasks.filter((one) => one.startTime >= since).map((one) => one.duration)), since);

/** Where the page has what of a federation. */
export const parts = {
  place: (page) => page.locator("section.metadata"),
  /** The facts of the file, and the state of its signature. */
  signature: (page) => page.locator("section.metadata [data-signature]"),
  search: (page) => page.locator("section.metadata [data-search]"),
  /** The list, which says how many it has found. */
  list: (page) => page.locator("section.metadata [role=listbox][data-found]"),
  row: (page, number) => page.locator(`section.metadata [data-entity="${number}"]`),
};

/** Waits until the list says that it has found so many. */
export const found = (page, count) =>
  page.locator(`section.metadata [role=listbox][data-found="${count}"]`).waitFor({ timeout: 60_000 });
