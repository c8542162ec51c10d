//! The size of what holds a drawing, kept as it changes.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Width and height in whole pixels; a usual size until the holder is there.
#[hook]
pub fn use_size(holder: &NodeRef) -> (u32, u32) {
    let size = use_state_eq(|| (860u32, 520u32));
    {
        let (holder, size) = (holder.clone(), size.clone());
        use_effect_with((), move |()| {
            let watched = holder.cast::<Element>().and_then(|element| {
                let measured = element.clone();
                let measure = Closure::<dyn FnMut()>::new(move || {
                    let (width, height) = (measured.client_width(), measured.client_height());
                    if width > 0 && height > 0 {
                        size.set((width.max(240).cast_unsigned(), height.max(200).cast_unsigned()));
                    }
                });
                let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok()?;
                observer.observe(&element);
                Some((observer, measure))
            });
            move || {
                if let Some((observer, _measure)) = watched {
                    observer.disconnect();
                }
            }
        });
    }
    *size
}
