//! The key by which push services know a sender again (RFC 8292).

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

/// How long what was signed counts: services take a day at most.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// A key that browsers subscribe by, and that messages to them are signed with.
pub struct PushKeys {
    pair: EcdsaKeyPair,
    /// The whole of it, as it is kept. A secret.
    kept: String,
}

/// A text is no key, or the system has no randomness to make one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of Web Push cannot be read or made")]
pub struct BadPushKey;

impl PushKeys {
    /// A key that nobody has had before.
    ///
    /// # Errors
    ///
    /// [`BadPushKey`] if the system has no randomness.
    pub fn generate() -> Result<Self, BadPushKey> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let document = document.map_err(|_| BadPushKey)?;
        Self::read(&URL_SAFE_NO_PAD.encode(document))
    }

    /// Reads a key that was [kept](Self::kept).
    ///
    /// # Errors
    ///
    /// [`BadPushKey`] if it is none.
    pub fn read(kept: &str) -> Result<Self, BadPushKey> {
        let document = URL_SAFE_NO_PAD.decode(kept).map_err(|_| BadPushKey)?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &document, &SystemRandom::new());
        Ok(Self {
            pair: pair.map_err(|_| BadPushKey)?,
            kept: kept.to_owned(),
        })
    }

    /// The whole key as a text to be kept. A secret.
    pub fn kept(&self) -> &str {
        &self.kept
    }

    /// What browsers are given: an uncompressed point in base64 for URLs.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    /// What a request to a service shows; `None` if the system has no randomness.
    pub(super) fn authorization(
        &self,
        origin: &str,
        contact: &str,
        now: Duration,
    ) -> Option<String> {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let end = (now + LIFETIME).as_secs();
        let claims = part(json!({ "aud": origin, "exp": end, "sub": contact }));
        let signed = format!("{head}.{claims}");
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .ok()?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Some(format!(
            "vapid t={signed}.{signature}, k={}",
            self.public_key()
        ))
    }
}

/// Without the secret.
impl fmt::Debug for PushKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushKeys(…)")
    }
}
