//! Every limit of `src/limits.rs` with what is just under it and what is just over it: natively and in a browser the same. A
//! file for each room.

mod checks;
mod containers;
mod crypto;
mod doctor;
mod dsig;
mod intake;
mod made;
mod report;
mod shared;
mod xenc;
mod xml;

/// How a limit is tested.
#[cfg_attr(target_arch = "wasm32", allow(dead_code))] // There the first are run, and the others named.
pub enum Proof {
    /// Here, natively and in a browser.
    Everywhere(fn()),
    /// Here and natively alone; why not in a browser.
    Natively(fn(), &'static str),
    /// By a test of this name in this file.
    At(&'static str, &'static str),
}

const LARGE: &str = "hundreds of megabytes, which is the memory of the test's page and not the limit";
const SLOW: &str = "seconds of computing in a build for tests";

/// Limits of a room, each by its name.
type Rows = &'static [(&'static str, Proof)];

/// Every limit.
pub fn all() -> impl Iterator<Item = &'static (&'static str, Proof)> {
    [
        intake::ROWS,
        containers::ROWS,
        xml::ROWS,
        crypto::ROWS,
        xenc::ROWS,
        dsig::ROWS,
        doctor::ROWS,
        checks::ROWS,
        report::ROWS,
        shared::ROWS,
    ]
    .into_iter()
    .flatten()
}
