//! Under the card's sentence, where the message is an attack: both elements of a wrapped one, and what each kind of
//! reader takes a split text for.

use yew::{Callback, Html, html};

use super::super::claims;
use super::super::readings::{attacked, readings};
use super::super::{Place, PlaceProps};
use crate::app::state::Action;
use crate::app::words::{number, put, words};
use crate::{CaptureReport, Report, WrappingReport};

words! {
    Words {
        more: "{count} in all: see each under Signatures", "共 {count} 处：在“签名”视图中逐一查看";
    }
}

/// Split texts that the card shows; all of them are under Identity.
const SPLIT: usize = 2;

/// What there is to show.
pub fn attack(report: &Report, props: &PlaceProps) -> Option<Html> {
    let mut captures = report.captures.iter();
    let wrapped = captures.find_map(|capture| wrapped(capture, capture.wrappings.first()?, report, props));
    let language = props.state.settings.language;
    let splits =
        report.captures.iter().flat_map(|capture| attacked(report, capture).map(move |split| (capture, split)));
    let splits = splits.take(SPLIT).map(|(capture, split)| readings(split, capture.index, language, &props.dispatch));
    let all: Vec<Html> = wrapped.into_iter().chain(splits).collect();
    (!all.is_empty()).then(|| html! { <div class="attack">{ for all }</div> })
}

fn wrapped(capture: &CaptureReport, first: &WrappingReport, report: &Report, props: &PlaceProps) -> Option<Html> {
    let language = props.state.settings.language;
    let words = Words::of(language);
    let said = report.verdict.sentence.contains(&first.text);
    let count = capture.wrappings.len();
    let more = (count > 1).then(|| {
        let (dispatch, index) = (props.dispatch.clone(), capture.index);
        let onclick = Callback::from(move |_| {
            dispatch.dispatch(Action::Select(index));
            dispatch.dispatch(Action::Go(Place::Signatures));
        });
        html! { <button type="button" class="button" {onclick}>{ put(words.more, &[("count", &number(count))]) }</button> }
    });
    Some(html! {
        <div>
            { claims::wrapped(capture, first, said, language, &props.dispatch) }
            <div>{ more }</div>
        </div>
    })
}
