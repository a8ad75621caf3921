//! Codes that are made, tried, exchanged, and come to their end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test is set up with has to be there"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use openwork_host::{
    Grant, Host, HostError, HostOptions, MadePairing, MadeToken, NewPairing, NewToken, PairingCode,
    PairingError, Requester, StateEdit, StateError, StateFile, StateReading, StateStamp,
    TokenError, UnpairedDevice, VolatileState,
};
use openwork_model::actor::TokenHash;
use openwork_model::device_scope::DeviceScope;
use openwork_model::hex::from_hex;
use openwork_model::scope::Scope;
use serde_json::Value;

struct Fixture {
    log: Arc<VolatileState>,
    host: Host,
}

impl Fixture {
    fn new() -> Self {
        Self::keeping(Arc::new(VolatileState::default()))
    }

    fn keeping(tokens: Arc<dyn StateFile>) -> Self {
        let log = Arc::new(VolatileState::default());
        let options = HostOptions {
            tokens: Some(tokens),
            server_log: Some(Arc::clone(&log) as Arc<dyn StateFile>),
            ..HostOptions::default()
        };
        let host = Host::new(options, Vec::new()).unwrap();
        Self { log, host }
    }

    async fn code(&self) -> PairingCode {
        self.made(None).await.code
    }

    async fn made(&self, label: Option<&str>) -> MadePairing {
        self.host.make_pairing(&by(), wanted(label)).await.unwrap()
    }

    async fn pair(&self, code: &PairingCode) -> Result<MadeToken, PairingError> {
        self.host.pair(&device(), code, None).await
    }

    /// How many wrong codes the open one stands.
    async fn tries_left(&self) -> Option<u32> {
        Some(self.host.open_pairing().await?.tries_left)
    }

