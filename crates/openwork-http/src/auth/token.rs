//! A token that lets somebody in.

use std::fmt;
use std::sync::OnceLock;

use openwork_model::actor::TokenHash;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::KeySource;

/// A token; neither shown nor logged.
pub(super) struct TokenDigest {
    text: String,
    digest: Option<[u8; 32]>,
    /// Where the key of its hash comes from, if that is a keyed one.
    key: Option<KeySource>,
    hash: OnceLock<TokenHash>,
}

/// What tokens are compared by.
pub(super) fn digest(given: &[u8]) -> [u8; 32] {
    Sha256::digest(given).into()
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TokenDigest {
    pub(super) fn new(token: &str, key: Option<KeySource>) -> Self {
        // Without a digest nothing matches: an empty setting must not let in
        // everybody who sends an empty header.
        let digest = (!token.is_empty()).then(|| digest(token.as_bytes()));
        Self {
            text: token.to_owned(),
            digest,
            key,
            hash: OnceLock::new(),
        }
    }

    /// What the audit log calls it. The key is not asked for before.
    pub(super) fn hash(&self) -> &TokenHash {
        self.hash.get_or_init(|| match &self.key {
            Some(key) => TokenHash::keyed(&self.text, &key.key()),
            None => TokenHash::of(&self.text),
        })
    }

    /// A token of which nothing but the hash is known.
    pub(super) fn known_by(hash: TokenHash) -> Self {
        Self {
            text: String::new(),
            digest: None,
            key: None,
            hash: OnceLock::from(hash),
        }
    }

    /// Whether this is the token of a digest.
    pub(super) fn is(&self, given: &[u8; 32]) -> bool {
        // Digests and in constant time: neither the content nor the length of
        // the token must show in how long an answer takes.
        self.digest.is_some_and(|own| own.ct_eq(given).into())
    }

    /// What earlier versions called it in the audit log.
    pub(super) fn plain_hash(&self) -> TokenHash {
        TokenHash::of(&self.text)
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
