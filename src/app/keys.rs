//! The list of keys.

use web_sys::HtmlDialogElement;
use yew::{Callback, Html, component, html, use_effect_with, use_node_ref};

use super::places::PlaceProps;
use super::state::Action;
use super::words::words;

words! {
    Words {
        title: "Keys", "快捷键";
        close: "Close", "关闭";
        paste: "paste anywhere: a capture more", "在任意位置粘贴：添加一份捕获内容";
        save: "save the case as it is", "按原样保存案例";
        undo: "undo the last change of the captures", "撤销对捕获内容的上一次更改";
        next: "next finding, the one before", "下一项、上一项检查结果";
        jump: "to the bytes of the finding", "跳转到该结果对应的字节";
        search: "search", "搜索";
        help: "this list", "显示此列表";
        escape: "close what is open", "关闭打开的窗口";
    }
}

/// The list, as a dialog.
#[component]
pub fn Keys(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), state.keys), |(dialog, open)| {
        let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
        match (open, dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let close = |()| {
        let dispatch = dispatch.clone();
        move || dispatch.dispatch(Action::Keys(false))
    };
    let (clicked, closed) = (close(()), close(()));
    let rows = [
        ("Ctrl V", words.paste),
        ("Ctrl Z", words.undo),
        ("Ctrl S", words.save),
        ("j k", words.next),
        ("Enter", words.jump),
        ("/", words.search),
        ("?", words.help),
        ("Esc", words.escape),
    ];
    let rows = rows.into_iter().map(|(keys, text)| {
        let keys = keys.split(' ').map(|key| html! { <kbd>{ key }</kbd> });
        html! { <><dt>{ for keys }</dt><dd>{ text }</dd></> }
    });
    html! {
        <dialog class="keys" ref={dialog} aria-labelledby="keys-title" onclose={Callback::from(move |_| closed())}>
            <h2 id="keys-title">{ words.title }</h2>
            <dl>{ for rows }</dl>
            <button type="button" class="button" onclick={Callback::from(move |_| clicked())}>{ words.close }</button>
        </dialog>
    }
}
