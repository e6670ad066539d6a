// Keeps the page's own files so that it works offline. Above this, build.mjs writes `release`, and `files`: the address of
// each file with its digest. Nothing else is ever asked for, and a file whose digest is another is not kept.

const scope = new URL(registration.scope);
const mine = `samlens ${scope}`;
const own = `${mine} ${release}`;

// All files of the release or none: then the one before stays.
async function install() {
  const cache = await caches.open(own);
  const take = async ([path, integrity]) => {
    // A file that keeps its name has the release in its address: what the browser still has of it is right.
    const response = await fetch(new Request(path, { integrity, cache: path === "./" ? "reload" : "default" }));
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    // An answer that came by another address may not be given to a page that is opened.
    const { headers, redirected } = response;
    await cache.put(path, redirected ? new Response(await response.blob(), { headers }) : response);
  };
  try {
    await Promise.all(Object.entries(files).map(take));
  } catch (error) {
    await caches.delete(own);
    throw error;
  }
}

// Forgets the releases that no page is open of: each page holds a lock by the name of its own (boot.js).
async function tidy() {
  const known = (await caches.keys()).filter((name) => name.startsWith(`${mine} `) && name !== own);
  const { held, pending } = navigator.locks ? await navigator.locks.query() : { held: [], pending: [] };
  // A newer one may be coming, or be there already.
  const state = self.serviceWorker?.state;
  if (registration.installing || registration.waiting || state === "redundant") return;
  const used = new Set([...held, ...pending].map(({ name }) => name));
  await Promise.all(known.filter((name) => !used.has(name)).map((name) => caches.delete(name)));
}

// The page is always this release's. What a page then asks for has a digest or its release in the address: each gets its own.
async function kept(address) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(`${mine} `)) continue;
    const found = await (await caches.open(name)).match(address);
    if (found) return found;
  }
}
const page = async (request) => (await (await caches.open(own)).match("./")) ?? fetch(request);
// Trunk leaves out the zeros that a digest begins with.
const digested = /-[0-9a-f]{8,16}(_bg)?\.\w+$/;
const released = /^\?[0-9a-f]{16}$/;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(Promise.all([tidy(), clients.claim()])));
addEventListener("message", ({ data }) => data === "go" && skipWaiting());
addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== scope.origin || !address.pathname.startsWith(scope.pathname)) return;
  const path = address.pathname.slice(scope.pathname.length);
  if (request.mode === "navigate" && (path === "" || path === "index.html")) {
    event.respondWith(page(request));
    event.waitUntil(tidy());
  } else if (released.test(address.search)) {
    // Not of the server, which may have another release by now.
    event.respondWith(kept(address.href).then((found) => found ?? new Response(null, { status: 404 })));
  } else if (digested.test(path)) {
    event.respondWith(kept(address.href).then((found) => found ?? fetch(request)));
  }
});
