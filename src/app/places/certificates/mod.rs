//! (to be built)

use yew::{Html, component, html};

use super::PlaceProps;

/// The place.
#[component]
pub fn Certificates(props: &PlaceProps) -> Html {
    let _ = props;
    html! { <section /> }
}
