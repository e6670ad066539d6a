//! The verdict: the card on top, then the checks in the order in which a service would run them.

mod attack;
mod card;
mod checks;
mod finding;
mod readers;

use yew::{Html, html};

pub use self::card::spoken;
pub use self::checks::order;
pub use self::finding::Check;
use super::PlaceProps;

/// The place.
pub fn verdict(props: &PlaceProps) -> Html {
    html! {
        <div class="verdict">
            { card::card(props) }
            <checks::Checks ..props.clone() />
        </div>
    }
}
