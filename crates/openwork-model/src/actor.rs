//! Who asked for a change.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex::to_hex;

/// Whether a request came from a remote client or from the host itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A client that carries the client token only.
    Remote,
    /// A client that carries the host token as well.
    Host,
}

/// The author of a change, as the audit log records it. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Remote or host.
    #[serde(rename = "type")]
    pub kind: ActorKind,
    /// What the client calls itself; unverified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Which token was used, as a hash.
    pub token_hash: TokenHash,
}

impl Actor {
    /// Whoever runs this program, by a name. Nobody has shown a token, so the
    /// hash is that of the empty one, which admits nobody.
    pub fn local(name: impl Into<String>) -> Self {
        Self {
            kind: ActorKind::Host,
            client_id: Some(name.into()),
            token_hash: TokenHash::of(""),
        }
    }

    /// Somebody elsewhere who has shown no token, under the same hash.
    pub fn without_token(client_id: Option<String>) -> Self {
        Self {
            kind: ActorKind::Remote,
            client_id,
            token_hash: TokenHash::of(""),
        }
    }
}

/// The hash of a token in hexadecimal: SHA-256 for the clients' token, which
/// whoever reads the hash knows anyway, and HMAC-SHA-256 with a key of the
/// installation for the host's, lest a reader finds it by guessing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token.
    pub fn of(token: &str) -> Self {
        Self::of_digest(&Sha256::digest(token.as_bytes()).into())
    }

    /// The hash of a token whose SHA-256 is known.
    pub fn of_digest(digest: &[u8; 32]) -> Self {
        Self(to_hex(digest))
    }

    /// The hash of a token under a key (HMAC-SHA-256, RFC 2104).
    pub fn keyed(token: &str, key: &TokenKey) -> Self {
        let padded = |pad: u8| {
            // Written out in a few lines, which a test compares with `openssl`, instead
            // of one more dependency.
            let mut block = [pad; 64];
            for (byte, key) in block.iter_mut().zip(key.0) {
                *byte ^= key;
            }
            block
        };
        let inner = Sha256::new().chain_update(padded(0x36));
        let inner = inner.chain_update(token.as_bytes()).finalize();
        let outer = Sha256::new().chain_update(padded(0x5c));
        Self(to_hex(&outer.chain_update(inner).finalize()))
    }

    /// The hash in hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key that an installation hashes its host's token with. A secret, so it
/// is neither shown nor logged.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey([u8; Self::LENGTH]);

impl TokenKey {
    /// How many bytes a key has.
    pub const LENGTH: usize = 32;

    /// The key of these bytes, which have to be random.
    pub fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, to be kept.
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand, as a derived one would put the key into every log of options.
        f.write_str("TokenKey(…)")
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_written_as_the_openwork_api_has_it() {
        let actor = Actor {
            kind: ActorKind::Remote,
            client_id: None,
            token_hash: TokenHash::of("abc"),
        };
        assert_eq!(
            serde_json::to_string(&actor).unwrap(),
            r#"{"type":"remote","tokenHash":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}"#
        );
    }

    /// Checked with `openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY`.
    #[test]
    fn a_keyed_hash_is_an_hmac() {
        let key = |byte| TokenKey::new([byte; TokenKey::LENGTH]);
        assert_eq!(
            TokenHash::keyed("Hi There", &key(0x0b)).as_str(),
            "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"
        );
        assert_eq!(
            TokenHash::keyed("", &key(0)).as_str(),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        );
        assert_ne!(
            TokenHash::keyed("a", &key(1)),
            TokenHash::keyed("a", &key(2))
        );
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = TokenKey::new([7; TokenKey::LENGTH]);
        assert_eq!(format!("{key:?}"), "TokenKey(…)");
    }
}
