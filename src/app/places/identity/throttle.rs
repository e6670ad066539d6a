//! Passing on the newest of many values, and not more often than the engine can follow.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::{Callback, hook, use_mut_ref};

/// Milliseconds between two values that are passed on.
const EVERY: f64 = 80.0;

/// What waits to be passed on.
#[derive(Default)]
struct Waiting {
    /// When, by the browser's clock, the last one was passed on.
    last: f64,
    /// The newest one, with who takes it; while there is one, a timer runs.
    next: Option<(i64, Callback<i64>)>,
}

impl Waiting {
    fn pass(waiting: &Rc<RefCell<Self>>) {
        let next = {
            let mut waiting = waiting.borrow_mut();
            waiting.last = js_sys::Date::now();
            waiting.next.take()
        };
        if let Some((value, taken)) = next {
            taken.emit(value);
        }
    }
}

/// Hands values on: the first at once, the newest of those that follow every [`EVERY`] milliseconds, the last always,
/// unless it is dropped by the other callback: something else was chosen meanwhile.
#[hook]
pub fn use_throttled(taken: Callback<i64>) -> (Callback<i64>, Callback<()>) {
    let waiting = use_mut_ref(Waiting::default);
    let dropped = waiting.clone();
    let drop_it = Callback::from(move |()| dropped.borrow_mut().next = None);
    let hand_on = Callback::from(move |value| {
        let runs = waiting.borrow_mut().next.replace((value, taken.clone())).is_some();
        if runs {
            return;
        }
        let wait = EVERY - (js_sys::Date::now() - waiting.borrow().last);
        let window = web_sys::window().filter(|_| wait > 0.0);
        let Some(window) = window else { return Waiting::pass(&waiting) };
        let later = waiting.clone();
        let later = Closure::once_into_js(move || Waiting::pass(&later));
        // Where there is no timer the value goes at once.
        if window.set_timeout_with_callback_and_timeout_and_arguments_0(later.unchecked_ref(), wait as i32).is_err() {
            Waiting::pass(&waiting);
        }
    });
    (hand_on, drop_it)
}
