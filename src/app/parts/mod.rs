//! Small components that every place uses.

mod copy;
mod icon;
mod names;
mod value;

pub use self::copy::Copy;
pub use self::icon::{Icon, Shape};
pub use self::names::{provider_name, service_name};
pub use self::value::{compared, piece};
