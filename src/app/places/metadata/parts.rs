//! Values of an entity in rows, with the way to their bytes in its own XML.

use yew::{Html, html};

use super::super::value::{Row, Shown};
use crate::app::engine::TextOf;
use crate::app::state::Dispatch;
use crate::{TextReport, Worded};

/// The text that an entity's values stand in: the only capture of the report about it.
pub const OWN: TextOf = TextOf { capture: 0, decryption: None };

/// Rows that are being collected.
pub struct Facts<'d> {
    rows: Vec<Html>,
    heading: &'static str,
    dispatch: &'d Dispatch,
}

/// A value and where it stands.
pub fn shown(text: &TextReport) -> Shown {
    Shown { text: text.text.clone().into(), signed: None, place: Some((OWN, text.span)) }
}

impl<'d> Facts<'d> {
    pub fn new(dispatch: &'d Dispatch) -> Self {
        Self { rows: Vec::new(), heading: "h3", dispatch }
    }

    /// Rows within a role, whose title is a level above theirs.
    pub fn within(dispatch: &'d Dispatch) -> Self {
        Self { heading: "h4", ..Self::new(dispatch) }
    }

    /// A value, with what is to be said of it.
    pub fn add(&mut self, name: &str, shown: Shown, note: &str) {
        let (name, note, dispatch) = (name.to_owned(), note.to_owned(), self.dispatch.clone());
        self.rows.push(html! { <Row {name} {shown} {note} {dispatch} /> });
    }

    /// Values, each in a row.
    pub fn texts<'t>(&mut self, name: &str, texts: impl IntoIterator<Item = &'t TextReport>) {
        texts.into_iter().for_each(|text| self.add(name, shown(text), ""));
    }

    /// Values in several languages.
    pub fn worded(&mut self, name: &str, texts: &[Worded]) {
        for text in texts {
            self.add(name, shown(&text.text), text.language.as_deref().unwrap_or_default());
        }
    }

    /// What was not written as a value of its own.
    pub fn said(&mut self, name: &str, text: &str, note: &str) {
        if !text.is_empty() {
            self.add(name, Shown::said(text.to_owned()), note);
        }
    }

    /// The rows; nothing where there are none.
    pub fn list(self, title: &str) -> Html {
        if self.rows.is_empty() {
            return html! { <div class="m-topic" hidden=true /> };
        }
        html! { <div class="m-topic"><@{self.heading} class="m-title">{ title.to_owned() }</@><dl>{ for self.rows }</dl></div> }
    }
}

/// What identifiers of bindings, formats and protocols are called for short; those of others as they are.
pub fn short(identifier: &str) -> &str {
    const KNOWN: [&str; 5] = [
        "urn:oasis:names:tc:SAML:2.0:bindings:",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:",
        "urn:oasis:names:tc:SAML:1.0:bindings:",
        "urn:oasis:names:tc:SAML:1.0:profiles:",
    ];
    KNOWN.iter().find_map(|known| identifier.strip_prefix(known)).unwrap_or(identifier)
}
