use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hmac::{HMAC_SHA256, Key, sign};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::notice::NoticeLevel;

/// A browser, which decrypts one message.
struct Browser {
    private: EphemeralPrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

impl Browser {
    fn new() -> Self {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        Self {
            private,
            public,
            auth: *b"an auth secret 1",
        }
    }

    fn subscription(&self, endpoint: &str) -> PushSubscription {
        let services = PushServices {
            more: vec![endpoint.rsplit_once('/').unwrap().0.to_owned()],
        };
        let encoded = [&self.public[..], &self.auth].map(|key| URL_SAFE_NO_PAD.encode(key));
        PushSubscription::parse(endpoint, &encoded[0], &encoded[1], &services).unwrap()
    }

    /// As RFC 8291, section 3.4 writes it, by HMAC alone.
    fn open(self, body: &[u8]) -> Vec<u8> {
        let hmac = |key: &[u8], text: &[u8]| sign(&Key::new(HMAC_SHA256, key), text);
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(size, 4096_u32.to_be_bytes());
        let (server, record) = rest[1..].split_at(usize::from(rest[0]));
        let peer = UnparsedPublicKey::new(&ECDH_P256, server);
        let shared = agree_ephemeral(self.private, &peer, <[u8]>::to_vec).unwrap();
        let key = hmac(&self.auth, &shared);
        let info = [b"WebPush: info\0", &self.public[..], server, &[1]].concat();
        let secret = hmac(salt, hmac(key.as_ref(), &info).as_ref());
        let key = hmac(secret.as_ref(), b"Content-Encoding: aes128gcm\0\x01");
        let nonce = hmac(secret.as_ref(), b"Content-Encoding: nonce\0\x01");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key.as_ref()[..16]).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce.as_ref()[..12]).unwrap();
        let mut record = record.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut record).unwrap();
        assert_eq!(text.last(), Some(&2));
        text[..text.len() - 1].to_vec()
    }
}

/// Answers one request with a status; gives its head and body.
async fn service(status: &'static str) -> (String, tokio::task::JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        loop {
            stream.read_buf(&mut seen).await.unwrap();
            let Some(end) = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8(seen[..end].to_vec()).unwrap();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap().parse().unwrap();
            if seen.len() < end + 4 + length {
                continue;
            }
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return (head, seen[end + 4..].to_vec());
        }
    });
    (url, served)
}

fn notice() -> Notice {
    Notice {
        level: Some(NoticeLevel::High),
        workspace: Some("Finance".into()),
        expires_at: Some(0),
        ..Notice::new(
            NoticeKind::Asked,
            "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11",
            "Run a plugin: x",
        )
    }
}

#[tokio::test]
async fn a_browser_reads_what_its_service_cannot() {
    let (url, served) = service("201 Created").await;
    let (browser, keys) = (Browser::new(), PushKeys::generate().unwrap());
    let subscription = browser.subscription(&url);
    let sender = PushSender::new("https://box.example").unwrap();
    let sent = sender.send(&keys, &subscription, &notice()).await;
    assert_eq!(sent, Ok(PushOutcome::Taken));
    let (head, body) = served.await.unwrap();
    for field in [
        "content-encoding: aes128gcm",
        // It is over already, but clocks differ.
        "ttl: 30",
        "urgency: high",
        "topic: 7d3088e25c1f4a439b7e0d4f5b2a6c11",
    ] {
        assert!(head.lines().any(|line| line == field), "{field}: {head}");
    }
    let text: serde_json::Value = serde_json::from_slice(&browser.open(&body)).unwrap();
    let id = "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";
    let expected = json!({
        "id": id, "title": "Run a plugin: x", "body": "high-risk, in Finance", "request": id,
    });
    assert_eq!(text, expected);

    let field = head
        .lines()
        .find_map(|line| line.strip_prefix("authorization: vapid t="));
    let (token, key) = field.unwrap().split_once(", k=").unwrap();
    assert_eq!(key, keys.public_key());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let decoded = |text| URL_SAFE_NO_PAD.decode(text).unwrap();
    let verifier = Verifier::new(&ECDSA_P256_SHA256_FIXED, decoded(key));
    verifier
        .verify(signed.as_bytes(), &decoded(signature))
        .unwrap();
    let (_, claims) = signed.split_once('.').unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&decoded(claims)).unwrap();
    assert_eq!(claims["aud"], url.trim_end_matches("/send"));
    assert_eq!(claims["sub"], "https://box.example");
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let left = claims["exp"].as_u64().unwrap() - now;
    assert!((43_000..=43_200).contains(&left), "{left}");
}

#[tokio::test]
async fn what_a_service_answers_is_told() {
    let keys = PushKeys::generate().unwrap();
    let sender = PushSender::new("https://box.example").unwrap();
    for (status, expected) in [
        ("404 Not Found", Ok(PushOutcome::Gone)),
        ("410 Gone", Ok(PushOutcome::Gone)),
        ("429 Too Many", Err(DeliveryError::Refused { status: 429 })),
    ] {
        let (url, served) = service(status).await;
        let sent = sender
            .send(&keys, &Browser::new().subscription(&url), &notice())
            .await;
        assert_eq!(sent, expected);
        served.await.unwrap();
    }
}

#[test]
fn a_key_is_the_same_when_it_was_kept() {
    let keys = PushKeys::generate().unwrap();
    let read = PushKeys::read(keys.kept()).unwrap();
    assert_eq!(read.public_key(), keys.public_key());
    assert_eq!(keys.public_key().len(), 87);
    assert_eq!(format!("{keys:?}"), "PushKeys(…)");
    for text in ["", "x", &keys.kept()[4..]] {
        assert_eq!(PushKeys::read(text).err(), Some(BadPushKey), "{text}");
    }
}

#[test]
fn only_browsers_that_could_read_it_are_taken() {
    let browser = Browser::new();
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (public, auth) = (encoded(&browser.public), encoded(&browser.auth));
    let off_the_curve = encoded(&[4; 65]);
    let url = "https://fcm.googleapis.com/fcm/send/a";
    let long = format!("{url}{}", "a".repeat(2048));
    for (endpoint, public, auth, expected) in [
        (url, &public, &auth, None),
        ("nowhere", &public, &auth, Some(BadSubscription::Endpoint)),
        (&long, &public, &auth, Some(BadSubscription::Endpoint)),
        (
            "https://evil.test/",
            &public,
            &auth,
            Some(BadSubscription::Service),
        ),
        (url, &auth, &auth, Some(BadSubscription::Keys)),
        (url, &off_the_curve, &auth, Some(BadSubscription::Keys)),
        (url, &public, &public, Some(BadSubscription::Keys)),
    ] {
        let parsed = PushSubscription::parse(endpoint, public, auth, &PushServices::default());
        assert_eq!(parsed.err(), expected, "{endpoint}");
    }
}
