//! When the self-test is run: in the worker, in small pieces, while nothing else is asked; and what doubt it leaves.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, UseReducerHandle, hook, html, use_effect_with, use_mut_ref};

use super::engine::{Answer, Ask, Attached, Engine, Reply};
use super::listen::Later;
use super::own::own_file;
use super::parts::{Shape, icon};
use super::state::{Action, Busy, Dispatch, State, Trial, Trouble};
use super::words::{put, words};

words! {
    Words {
        wrong: "This browser computes something wrong: do not trust any verdict", "此浏览器的计算结果有误：请勿相信任何结论";
        wrong_how: "The self-test found a wrong answer to {name}: {found}, and it should be {expected}. Reload the page, or use another browser.",
            "自检中 {name} 的结果有误：得到 {found}，应为 {expected}。请重新加载页面或换用其他浏览器。";
        stopped: "The engine stopped in its self-test: {why} Reload the page, or use another browser.",
            "引擎在自检过程中停止：{why} 请重新加载页面或换用其他浏览器。";
        not_run: "The self-test could not be run: no verdict is vouched for", "自检无法运行：所有结论均未经验证";
        not_run_how: "{why} Is the page complete? Reload it.", "{why} 页面文件是否完整？请重新加载。";
        missing: "{file} could not be loaded.", "{file} 无法加载。";
        untrusted: "Do not trust this verdict: the self-test failed.", "请勿相信此结论：自检未通过。";
        unvouched: "This verdict is not vouched for: the self-test could not be run.", "此结论未经验证：自检无法运行。";
    }
}

/// The checks, one of the page's own files.
const FILE: &str = "self-test.json";

/// Milliseconds that nothing has happened before it begins.
const QUIET: i32 = 1_500;

/// Milliseconds between two pieces.
const PAUSE: i32 = 10;

/// Runs the self-test once, whenever nothing else is going on.
#[hook]
pub fn use_self_test(state: &UseReducerHandle<State>, engine: &Engine) {
    // Fetched with the page's other files, after those that the first verdict needs: nothing is asked for later.
    let vectors: Rc<RefCell<Option<Vec<u8>>>> = use_mut_ref(|| None);
    {
        let (vectors, dispatch, language) = (vectors.clone(), state.dispatcher(), state.settings.language);
        use_effect_with(state.taught.is_some(), move |taught| {
            if *taught {
                spawn_local(async move {
                    match own_file(FILE).await {
                        Some(json) => *vectors.borrow_mut() = Some(json),
                        None => {
                            let why = put(Words::of(language).missing, &[("file", FILE)]);
                            dispatch.dispatch(Action::Tested(Trial::Refused(why)));
                        }
                    }
                });
            }
        });
    }
    let answered = state.captures.is_empty() || state.answer.as_ref().is_some_and(|it| it.revision == state.revision);
    let working = matches!(state.engine, Busy::Working { .. });
    let failed = matches!(state.engine, Busy::Failed(_) | Busy::Cancelled);
    let idle = state.taught.is_some() && state.reading.is_none() && !working && (answered || failed);
    let run = idle && !state.tested.is_done();
    let (engine, dispatch) = (engine.clone(), state.dispatcher());
    let (from, faults) = (state.tested.checks.len(), state.tested.faults);
    // The revision is among them since whatever changes the case may end the worker, and with it what it was asked.
    use_effect_with((run, from, faults, state.revision), move |_| {
        let wait = if from == 0 { QUIET } else { PAUSE };
        let later: Rc<RefCell<Option<Later>>> = Rc::default();
        if run {
            arm(later.clone(), wait, Piece { engine, dispatch, vectors, from });
        }
        move || drop(later.take())
    });
}

/// What is asked next.
struct Piece {
    engine: Engine,
    dispatch: Dispatch,
    vectors: Rc<RefCell<Option<Vec<u8>>>>,
    from: usize,
}

/// Asks once the time has come and the file is there.
fn arm(later: Rc<RefCell<Option<Later>>>, wait: i32, piece: Piece) {
    let again = Rc::downgrade(&later);
    let mut piece = Some(piece);
    let waiting = Later::new(wait, move || {
        let Some(piece) = piece.take() else { return };
        if piece.vectors.borrow().is_some() {
            ask(&piece);
        } else if let Some(later) = again.upgrade() {
            // Not within the timer that this takes the place of.
            spawn_local(async move { arm(later, QUIET, piece) });
        }
    });
    *later.borrow_mut() = waiting;
}

fn ask(piece: &Piece) {
    let (dispatch, from) = (piece.dispatch.clone(), piece.from);
    let begun = js_sys::Date::now();
    let heard = Callback::from(move |reply: Reply| {
        let trial = match reply.answer {
            Answer::SelfTest(report) => Trial::Piece { from, report, took: js_sys::Date::now() - begun },
            Answer::Fault(text) => Trial::Fault(from, text),
            Answer::Refused(why) => Trial::Refused(why),
            _ => return,
        };
        dispatch.dispatch(Action::Tested(trial));
    });
    let vectors = piece.vectors.borrow();
    let json = vectors.as_deref().unwrap_or_default();
    piece.engine.ask(&Ask::SelfTest { from }, &[Attached::Bytes(json)], heard);
}

/// What every place has at its top where the self-test failed.
pub fn doubt(state: &State) -> Option<Html> {
    let words = Words::of(state.settings.language);
    let tested = &state.tested;
    let (title, text) = match (&tested.trouble, tested.wrong().next()) {
        (_, Some(check)) => {
            let values =
                [("name", check.name.as_str()), ("found", check.found.as_str()), ("expected", check.expected.as_str())];
            (words.wrong, put(words.wrong_how, &values))
        }
        (Some(Trouble::Stopped(why)), None) => (words.wrong, put(words.stopped, &[("why", why)])),
        (Some(Trouble::NotRun(why)), None) => (words.not_run, put(words.not_run_how, &[("why", why)])),
        (None, None) => return None,
    };
    Some(html! {
        <div class="doubtful">
            <p class="outcome">{ icon(Shape::Failed, "") }{ title }</p>
            <p>{ text }</p>
        </div>
    })
}

/// Why no verdict, and nothing that is made of one, is to be trusted; `None` where there is no doubt.
pub fn distrusted(state: &State) -> Option<&'static str> {
    let words = Words::of(state.settings.language);
    let not_run = matches!(state.tested.trouble, Some(Trouble::NotRun(_))) && state.tested.wrong().next().is_none();
    state.tested.is_doubtful().then_some(if not_run { words.unvouched } else { words.untrusted })
}

/// The same as a line upon a verdict or an export.
pub fn distrust(state: &State) -> Option<Html> {
    let why = distrusted(state)?;
    Some(html! { <p class="untrusted">{ icon(Shape::Failed, "") }{ why }</p> })
}
