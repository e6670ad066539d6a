//! (to be built)

use yew::{Html, component, html};

use super::PlaceProps;

/// The place.
#[component]
pub fn Compare(props: &PlaceProps) -> Html {
    let _ = props;
    html! { <section /> }
}
