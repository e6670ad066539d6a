//! The message's XML, coloured by the reader's own spans.

use yew::{Html, component, html};

use super::PlaceProps;

/// The place.
#[component]
pub fn Message(props: &PlaceProps) -> Html {
    let xml = props.state.capture().and_then(|capture| capture.xml.clone()).unwrap_or_default();
    html! { <section class="message"><pre class="xml">{ xml }</pre></section> }
}
