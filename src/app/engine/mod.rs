//! The engine in a worker of its own: the page asks and goes on, and a fault in there ends the worker and not the page.

mod client;
mod metadata;
mod protocol;
mod share;
mod worker;

pub use self::client::{Attached, Engine, Reply};
pub use self::protocol::{
    Answer, Ask, Case, ContextPart, ENDED, Explained, FileRole, Passphrase, Problem, TextOf, UNREAD,
};
pub use self::worker::serve;
