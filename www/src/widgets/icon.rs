//! Icons as fine pen strokes, drawn here so that nothing is fetched for them.

use yew::{AttrValue, Callback, Html, MouseEvent, html};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Lets time pass.
    Play,
    /// Stops time.
    Pause,
    /// Goes to the next event.
    Step,
    /// A new island.
    Spawn,
    /// A boat that leaves.
    Send,
    /// Two islands and a causeway.
    Bundle,
    /// A broken line.
    Break,
    /// The night theme.
    Moon,
    /// The day theme.
    Sun,
    /// Back.
    Back,
    /// Away.
    Close,
    /// A new world.
    World,
    /// Fast forward.
    Forward,
    /// A table.
    Table,
    /// A chart.
    Chart,
    /// Change places.
    Swap,
    /// Fold or unfold.
    Fold,
    /// Take back.
    Undo,
    /// Do again.
    Redo,
    /// One step back.
    StepBack,
    /// One small step on.
    Into,
    /// Two ways from one.
    Fork,
    /// Two side by side.
    Compare,
    /// Out of here.
    Share,
    /// Many small boats.
    Traffic,
    /// A purse.
    Wallet,
    /// An open book.
    Lesson,
    /// A question.
    Help,
    /// Two lines and what goes between them.
    Sequence,
    /// Larger.
    Plus,
    /// Smaller.
    Minus,
    /// All of it.
    Whole,
    /// A measured curve.
    Capacity,
    /// Rings on water.
    Rings,
}

/// A quiet button that is an icon alone; its text is its name and its tooltip.
pub fn icon_button(
    sign: Icon,
    text: impl Into<AttrValue>,
    testid: &'static str,
    disabled: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    let text = text.into();
    html! {
        <button
            type="button"
            class="quiet"
            data-testid={testid}
            aria-label={text.clone()}
            title={text}
            {disabled}
            {onclick}
        >
            { icon(sign) }
        </button>
    }
}

/// Draws an icon; it is decoration, the button beside it has the name.
pub fn icon(icon: Icon) -> Html {
    let path = match icon {
        Icon::Undo => "M4 8.5h8a4 4 0 0 1 0 8H8M7.5 4.5l-4 4 4 4",
        Icon::Redo => "M16 8.5H8a4 4 0 0 0 0 8h4M12.5 4.5l4 4-4 4",
        Icon::StepBack => "M15.5 4.5v11l-8-5.5zM4.5 4.5v11",
        Icon::Into => "M10 2.5v9M6.5 8.5l3.5 3.5 3.5-3.5M10 15.2v1.6M8.9 16h2.2",
        Icon::Fork => "M10 17.5v-6M10 11.5c0-4-5-3-5-8M10 11.5c0-4 5-3 5-8M3 5.5l2-3 2 3M13 5.5l2-3 2 3",
        Icon::Compare => "M3 3.5h5.5v13H3zM11.5 3.5H17v13h-5.5z",
        Icon::Share => "M10 12.5v-10M6.5 5.5l3.5-3.5 3.5 3.5M5 9.5H3.5v8h13v-8H15",
        Icon::Play => "M6.5 4.2v11.6L16 10z",
        Icon::Pause => "M7 4.5v11M13 4.5v11",
        Icon::Step => "M4.5 4.5v11l8-5.5zM15.5 4.5v11",
        Icon::Spawn => "M2.5 14.5c2-1 2.3-4.5 5-6s5 1 6.5 2.5 2.5 2 3.5 3.5zM1.5 17.5h17M12.5 2v5M10 4.5h5",
        Icon::Send => "M3 13h13.5l-2.5 4h-8.5zM9.5 13v-10.5l6 8h-6",
        Icon::Bundle => {
            "M1.5 12a3.2 2.4 0 0 0 6.4 0a3.2 2.4 0 0 0-6.4 0M12 12a3.2 2.4 0 0 0 6.4 0a3.2 2.4 0 0 0-6.4 0M7.6 10.8h4.8M7.6 13.2h4.8M4.7 9.6V4l3 2-3 1.6M15.2 9.6V4l3 2-3 1.6"
        }
        Icon::Break => "M2 10h4.5l2-4 2.5 8 2-4h5M10 1.5v1.5M10 17v1.5",
        Icon::Moon => "M15.5 12.2a6.5 6.5 0 0 1-8-8.2 6.6 6.6 0 1 0 8 8.2z",
        Icon::Sun => {
            "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 1.5v2.2M10 16.3v2.2M1.5 10h2.2M16.3 10h2.2M4 4l1.5 1.5M14.5 14.5l1.5 1.5M16 4l-1.5 1.5M5.5 14.5l-1.5 1.5"
        }
        Icon::Back => "M12.5 4.5l-6 5.5 6 5.5",
        Icon::Close => "M5 5l10 10M15 5l-10 10",
        Icon::World => {
            "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM2.5 10h15M10 2.5c-5 5-5 10 0 15c5-5 5-10 0-15"
        }
        Icon::Forward => "M3 5v10l6.5-5zM10 5v10l6.5-5z",
        Icon::Table => "M3 4.5h14v11h-14zM3 8h14M8 8v7.5",
        Icon::Chart => "M2.5 15.5c3-1.5 5 .8 7.5 0s5-1 7.5 0M7.5 10a3 2.2 0 1 0 .1 0M14 4.5a2 1.5 0 1 0 .1 0",
        Icon::Swap => "M4 7h11l-3-3M16 13h-11l3 3",
        Icon::Traffic => {
            "M2 6h7l-1.2 2H3.2zM11 6h7l-1.2 2h-4.6zM6.5 13h7l-1.2 2H7.7zM5.5 6V2.5L8 6M14.5 6V2.5L17 6M10 13V9.5l2.5 3.5"
        }
        Icon::Wallet => "M3 6.5h13v10H3zM3 6.5l9-3.5v3.5M16 10h-3.5a1.5 1.5 0 0 0 0 3H16",
        Icon::Lesson => {
            "M10 5.5C8 4 5.5 3.5 2.5 4v11c3-.5 5.5 0 7.5 1.5 2-1.5 4.5-2 7.5-1.5V4c-3-.5-5.5 0-7.5 1.5zM10 5.5v11"
        }
        Icon::Help => "M7 7.5a3 3 0 1 1 4.5 2.6C10.4 10.8 10 11.3 10 12.5M10 15.5v.1",
        Icon::Sequence => {
            "M4.5 3v14M15.5 3v14M4.5 6l11 3M13 6.5L15.5 9l-3.2 1M15.5 12l-11 3M7 12.5L4.5 15l3.2 1"
        }
        Icon::Plus => "M10 4.5v11M4.5 10h11",
        Icon::Minus => "M4.5 10h11",
        Icon::Whole => "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4",
        Icon::Capacity => "M3.5 2.5v14h14M5.5 14c3-6.5 5-8.5 10.5-8.5M9 8.6v.1M13 6v.1",
        Icon::Rings => "M10 8.6a1.4 1.4 0 1 0 .1 0M10 5.4a4.6 4.6 0 1 0 .1 0M10 2.2a7.8 7.8 0 1 0 .1 0",
        Icon::Fold => "M5 8l5 5 5-5",
    };
    html! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