    /// What was done, and by whom: the kind, what it calls itself, the hash.
    fn recorded(&self) -> Vec<Value> {
        let bytes = self.log.bytes().unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    fn actions(&self) -> Vec<String> {
        let recorded = self.recorded().into_iter();
        recorded
            .map(|entry| entry["action"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// The person at the machine.
fn by() -> Requester {
    Requester::new(Grant::host(), TokenHash::of("host"))
}

fn device() -> UnpairedDevice {
    UnpairedDevice {
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)),
        client_id: Some("annas-phone".to_owned()),
    }
}

fn wanted(label: Option<&str>) -> NewPairing {
    NewPairing {
        scope: DeviceScope::Approver,
        label: label.map(str::to_owned),
    }
}

/// Another code than this one.
fn wrong(code: &PairingCode) -> PairingCode {
    let other = ["2222-2222", "3333-3333"].map(|text| PairingCode::parse(text).unwrap());
    other.into_iter().find(|other| other != code).unwrap()
}

fn is_refused<T>(outcome: &Result<T, PairingError>) -> bool {
    matches!(outcome, Err(PairingError::Refused))
}

fn digest(token: &str) -> [u8; 32] {
    from_hex(TokenHash::of(token).as_str()).unwrap()
}

#[tokio::test]
async fn a_code_is_exchanged_once_for_a_token_of_its_scope() {
    let fixture = Fixture::new();
    let made = fixture.made(Some("Anna's phone")).await;
    let seen = fixture.host.preview_pairing(&device(), &made.code).await;
    let seen = seen.unwrap();
    assert_eq!((seen.scope, seen.tries_left), (DeviceScope::Approver, 5));
    assert_eq!(seen.expires_at - seen.created_at, 600_000);
    let label = Some("something else".to_owned());
    let token = fixture.host.pair(&device(), &made.code, label).await;
    let token = token.unwrap();
    // What the host has said comes before what a device says of itself.
    assert_eq!(token.record.label.as_deref(), Some("Anna's phone"));
    let found = fixture.host.token(&digest(&token.token)).unwrap();
    assert_eq!(found.grant.scope(), Scope::Approver);
    assert!(is_refused(&fixture.pair(&made.code).await));
    assert_eq!(fixture.host.open_pairing().await, None);
    assert_eq!(fixture.host.tokens().await.unwrap().len(), 1);

    assert_eq!(fixture.actions(), ["pairing.create", "device.pair"]);
    let entry = &fixture.recorded()[1];
    assert_eq!(entry["target"], token.record.id);
    assert_eq!(
        entry["actor"]["tokenHash"],
        TokenHash::of(&token.token).as_str()
    );
    assert_eq!(
        entry["summary"],
        "Paired “Anna's phone” of scope approver from 192.0.2.9"
    );
    // The code is kept nowhere.
    let text = serde_json::to_string(&fixture.recorded()).unwrap();
    assert!(!text.contains(&made.code.to_string()), "{text}");
}

#[tokio::test]
async fn a_device_that_the_host_has_not_named_names_itself() {
    let fixture = Fixture::new();
    let code = fixture.code().await;
    let label = Some("phone".to_owned());
    let token = fixture.host.pair(&device(), &code, label).await.unwrap();
    assert_eq!(token.record.label.as_deref(), Some("phone"));
}

#[tokio::test]
async fn the_fifth_wrong_code_ends_the_open_one_however_they_come() {
    let fixture = Fixture::new();
    let code = fixture.code().await;
    let wrong = wrong(&code);
    for left in (1..5).rev() {
        // Looking and exchanging count alike, and a right look in between gives
        // no new tries.
        if left % 2 == 0 {
            assert!(is_refused(&fixture.pair(&wrong).await));
        } else {
            let seen = fixture.host.preview_pairing(&device(), &wrong).await;
            assert!(is_refused(&seen));
        }
        let seen = fixture.host.preview_pairing(&device(), &code).await;
        assert_eq!(seen.unwrap().tries_left, left);
    }
    assert!(is_refused(&fixture.pair(&wrong).await));
    assert_eq!(fixture.host.open_pairing().await, None);
    assert!(is_refused(&fixture.pair(&code).await));
    let entries = fixture.recorded();
    let summaries: Vec<_> = entries[1..]
        .iter()
        .map(|entry| entry["summary"].as_str().unwrap())
        .collect();
    // What comes after the end is not recorded: it could fill the log.
    assert_eq!(
        summaries,
        [
            "Refused a wrong pairing code from 192.0.2.9; 4 tries are left",
            "Refused a wrong pairing code from 192.0.2.9; 3 tries are left",
            "Refused a wrong pairing code from 192.0.2.9; 2 tries are left",
            "Refused a wrong pairing code from 192.0.2.9; one try is left",
            "Refused a wrong pairing code from 192.0.2.9, which ended the open one",
        ]
    );
    let actor = &entries[1]["actor"];
    assert_eq!(actor["type"], "remote");
    assert_eq!(actor["clientId"], "annas-phone");
    assert_eq!(actor["tokenHash"], TokenHash::of("").as_str());
}

#[tokio::test(start_paused = true)]
async fn a_code_lasts_ten_minutes() {
    let fixture = Fixture::new();
    let code = fixture.code().await;
    tokio::time::advance(Duration::from_millis(599_999)).await;
    let seen = fixture.host.preview_pairing(&device(), &code).await;
    assert_eq!(seen.unwrap().left, Duration::from_millis(1));
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(fixture.host.open_pairing().await, None);
    assert!(is_refused(&fixture.pair(&code).await));
    assert_eq!(fixture.actions(), ["pairing.create"]);
}

#[tokio::test]
async fn a_new_code_takes_the_place_of_the_one_before() {
    let fixture = Fixture::new();
    let first = fixture.code().await;
    assert!(is_refused(&fixture.pair(&wrong(&first)).await));
    let second = fixture.code().await;
    assert_ne!(first, second);
    assert_eq!(fixture.tries_left().await, Some(5));
    assert!(is_refused(&fixture.pair(&first).await));
    assert_eq!(fixture.tries_left().await, Some(4));
    assert!(fixture.pair(&second).await.is_ok());
}

#[tokio::test]
async fn of_two_at_once_one_is_paired() {
    for _ in 0..20 {
        let fixture = Fixture::new();
        let code = fixture.code().await;
        let both = tokio::join!(fixture.pair(&code), fixture.pair(&code));
        match both {
            (Ok(_), refused) | (refused, Ok(_)) => assert!(is_refused(&refused)),
            both => panic!("{both:?}"),
        }
        assert_eq!(fixture.host.tokens().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_code_can_be_ended() {
    let fixture = Fixture::new();
    let none = fixture.host.end_pairing(&by()).await;
    assert!(matches!(none, Err(PairingError::NoneOpen)), "{none:?}");
    let code = fixture.code().await;
    fixture.host.end_pairing(&by()).await.unwrap();
    assert!(is_refused(&fixture.pair(&code).await));
    assert_eq!(fixture.actions(), ["pairing.create", "pairing.delete"]);
}

#[tokio::test]
async fn a_code_ends_with_the_token_of_who_made_it() {
    let fixture = Fixture::new();
    let owner = NewToken {
        scope: Scope::Owner,
        label: None,
        lifetime: None,
    };
    let owner = fixture.host.make_token(&by(), owner).await.unwrap();
    let found = fixture.host.token(&digest(&owner.token)).unwrap();
    let elsewhere = Requester::new(found.grant, found.hash);
    let make = || fixture.host.make_pairing(&elsewhere, wanted(None));
    let code = make().await.unwrap().code;
    // While the token lasts it is a code like any other.
    assert!(fixture.pair(&code).await.is_ok());
    let code = make().await.unwrap().code;
    let id = &owner.record.id;
    fixture.host.end_token(&by(), id).await.unwrap();
    assert!(is_refused(&fixture.pair(&code).await));
    assert_eq!(fixture.host.open_pairing().await, None);
}

#[tokio::test]
async fn where_no_token_is_made_no_code_is() {
    let nowhere = Host::new(HostOptions::default(), Vec::new()).unwrap();
    let made = nowhere.make_pairing(&by(), wanted(None)).await;
    assert!(matches!(
        made,
        Err(PairingError::Token(TokenError::State(StateError::NoPlace)))
    ));
    let options = HostOptions {
        read_only: true,
        tokens: Some(Arc::new(VolatileState::default())),
        ..HostOptions::default()
    };
    let read_only = Host::new(options, Vec::new()).unwrap();
    let code = PairingCode::parse("2222-2222").unwrap();
    for error in [
        read_only.make_pairing(&by(), wanted(None)).await.err(),
        read_only.end_pairing(&by()).await.err(),
        read_only.preview_pairing(&device(), &code).await.err(),
        read_only.pair(&device(), &code, None).await.err(),
    ] {
        let is_read_only = matches!(
            error,
            Some(PairingError::Token(TokenError::Host(HostError::ReadOnly)))
        );
        assert!(is_read_only, "{error:?}");
    }
}

/// A disk that takes nothing for the first time.
#[derive(Default)]
struct FullAtFirst(VolatileState, std::sync::atomic::AtomicBool);

impl StateFile for FullAtFirst {
    fn name(&self) -> String {
        self.0.name()
    }

    fn read(&self, known: Option<StateStamp>) -> Result<StateReading, StateError> {
        self.0.read(known)
    }

    fn update(&self, edit: &mut StateEdit<'_>) -> Result<(), StateError> {
        if self.1.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return self.0.update(edit);
        }
        Err(StateError::Io {
            name: self.name(),
            source: Arc::new(std::io::ErrorKind::StorageFull.into()),
        })
    }
}

#[tokio::test]
async fn a_code_for_which_no_token_could_be_made_can_be_used_again() {
    let fixture = Fixture::keeping(Arc::new(FullAtFirst::default()));
    let code = fixture.code().await;
    let failed = fixture.pair(&code).await;
    let is_full = matches!(
        failed,
        Err(PairingError::Token(TokenError::State(
            StateError::Io { .. }
        )))
    );
    assert!(is_full, "{failed:?}");
    assert!(fixture.pair(&code).await.is_ok());
}
