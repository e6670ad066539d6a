//! The digest that a signature states, and that of the content as it is, one above the other.

use yew::{Html, html};

use crate::app::parts::{Copy, Shape, icon, piece};
use crate::app::words::words;
use crate::{Language, Piece, SignatureReport};

words! {
    Words {
        stated: "Digest stated", "声明的摘要";
        computed: "Digest computed", "计算的摘要";
        same: "They are the same: the content is what was signed.", "两者相同：内容就是当初签名的内容。";
        differ: "They differ: the content is not what was signed.", "两者不同：内容不是当初签名的内容。";
    }
}

/// Both, with what differs marked.
pub fn digests(signature: &SignatureReport, language: Language) -> Option<Html> {
    let words = Words::of(language);
    let (stated, computed) = (signature.digest_stated.as_ref()?, signature.digest_computed.as_ref()?);
    let row = |name: &'static str, text: &str, other: &str| {
        html! {
            <div class="row">
                <dt>{ name }</dt>
                <dd>
                    <div class="valued">
                        <code class="text">{ for marked(text, other).iter().map(piece) }</code>
                        <Copy what={name} text={text.to_owned()} />
                    </div>
                </dd>
            </div>
        }
    };
    let same = stated == computed;
    let (class, shape, said) = match same {
        true => ("state sound", Shape::Done, words.same),
        false => ("state faulty", Shape::Failed, words.differ),
    };
    Some(html! {
        <div class="digests" data-same={same.to_string()}>
            <dl>{ row(words.stated, stated, computed) }{ row(words.computed, computed, stated) }</dl>
            <p {class}>{ icon(shape, "") }{ said }</p>
        </div>
    })
}

/// A text in pieces: those that stand in the other one at the same place, and those that do not.
fn marked(text: &str, other: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut others = other.chars();
    for letter in text.chars() {
        let differs = others.next() != Some(letter);
        match pieces.last_mut().filter(|piece| piece.differs == differs) {
            Some(piece) => piece.text.push(letter),
            None => pieces.push(Piece { text: letter.to_string(), differs }),
        }
    }
    pieces
}
