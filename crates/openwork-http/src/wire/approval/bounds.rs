//! How much of a request is sent where many are.
//!
//! A client may ask for a change of thousands of files, and many such requests
//! may wait. What is listed of all of them stays small: what does not fit is
//! counted, and shown when a single request is asked for.

use std::sync::Arc;

use openwork_api::ItemList;

use super::count;

/// How much of one request is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ItemBounds {
    /// How many paths.
    pub(super) paths: usize,
    /// How many files that change.
    pub(super) changes: usize,
    /// How many effects.
    pub(super) effects: usize,
    /// How many bytes of JSON. What every request has is sent in any case.
    pub(super) bytes: usize,
}

impl ItemBounds {
    /// All of it.
    pub(crate) const WHOLE: Self = Self {
        paths: usize::MAX,
        changes: usize::MAX,
        effects: usize::MAX,
        bytes: usize::MAX,
    };

    /// What is listed of a request within so many bytes.
    pub(crate) fn listed(bytes: usize) -> Self {
        Self {
            paths: 20,
            changes: 20,
            effects: 50,
            bytes,
        }
    }
}

/// What is sent of one request, and about how many bytes it takes.
#[derive(Debug)]
pub(crate) struct BoundedItem<T> {
    pub(crate) item: T,
    pub(super) bytes: usize,
}

impl<T> BoundedItem<T> {
    /// The same within something that adds little.
    pub(super) fn map<U>(self, wrap: impl FnOnce(T) -> U) -> BoundedItem<U> {
        BoundedItem {
            item: wrap(self.item),
            bytes: self.bytes,
        }
    }
}

/// Makes an item of each request so that all of them together take so many
/// bytes. What one leaves of its share the later ones have; of very many
/// requests the last ones have none.
pub(crate) fn shares<'r, R, T>(
    requests: &'r [Arc<R>],
    total: usize,
    item: impl Fn(&'r R, ItemBounds) -> BoundedItem<T>,
) -> ItemList<T> {
    let mut left = total;
    let mut items = Vec::with_capacity(requests.len());
    for (index, request) in requests.iter().enumerate() {
        // Even an empty item costs its keys, so very many of them need an end.
        if left == 0 {
            break;
        }
        // What is left is shared anew before each request, so that many small ones
        // do not keep a large one short.
        let share = left / (requests.len() - index);
        let BoundedItem { item, bytes } = item(request, ItemBounds::listed(share));
        left = left.saturating_sub(bytes);
        items.push(item);
    }
    ItemList {
        more_items: count(requests.len() - items.len()),
        items,
    }
}

/// The bytes that there are for one request.
#[derive(Debug)]
pub(super) struct ListRoom {
    bytes: usize,
    taken: usize,
}

impl ListRoom {
    pub(super) fn new(bytes: usize) -> Self {
        Self { bytes, taken: 0 }
    }

    /// Takes bytes; false if there are not as many.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.left();
        if fits {
            self.taken += bytes;
        }
        fits
    }

    /// Takes bytes that are sent in any case.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.taken = self.taken.saturating_add(bytes);
    }

    /// Takes what a text is in JSON; false if it does not fit.
    pub(super) fn take_text(&mut self, text: &str) -> bool {
        // A text is no shorter in JSON, so what is far too long is not read.
        text.len() <= self.left() && self.take(in_json(text))
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.saturating_sub(self.taken)
    }

    /// How many bytes were taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }
}

/// How many bytes a text takes in JSON, with its quotes and a comma.
pub(super) fn in_json(text: &str) -> usize {
    // Counted instead of written: a text of megabytes that does not fit would
    // have to be written first to be thrown away.
    let of = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    text.bytes().map(of).sum::<usize>() + "\"\",".len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_what_json_makes_of_it() {
        let every: String = (0..=0x17f).filter_map(char::from_u32).collect();
        for text in ["", "plain", "a\"b\\c\n", &every] {
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(in_json(text), json.len() + 1, "{text:?}");
        }
    }

    fn taking(bytes: usize) -> BoundedItem<usize> {
        BoundedItem { item: bytes, bytes }
    }

    #[test]
    fn what_one_leaves_the_later_ones_have() {
        let wants = [10, 500, 10, 500].map(Arc::new);
        let within = |total| {
            let take = |wants: &usize, bounds: ItemBounds| taking((*wants).min(bounds.bytes));
            shares(&wants, total, take).items
        };
        assert_eq!(within(400), [10, 130, 10, 250]);
        assert_eq!(within(4_000), [10, 500, 10, 500]);
    }

    #[test]
    fn what_finds_no_room_at_all_is_counted() {
        let wants = [0; 4].map(Arc::new);
        let listed = shares(&wants, 101, |_, _| taking(50));
        assert_eq!((listed.items, listed.more_items), (vec![50, 50, 50], 1));
    }
}
