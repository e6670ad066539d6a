//! The ladder from the pasted text to the XML, and what came beside the message.

use yew::{Callback, Html, component, html, use_context, use_effect_with, use_state_eq};

use super::PlaceProps;
use crate::app::engine::{Answer, Ask, Attached, Engine, FileRole, Reply};
use crate::app::parts::{Copy, Shape, icon};
use crate::app::state::State;
use crate::app::words::{number, put, words};
use crate::{CaptureReport, Decoding, Head, StepReport};

/// Bytes of an input above which its beginning alone is shown: the rest would be decoded twice.
const MOST: usize = 8 << 20;

words! {
    Words {
        title: "From what was put in to the XML", "从输入到 XML";
        bytes: "{count} bytes", "{count} 字节";
        became: "{from} → {to} bytes", "{from} → {to} 字节";
        done: "done", "完成";
        mended: "done, with repairs", "完成，已修复";
        failed: "failed", "失败";
        repaired: "Repaired:", "已修复：";
        at: "At byte {at} of what it was given.", "位于该步骤输入的第 {at} 字节。";
        made: "First bytes it made", "输出的前几个字节";
        given: "First bytes put in", "输入的前几个字节";
        hex: "hexadecimal", "十六进制";
        ratio: "{input} bytes put in, {xml} bytes of XML: {ratio} times as many.", "输入 {input} 字节，XML {xml} 字节：为输入的 {ratio} 倍。";
        beside: "What came beside the message", "消息之外的内容";
        binding: "Binding", "绑定";
        parameter: "Parameter", "参数";
        encoding: "SAMLEncoding", "SAMLEncoding";
        url: "Sent to", "发往";
        relay: "RelayState", "RelayState";
        relay_sent: "RelayState as sent", "RelayState（原样）";
        post: "HTTP POST", "HTTP POST";
        redirect: "HTTP Redirect", "HTTP Redirect";
        soap: "SOAP", "SOAP";
        paos: "PAOS (reverse SOAP)", "PAOS（反向 SOAP）";
        by_artifact: "HTTP Artifact", "HTTP Artifact";
        federation: "WS-Federation, no binding of SAML", "WS-Federation，不是 SAML 绑定";
        wctx: "wctx", "wctx";
        artifact: "The artifact", "工件";
        type_code: "Type", "类型";
        endpoint: "Endpoint index", "端点索引";
        source: "SourceID (SHA-1 of the entity ID)", "SourceID（实体 ID 的 SHA-1）";
        handle: "MessageHandle", "MessageHandle";
        entity: "Entity", "实体";
        fetched: "Fetched at", "取回地址";
        same: "The same message in captures", "同一消息所在的捕获";
        no_entity: "no metadata here has an entity ID of this digest", "此处的元数据中没有摘要与之相同的实体 ID";
        no_endpoint: "the metadata names no such endpoint", "元数据中没有该端点";
        no_index: "SAML 1.1 has none", "SAML 1.1 没有";
        alone: "none", "无";
        within_percent: "percent-decoded", "百分号解码后";
        within_base64: "base64-decoded", "Base64 解码后";
        untold: "not told by the capture", "捕获内容中没有";
        default: "not given; DEFLATE is meant then", "未给出，此时即为 DEFLATE";
        none: "Nothing was put in yet.", "尚无输入。";
        empty: "empty", "空";
    }
}

