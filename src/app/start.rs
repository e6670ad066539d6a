//! What stands around the field while nothing is captured: the question, the promise, the samples.

use yew::{Callback, Html, html};

use super::parts::{Shape, icon};
use super::places::{Place, PlaceProps};
use super::samples::samples;
use super::state::Action;
use super::words::words;

words! {
    Words {
        question: "Why did this login fail?", "这次登录为什么失败？";
        lead: "Paste what you captured. samlens decodes it, verifies the signatures itself, and says what to change, and who must change it.",
            "粘贴您捕获的内容。samlens 会解码、亲自验证签名，并告诉您要改什么、由谁来改。";
        promise: "Nothing leaves this page: its policy forbids every connection but to its own files, and closing the tab forgets everything.",
            "任何内容都不会离开此页面：页面策略禁止连接到自身文件以外的任何地址，关闭标签页即清除一切。";
        proof: "See the proof", "查看证明";
    }
}

/// The question on top of the field.
pub fn welcome(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    html! {
        <div class="welcome">
            <h1>{ words.question }</h1>
            <p class="lead">{ words.lead }</p>
        </div>
    }
}

/// The promise and the samples under it.
pub fn below(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let onclick = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Go(Place::Privacy)))
    };
    html! {
        <div class="below">
            <p class="promise">
                { icon(Shape::Lock, "") }
                <span>
                    { words.promise }{ " " }
                    <button type="button" class="link" {onclick}>{ words.proof }</button>
                </span>
            </p>
            { samples(props) }
        </div>
    }
}
