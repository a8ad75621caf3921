//! Conditional requests (RFC 9110, 13.1).

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};

use crate::error::Failure;

/// The revisions that a change is meant for; `None` says whatever it is.
pub(crate) fn only_if(headers: &HeaderMap) -> Result<Option<Vec<String>>, Failure> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let tags = tags(headers, &IF_MATCH)?;
    if tags.contains(&EntityTag::Any) {
        return Ok(None);
    }
    // Weak tags never match here: they do not promise equal bytes.
    let strong = tags.into_iter().filter_map(|tag| match tag {
        EntityTag::Strong(revision) => Some(revision.to_owned()),
        EntityTag::Weak(_) | EntityTag::Any => None,
    });
    Ok(Some(strong.collect()))
}

/// Whether the client has this state already. What cannot be read is as if it
/// were not there: the client then gets the whole answer.
pub(crate) fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let Some(Some(own)) = etag.to_str().ok().map(quoted) else {
        return false;
    };
    let same = |tag: &EntityTag<'_>| match *tag {
        EntityTag::Any => true,
        EntityTag::Strong(known) | EntityTag::Weak(known) => known == own,
    };
    headers.contains_key(IF_NONE_MATCH)
        && tags(headers, &IF_NONE_MATCH).is_ok_and(|tags| tags.iter().any(same))
}

#[derive(Debug, PartialEq)]
enum EntityTag<'h> {
    Any,
    Strong(&'h str),
    Weak(&'h str),
}

// Not with the `headers` crate: its `IfMatch` compares with a tag that is
// known, but does not say which tags it holds, and a change is planned with the
// list of them, on files that are read later.
fn tags<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Vec<EntityTag<'h>>, Failure> {
    let mut tags = Vec::new();
    for value in headers.get_all(name) {
        tags.extend(list(value).ok_or(Failure::Condition)?);
    }
    Ok(tags)
}

fn list(value: &HeaderValue) -> Option<Vec<EntityTag<'_>>> {
    let text = value.to_str().ok()?;
    // A comma may also stand inside of a tag. It never does in ours, so a tag
    // that is cut here would not have matched anyway.
    text.split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(tag)
        .collect()
}

fn tag(text: &str) -> Option<EntityTag<'_>> {
    match text.strip_prefix("W/") {
        _ if text == "*" => Some(EntityTag::Any),
        Some(weak) => quoted(weak).map(EntityTag::Weak),
        None => quoted(text).map(EntityTag::Strong),
    }
}

fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (name.clone(), HeaderValue::from_static(value)))
            .fold(HeaderMap::new(), |mut map, (name, value)| {
                map.append(name, value);
                map
            })
    }

    #[test]
    fn changes_may_be_meant_for_some_revisions() {
        let only_if = |values: &[&'static str]| only_if(&headers(&IF_MATCH, values));
        let list = |tags: &[&str]| Some(tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>());
        assert_eq!(only_if(&[]).unwrap(), None);
        assert_eq!(only_if(&["*"]).unwrap(), None);
        assert_eq!(
            only_if(&["\"a\", \"b\"", "\"c\""]).unwrap(),
            list(&["a", "b", "c"])
        );
        assert_eq!(only_if(&["W/\"a\""]).unwrap(), list(&[]));
        for broken in ["a", "\"a", "\"a\" \"b\"", "W/a", "\""] {
            assert!(
                matches!(only_if(&[broken]), Err(Failure::Condition)),
                "{broken}"
            );
        }
    }

    #[test]
    fn known_states_need_not_be_sent() {
        let own = HeaderValue::from_static("\"a\"");
        let known = |value| is_known(&headers(&IF_NONE_MATCH, &[value]), &own);
        assert!(known("\"a\""));
        assert!(known("W/\"a\""));
        assert!(known("\"b\", \"a\""));
        assert!(known("*"));
        assert!(!known("\"b\""));
        assert!(!known("a"));
        assert!(!is_known(&HeaderMap::new(), &own));
    }
}
