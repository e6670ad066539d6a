//! Small components that every place uses.

mod copy;
mod distance;
mod download;
mod icon;
mod names;
mod show;
mod value;

pub use self::copy::{Copy, to_clipboard};
pub use self::distance::{distance, length};
pub use self::download::save;
pub use self::icon::{Shape, icon};
pub use self::names::{provider_name, service_name};
pub use self::show::{Elsewhere, Show, use_show};
pub use self::value::{compared, piece};
