//! Credentials in the addresses of any text.

use std::borrow::Cow;
use std::ops::Range;

use super::reference::{ReferenceFinder, around_in};
use super::splice::splice;
use super::{MASK, code, is_secret_key};

mod scp;

/// Replaces the credentials of all addresses in a text by [`MASK`]: what
/// stands before an `@` in the authority of a URL (RFC 3986, 3.2.1), the
/// values of query and fragment parameters whose names say that they are
/// secret, and the user of `user:password@host:path`, as git takes it.
///
/// Where a text is more than one address, what a shell would run is shown.
///
/// ```
/// use openwork_model::mask::mask_text;
///
/// assert_eq!(
///     mask_text("see https://me:pw@host/p?id=1&token=abc#x"),
///     "see https://••••••@host/p?id=1&token=••••••#x",
/// );
/// assert_eq!(mask_text("git+ssh://me:pw@host/a.git"), "git+ssh://••••••@host/a.git");
/// assert_eq!(mask_text("https://host/?key={env:KEY}"), "https://host/?key={env:KEY}");
/// ```
pub fn mask_text(text: &str) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(splice(text, secrets, MASK))
}

/// Where the secrets of all addresses stand, in their order.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    // A single address is nothing that a shell could run.
    // One address alone is data. In a longer text the same characters may be what
    // a shell is to run, and that is shown.
    let single = !text.contains(|c: char| c.is_whitespace() || c == '`');
    let secrets = all(text);
    if single {
        return secrets;
    }
    plain(text, secrets)
}

/// The same in a text that may be run.
pub(super) fn secrets_in_code(text: &str) -> Vec<Range<usize>> {
    plain(text, all(text))
}

fn plain(text: &str, mut secrets: Vec<Range<usize>>) -> Vec<Range<usize>> {
    secrets.retain(|range| !code::is_code(text.get(range.clone()).unwrap_or("")));
    secrets
}

fn all(text: &str) -> Vec<Range<usize>> {
    // No address without a colon: most texts are done here.
    if !text.contains(':') {
        return Vec::new();
    }
    let mut users = Vec::new();
    let mut values = Vec::new();
    let mut finder = ReferenceFinder::new(text);
    let (mut from, mut url_end) = (0, 0);
    while let Some(start) = next_authority(text, from) {
        let authority = authority(&mut finder, text, start);
        if let Some(at) = text.get(authority.clone()).and_then(|text| text.rfind('@')) {
            users.extend(around_in(text, authority.start..authority.start + at));
        }
        // The parameters of a URL within another one are among those.
        // An address may stand in the parameter of another; its own parameters are
        // then found already.
        if authority.end >= url_end {
            url_end = scan(&mut finder, text, authority.end, is_outside);
            let parameters = parameters(&mut finder, text, authority.end..url_end);
            values.extend(
                parameters
                    .into_iter()
                    .flat_map(|value| around_in(text, value)),
            );
        }
        // `a://b://c`: what looks like a port may be the end of a scheme.
        let scheme = text
            .get(authority.clone())
            .is_some_and(|text| text.ends_with(':'));
        from = authority.end - usize::from(scheme);
    }
    let urls = super::scope::merged(values, users);
    super::scope::merged(urls, scp::secrets(text))
}

/// Schemes whose authority the WHATWG rules find whatever slashes there are.
const SPECIAL: &[&str] = &["http", "https", "ws", "wss", "ftp"];

/// Where the next authority begins.
fn next_authority(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    memchr::memchr_iter(b':', rest).find_map(|at| {
        let colon = from + at;
        let after = text.get(colon + 1..)?;
        // By the WHATWG rules `https:\\host` and `https:host` are addresses too.
        let slashes = after.len() - after.trim_start_matches(['/', '\\']).len();
        if is_special(text.get(..colon)?) {
            return Some(colon + 1 + slashes);
        }
        after.starts_with("//").then_some(colon + 3)
    })
}

/// Whether a text ends with a special scheme, be it behind `git+`.
fn is_special(before: &str) -> bool {
    let bytes = before.bytes().rev();
    // Six letters at most, one more than the longest scheme has: `xhttps` must not
    // pass for `https`, and long words cost nothing.
    let length = bytes.take_while(u8::is_ascii_alphanumeric).take(6).count();
    let scheme = before.get(before.len() - length..).unwrap_or("");
    SPECIAL
        .iter()
        .any(|special| scheme.eq_ignore_ascii_case(special))
}

/// Browsers end an authority at a backslash too.
fn authority(finder: &mut ReferenceFinder<'_>, text: &str, start: usize) -> Range<usize> {
    let end = scan(finder, text, start, |c| {
        is_outside(c) || matches!(c, '/' | '?' | '#' | '\\')
    });
    start..end
}

/// What ends a URL in running text: RFC 3986 allows none of these in one.
fn is_outside(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`')
}

/// The first character from `start` on that `stop` picks and no reference holds.
fn scan(
    finder: &mut ReferenceFinder<'_>,
    text: &str,
    start: usize,
    stop: impl Fn(char) -> bool,
) -> usize {
    let mut at = start;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        at = match finder.at(at) {
            Some((end, _)) => end,
            None if stop(c) => return at,
            None => at + c.len_utf8(),
        };
    }
    text.len()
}

/// The values of parameters with secret names, in query and fragment.
fn parameters(
    finder: &mut ReferenceFinder<'_>,
    text: &str,
    range: Range<usize>,
) -> Vec<Range<usize>> {
    let part = text.get(range.clone()).unwrap_or("");
    let Some(query) = part.find(['?', '#']) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = range.start + query + 1;
    while at <= range.end {
        let end = scan(finder, text, at, |c| {
            matches!(c, '&' | '#' | ';' | '?') || is_outside(c)
        });
        let end = end.min(range.end);
        let pair = text.get(at..end).unwrap_or("");
        if let Some((_, value)) = pair.split_once('=').filter(|(name, _)| is_secret(name)) {
            found.push(end - value.len()..end);
        }
        at = end + 1;
    }
    found
}

/// Signed URLs carry a secret of their own.
fn is_secret(parameter: &str) -> bool {
    is_secret_key(parameter)
        || parameter
            .rsplit(['-', '_', '.'])
            .next()
            .is_some_and(|word| {
                ["sig", "signature"]
                    .iter()
                    .any(|mark| word.eq_ignore_ascii_case(mark))
            })
}
