//! A link that carries the case: made on demand, told with what it gives away and how long it is.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, Properties, component, html, use_context, use_effect_with, use_state_eq};

use crate::Language;
use crate::app::engine::Engine;
use crate::app::handing::{Made, Wanted};
use crate::app::parts::{Copy, Shape, icon};
use crate::app::words::{number, put, words};

words! {
    Words {
        title: "A link", "链接";
        warning: "Whoever has the link has the case: it stands in the link itself, and stays in histories, chats and mails. No server ever sees it: browsers do not send what follows the #.",
            "得到链接的人就得到了案例：案例就在链接之中，并会留在历史记录、聊天和邮件里。服务器不会看到它：浏览器不发送 # 之后的部分。";
        as_it_is: "It carries the case as it is, secrets and all.", "链接中是原样的案例，包含全部机密。";
        make: "Make a link", "生成链接";
        making: "Making it…", "正在生成……";
        link: "The link", "链接";
        length: "{count} characters.", "{count} 个字符。";
        fits: "Most programs take it whole.", "大多数程序都能完整处理。";
        some: "Some chat and mail programs cut links over about 2,000 characters.", "部分聊天和邮件程序会截断超过约 2,000 个字符的链接。";
        most: "Many chat and mail programs cut links over about 8,000 characters: the case file is safer.",
            "许多聊天和邮件程序会截断超过约 8,000 个字符的链接：使用案例文件更稳妥。";
        local: "This page was opened from a file: put this behind the address of a samlens page.", "此页面从文件打开：请将其接在某个 samlens 页面的地址之后。";
    }
}

/// Characters from which on some programs cut a link, and from which on many do.
const CUT: [usize; 2] = [2_000, 8_000];

/// See [`Link`].
#[derive(PartialEq, Properties)]
pub struct LinkProps {
    /// How the case is redacted.
    pub wanted: Wanted,
    /// Of which revision of the case.
    pub revision: u32,
    /// The page's language.
    pub language: Language,
}

/// The button, and what it made.
#[component]
pub fn Link(props: &LinkProps) -> Html {
    let LinkProps { wanted, revision, language } = props;
    let words = Words::of(*language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let made = use_state_eq(|| None::<Option<Rc<Result<Made, String>>>>);
    let asked = yew::use_mut_ref(|| None::<u32>);
    {
        // A link is of the case that it was made of.
        let (made, asked, engine) = (made.clone(), asked.clone(), engine.clone());
        use_effect_with((*revision, wanted.clone()), move |_| {
            if let Some(number) = asked.borrow_mut().take() {
                engine.forget(number);
            }
            made.set(None);
        });
    }
    let onclick = {
        let (wanted, setter) = (wanted.clone(), made.setter());
        Callback::from(move |_| {
            setter.set(Some(None));
            let setter = setter.clone();
            let heard = Callback::from(move |made: Result<Made, String>| setter.set(Some(Some(Rc::new(made)))));
            *asked.borrow_mut() = Some(wanted.clone().ask(&engine, heard));
        })
    };
    let shown = match &*made {
        None => html! { <span /> },
        Some(None) => html! { <p class="quiet">{ words.making }</p> },
        Some(Some(made)) => match &**made {
            Ok(made) => link(&String::from_utf8_lossy(&made.bytes), made.left_out(*language), words),
            Err(why) => html! { <p class="warn">{ icon(Shape::Failed, "") }<span>{ why.clone() }</span></p> },
        },
    };
    html! {
        <section class="link-maker">
            <h2>{ words.title }</h2>
            <p>{ words.warning }</p>
            <p class="warn" hidden={wanted.redaction.is_some()}>{ icon(Shape::Warning, "") }<span>{ words.as_it_is }</span></p>
            <p><button type="button" class="button" data-do="link" {onclick}>{ words.make }</button></p>
            <div class="made" role="status">{ shown }</div>
        </section>
    }
}

fn link(fragment: &str, left_out: Option<String>, words: &Words) -> Html {
    let page = page();
    let text = AttrValue::from(format!("{}#{fragment}", page.as_deref().unwrap_or_default()));
    let length = text.len();
    let said = match CUT {
        [_, most] if length > most => words.most,
        [some, _] if length > some => words.some,
        _ => words.fits,
    };
    let count = put(words.length, &[("count", &number(length))]);
    html! {
        <>
            <div class="carrier">
                <textarea readonly=true rows="3" aria-label={words.link} value={text.clone()} spellcheck="false" />
                <Copy {text} what={words.link} />
            </div>
            <p data-length={length.to_string()}>{ count }{ " " }{ said }</p>
            <p hidden={page.is_some()}>{ words.local }</p>
            <p class="quiet">{ left_out.unwrap_or_default() }</p>
        </>
    }
}

/// The page's own address; `None` for a file, whose path would tell of its owner and lead nowhere elsewhere.
fn page() -> Option<String> {
    let location = web_sys::window()?.location();
    let origin = location.origin().ok().filter(|origin| origin.starts_with("http"))?;
    Some(origin + &location.pathname().ok()? + &location.search().unwrap_or_default())
}
