//! The certificates that a message shows of itself, in short: the place of certificates has all of them.

use yew::{Html, html};

use crate::app::parts::Copy;
use crate::app::words::{put, words};
use crate::{CertificateReport, Language};

words! {
    Words {
        shows: "Certificate in the message: {subject}", "消息中的证书：{subject}";
        issuer: "Issuer", "颁发者";
        valid: "Validity", "有效期";
        key: "Key", "密钥";
        unread: "cannot be read", "无法读取";
    }
}

/// A box for each.
pub fn key_info(certificates: &[CertificateReport], language: Language) -> Html {
    let words = Words::of(language);
    let boxes = certificates.iter().map(|one| {
        let row = |name: &'static str, value: String| {
            html! { <div class="row"><dt>{ name }</dt><dd>{ value }</dd></div> }
        };
        html! {
            <li>
                <details>
                    <summary>{ put(words.shows, &[("subject", &one.subject)]) }</summary>
                    <dl>
                        { row(words.issuer, one.issuer.clone()) }
                        { row(words.valid, format!("{} – {}", one.not_before, one.not_after)) }
                        { row(words.key, one.key.clone().unwrap_or_else(|| words.unread.to_owned())) }
                        <div class="row">
                            <dt>{ "SHA-256" }</dt>
                            <dd>
                                <div class="valued">
                                    <code class="text">{ one.sha256.clone() }</code>
                                    <Copy what="SHA-256" text={one.sha256.clone()} />
                                </div>
                            </dd>
                        </div>
                    </dl>
                </details>
            </li>
        }
    });
    html! { <ul class="key-info">{ for boxes }</ul> }
}