/// The place.
#[component]
pub fn Decode(props: &PlaceProps) -> Html {
    let PlaceProps { state, .. } = props;
    let words = Words::of(state.settings.language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let told = use_state_eq(|| None::<(u32, usize, Decoding)>);
    let revision = state.answer.as_ref().map_or(0, |answer| answer.revision);
    {
        let (told, shared) = (told.clone(), state.clone());
        use_effect_with((revision, state.selected), move |(revision, selected)| {
            let (revision, selected) = (*revision, *selected);
            let input = input(&shared).filter(|input| matches!(input, Attached::Bytes(bytes) if bytes.len() <= MOST));
            let part = shared.capture().map_or(0, |capture| capture.part);
            let asked = input.map(|input| {
                let heard = Callback::from(move |reply: Reply| {
                    if let Answer::Decoding(decoding) = reply.answer {
                        told.set(Some((revision, selected, decoding)));
                    }
                });
                engine.ask(&Ask::Decoding { part }, &[input], heard)
            });
            move || {
                if let Some(number) = asked {
                    engine.forget(number);
                }
            }
        });
    }
    let Some(capture) = state.capture() else {
        return html! { <section class="decoded"><p class="quiet">{ words.none }</p></section> };
    };
    let decoding = (*told).as_ref().filter(|(of, selected, _)| *of == revision && *selected == state.selected);
    let decoding = decoding.map(|(_, _, decoding)| decoding);
    let head = |index: usize| decoding.and_then(|decoding| decoding.heads.get(index));
    let size = input(state).map(|input| match input {
        Attached::Bytes(bytes) => bytes.len(),
        Attached::File(file) => file.size() as usize,
    });
    let steps = capture.steps.iter().enumerate().map(|(index, step)| rung(step, head(index + 1), words));
    html! {
        <section class="decoded">
            <h2>{ words.title }</h2>
            <ol class="ladder">
                <li class="given">
                    { icon(Shape::Edit, "") }
                    <div>
                        <p class="rung">
                            <b>{ capture.input.clone() }</b>
                            <span class="quiet">{ size.map(|size| bytes(size, words)).unwrap_or_default() }</span>
                        </p>
                        { bytes_shown(head(0), words.given, words) }
                    </div>
                </li>
                { for steps }
            </ol>
            <p class="quiet">{ ratio(capture, size, words) }</p>
            <div>{ artifact(capture, words) }</div>
            { beside(capture, decoding, words) }
        </section>
    }
}

/// The bytes that were put in for the capture that is shown; the request of the context stands behind the captures.
fn input(state: &State) -> Option<Attached<'_>> {
    let capture = state.capture()?;
    let own = state.captures.iter().find(|captured| *captured.name == *capture.input);
    let request = || state.draft.files.iter().find(|file| file.role == FileRole::Request);
    own.map(|captured| captured.body.attached()).or_else(|| Some(Attached::Bytes(&request()?.bytes)))
}

fn bytes(count: usize, words: &Words) -> String {
    put(words.bytes, &[("count", &number(count))])
}

fn rung(step: &StepReport, head: Option<&Head>, words: &Words) -> Html {
    let (shape, class, state) = match (&step.error, step.repairs.is_empty()) {
        (Some(_), _) => (Shape::Failed, "failed", words.failed),
        (None, true) => (Shape::Done, "done", words.done),
        (None, false) => (Shape::Mended, "mended", words.mended),
    };
    let repairs = step.repairs.iter().map(|repair| html! { <li>{ repair.text.clone() }</li> });
    let counts = [("from", number(step.bytes_in)), ("to", number(step.bytes_out))];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    let error = step.error.as_ref().map(|error| {
        html! {
            <div class="error">
                <p><b>{ error.message.clone() }</b></p>
                <p>{ error.advice.clone() }</p>
                <p class="quiet">{ put(words.at, &[("at", &number(error.at))]) }</p>
            </div>
        }
    });
    html! {
        <li {class}>
            { icon(shape, "") }
            <div>
                <p class="rung">
                    <b>{ step.title }</b>
                    <span class="state">{ state }</span>
                    <span class="quiet">{ put(words.became, &counts) }{ times(step.bytes_in, step.bytes_out) }</span>
                </p>
                <p class="detail" hidden={step.detail.is_none()}>{ step.detail.clone().unwrap_or_default() }</p>
                <div class="repairs" hidden={step.repairs.is_empty()}><p>{ words.repaired }</p><ul>{ for repairs }</ul></div>
                <div>{ error }</div>
                { bytes_shown(head, words.made, words) }
            </div>
        </li>
    }
}

/// How many times as many bytes, where that says something.
fn times(from: usize, to: usize) -> String {
    let times = format!("{:.2}", to as f64 / from.max(1) as f64);
    if from == 0 || to == 0 || times == "1.00" { String::new() } else { format!(" (×{times})") }
}

fn bytes_shown(head: Option<&Head>, label: &'static str, words: &Words) -> Html {
    let is_hex = head.is_some_and(|head| head.is_hex);
    let text = head.map(|head| head.text.clone()).unwrap_or_default();
    let label = if is_hex { format!("{label} ({})", words.hex) } else { label.to_owned() };
    html! {
        <details class="head" hidden={text.is_empty()}>
            <summary>{ label }</summary>
            <pre tabindex="0">{ text }</pre>
        </details>
    }
}

