//! Says that a newer release of the page stands ready, and goes over to it when somebody wants that, never by itself.

use web_sys::Event;
use yew::{Callback, Html, component, html, use_effect_with, use_state_eq};

use super::listen::Listener;
use super::words::{use_language, words};

words! {
    Words {
        ready: "A newer version of samlens is ready. This tab goes on with its own until it is reloaded.",
            "samlens 的新版本已就绪。在重新加载之前，此标签页会继续使用当前版本。";
        reload: "Reload", "重新加载";
    }
}

/// The notice, once static/boot.js has said that there is one; it hears of the wish in the same way. With a case open the
/// browser asks before it reloads, as ever.
#[component]
pub fn Update() -> Html {
    let words = Words::of(use_language());
    let ready = use_state_eq(|| false);
    {
        let ready = ready.clone();
        use_effect_with((), move |()| {
            let window = web_sys::window();
            let listener = window.map(|window| Listener::new(&window, "samlens-newer", move |_| ready.set(true)));
            move || drop(listener)
        });
    }
    let reload = Callback::from(|_| {
        if let (Some(window), Ok(event)) = (web_sys::window(), Event::new("samlens-reload")) {
            let _ = window.dispatch_event(&event);
        }
    });
    html! {
        <div class="update" role="status">
            if *ready {
                <p class="working">
                    { words.ready }
                    <button type="button" class="button" onclick={reload}>{ words.reload }</button>
                </p>
            }
        </div>
    }
}
