//! What the engine needs of the browser: its parser of addresses.

use web_sys::Url;

use crate::set_url_reader;

/// Lends the engine the browser's parser of addresses.
pub fn lend_url_reader() {
    set_url_reader(|text| Url::new(text).ok().map(|url| url.href()));
}
