//! Encrypting a message for one browser (RFC 8291, by the coding of RFC 8188).

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::subscription::BrowserKeys;

/// The size of a record, which says that there is one alone: no service takes more.
const RECORD: u32 = 4096;
/// Ends the text of the last record.
const LAST: u8 = 2;

/// So many bytes of a key.
struct OutputLength(usize);

impl KeyType for OutputLength {
    fn len(&self) -> usize {
        self.0
    }
}

/// Encrypts a text; `None` if the browser's key is no key, or the system has no
/// randomness.
pub(super) fn seal(browser: &BrowserKeys, text: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).ok()?;
    let own_public = own.compute_public_key().ok()?;
    let own_public = own_public.as_ref();
    let mut salt = [0; 16];
    random.fill(&mut salt).ok()?;

    let their = UnparsedPublicKey::new(&ECDH_P256, &browser.public);
    let shared = agree_ephemeral(own, &their, |shared| {
        Salt::new(HKDF_SHA256, &browser.auth).extract(shared)
    })
    .ok()?;
    let key_info = [b"WebPush: info\0", &browser.public[..], own_public].concat();
    let secret: [u8; 32] = expand(&shared, &key_info)?;
    let secret = Salt::new(HKDF_SHA256, &salt).extract(&secret);
    let key: [u8; 16] = expand(&secret, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = expand(&secret, b"Content-Encoding: nonce\0")?;

    let mut record = [text, &[LAST]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)
        .ok()?;
    let length = u8::try_from(own_public.len()).ok()?;
    Some(
        [
            &salt[..],
            &RECORD.to_be_bytes(),
            &[length],
            own_public,
            &record,
        ]
        .concat(),
    )
}

fn expand<const N: usize>(secret: &Prk, info: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let info = [info];
    let expanded = secret.expand(&info, OutputLength(N)).ok()?;
    expanded.fill(&mut bytes).ok()?;
    Some(bytes)
}
