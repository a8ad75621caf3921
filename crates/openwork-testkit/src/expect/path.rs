//! Paths into a document: `items[0].name`, `items[name=x].config`, `$.a["b.c"]`.

use serde_json::Value;

use super::ParseError;

enum Step<'p> {
    Key(&'p str),
    Index(usize),
    Where { key: &'p str, is: &'p str },
}

/// Finds the place that a path names; `None` if the document has no such place.
pub fn at<'v>(document: &'v Value, path: &str) -> Result<Option<&'v Value>, ParseError> {
    let steps = parse(path).ok_or_else(|| ParseError::Path(path.to_owned()))?;
    Ok(steps
        .iter()
        .try_fold(document, |value, step| step.of(value)))
}

impl Step<'_> {
    fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Key(key) => value.as_object()?.get(*key),
            Self::Index(index) => value.as_array()?.get(*index),
            Self::Where { key, is } => value
                .as_array()?
                .iter()
                .find(|item| item.get(key).is_some_and(|found| reads(found, is))),
        }
    }
}

fn reads(found: &Value, text: &str) -> bool {
    found
        .as_str()
        .map_or_else(|| found.to_string(), str::to_owned)
        == text
}

fn parse(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, tail) = match rest.strip_prefix('[') {
            Some(inner) => bracketed(inner)?,
            None => named(rest)?,
        };
        steps.push(step);
        rest = tail;
    }
    Some(steps)
}

fn named(path: &str) -> Option<(Step<'_>, &str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    let (key, tail) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
    (!key.is_empty()).then_some((Step::Key(key), tail))
}

fn bracketed(inner: &str) -> Option<(Step<'_>, &str)> {
    if let Some(quoted) = inner.strip_prefix('"') {
        let (key, tail) = quoted.split_once("\"]")?;
        return Some((Step::Key(key), tail));
    }
    let (inside, tail) = inner.split_once(']')?;
    let step = match inside.split_once('=') {
        Some((key, is)) => Step::Where { key, is },
        None => Step::Index(inside.parse().ok()?),
    };
    Some((step, tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_step_is_followed() {
        let document = json!({ "items": [{ "name": "x", "n": 7, "a.b": [true] }] });
        for (path, found) in [
            ("$", Some(&document)),
            ("items[0].name", Some(&json!("x"))),
            ("$.items[name=x].n", Some(&json!(7))),
            ("items[n=7][\"a.b\"][0]", Some(&json!(true))),
            ("items[1]", None),
            ("items[name=y].n", None),
            ("items.name", None),
            ("other", None),
        ] {
            assert_eq!(at(&document, path).unwrap(), found, "{path}");
        }
    }

    #[test]
    fn malformed_paths_are_refused() {
        for path in ["a..b", "a[", "a[x]", "a[\"b]", "."] {
            assert!(at(&json!({}), path).is_err(), "{path}");
        }
    }
}
