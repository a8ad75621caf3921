//! Devices that want to be told while their page is closed.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is set up with has to be there"
)]

use std::sync::Arc;

use openwork_host::{
    Grant, Host, HostOptions, NewToken, PushDevice, Requester, StateFile, TokenError, VolatileState,
};
use openwork_model::actor::TokenHash;
use openwork_model::scope::Scope;

struct Kept {
    host: Host,
    push: Arc<VolatileState>,
}

fn kept(push: VolatileState) -> Kept {
    let push = Arc::new(push);
    let options = HostOptions {
        tokens: Some(Arc::new(VolatileState::default())),
        push: Some(Arc::clone(&push) as Arc<dyn StateFile>),
        ..HostOptions::default()
    };
    let host = Host::new(options, Vec::new()).unwrap();
    Kept { host, push }
}

fn by_host() -> Requester {
    Requester::new(Grant::host(), TokenHash::of("host"))
}

async fn token(host: &Host) -> String {
    let wanted = NewToken {
        scope: Scope::Approver,
        label: None,
        lifetime: None,
    };
    host.make_token(&by_host(), wanted).await.unwrap().record.id
}

fn device(token: &str, endpoint: &str) -> PushDevice {
    PushDevice {
        token: token.to_owned(),
        endpoint: endpoint.to_owned(),
        p256dh: "hush-p".to_owned(),
        auth: "hush-a".to_owned(),
    }
}

#[tokio::test]
async fn a_device_is_told_until_it_wants_no_more_or_its_token_ends() {
    let Kept { host, .. } = kept(VolatileState::default());
    let any = host.has_push_devices();
    let (one, other) = (token(&host).await, token(&host).await);
    host.add_push_device(device(&one, "a")).await.unwrap();
    host.add_push_device(device(&other, "b")).await.unwrap();
    // A browser that was given another address.
    host.add_push_device(device(&one, "c")).await.unwrap();
    let devices = host.push_state().await.unwrap().devices;
    assert_eq!(devices, [device(&other, "b"), device(&one, "c")]);
    assert!(*any.borrow());
    // What is said of an address that it had before counts no more.
    host.remove_push_device(&one, Some("a")).await.unwrap();
    assert_eq!(host.push_state().await.unwrap().devices.len(), 2);
    host.remove_push_device(&one, Some("c")).await.unwrap();
    assert_eq!(
        host.push_state().await.unwrap().devices,
        [device(&other, "b")]
    );
    host.end_token(&by_host(), &other).await.unwrap();
    assert_eq!(host.push_state().await.unwrap().devices, []);
    assert!(!*any.borrow());
}

#[tokio::test]
async fn of_two_keys_the_first_is_kept() {
    let Kept { host, push } = kept(VolatileState::default());
    assert_eq!(host.push_state().await.unwrap().key, None);
    assert_eq!(host.keep_push_key("one".to_owned()).await.unwrap(), "one");
    assert_eq!(host.keep_push_key("two".to_owned()).await.unwrap(), "one");
    let text = String::from_utf8(push.bytes().unwrap()).unwrap();
    assert!(text.contains("\"key\": \"one\""), "{text}");
}

#[tokio::test]
async fn what_is_broken_is_not_overwritten_and_says_no_secret() {
    for text in [
        "{",
        r#"{"schemaVersion":2}"#,
        r#"{"schemaVersion":1,"devices":["hush"]}"#,
    ] {
        let Kept { host, push } = kept(VolatileState::holding(text));
        let errors = [
            host.push_state().await.err(),
            host.keep_push_key("one".to_owned()).await.err(),
            host.remove_push_device("t", None).await.err(),
        ];
        for error in errors {
            let error = error.unwrap();
            assert!(matches!(error, TokenError::State(_)), "{error}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
        assert_eq!(push.bytes().unwrap(), text.as_bytes());
    }
    assert_eq!(
        format!("{:?}", device("t", "hush")),
        "PushDevice { token: \"t\", .. }"
    );
}
