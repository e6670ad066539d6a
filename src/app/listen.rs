//! Listening to the document, to sizes and to time, for as long as something is held.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, EventTarget, ResizeObserver};

/// Listens until it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    heard: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls back for every event of that name.
    pub fn new(target: &EventTarget, name: &'static str, heard: impl FnMut(Event) + 'static) -> Self {
        let heard = Closure::<dyn FnMut(Event)>::new(heard);
        let _ = target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        Self { target: target.clone(), name, heard }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.heard.as_ref().unchecked_ref());
    }
}

/// Calls back once, unless it is dropped before.
pub struct Later {
    number: i32,
    _heard: Closure<dyn FnMut()>,
}

impl Later {
    /// Calls back in so many milliseconds.
    pub fn new(milliseconds: i32, heard: impl FnMut() + 'static) -> Option<Self> {
        let heard = Closure::<dyn FnMut()>::new(heard);
        let function = heard.as_ref().unchecked_ref();
        let number =
            web_sys::window()?.set_timeout_with_callback_and_timeout_and_arguments_0(function, milliseconds).ok()?;
        Some(Self { number, _heard: heard })
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.number);
        }
    }
}

/// Calls back once what is there by now has been painted, unless it is dropped before.
pub struct Painted {
    frame: i32,
    later: Rc<RefCell<Option<Later>>>,
    _heard: Closure<dyn FnMut()>,
}

impl Painted {
    /// The task that is set up within a frame comes after its painting.
    pub fn new(heard: impl FnMut() + 'static) -> Option<Self> {
        let mut heard = Some(heard);
        let later: Rc<RefCell<Option<Later>>> = Rc::default();
        let held = later.clone();
        let heard = Closure::<dyn FnMut()>::new(move || {
            *held.borrow_mut() = heard.take().and_then(|heard| Later::new(0, heard));
        });
        let frame = web_sys::window()?.request_animation_frame(heard.as_ref().unchecked_ref()).ok()?;
        Some(Self { frame, later, _heard: heard })
    }
}

impl Drop for Painted {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.cancel_animation_frame(self.frame);
        }
        self.later.take();
    }
}

/// Watches the sizes of elements until it is dropped.
pub struct Sizes {
    observer: Option<ResizeObserver>,
    _heard: Closure<dyn FnMut()>,
}

impl Sizes {
    /// Calls back at once, and whenever one of the sizes has changed.
    pub fn new<'a>(elements: impl Iterator<Item = &'a Element>, heard: impl FnMut() + 'static) -> Self {
        let heard = Closure::<dyn FnMut()>::new(heard);
        let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok();
        elements.for_each(|element| observer.iter().for_each(|observer| observer.observe(element)));
        Self { observer, _heard: heard }
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.observer.iter().for_each(ResizeObserver::disconnect);
    }
}
