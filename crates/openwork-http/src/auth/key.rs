//! Where the key comes from that the host's token is hashed with.

use std::fmt;
use std::sync::Arc;

use openwork_model::actor::TokenKey;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Gives the key of the installation. It is asked once, when the hash of the
/// host's token is needed for the first time.
#[derive(Clone)]
pub struct KeySource(Arc<dyn Fn() -> TokenKey + Send + Sync>);

impl KeySource {
    /// A key from wherever it is kept.
    pub fn new(key: impl Fn() -> TokenKey + Send + Sync + 'static) -> Self {
        Self(Arc::new(key))
    }

    /// A key that nobody has had before.
    pub fn random() -> Self {
        Self::new(random_key)
    }

    pub(super) fn key(&self) -> TokenKey {
        (self.0)()
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySource(…)")
    }
}

/// A new key. A random UUID has 122 random bits, so three are more than enough.
pub fn random_key() -> TokenKey {
    let random = [(); 3].map(|()| *Uuid::new_v4().as_bytes()).concat();
    TokenKey::new(Sha256::digest(random).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ() {
        assert_ne!(random_key(), random_key());
        assert_eq!(format!("{:?}", KeySource::random()), "KeySource(…)");
    }
}
