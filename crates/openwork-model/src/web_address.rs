//! Web addresses, read by the rules of the WHATWG, as the engine reads them.
//!
//! By these rules `http:evil.test/?u=https://good.test` and
//! `http:\\evil.test` lead to `evil.test`, and line feeds within an address
//! count for nothing. Whoever looks for `://` names the wrong recipient.

use std::borrow::Cow;

use url::{Host, Url};

/// Where an address leads.
///
/// ```
/// use openwork_model::web_address::WebAddress;
///
/// let address = WebAddress::parse("https://b\u{fc}cher.example:8443/mcp").ok();
/// assert_eq!(address.as_ref().map(WebAddress::host), Some("xn--bcher-kva.example:8443"));
/// assert!(WebAddress::parse("https://good.test\\@evil.test/").is_err());
/// assert_eq!(
///     WebAddress::read("http:\\\\evil.test/?u=https://good.test").map(|read| read.host().to_owned()),
///     Some("evil.test".to_owned()),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    scheme: String,
    host: String,
}

/// Why an address is refused that would be read differently by people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressFault {
    /// A tab, a line feed, another control character or a blank.
    #[error("an address with blanks or control characters")]
    Blank,
    /// A backslash, which counts as a slash.
    #[error("an address with a backslash")]
    Backslash,
    /// A user name or a password.
    #[error("an address with a user name or a password")]
    UserName,
    /// No `//` after the scheme.
    #[error("an address without `//` after its scheme")]
    NoSlashes,
    /// No address at all.
    #[error("a text that is no web address")]
    NoAddress,
}

impl WebAddress {
    /// Reads an address that everybody reads alike, and refuses all others.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        check_characters(text)?;
        let (scheme, rest) = text.split_once(':').ok_or(AddressFault::NoAddress)?;
        let authority = rest.strip_prefix("//").ok_or(AddressFault::NoSlashes)?;
        // `https:///host` leads to `host` for a browser and nowhere for other readers.
        if authority.starts_with('/') || scheme.is_empty() {
            return Err(AddressFault::NoAddress);
        }
        let url = Url::parse(text).map_err(|_| AddressFault::NoAddress)?;
        let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
        let has_user = authority.get(..end).is_some_and(|host| host.contains('@'));
        if has_user || !url.username().is_empty() || url.password().is_some() {
            return Err(AddressFault::UserName);
        }
        Self::of(&url).ok_or(AddressFault::NoAddress)
    }

    /// Reads whatever the engine would take for an address. `None` if it
    /// would not, or if the host depends on what is filled in later.
    pub fn read(text: &str) -> Option<Self> {
        // A reference may hold anything. The host counts as known only where none of
        // these changes it.
        let mut readings = FILLINGS.iter().map(|filling| {
            let filled = filled(text, filling);
            Self::of(&Url::parse(&filled).ok()?)
        });
        let first = readings.next()??;
        let is_same = |reading: Option<Self>| reading.as_ref() == Some(&first);
        readings.all(is_same).then_some(first)
    }

    fn of(url: &Url) -> Option<Self> {
        let host = match url.host()? {
            Host::Domain("") => return None,
            host => host.to_string(),
        };
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        Some(Self {
            scheme: url.scheme().to_owned(),
            host,
        })
    }

    /// The host in ASCII, with its port unless that is the usual one.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }
}

/// Refuses characters that are left out or read as others.
pub fn check_characters(text: &str) -> Result<(), AddressFault> {
    if text.contains('\\') {
        return Err(AddressFault::Backslash);
    }
    let is_blank = |c: char| c.is_control() || c.is_whitespace() || c == '\u{feff}';
    if text.contains(is_blank) {
        return Err(AddressFault::Blank);
    }
    Ok(())
}

/// Whether a text may be taken for an address somewhere.
pub fn is_like_address(text: &str) -> bool {
    // The WHATWG parser drops these anywhere, so `ht\ntp:` is an address.
    let is_left_out = |c: &char| !matches!(c, '\t' | '\n' | '\r');
    let text: String = text.chars().filter(is_left_out).collect();
    let text = text.trim_start_matches(|c: char| c <= ' ');
    let is_scheme = |scheme: &str| {
        // A single letter is a drive.
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    };
    let special = [
        "http", "https", "ws", "wss", "ftp", "file", "data", "git", "ssh",
    ];
    text.contains("://")
        || text.starts_with("//")
        || text.starts_with("\\\\")
        || text.split_once(':').is_some_and(|(scheme, rest)| {
            is_scheme(scheme)
                && (rest.starts_with(['/', '\\'])
                    || special.iter().any(|name| scheme.eq_ignore_ascii_case(name)))
        })
}

