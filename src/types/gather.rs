//! Ordered maps and sets from iterators, without a sort for each type.

/// What [`Iterator::collect`] does, one element after the other. For ordered maps and sets the standard library
/// sorts first, and compiles that sort for each type: three kilobytes of wasm.
pub trait Gather: Iterator + Sized {
    /// All elements in a collection; of equal keys the last one's value stays.
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_is_what_collecting_gives() {
        let pairs = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd')];
        let gathered: BTreeMap<u8, char> = pairs.into_iter().gather();
        assert_eq!(gathered, pairs.into_iter().collect());
        assert_eq!(gathered[&3], 'c');
    }
}
