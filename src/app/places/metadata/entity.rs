//! One entity, whole: who it is, its roles, what was found in it, and its XML as metadata of its own.

use std::collections::BTreeSet;
use std::rc::Rc;

use web_sys::HtmlElement;
use yew::{
    AttrValue, Callback, ContextProvider, Html, Properties, component, html, use_context, use_effect_with,
    use_node_ref, use_state, use_state_eq,
};

use super::super::message::{Go, Overlay, Point, Shared, Shown, Viewer};
use super::super::verdict::Check;
use super::download;
use super::parts::{Facts, OWN, shown};
use super::role::{copy_of, role};
use crate::app::engine::{Answer, Ask, Engine, Reply};
use crate::app::parts::{Elsewhere, Shape, icon};
use crate::app::state::{Action, Body, Dispatch, State};
use crate::app::words::{use_language, words};
use crate::view::Lines;
use crate::{EntityReport, Instant, Layout, Report, Severity};

words! {
    Words {
        back: "Close", "关闭";
        reading: "Reading…", "读取中……";
        failed: "This entity could not be read.", "无法读取该实体。";
        about: "About it", "基本信息";
        registrar: "Registered by", "注册机构";
        at: "Registered at", "注册时间";
        policy: "Registration policy", "注册策略";
        organization: "Organization", "组织";
        contacts: "Contacts", "联系人";
        extensions: "Further extensions", "其他扩展";
        found: "Found in it", "发现的问题";
        nothing: "Nothing is wrong with it by itself.", "该实体本身没有发现问题。";
        xml: "XML", "XML";
        copy: "as metadata of its own", "为独立的元数据";
        save: "Save", "保存";
        alone: "Open by itself", "单独打开";
        refused: "The browser refused to save it.", "浏览器拒绝保存。";
        label: "The entity’s XML", "实体的 XML";
        unnamed: "no entityID", "没有 entityID";
    }
}

/// See [`EntityView`].
#[derive(PartialEq, Properties)]
pub struct EntityProps {
    /// The page's state.
    pub state: Rc<State>,
    /// Where actions go.
    pub dispatch: Dispatch,
    /// The number of the file in the report.
    pub metadata: usize,
    /// The number of the entity in the file.
    pub number: usize,
    /// It is to be closed; `None` where there is nothing else to see.
    pub onclose: Option<Callback<()>>,
}

/// What the worker said of an entity.
struct Told {
    of: (u32, usize, usize),
    entity: EntityReport,
    shown: Rc<Shown>,
}

