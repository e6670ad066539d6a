// Starts the program; where that fails, says so instead of showing nothing.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
  dispatchEvent(new CustomEvent("TrunkApplicationStarted"));
} catch (error) {
  document.getElementById("unstarted").hidden = false;
  console.error(error);
}