fn ratio(capture: &CaptureReport, size: Option<usize>, words: &Words) -> String {
    let xml = capture.xml.as_ref().map(String::len);
    let (Some(input), Some(xml)) = (size.filter(|size| *size > 0), xml) else { return String::new() };
    let ratio = format!("{:.2}", xml as f64 / input as f64);
    put(words.ratio, &[("input", &number(input)), ("xml", &number(xml)), ("ratio", &ratio)])
}

/// Binding, parameter, encoding, address, and the RelayState layer by layer.
fn beside(capture: &CaptureReport, decoding: Option<&Decoding>, words: &'static Words) -> Html {
    let binding = capture.binding.map(|binding| match binding {
        "redirect" => words.redirect,
        "post" => words.post,
        "soap" => words.soap,
        "paos" => words.paos,
        "artifact" => words.by_artifact,
        "ws-federation" => words.federation,
        other => other,
    });
    let is_redirect = capture.binding == Some("redirect");
    let encoding = decoding.and_then(|decoding| decoding.encoding.clone());
    let row = |class, name, value, without| fact(class, name, value, without, words);
    let sent = decoding.and_then(|decoding| decoding.relay_state_sent.clone());
    let wctx = decoding.and_then(|decoding| decoding.wctx.clone());
    let layers = decoding.map(|decoding| decoding.layers.as_slice()).unwrap_or_default().iter().map(|layer| {
        let name = if layer.step == "percent-decode" { words.within_percent } else { words.within_base64 };
        row("row layer", name, Some(layer.text.clone()), "")
    });
    let relay = capture.relay_state.as_ref().map(|relay| bytes(relay.len(), words)).unwrap_or_default();
    html! {
        <section class="beside">
            <h2>{ words.beside }</h2>
            <dl>
                { row("row", words.binding, binding.map(str::to_owned), words.untold) }
                { row("row", words.url, capture.url.clone(), words.untold) }
                { row("row", words.parameter, decoding.and_then(|decoding| decoding.parameter.clone()), words.untold) }
                { row(if is_redirect { "row" } else { "row away" }, words.encoding, encoding, words.default) }
                { row("row", words.relay, capture.relay_state.clone(), words.untold) }
                { row(if sent.is_some() { "row" } else { "row away" }, words.relay_sent, sent, words.untold) }
                { row(if wctx.is_some() { "row" } else { "row away" }, words.wctx, wctx, words.untold) }
            </dl>
            <p class="quiet">{ relay }</p>
            <dl class="layers">{ for layers }</dl>
        </section>
    }
}

/// A row: its name, and its value, or what to say without.
fn fact(
    class: &'static str,
    name: &'static str,
    value: Option<String>,
    without: &'static str,
    words: &'static Words,
) -> Html {
    let known = value.as_ref().is_some_and(|value| !value.is_empty());
    let shown = match &value {
        Some(value) if !value.is_empty() => html! { <span class="value">{ value.clone() }</span> },
        Some(_) => html! { <span class="quiet">{ words.empty }</span> },
        None => html! { <span class="quiet">{ without }</span> },
    };
    html! {
        <div {class}>
            <dt>{ name }</dt>
            <dd>
                { shown }
                <span class="grow" />
                <span hidden={!known}><Copy what={name} text={value.unwrap_or_default()} /></span>
            </dd>
        </div>
    }
}

/// What an artifact says, and whose it is.
fn artifact(capture: &CaptureReport, words: &'static Words) -> Html {
    let Some(artifact) = &capture.artifact else { return html! { <span hidden=true /> } };
    let row = |name, value, without| fact("row", name, value, without, words);
    let same: Vec<String> = artifact.captures.iter().map(|index| (index + 1).to_string()).collect();
    let same = Some(same.join(", ")).filter(|same| !same.is_empty());
    html! {
        <section class="beside artifact">
            <h2>{ words.artifact }</h2>
            <dl>
                { row(words.type_code, Some(format!("0x{:04x}", artifact.type_code)), "") }
                { row(words.endpoint, artifact.endpoint_index.map(|index| index.to_string()), words.no_index) }
                { row(words.source, Some(artifact.source_id.clone()), "") }
                { row(words.handle, Some(artifact.message_handle.clone()), "") }
                { row(words.entity, artifact.entity_id.clone(), words.no_entity) }
                { row(words.fetched, artifact.location.clone(), words.no_endpoint) }
                { row(words.same, same, words.alone) }
            </dl>
        </section>
    }
}