/// An entity.
#[component]
pub fn EntityView(props: &EntityProps) -> Html {
    let EntityProps { state, dispatch, metadata, number, onclose } = props;
    let language = use_language();
    let words = Words::of(language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let told = use_state(|| None::<Option<Rc<Told>>>);
    let go = use_state_eq(|| None::<Go>);
    let head = use_node_ref();
    let revision = state.answer.as_ref().map_or(0, |answer| answer.revision);
    let of = (revision, *metadata, *number);
    {
        let (told, go) = (told.clone(), go.clone());
        use_effect_with((of, language), move |(of, language)| {
            let (of, language) = (*of, *language);
            let heard = Callback::from(move |reply: Reply| {
                go.set(None);
                told.set(Some(take(of, reply)));
            });
            let (_, metadata, number) = of;
            let ask = Ask::Entity { metadata, number, language: language.as_str().to_owned() };
            let asked = engine.ask(&ask, &[], heard);
            let engine = engine.clone();
            move || engine.forget(asked)
        });
    }
    // What was opened comes into view, also where it stands under a list.
    {
        let (head, closes) = (head.clone(), onclose.is_some());
        let is_there = told.is_some();
        use_effect_with((*metadata, *number, is_there), move |_| {
            if let Some(head) = head.cast::<HtmlElement>().filter(|_| closes && is_there) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                head.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let known = (*told).as_ref().and_then(Option::as_ref);
    let Some(known) = known.filter(|known| (known.of.1, known.of.2) == (*metadata, *number)) else {
        let failed = matches!(&*told, Some(None));
        return html! { <div class="entity" aria-busy={(!failed).to_string()}><p class="quiet">{ if failed { words.failed } else { words.reading } }</p></div> };
    };
    let elsewhere = {
        let go = go.clone();
        Elsewhere(Callback::from(move |span| {
            go.set(Some(Go { span, flash: true, number: go.map_or(0, |go| go.number) + 1 }));
        }))
    };
    let entity = &known.entity;
    let report = &known.shown.report;
    let now = Instant::parse(&report.now).map(Instant::unix).unwrap_or_default();
    let id = entity.entity_id.as_ref().map_or(words.unnamed, |id| id.text.as_str()).to_owned();
    let title = title(entity, language.as_str());
    let text: &AttrValue = &known.shown.text;
    let save = {
        let (text, name, dispatch) = (text.clone(), download::file_name(&id), dispatch.clone());
        Callback::from(move |_| {
            if download::save(&text, &name).is_err() {
                dispatch.dispatch(Action::Fail(Some(words.refused.to_owned())));
            }
        })
    };
    // In the place of the file that it stands in, which Undo brings back: whoever has one party to look at need not wait
    // for ten thousand with every change.
    let alone = onclose.is_some().then(|| {
        let (text, name, dispatch, draft) =
            (text.clone(), download::file_name(&id), dispatch.clone(), state.draft.clone());
        let onclick = Callback::from(move |_| {
            let captures = vec![(name.clone(), Body::Text(text.clone()))];
            dispatch.dispatch(Action::Open { captures, draft: (*draft).clone() });
        });
        html! { <button type="button" class="button" data-alone="" {onclick}>{ words.alone }</button> }
    });
    let close = onclose.clone().map(|close| {
        let onclick = close.reform(|_| ());
        html! {
            <button type="button" class="icon-button" {onclick} aria-label={words.back} title={words.back}>{ icon(Shape::Remove, "") }</button>
        }
    });
    let roles = entity.roles.iter().map(|one| role(one, report, now, language, dispatch));
    html! {
        <article class="entity" data-entity-id={id.clone()} aria-label={id.clone()}>
            <ContextProvider<Elsewhere> context={elsewhere}>
                <header ref={head}>
                    <div class="names"><h2 dir="auto">{ title.clone().unwrap_or_else(|| id.clone()) }</h2></div>
                    <div class="tools">
                        <span class="grow" />
                        { copy_of(text, words.copy) }
                        <button type="button" class="button" data-save="" onclick={save}>{ words.save }</button>
                        { alone }
                        <span class="way">{ close }</span>
                    </div>
                </header>
                <div>{ about(entity, words, dispatch) }</div>
                <div>{ findings(report, words, dispatch) }</div>
                <div>{ for roles }</div>
                <div>{ people(entity, words, dispatch) }</div>
                <h3>{ words.xml }</h3>
                <Xml shown={known.shown.clone()} go={*go} />
            </ContextProvider<Elsewhere>>
        </article>
    }
}

fn take(of: (u32, usize, usize), reply: Reply) -> Option<Rc<Told>> {
    let Answer::Entity { entity, report } = reply.answer else { return None };
    let mut attached = reply.attachments.into_iter();
    let text = AttrValue::from(String::from_utf8(attached.next()?).ok()?);
    let lines = Lines::from_bytes(&attached.next()?);
    let lines = if lines.fit(&text) { lines } else { Lines::plain(&text) };
    let (text, lines, report) = (Shared(Rc::new(text)), Shared(Rc::new(lines)), Shared(Rc::new(*report)));
    let shown = Rc::new(Shown { of: OWN, layout: Layout::Formatted, text, lines, report });
    Some(Rc::new(Told { of, entity: *entity?, shown }))
}

/// What it is called by people.
fn title(entity: &EntityReport, language: &str) -> Option<String> {
    let ui = entity.roles.iter().filter_map(|role| role.ui.as_ref()).flat_map(|ui| &ui.display_names);
    let organization = entity.organization.iter().flat_map(|one| one.display_names.iter().chain(&one.names));
    let names: Vec<_> = ui.chain(organization).collect();
    let of =
        |wanted: &str| names.iter().find(|name| name.language.as_deref().is_some_and(|tag| tag.starts_with(wanted)));
    of(language).or_else(|| of("en")).or_else(|| names.first()).map(|name| name.text.text.clone())
}

fn about(entity: &EntityReport, words: &Words, dispatch: &Dispatch) -> Html {
    let mut facts = Facts::new(dispatch);
    facts.texts("entityID", &entity.entity_id);
    facts.texts("validUntil", &entity.valid_until);
    facts.texts("cacheDuration", &entity.cache_duration);
    if let Some(registration) = &entity.registration {
        facts.texts(words.registrar, &registration.authority);
        facts.texts(words.at, &registration.instant);
        facts.worded(words.policy, &registration.policies);
    }
    for category in &entity.categories {
        let name = category.attribute.rsplit(['/', ':']).next().unwrap_or(&category.attribute);
        facts.add(name, shown(&category.value), category.title.as_deref().unwrap_or_default());
    }
    facts.list(words.about)
}

fn people(entity: &EntityReport, words: &Words, dispatch: &Dispatch) -> Html {
    let mut organization = Facts::new(dispatch);
    if let Some(one) = &entity.organization {
        organization.worded("OrganizationName", &one.names);
        organization.worded("OrganizationDisplayName", &one.display_names);
        organization.worded("OrganizationURL", &one.urls);
    }
    let mut contacts = Facts::new(dispatch);
    for contact in &entity.contacts {
        let kind = contact.kind.as_deref().unwrap_or("ContactPerson");
        let name = [contact.name.as_deref(), contact.company.as_deref()];
        let name: Vec<&str> = name.into_iter().flatten().collect();
        contacts.said(kind, &name.join(", "), "");
        contacts.texts(kind, contact.emails.iter().chain(&contact.telephones));
    }
    let mut further = Facts::new(dispatch);
    further.texts("AdditionalMetadataLocation", &entity.additional_locations);
    for extension in &entity.extensions {
        let shown = super::super::value::Shown {
            text: extension.namespace.clone().into(),
            signed: None,
            place: Some((OWN, extension.span)),
        };
        further.add(&extension.name, shown, "");
    }
    html! {
        <>
            { organization.list(words.organization) }
            { contacts.list(words.contacts) }
            { further.list(words.extensions) }
        </>
    }
}

/// What the rules find in the entity alone: what fired, the worst first.
fn findings(report: &Report, words: &Words, dispatch: &Dispatch) -> Html {
    let mut fired: Vec<_> = report.findings.iter().filter(|finding| finding.state == crate::State::Fired).collect();
    fired.sort_by_key(|finding| finding.severity);
    let rank = fired.first().map(|finding| finding.severity);
    let is_bad = rank.is_some_and(|rank| rank <= Severity::Security);
    let class = if is_bad { "m-topic checks faulty" } else { "m-topic checks" };
    let count = fired.len();
    let rows = fired.into_iter().map(|finding| {
        html! { <Check key={finding.rule} finding={finding.clone()} index={None::<usize>} current=false is_root=false dispatch={dispatch.clone()} /> }
    });
    html! {
        <div {class} data-found={count.to_string()}>
            <h3 class="m-title">{ words.found }{ " " }<span class="quiet">{ count }</span></h3>
            <ul>{ for rows }</ul>
            <p class="quiet" hidden={count > 0}>{ words.nothing }</p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct XmlProps {
    shown: Rc<Shown>,
    go: Option<Go>,
}

/// The entity's XML, as the message's place shows one.
#[component]
fn Xml(props: &XmlProps) -> Html {
    let XmlProps { shown, go } = props;
    let words = Words::of(use_language());
    let folded = use_state_eq(BTreeSet::<usize>::new);
    let caret = use_state_eq(|| None::<usize>);
    let frame = use_node_ref();
    let overlay = yew::use_memo((shown.clone(), go.map(|go| go.span)), |(shown, span)| Overlay::of(shown, *span));
    let layers = yew::use_memo(Shared(overlay.clone()), |overlay| overlay.layers(true));
    {
        let (folded, caret) = (folded.clone(), caret.clone());
        use_effect_with(shown.text.clone(), move |_| {
            folded.set(BTreeSet::new());
            caret.set(None);
        });
    }
    {
        let (frame, caret, folded) = (frame.clone(), caret.clone(), folded.clone());
        use_effect_with(*go, move |go| {
            let Some(go) = go else { return };
            folded.set(BTreeSet::new());
            caret.set(Some(go.span[0]));
            if let Some(frame) = frame.cast::<HtmlElement>() {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                frame.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let onfold = {
        let folded = folded.clone();
        Callback::from(move |line: usize| {
            let mut now = (*folded).clone();
            if !now.remove(&line) {
                now.insert(line);
            }
            folded.set(now);
        })
    };
    let onpoint = {
        let caret = caret.clone();
        Callback::from(move |point: Option<Point>| {
            if let Some(Point { offset, hovers: false }) = point {
                caret.set(Some(offset));
            }
        })
    };
    html! {
        <div class="entity-xml" ref={frame}>
            <Viewer
                text={shown.text.clone()}
                lines={shown.lines.clone()}
                layers={Shared(layers)}
                classes={Shared(overlay)}
                folded={Rc::new((*folded).clone())}
                go={*go}
                caret={*caret}
                label={words.label}
                {onfold}
                {onpoint}
            />
        </div>
    }
}
