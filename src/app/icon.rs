//! The icons: strokes on a 16 by 16 grid, in the colour of the text around them.

use yew::{AttrValue, Html, Properties, component, html};

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A lens over code: the product's sign.
    Lens,
    /// A closed lock.
    Lock,
    /// A cross in a circle: it could not be read.
    Failed,
    /// A check in a circle: it was done.
    Done,
    /// A question in a broken circle: not judged.
    Unknown,
    /// A dash in a circle: no signature covers it.
    Unsigned,
    /// A wrench: something was mended.
    Mended,
    /// Two sheets: copy.
    Copy,
    /// A cross: take away.
    Remove,
}

/// See [`Icon`].
#[derive(Debug, PartialEq, Properties)]
pub struct IconProps {
    /// Which icon.
    pub shape: Shape,
    /// A further class, for its colour.
    #[prop_or_default]
    pub class: AttrValue,
}

/// An icon. Hidden from screen readers: a text beside it says the same.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    let path = match props.shape {
        Shape::Lens => "M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0ZM10.8 10.8 15 15M5.6 5 4.2 7l1.4 2m2.8-4 1.4 2-1.4 2",
        Shape::Lock => {
            "M4.5 7h7A1.5 1.5 0 0 1 13 8.500v4A1.5 1.5 0 0 1 11.500 14h-7A1.500 1.500 0 0 1 3 12.500v-4A1.500 1.500 0 0 1 4.500 7ZM5 7V5a3 3 0 0 1 6 0v2"
        }
        Shape::Failed => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM5.500 5.500l5 5m0-5-5 5",
        Shape::Done => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM4.800 8.300 7 10.500l4.200-4.600",
        Shape::Unknown => {
            "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM6.200 6.300c.2-2 3.600-1.900 3.600 0C9.800 7.600 8 7.600 8 9m0 2v.2"
        }
        Shape::Unsigned => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM5 8h6",
        Shape::Mended => {
            "M10.500 2.200a3.500 3.500 0 0 0-3 4.800L2.300 12.200l1.500 1.500L9 8.500a3.500 3.500 0 0 0 4.800-3L11.900 7 9.700 6.300 9 4.100Z"
        }
        Shape::Copy => {
            "M6.500 5h5.500A1.500 1.500 0 0 1 13.500 6.500v6A1.500 1.500 0 0 1 12 14H6.500A1.500 1.500 0 0 1 5 12.500v-6A1.500 1.500 0 0 1 6.500 5ZM10.500 5V3.500A1.500 1.500 0 0 0 9 2H4a1.500 1.500 0 0 0-1.500 1.500v6A1.500 1.500 0 0 0 4 11h1"
        }
        Shape::Remove => "M4 4l8 8m0-8-8 8",
    };
    html! {
        <svg class={format!("icon {}", props.class)} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
