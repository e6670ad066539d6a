// What the single file adds to the bindings that stand above this, in one script which is the page's and the worker's:
// nothing else may run there, and nothing can be fetched, so that all files are held in the document. In the worker it is
// no module (engine/client.rs).

async function samlensFile(path) {
  const held = document.querySelector(`script[data-file="${path}"]`);
  if (!held) throw new Error(path);
  const packed = Uint8Array.from(atob(held.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function samlensStart() {
  try {
    const { wasm } = document.querySelector("script[data-single]").dataset;
    await __wbg_init({ module_or_path: await WebAssembly.compile(await samlensFile(wasm)) });
    dispatchEvent(new CustomEvent("TrunkApplicationStarted"));
  } catch (error) {
    document.getElementById("unstarted").hidden = false;
    console.error(error);
  }
}

if (self.document) {
  self.samlensFile = samlensFile;
  samlensStart();
} else {
  onmessage = async ({ data: { module, lock } }) => {
    try {
      // As in worker.js.
      await new Promise((held) => navigator.locks?.request(lock, () => (held(), new Promise(() => {}))).catch(held) ?? held());
      await __wbg_init({ module_or_path: module });
    } catch (error) {
      postMessage([0, String(error)]);
    }
  };
}
