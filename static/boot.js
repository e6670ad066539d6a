// Starts the program; where that fails, says so instead of showing nothing. Later, once nobody waits for anything, sees to
// the offline copy (offline/worker.js), which only a release has.
const { js, wasm, release } = document.querySelector("script[data-wasm]").dataset;
// Where the browser keeps nothing for this page, some refuse the very name.
let workers;
try {
  if (isSecureContext && release) workers = navigator.serviceWorker;
} catch {}
// For as long as this page is open its release is kept: whoever would tidy up sees the lock.
if (workers) navigator.locks?.request(`samlens ${new URL("./", location)} ${release}`, { mode: "shared" }, () => new Promise(() => {})).catch(() => {});
try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
  dispatchEvent(new CustomEvent("TrunkApplicationStarted"));
  // Files that the system opens with the installed page are dropped into it.
  window.launchQueue?.setConsumer(async ({ files }) => {
    const dataTransfer = new DataTransfer();
    for (const file of files) dataTransfer.items.add(await file.getFile());
    if (files.length) document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  if (workers) setTimeout(() => (window.requestIdleCallback ?? setTimeout)(keep), 2000);
} catch (error) {
  document.getElementById("unstarted").hidden = false;
  console.error(error);
}

// A newer release stands ready beside this one until somebody wants it: a page never changes under anybody's hands.
async function keep() {
  const registration = await workers.register("sw.js").catch(() => undefined);
  if (!registration) return;
  const tell = () => registration.waiting && workers.controller && dispatchEvent(new Event("samlens-newer"));
  const watch = (worker) => worker?.addEventListener("statechange", tell);
  addEventListener("samlens-reload", () => {
    if (!registration.waiting) return location.reload();
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("go");
  });
  registration.addEventListener("updatefound", () => watch(registration.installing));
  watch(registration.installing);
  tell();
}
