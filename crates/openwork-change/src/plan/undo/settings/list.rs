//! Lists of which one change is taken back.

use openwork_jsonc::same_value;
use serde_json::Value;

/// The list that is there now (`is`), without what led from `was` to `made`;
/// `None` if that cannot be told: an item is there twice, or the change put
/// items into another order.
pub(super) fn reversed(made: &[Value], is: &[Value], was: &[Value]) -> Option<Vec<Value>> {
    if ![made, is, was].into_iter().all(is_each_once) || !keeps_order(made, was) {
        return None;
    }
    let came = |item: &Value| contains(made, item) && !contains(was, item);
    let mut items: Vec<Value> = is.iter().filter(|item| !came(item)).cloned().collect();
    let mut place = 0;
    for item in was {
        if !contains(made, item) && !contains(&items, item) {
            items.insert(place, item.clone());
        }
        let stands = items.iter().position(|other| same_value(other, item));
        place = stands.map_or(place, |stands| stands + 1);
    }
    Some(items)
}

fn contains(items: &[Value], item: &Value) -> bool {
    items.iter().any(|other| same_value(other, item))
}

fn is_each_once(items: &[Value]) -> bool {
    let mut rest = items;
    while let Some((first, others)) = rest.split_first() {
        if contains(others, first) {
            return false;
        }
        rest = others;
    }
    true
}

fn keeps_order(made: &[Value], was: &[Value]) -> bool {
    let in_made = made.iter().filter(|item| contains(was, item));
    let mut in_was = was.iter().filter(|item| contains(made, item));
    let is_same = |item: &Value| in_was.next().is_some_and(|other| same_value(item, other));
    in_made.into_iter().all(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &str) -> Vec<Value> {
        let items = items.chars().map(|item| item.to_string());
        items.map(Value::String).collect()
    }

    #[test]
    fn items_of_others_stay_where_they_are() {
        for (was, made, is, expected) in [
            ("a", "ab", "abc", Some("ac")),
            ("abc", "ac", "acd", Some("abcd")),
            ("abc", "bc", "bcd", Some("abcd")),
            // Others have removed or brought back the same already.
            ("a", "ab", "ac", Some("ac")),
            ("ab", "a", "cba", Some("cba")),
            // What was put into another order, or is there twice, cannot be told.
            ("ab", "ba", "bac", None),
            ("a", "ab", "abb", None),
        ] {
            let found = reversed(&list(made), &list(is), &list(was));
            assert_eq!(found, expected.map(list), "{was} {made} {is}");
        }
    }
}
