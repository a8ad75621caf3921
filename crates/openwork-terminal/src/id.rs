//! Ids as people write them: the beginning suffices while it fits only one.

use crate::error::{Result, TerminalError};

/// The least that an id has to be written with.
const LEAST: usize = 4;
/// The least that is shown of one.
const SHOWN: usize = 8;

/// Finds what an id, or the beginning of one, means. `None` if nothing fits.
pub(crate) fn find<'i, T>(
    items: &'i [T],
    id: impl Fn(&'i T) -> &'i str,
    given: &str,
) -> Result<Option<&'i T>> {
    // Ids are in lower case, and copied or dictated in any.
    let beginning = given.to_ascii_lowercase();
    if beginning.chars().count() < LEAST {
        return Err(TerminalError::ShortId {
            id: given.to_owned(),
        });
    }
    let fits: Vec<&T> = items
        .iter()
        .filter(|item| id(item).starts_with(&beginning))
        .collect();
    match fits.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let fits = several.iter().map(|item| id(item).to_owned()).collect();
            Err(TerminalError::AmbiguousId {
                id: given.to_owned(),
                fits,
            })
        }
    }
}

/// How much of each id tells it from the others.
pub(crate) fn shown_length<'i>(ids: impl Iterator<Item = &'i str>) -> usize {
    let mut ids: Vec<&str> = ids.collect();
    // In order, each id stands beside the one that it shares most with, so that
    // neighbours are all that has to be compared.
    ids.sort_unstable();
    ids.dedup();
    let shared = ids.windows(2).map(|pair| match pair {
        [one, other] => shared_length(one, other),
        _ => 0,
    });
    shared.max().map_or(SHOWN, |shared| SHOWN.max(shared + 1))
}

/// The beginning of an id.
pub(crate) fn short(id: &str, length: usize) -> &str {
    id.char_indices()
        .nth(length)
        .and_then(|(end, _)| id.get(..end))
        .unwrap_or(id)
}

/// An id as it is shown alone.
pub(crate) fn alone(id: &str) -> &str {
    short(id, SHOWN)
}

fn shared_length(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_beginning_of_four_suffices() {
        let ids = ["7d3088e2-a", "7d3088e2-b", "7d40ffff-c"];
        let found = |given: &str| {
            find(&ids, |id| id, given)
                .map(Option::<&&str>::copied)
                .map_err(|error| error.to_string())
        };
        assert_eq!(found("7d40"), Ok(Some("7d40ffff-c")));
        assert_eq!(found("7D40FFFF-C"), Ok(Some("7d40ffff-c")));
        assert_eq!(found("7d3088e2-b"), Ok(Some("7d3088e2-b")));
        assert_eq!(found("ffff"), Ok(None));
        assert_eq!(found("7d4"), Err("`7d4` is too short for an id".to_owned()));
        assert_eq!(
            found("7d30"),
            Err("`7d30` is the beginning of several ids: 7d3088e2-a, 7d3088e2-b".to_owned())
        );
    }

    #[test]
    fn enough_of_each_id_is_shown() {
        let length = |ids: &[&str]| shown_length(ids.iter().copied());
        assert_eq!(length(&[]), 8);
        assert_eq!(length(&["7d3088e2-a"]), 8);
        assert_eq!(length(&["7d3088e2-a", "1d3088e2-a"]), 8);
        assert_eq!(length(&["7d3088e2-ax", "7d3088e2-ay"]), 11);
        assert_eq!(short("7d3088e2-ax", 8), "7d3088e2");
        assert_eq!(short("7d", 8), "7d");
    }
}
