//! Small components that every place uses.

mod copy;
mod icon;
mod value;

pub use self::copy::Copy;
pub use self::icon::{Icon, Shape};
pub use self::value::{compared, piece};
