// The first lines of the worker: they take the page's compiled module and start it. What it does from then on is Rust.
onmessage = async ({ data: { js, module, lock } }) => {
  try {
    // Held for as long as the worker lives: by nothing else does the page learn that the browser ended it.
    const held = new Promise((held) => navigator.locks?.request(lock, () => (held(), new Promise(() => {}))).catch(held) ?? held());
    const { default: start } = await import(js);
    await held;
    await start({ module_or_path: module });
  } catch (error) {
    postMessage([0, String(error)]);
  }
};