/// What may be filled in later. Where the host is the same with all of these,
/// it stands fast.
const FILLINGS: [&str; 4] = ["", "x", "/", "@x"];

/// The text with something in the place of `{…}` and `${…}`.
pub fn filled<'t>(text: &'t str, filling: &str) -> Cow<'t, str> {
    if !text.contains(['{', '$']) {
        return Cow::Borrowed(text);
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once('{') {
        filled.push_str(before.strip_suffix('$').unwrap_or(before));
        filled.push_str(filling);
        rest = inner.split_once('}').map_or("", |(_, rest)| rest);
    }
    filled.push_str(rest);
    Cow::Owned(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_the_one_that_the_engine_calls() {
        for (text, host) in [
            ("https://good.test/mcp", "good.test"),
            ("http:EVIL.test/mcp?u=https://good.test/mcp", "evil.test"),
            ("http:\\\\EVIL.test/b://good.test", "evil.test"),
            ("http:/\t/EVIL.test/c?://good.test/", "evil.test"),
            ("https://good.test\n.evil.test/", "good.test.evil.test"),
            ("https://evil\t.test/", "evil.test"),
            ("https://good.test@evil.test/", "evil.test"),
            ("https://evil.test\\@good.test/", "evil.test"),
            ("  https://evil.test", "evil.test"),
            ("https:evil.test", "evil.test"),
            ("https:///evil.test", "evil.test"),
            ("https://\u{430}pple.com", "xn--pple-43d.com"),
            ("https://\u{ff45}vil.test", "evil.test"),
            ("https://%65vil.test", "evil.test"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://2130706433:80/", "127.0.0.1"),
            ("http://[::1]:8080/", "[::1]:8080"),
            ("https://a.test:443/", "a.test"),
            ("https://a.test/{env:KEY}", "a.test"),
            ("https:\\\\a.test/{env:X}", "a.test"),
            ("https://evil.test\\@good.test/{file:~/k}", "evil.test"),
            ("https://a.test/v1/${KEY}", "a.test"),
        ] {
            let read = WebAddress::read(text);
            assert_eq!(read.as_ref().map(WebAddress::host), Some(host), "{text:?}");
        }
    }

    #[test]
    fn a_host_that_is_filled_in_later_is_not_known() {
        for text in [
            "https://{env:HOST}/mcp",
            "https://a.test{env:X}/",
            "{file:url}",
            "https://${HOST}/v1",
            "no address",
            "",
            "mailto:a@b.test",
        ] {
            assert_eq!(WebAddress::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_people_would_misread_is_refused() {
        use AddressFault as F;
        for (text, fault) in [
            ("http:evil.test/?u=https://good.test", F::NoSlashes),
            ("http:/evil.test", F::NoSlashes),
            ("http:\\\\evil.test", F::Backslash),
            ("https://a.test/\\b", F::Backslash),
            ("https://evil\t.test/", F::Blank),
            ("https://good.test\n.evil.test/", F::Blank),
            (" https://a.test", F::Blank),
            ("https://a.test/b c", F::Blank),
            ("https://me:pw@a.test", F::UserName),
            ("https://good.test@evil.test", F::UserName),
            ("https://@evil.test", F::UserName),
            ("https:///evil.test", F::NoAddress),
            ("evil.test", F::NoAddress),
            ("https://", F::NoAddress),
            ("", F::NoAddress),
        ] {
            assert_eq!(WebAddress::parse(text), Err(fault), "{text:?}");
        }
        for text in [
            "https://a.test",
            "http://127.0.0.1:3000/mcp?a=@b",
            "HTTPS://A.test/",
        ] {
            assert!(WebAddress::parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn texts_that_are_like_addresses_are_known() {
        for text in [
            "https://a",
            "http:a",
            "HTTP:a",
            "ht\ntp:a",
            "foo:/a",
            "foo:\\a",
            "//a",
            "see x://y",
            " data:text",
            "\\\\a",
        ] {
            assert!(is_like_address(text), "{text:?}");
        }
        for text in [
            "",
            "dark",
            "a/b",
            "anna: hello",
            "12:30",
            "ctrl+x",
            "C:a",
            "c:\\x",
            "<leader>q",
        ] {
            assert!(!is_like_address(text), "{text:?}");
        }
    }
}
