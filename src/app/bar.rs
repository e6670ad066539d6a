//! The bar on top: the name, the promise, language, theme, keys.

use yew::{Callback, Html, html};

use super::parts::{Shape, icon};
use super::places::{Place, PlaceProps};
use super::state::{Action, Contrast, Settings, Theme};
use super::words::words;
use crate::Language;

words! {
    Words {
        nothing: "Nothing leaves this page", "内容不离开此页面";
        other: "中文", "English";
        language: "Show the page in Chinese", "以英文显示页面";
        theme_system: "Theme: as the system", "主题：跟随系统";
        theme_light: "Theme: light", "主题：浅色";
        theme_dark: "Theme: dark", "主题：深色";
        contrast: "High contrast", "高对比度";
        keys: "Keys", "快捷键";
    }
}

/// The bar.
pub fn bar(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let settings = state.settings;
    let words = Words::of(settings.language);
    let set = |settings: Settings| {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Set(settings)))
    };
    let (theme, shape) = match settings.theme {
        Theme::System => (words.theme_system, Shape::Contrast),
        Theme::Light => (words.theme_light, Shape::Sun),
        Theme::Dark => (words.theme_dark, Shape::Moon),
    };
    let other = match settings.language {
        Language::English => Language::Chinese,
        Language::Chinese => Language::English,
    };
    let more = settings.contrast == Contrast::More;
    let contrast = if more { Contrast::System } else { Contrast::More };
    let go = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Go(Place::Privacy)))
    };
    let keys = {
        let (dispatch, open) = (dispatch.clone(), !state.keys);
        Callback::from(move |_| dispatch.dispatch(Action::Keys(open)))
    };
    html! {
        <header class="bar">
            <span class="brand">{ icon(Shape::Lens, "") }<span>{ "samlens" }</span></span>
            <span class="grow" />
            <button type="button" class="chip lock" onclick={go} title={words.nothing}>
                { icon(Shape::Lock, "") }
                <span>{ words.nothing }</span>
            </button>
            <button
                type="button"
                class="icon-button"
                onclick={set(Settings { contrast, ..settings })}
                aria-pressed={more.to_string()}
                aria-label={words.contrast}
                title={words.contrast}
            >
                { icon(Shape::Strong, "") }
            </button>
            <button
                type="button"
                class="icon-button"
                onclick={set(Settings { theme: settings.theme.next(), ..settings })}
                aria-label={theme}
                title={theme}
            >
                { icon(shape, "") }
            </button>
            <button
                type="button"
                class="chip"
                lang={other.as_str()}
                onclick={set(Settings { language: other, ..settings })}
                title={words.language}
            >
                { words.other }
            </button>
            <button type="button" class="icon-button" onclick={keys} aria-label={words.keys} title={format!("{} (?)", words.keys)}>
                { icon(Shape::Unknown, "") }
            </button>
        </header>
    }
}
