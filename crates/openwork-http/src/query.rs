//! The query part of a target.

use std::borrow::Cow;

/// The parameters of one request, read as forms write them.
///
/// They only choose between ways of listing, so what cannot be read counts as
/// not given, as in the OpenWork API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueryParameters<'q>(&'q str);

impl<'q> QueryParameters<'q> {
    pub(crate) fn of(request: &'q hyper::http::request::Parts) -> Self {
        Self(request.uri.query().unwrap_or(""))
    }

    /// The value of the first parameter of this name.
    pub(crate) fn get(self, name: &str) -> Option<Cow<'q, str>> {
        let mut pairs = form_urlencoded::parse(self.0.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether a parameter has exactly this value.
    pub(crate) fn is(self, name: &str, value: &str) -> bool {
        self.get(name).as_deref() == Some(value)
    }

    /// Whether a parameter lists a value, commas between them.
    pub(crate) fn lists(self, name: &str, value: &str) -> bool {
        let listed = self.get(name);
        listed.is_some_and(|all| all.split(',').any(|one| one == value))
    }

    /// A number, written in digits alone.
    pub(crate) fn number(self, name: &str) -> Option<usize> {
        self.get(name)?.trim().parse().ok()
    }

    /// How many entries are wanted: a positive number, at most `most`.
    pub(crate) fn limit(self, default: usize, most: usize) -> usize {
        let number = self
            .get("limit")
            .and_then(|text| text.trim().parse::<f64>().ok());
        match number {
            // Beyond `most` the number no longer matters, so nothing is lost.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped"
            )]
            #[expect(clippy::cast_precision_loss, reason = "small")]
            Some(number) if number >= 1.0 => number.min(most as f64) as usize,
            _ => default,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts() {
        let query = QueryParameters("a=1&includeGlobal=true&a=2&empty&c=x+y%2B");
        assert_eq!(query.get("a").as_deref(), Some("1"));
        assert!(query.is("includeGlobal", "true"));
        let listed = QueryParameters("include=changes,engine");
        assert!(listed.lists("include", "engine") && !listed.lists("include", "eng"));
        assert!(!query.is("includeglobal", "true"));
        assert_eq!(query.get("empty").as_deref(), Some(""));
        assert_eq!(query.get("c").as_deref(), Some("x y+"));
        assert_eq!(query.get("missing"), None);
    }

    #[test]
    fn escapes_that_are_no_text_name_nothing() {
        let query = QueryParameters("l%FFmit=7&limit=%FF&from=%FF&from=1");
        assert_eq!(query.limit(50, 200), 50);
        assert_eq!(query.number("from"), None);
        assert!(!query.is("limit", ""));
    }

    #[test]
    fn limits_are_positive_numbers() {
        for (query, limit) in [
            ("", 50),
            ("limit=", 50),
            ("limit=0", 50),
            ("limit=-3", 50),
            ("limit=abc", 50),
            ("limit=2", 2),
            ("limit=200", 200),
            ("limit=201", 200),
            ("limit=1e99", 200),
            ("limit=2.9", 2),
            ("limit=NaN", 50),
            ("limit=inf", 200),
        ] {
            assert_eq!(QueryParameters(query).limit(50, 200), limit, "{query:?}");
        }
    }
}
