// Starts the program; where that fails, says so instead of showing nothing. Later, once nobody waits for anything, sees to
// the offline copy (offline/worker.js), which only a release has.
const { js, wasm, release } = document.querySelector("script[data-wasm]").dataset;
// Until the program is there, a field in its place keeps what is put in: the program has a megabyte, and people are in a hurry.
const early = document.getElementById("early");
const field = early.querySelector("textarea");
const files = [];
const waiting = new AbortController();
if (/^zh/i.test(navigator.language)) {
  document.documentElement.lang = "zh";
  for (const one of early.querySelectorAll("[data-zh]")) one.textContent = one.dataset.zh;
  field.setAttribute("aria-label", field.dataset.zhLabel);
  field.placeholder = field.dataset.zhPlaceholder;
}
for (const [kind, of] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
  addEventListener(kind, (event) => {
    if (event[of].files.length) files.push(...event[of].files);
    else if (kind === "paste" && event.target !== field) field.value += event[of].getData("text");
    else return;
    event.preventDefault();
  }, { signal: waiting.signal });
}
addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault(), { signal: waiting.signal });
early.hidden = false;
field.focus();
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
  handOver();
  // Files that the system opens with the installed page are dropped into it.
  window.launchQueue?.setConsumer(async ({ files }) => drop(await Promise.all(files.map((file) => file.getFile()))));
  if (workers) setTimeout(() => (window.requestIdleCallback ?? setTimeout)(keep), 2000);
} catch (error) {
  document.getElementById("unstarted").hidden = false;
  console.error(error);
}

function drop(files) {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  if (files.length) document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}

// Puts into the page what was put in before there was one.
function handOver() {
  waiting.abort();
  drop(files);
  if (!field.value) return;
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", field.value);
  const into = document.querySelector(".source textarea");
  // What is too long for a field the page takes from the paste; all else comes as from a keyboard.
  if (!into.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))) return;
  into.value = field.value;
  into.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste", bubbles: true }));
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
