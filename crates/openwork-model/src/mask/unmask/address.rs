//! Whether secrets would go to another address than before.

use serde_json::{Map, Value};

/// How far addresses are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressReach {
    /// Among the members of an object.
    Own,
    /// In all that is below.
    Whole,
}

/// The address of the schema, to which nothing is sent.
const SCHEMA: &str = "$schema";

/// Whether an address that is sent leads elsewhere than the one in its place.
/// `shown` is what is there masked: an address that comes back so is the same.
pub(super) fn moves(
    members: &Map<String, Value>,
    shown: Option<&Value>,
    existing: Option<&Value>,
    reach: AddressReach,
) -> bool {
    let is_elsewhere = |(key, value): (&String, &Value)| {
        let shown = shown.and_then(|shown| shown.get(key));
        let existing = existing.and_then(|existing| existing.get(key));
        key != SCHEMA && leads_elsewhere(value, shown, existing, reach)
    };
    existing.is_some() && members.iter().any(is_elsewhere)
}

fn leads_elsewhere(
    value: &Value,
    shown: Option<&Value>,
    existing: Option<&Value>,
    reach: AddressReach,
) -> bool {
    match value {
        // Compared as shown: an address with masked credentials comes back masked, and
        // is the same one.
        _ if shown == Some(value) => false,
        Value::String(text) => {
            let existing = existing.and_then(Value::as_str);
            let is_address = is_address(text) || existing.is_some_and(is_address);
            is_address && existing.is_none_or(|existing| !is_same(text, existing))
        }
        Value::Object(members) if reach == AddressReach::Whole => {
            let nothing = Value::Null;
            moves(members, shown, existing.or(Some(&nothing)), reach)
        }
        Value::Array(items) if reach == AddressReach::Whole => {
            let mut items = items.iter().enumerate();
            items.any(|(index, item)| {
                let shown = shown.and_then(|shown| shown.get(index));
                let existing = existing.and_then(|existing| existing.get(index));
                leads_elsewhere(item, shown, existing, reach)
            })
        }
        _ => false,
    }
}

/// Whether a text is one address.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let is_web = scheme.is_some_and(|scheme| {
        ["http", "https", "ws", "wss"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web))
    });
    is_web || text.contains("://") && !text.contains(' ')
}

fn is_same(one: &str, other: &str) -> bool {
    one == other || origin(one).is_some_and(|origin| Some(origin) == self::origin(other))
}

/// Scheme, host and port as they are written; `None` where readers could
/// differ on what they are.
fn origin(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:[]%{}".contains(c);
    // Anything that two readers could split differently counts as another
    // address. To refuse one too many only asks for the secret again.
    let is_clear = !host.is_empty() && host.chars().all(is_plain) && !authority.contains('\\');
    is_clear.then(|| (scheme.to_ascii_lowercase(), host.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_same_if_scheme_host_and_port_are() {
        for (one, other, expected) in [
            ("https://a.test/x", "https://a.test/y?z", true),
            ("https://A.test", "https://a.test/", true),
            ("https://me:pw@a.test/", "https://a.test/", true),
            ("https://{env:H}/a", "https://{env:H}/b", true),
            ("http://a.test", "https://a.test", false),
            ("https://a.test:8443", "https://a.test", false),
            ("https://a.test.evil", "https://a.test", false),
            ("https://evil\\@a.test/", "https://a.test/", false),
            ("https:evil/?u=https://a.test", "https://a.test", false),
            ("https://ev\til/", "https://evil/", false),
            ("https://\u{430}.test", "https://\u{430}.test/x", false),
        ] {
            assert_eq!(is_same(one, other), expected, "{one} {other}");
        }
    }
}
