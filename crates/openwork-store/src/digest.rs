//! Contents told apart by their SHA-256.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of some contents, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Digest(String);

impl Digest {
    pub(crate) fn of(contents: &[u8]) -> Self {
        let digest = Sha256::digest(contents);
        let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Self(
            nibbles
                .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
                .collect(),
        )
    }
}
