// The first lines of the worker: they take the page's compiled module and start it. What it does from then on is Rust.
onmessage = async ({ data: { js, module } }) => {
  try {
    const { default: start } = await import(js);
    await start({ module_or_path: module });
  } catch (error) {
    postMessage([0, String(error)]);
  }
};
