//! The word by which an answer and the log name one request.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that answers carry it in, and that clients may send their own in.
pub(crate) static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that is taken from a client.
const LONGEST: usize = 64;

/// Names requests.
pub(crate) struct RequestNames {
    /// Differs from run to run, so that the log of two of them can be told apart.
    run: u32,
    next: AtomicU64,
}

impl RequestNames {
    pub(crate) fn new() -> Self {
        let (run, ..) = Uuid::new_v4().as_fields();
        Self {
            run,
            next: AtomicU64::new(1),
        }
    }

    /// The client's own word, if it sent one that can stand in any log; else a
    /// new one.
    pub(crate) fn name(&self, headers: &HeaderMap) -> HeaderValue {
        let mut given = headers.get_all(&X_REQUEST_ID).iter();
        match (given.next(), given.next()) {
            (Some(own), None) if is_plain(own) => own.clone(),
            _ => self.fresh(),
        }
    }

    fn fresh(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // On the stack: 8 digits, a dash and at most 16 digits.
        let mut text = [0; 25];
        let mut rest = &mut text[..];
        // What is written fits, so this cannot fail.
        let _ = write!(rest, "{:08x}-{number:x}", self.run);
        let unused = rest.len();
        let written = &text[..text.len() - unused];
        HeaderValue::from_bytes(written).unwrap_or(HeaderValue::from_static("unnamed"))
    }
}

/// Whether a client's word is short, and of letters, digits, `.`, `_` and `-` alone.
fn is_plain(word: &HeaderValue) -> bool {
    let word = word.as_bytes();
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=LONGEST).contains(&word.len()) && word.iter().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ids: &RequestNames, given: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for word in given {
            let word = HeaderValue::from_bytes(word.as_bytes()).unwrap();
            headers.append(&X_REQUEST_ID, word);
        }
        ids.name(&headers).to_str().unwrap().to_owned()
    }

    #[test]
    fn each_request_has_a_word_of_its_own() {
        let ids = RequestNames {
            run: 0xab,
            next: AtomicU64::new(u64::MAX - 1),
        };
        assert_eq!(named(&ids, &[]), "000000ab-fffffffffffffffe");
        assert_eq!(named(&ids, &[]), "000000ab-ffffffffffffffff");
        assert_eq!(named(&ids, &[]), "000000ab-0");
    }

    #[test]
    fn a_clients_own_word_is_taken_if_it_is_short_and_plain() {
        let longest = "a".repeat(LONGEST);
        for own in ["x", "build-42.a_B", longest.as_str()] {
            assert_eq!(named(&RequestNames::new(), &[own]), own);
        }
        let longer = "a".repeat(LONGEST + 1);
        for strange in [
            &[""][..],
            &["a b"],
            &["a\"b"],
            &["ä"],
            &["a", "b"],
            &[longer.as_str()],
        ] {
            let ids = RequestNames {
                run: 1,
                next: AtomicU64::new(7),
            };
            assert_eq!(named(&ids, strange), "00000001-7", "{strange:?}");
        }
    }
}
