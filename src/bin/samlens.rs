//! samlens: the page where it is compiled to WebAssembly, the command line elsewhere.

#[cfg(target_arch = "wasm32")]
fn main() {
    samlens::app::run();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    samlens::cli::main()
}
