//! The places of the page, and the tabs between them.

pub mod verdict;

mod certificates;
mod claims;
mod compare;
mod context;
mod decode;
mod flow;
mod identity;
mod message;
mod metadata;
mod privacy;
mod readings;
mod self_test;
mod share;
mod signatures;
mod third_party;
mod value;

use std::rc::Rc;

use yew::{Html, Properties, html};

use super::state::{Dispatch, State};
use super::words::words;
use crate::Language;

/// A place of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// The card and the checks: always there where the page is wide.
    #[default]
    Verdict,
    /// The login as it went between browser, service and identity provider.
    Flow,
    /// The XML.
    Message,
    /// Who it is about, and until when.
    Identity,
    /// Each signature alone.
    Signatures,
    /// Certificates and keys.
    Certificates,
    /// What metadata says: its entities, their certificates, what of it the messages bear out.
    Metadata,
    /// The ladder from the pasted text to the XML.
    Decode,
    /// Two captures side by side.
    Compare,
    /// What is handed on: reports, the case, a link.
    Share,
    /// What is known beside the captures.
    Context,
    /// Why nothing leaves the page.
    Privacy,
}

words! {
    /// The names of the places.
    Names {
        verdict: "Verdict", "结论";
        flow: "Flow", "流程";
        message: "Message", "消息";
        identity: "Identity", "身份";
        signatures: "Signatures", "签名";
        certificates: "Certificates", "证书";
        metadata: "Metadata", "元数据";
        decode: "Decode", "解码";
        compare: "Compare", "对比";
        share: "Share", "分享";
        context: "Context", "上下文";
        privacy: "Privacy", "隐私";
    }
}

impl Place {
    /// In the order of their tabs.
    pub const ALL: [Self; 12] = [
        Self::Verdict,
        Self::Flow,
        Self::Message,
        Self::Identity,
        Self::Signatures,
        Self::Certificates,
        Self::Metadata,
        Self::Decode,
        Self::Compare,
        Self::Share,
        Self::Context,
        Self::Privacy,
    ];

    /// The name in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Flow => "flow",
            Self::Message => "message",
            Self::Identity => "identity",
            Self::Signatures => "signatures",
            Self::Certificates => "certificates",
            Self::Metadata => "metadata",
            Self::Decode => "decode",
            Self::Compare => "compare",
            Self::Share => "share",
            Self::Context => "context",
            Self::Privacy => "privacy",
        }
    }

    /// The name for people.
    pub fn title(self, language: Language) -> &'static str {
        let names = Names::of(language);
        match self {
            Self::Verdict => names.verdict,
            Self::Flow => names.flow,
            Self::Message => names.message,
            Self::Identity => names.identity,
            Self::Signatures => names.signatures,
            Self::Certificates => names.certificates,
            Self::Metadata => names.metadata,
            Self::Decode => names.decode,
            Self::Compare => names.compare,
            Self::Share => names.share,
            Self::Context => names.context,
            Self::Privacy => names.privacy,
        }
    }

    /// Whether there is anything to see there.
    pub fn is_shown(self, state: &State) -> bool {
        self != Self::Metadata || !state.metadata().is_empty()
    }

    /// The place itself. Beside the verdict, which is always there, stands the message.
    pub fn show(self, props: &PlaceProps) -> Html {
        let PlaceProps { state, dispatch } = props.clone();
        match self {
            Self::Verdict | Self::Message => html! { <message::Message {state} {dispatch} /> },
            Self::Flow => flow::flow(props),
            Self::Identity => identity::identity(props),
            Self::Signatures => signatures::signatures(props),
            Self::Certificates => certificates::certificates(props),
            Self::Metadata => metadata::metadata(props),
            Self::Decode => html! { <decode::Decode {state} {dispatch} /> },
            Self::Compare => html! { <compare::Compare {state} {dispatch} /> },
            Self::Share => html! { <share::Share {state} {dispatch} /> },
            Self::Context => html! { <context::ContextPlace {state} {dispatch} /> },
            Self::Privacy => html! { <privacy::Privacy {state} {dispatch} /> },
        }
    }
}

/// What every place is given.
#[derive(Clone, PartialEq, Properties)]
pub struct PlaceProps {
    /// The page's state.
    pub state: Rc<State>,
    /// Where actions go.
    pub dispatch: Dispatch,
}
