//! Each signature and each encrypted part of the message: whether it holds or opens, with which key, and why not.

use yew::{Html, component, html};

use super::PlaceProps;

use crate::app::parts::{Icon, Shape};
use crate::{CertificateReport, DecryptionReport, SignatureReport};

/// A row for each signature; that there is none is said as well.
#[component]
pub fn Signatures(props: &PlaceProps) -> Html {
    let capture = props.state.capture();
    let signatures = capture.map(|capture| capture.signatures.as_slice()).unwrap_or_default();
    let decryptions = capture.map(|capture| capture.decryptions.as_slice()).unwrap_or_default();
    html! {
        <section class="group">
            <h2>{ "Signatures and encryption" }</h2>
            <ul class="steps">{ for signatures.iter().map(row) }</ul>
            <ul class="steps">{ for decryptions.iter().map(decryption) }</ul>
            <p class="quiet">
                if signatures.is_empty() {
                    { "There is no signature in this message." }
                }
            </p>
        </section>
    }
}

fn row(signature: &SignatureReport) -> Html {
    let (shape, class, state) = match (signature.status, signature.trusted) {
        ("valid", true) => (Shape::Done, "done", "valid, by a key you gave"),
        ("valid", false) => (Shape::Unknown, "unknown", "valid, by a key that nobody vouches for"),
        ("invalid", _) => (Shape::Failed, "failed", "not valid"),
        _ => (Shape::Unknown, "unknown", "could not be checked"),
    };
    let algorithm = signature.signature_algorithm.as_deref().and_then(|uri| uri.rsplit('#').next()).unwrap_or_default();
    let facts = [algorithm.to_owned(), signature.key.clone().unwrap_or_default()];
    let facts = facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ");
    let diagnosis = signature.diagnosis.as_ref().map(|diagnosis| diagnosis.text.clone()).unwrap_or_default();
    html! {
        <li class={class} data-status={signature.status}>
            <Icon {shape} />
            <div>
                <p><span class="title">{ format!("{}: {state}", signature.target) }</span></p>
                <p>{ signature.detail.clone() }</p>
                <p>{ diagnosis }</p>
                <p class="quiet">{ facts }</p>
                <ul>{ for signature.certificates.iter().map(certificate) }</ul>
            </div>
        </li>
    }
}

fn decryption(decryption: &DecryptionReport) -> Html {
    let (shape, class, state) = match decryption.status {
        "decrypted" => (Shape::Done, "done", "decrypted"),
        "no-key" => (Shape::Unknown, "unknown", "encrypted"),
        _ => (Shape::Failed, "failed", "does not open"),
    };
    html! {
        <li class={class}>
            <Icon {shape} />
            <div>
                <p><span class="title">{ format!("{}: {state}", decryption.target) }</span></p>
                <p>{ decryption.detail.clone() }</p>
                <ul>{ for decryption.certificates.iter().map(certificate) }</ul>
            </div>
        </li>
    }
}

fn certificate(certificate: &CertificateReport) -> Html {
    html! {
        <li class="quiet">
            <details>
                <summary>{ format!("Certificate in the message: {}", certificate.subject) }</summary>
                <p>{ format!("Issuer {}", certificate.issuer) }</p>
                <p>{ format!("Valid {} to {}", certificate.not_before, certificate.not_after) }</p>
                <p>{ format!("Key {}", certificate.key.as_deref().unwrap_or("that cannot be read")) }</p>
                <p class="mono">{ format!("SHA-256 {}", certificate.sha256) }</p>
            </details>
        </li>
    }
}
