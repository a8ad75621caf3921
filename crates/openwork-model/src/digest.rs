//! Contents told apart by their SHA-256.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::actor::hex;

/// The SHA-256 of some contents; in hexadecimal as text.
///
/// ```
/// use openwork_model::digest::Digest;
///
/// assert_eq!(Digest::of(b"abc"), Digest::of(b"abc"));
/// assert!(Digest::of(b"abc").to_string().starts_with("ba7816bf"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(contents: &[u8]) -> Self {
        Self(Sha256::digest(contents).into())
    }

    /// The digest of a value's JSON text. The order of keys counts: for the
    /// engine, a later permission wins.
    pub fn of_value(value: &Value) -> Self {
        Self::of(value.to_string().as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom("no SHA-256 in hexadecimal"))
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        let pair = text.get(2 * place..2 * place + 2)?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = Digest::of(b"abc");
        let text = serde_json::to_string(&digest).unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("\"{known}\""));
        assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), digest);
        for wrong in ["", "ba78", &"é".repeat(32), &"+1".repeat(32), &known[1..]] {
            let text = serde_json::to_string(wrong).unwrap();
            assert!(serde_json::from_str::<Digest>(&text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_order_of_keys_counts() {
        let of = |text: &str| Digest::of_value(&serde_json::from_str(text).unwrap());
        assert_eq!(of(r#"{ "a": 1, "b": 2 }"#), of(r#"{"a":1,"b":2}"#));
        assert_ne!(of(r#"{ "a": 1, "b": 2 }"#), of(r#"{ "b": 2, "a": 1 }"#));
        assert_ne!(
            Digest::of_value(&json!(null)),
            Digest::of_value(&json!("null"))
        );
    }
}
