//! Why a signature does not hold, as far as that could be found out: each edit with its places, and what was ruled out.

use yew::{Callback, Html, html};

use crate::app::engine::TextOf;
use crate::app::parts::{Shape, icon};
use crate::app::state::{Action, Dispatch};
use crate::app::words::{number, put, words};
use crate::{EditReport, Language, Layout, SignatureReport};

words! {
    Words {
        restores: "What restores it", "还原方法";
        was: "when it was signed", "签名时";
        is: "now", "现在";
        places: "{count} places", "{count} 处";
        some: "{count} places, the first of them:", "共 {count} 处，前几处：";
        place: "where that is", "对应位置";
        ruled: "What was tried, and does not make it hold", "已尝试、但不能使签名成立的还原方法";
    }
}

/// Places of one edit that are led to.
const PLACES: usize = 6;

/// What restores it.
pub fn diagnosis(signature: &SignatureReport, text: TextOf, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let words = Words::of(language);
    let diagnosis = signature.diagnosis.as_ref()?;
    // What is said of each edit stands with its places.
    let said = |rest: String, one: &EditReport| rest.replacen(&one.text, "", 1);
    let rest = diagnosis.edits.iter().fold(diagnosis.text.clone(), said);
    let edits = diagnosis.edits.iter().map(|one| edit(one, text, words, dispatch));
    Some(html! {
        <div class="restores" data-edit={diagnosis.edit}>
            { icon(Shape::Mended, "") }
            <div class="told">
                <p><b>{ words.restores }</b></p>
                <ul class="edits">{ for edits }</ul>
                <p>{ rest.trim().to_owned() }</p>
            </div>
        </div>
    })
}

fn edit(edit: &EditReport, text: TextOf, words: &Words, dispatch: &Dispatch) -> Html {
    let shown = edit.places.len().min(PLACES);
    let count = match edit.count {
        0 | 1 => String::new(),
        count if count > shown && shown > 0 => put(words.some, &[("count", &number(count))]),
        count => put(words.places, &[("count", &number(count))]),
    };
    let places = edit.places.iter().take(PLACES).map(|span| {
        let [from, to] = *span;
        let what = format!("{}, {from}–{to}", words.place);
        let (dispatch, span) = (dispatch.clone(), *span);
        let onclick = Callback::from(move |_| {
            // White space between elements is shown only as it was sent.
            dispatch.dispatch(Action::Lay(Layout::AsSent));
            dispatch.dispatch(Action::Show(text, span));
        });
        html! {
            <li>
                <button type="button" class="jump" {onclick} aria-label={what}>
                    { format!("{from}–{to}") }{ icon(Shape::Jump, "") }
                </button>
            </li>
        }
    });
    let row = |class: &'static str, name: &'static str, value: &Option<String>| {
        let value = value.as_ref()?;
        Some(html! { <div {class}><dt>{ name }</dt><dd><mark>{ value.clone() }</mark></dd></div> })
    };
    let rows = [row("known", words.was, &edit.was), row("sent", words.is, &edit.is)];
    let rows = (edit.was.is_some() || edit.is.is_some())
        .then(|| html! { <div class="evidence was"><dl>{ for rows.into_iter().flatten() }</dl></div> });
    html! {
        <li data-edit={edit.name}>
            <p>{ edit.text.clone() }</p>
            <div>{ rows }</div>
            <div class="places"><span>{ count }</span><ul class="spans">{ for places }</ul></div>
        </li>
    }
}

/// What was tried without success, folded away.
pub fn ruled_out(signature: &SignatureReport, language: Language) -> Option<Html> {
    let words = Words::of(language);
    let rows = signature.ruled_out.iter().map(|one| html! { <li data-edit={one.name}>{ one.text.clone() }</li> });
    (!signature.ruled_out.is_empty()).then(|| {
        html! {
            <details class="ruled-out">
                <summary>{ words.ruled }{ " " }<span class="quiet">{ signature.ruled_out.len() }</span></summary>
                <ul>{ for rows }</ul>
            </details>
        }
    })
}
