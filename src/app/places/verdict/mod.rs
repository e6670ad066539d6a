//! The verdict: the card on top, then the checks in the order in which a service would run them.

mod card;
mod checks;
mod finding;

use yew::{Html, component, html};

pub use self::card::spoken;
pub use self::checks::order;
use super::PlaceProps;

/// The place.
#[component]
pub fn Verdict(props: &PlaceProps) -> Html {
    html! {
        <div class="verdict">
            <card::Card ..props.clone() />
            <checks::Checks ..props.clone() />
        </div>
    }
}
