//! The icons: strokes on a 16 by 16 grid, in the colour of the text around them.

use yew::{Html, html};

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
    /// A triangle: it works by luck.
    Warning,
    /// An i in a circle: worth knowing.
    Note,
    /// A shield: it works, and should not.
    Insecure,
    /// A question in a broken circle: it could not be looked at.
    Unchecked,
    /// A plus: add one more.
    Add,
    /// A pencil: change.
    Edit,
    /// An arrow back: undo.
    Undo,
    /// Two arrows: one in the place of the other.
    Swap,
    /// An angle upwards: the one before.
    Up,
    /// An angle downwards: the next one.
    Down,
    /// Two angles that meet: fold.
    Fold,
    /// Two angles that part: unfold.
    Unfold,
    /// An arrow: to the bytes.
    Jump,
    /// A sun: light.
    Sun,
    /// A moon: dark.
    Moon,
    /// A half-filled circle: as the system is.
    Contrast,
    /// A circle in a circle: high contrast.
    Strong,
    /// An arrow onto a line: keep as a file.
    Save,
}

impl Shape {
    /// Its strokes, for a drawing that has it within.
    pub fn path(self) -> &'static str {
        match self {
            Self::Lens => "M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0ZM10.8 10.8 15 15M5.6 5 4.2 7l1.4 2m2.8-4 1.4 2-1.4 2",
            Self::Lock => {
                "M4.5 7h7A1.5 1.5 0 0 1 13 8.500v4A1.5 1.5 0 0 1 11.500 14h-7A1.500 1.500 0 0 1 3 12.500v-4A1.500 1.500 0 0 1 4.500 7ZM5 7V5a3 3 0 0 1 6 0v2"
            }
            Self::Failed => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM5.500 5.500l5 5m0-5-5 5",
            Self::Done => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM4.800 8.300 7 10.500l4.200-4.600",
            Self::Unknown => {
                "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM6.200 6.300c.2-2 3.600-1.900 3.600 0C9.800 7.600 8 7.600 8 9m0 2v.2"
            }
            Self::Unsigned => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM5 8h6",
            Self::Mended => {
                "M10.500 2.200a3.500 3.500 0 0 0-3 4.800L2.300 12.200l1.500 1.500L9 8.500a3.500 3.500 0 0 0 4.800-3L11.900 7 9.700 6.300 9 4.100Z"
            }
            Self::Copy => {
                "M6.500 5h5.500A1.500 1.500 0 0 1 13.500 6.500v6A1.500 1.500 0 0 1 12 14H6.500A1.500 1.500 0 0 1 5 12.500v-6A1.500 1.500 0 0 1 6.500 5ZM10.500 5V3.500A1.500 1.500 0 0 0 9 2H4a1.500 1.500 0 0 0-1.500 1.500v6A1.500 1.500 0 0 0 4 11h1"
            }
            Self::Remove => "M4 4l8 8m0-8-8 8",
            Self::Warning => "M8 1.800 14.600 13.500H1.400ZM8 6.200v3.400m0 1.800v.2",
            Self::Note => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM8 7.300v4m0-6.600v.2",
            Self::Insecure => {
                "M8 1.500 13.500 3.500v4c0 3.500-2.300 5.800-5.500 7-3.200-1.200-5.500-3.500-5.500-7v-4ZM8 5v3.500m0 2.300v.2"
            }
            Self::Unchecked => {
                "M8 1a7 7 0 0 1 2.700.5M13 3.100a7 7 0 0 1 1.600 2.500M15 8.300a7 7 0 0 1-.9 3M12.500 13.300a7 7 0 0 1-2.500 1.400M7.500 15a7 7 0 0 1-2.800-.8M2.700 12.500a7 7 0 0 1-1.300-2.400M1 7.500a7 7 0 0 1 .8-2.800M3.300 2.800a7 7 0 0 1 2.300-1.400M6.200 6.300c.2-2 3.600-1.900 3.600 0C9.800 7.600 8 7.600 8 9m0 2v.2"
            }
            Self::Add => "M8 3v10M3 8h10",
            Self::Edit => "M3 13l.8-3.200L10.800 2.800l2.400 2.400-7 7ZM9.300 4.300l2.400 2.400",
            Self::Undo => "M6 3 2.500 6.500 6 10M2.500 6.500h7a4 4 0 0 1 0 8H7",
            Self::Swap => "M2 5.500h11M10 2.500l3 3-3 3M14 10.500H3M6 7.500l-3 3 3 3",
            Self::Up => "M3.500 10.500 8 6l4.500 4.500",
            Self::Down => "M3.500 5.500 8 10l4.500-4.500",
            Self::Fold => "M5 1.500l3 3 3-3M5 14.500l3-3 3 3M2 8h12",
            Self::Unfold => "M5 4.500l3-3 3 3M5 11.500l3 3 3-3M2 8h12",
            Self::Jump => "M3 8h10M9 4l4 4-4 4",
            Self::Sun => {
                "M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1.100 1.100M11.900 11.900 13 13M3 13l1.100-1.100M11.900 4.100 13 3"
            }
            Self::Moon => "M13.500 9.800A6 6 0 0 1 6.200 2.500a6 6 0 1 0 7.300 7.300Z",
            Self::Contrast => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM8 1v14M8 4l5.700 0M8 7h7M8 10h6.700M8 13h4.800",
            Self::Save => "M8 2v8M4.500 6.800 8 10.200l3.500-3.400M2.500 13.500h11",
            Self::Strong => "M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0ZM11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
        }
    }
}

/// An icon; `class`: a further class, for its colour. Hidden from screen readers: a text beside it says the same.
pub fn icon(shape: Shape, class: &str) -> Html {
    let path = shape.path();
    html! {
        <svg class={format!("icon {class}")} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
