//! Tokens that are made, found, shared with another server, and ended.
#![allow(
    clippy::unwrap_used,
    reason = "what a test is set up with has to be there"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use openwork_host::{
    Grant, Host, HostError, HostOptions, MadeToken, NewToken, PoolOptions, Requester, StateEdit,
    StateError, StateFile, StateReading, StateStamp, TokenError, VolatileState,
};
use openwork_model::actor::TokenHash;
use openwork_model::clock::Clock;
use openwork_model::hex::from_hex;
use openwork_model::scope::Scope;
use serde_json::{Value, json};

/// The person at the machine.
fn by() -> Requester {
    Requester::new(Grant::host(), TokenHash::of("host"))
}

/// A clock that a test sets, at a second after 1970 to begin with.
struct SetClock(AtomicU64);

impl Clock for SetClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Fixture {
    state: Arc<VolatileState>,
    clock: Arc<SetClock>,
    host: Host,
}

impl Fixture {
    fn new() -> Self {
        Self::on(VolatileState::default())
    }

    fn on(state: VolatileState) -> Self {
        let (state, clock) = (Arc::new(state), Arc::new(SetClock(AtomicU64::new(1_000))));
        let host = server(&state, &clock, false);
        Self { state, clock, host }
    }

    /// Another server on the same file.
    fn other(&self) -> Host {
        server(&self.state, &self.clock, false)
    }

    fn kept(&self) -> Value {
        serde_json::from_slice(&self.state.bytes().unwrap()).unwrap()
    }
}

fn server(state: &Arc<VolatileState>, clock: &Arc<SetClock>, read_only: bool) -> Host {
    let options = HostOptions {
        read_only,
        tokens: Some(Arc::clone(state) as Arc<dyn StateFile>),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ..HostOptions::default()
    };
    Host::new(options, Vec::new()).unwrap()
}

fn wanted(scope: Scope) -> NewToken {
    NewToken {
        scope,
        label: None,
        lifetime: None,
    }
}

fn digest(token: &str) -> [u8; 32] {
    from_hex(TokenHash::of(token).as_str()).unwrap()
}

fn scope_of(host: &Host, made: &MadeToken) -> Option<Scope> {
    let found = host.token(&digest(&made.token))?;
    Some(found.grant.scope())
}

#[tokio::test]
async fn a_token_is_known_by_its_hash_alone() {
    let fixture = Fixture::new();
    let phone = NewToken {
        label: Some("phone".to_owned()),
        lifetime: Some(Duration::from_secs(60)),
        ..wanted(Scope::Viewer)
    };
    let made = fixture.host.make_token(&by(), phone).await.unwrap();
    let digits = made.token.strip_prefix("owt_").unwrap();
    assert_eq!(digits.len(), 32);
    assert!(digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(
        fixture.kept(),
        json!({
            "schemaVersion": 1,
            "updatedAt": 1_000,
            "tokens": [{
                "id": made.record.id,
                "hash": TokenHash::of(&made.token),
                "scope": "viewer",
                "createdAt": 1_000,
                "label": "phone",
                "expiresAt": 61_000,
            }],
        })
    );
    let found = fixture.host.token(&digest(&made.token)).unwrap();
    assert_eq!(found.grant.scope(), Scope::Viewer);
    assert_eq!(found.grant.token().unwrap().id, made.record.id);
    assert_eq!(found.hash, TokenHash::of(&made.token));
    assert!(fixture.host.token(&digest("owt_other")).is_none());
    assert!(!format!("{made:?}").contains(digits));
}

#[tokio::test]
async fn the_newest_comes_first() {
    let fixture = Fixture::new();
    let first = fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    fixture.clock.0.store(2_000, Ordering::Relaxed);
    let second = fixture
        .host
        .make_token(&by(), wanted(Scope::Viewer))
        .await
        .unwrap();
    let third = fixture
        .host
        .make_token(&by(), wanted(Scope::Viewer))
        .await
        .unwrap();
    let listed = fixture.host.tokens().await.unwrap();
    assert_eq!(listed, [third.record, second.record, first.record]);
}

#[tokio::test]
async fn servers_on_one_file_know_and_lose_each_others_tokens() {
    let fixture = Fixture::new();
    let other = fixture.other();
    let made = fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    assert_eq!(scope_of(&other, &made), None);
    other.look_at_tokens().await;
    assert_eq!(scope_of(&other, &made), Some(Scope::Owner));
    let lease = other.token(&digest(&made.token)).unwrap().lease;
    let theirs = other
        .make_token(&by(), wanted(Scope::Viewer))
        .await
        .unwrap();
    fixture
        .host
        .end_token(&by(), &made.record.id)
        .await
        .unwrap();
    other.look_at_tokens().await;
    assert_eq!(scope_of(&other, &made), None);
    assert!(lease.has_ended());
    // Nothing that the other one made was lost over it.
    assert_eq!(scope_of(&fixture.host, &theirs), Some(Scope::Viewer));
    assert_eq!(fixture.kept()["tokens"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_ended_token_lets_nobody_in_and_ends_what_is_open() {
    let fixture = Fixture::new();
    let made = fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    let kept = fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    let lease = |made: &MadeToken| fixture.host.token(&digest(&made.token)).unwrap().lease;
    let (ended, goes_on) = (lease(&made), lease(&kept));
    fixture
        .host
        .end_token(&by(), &made.record.id)
        .await
        .unwrap();
    ended.ended().await;
    assert!(!goes_on.has_ended());
    assert_eq!(scope_of(&fixture.host, &made), None);
    let again = fixture.host.end_token(&by(), &made.record.id).await;
    assert!(matches!(again, Err(TokenError::NotFound)));
}

#[tokio::test(start_paused = true)]
async fn a_token_expires_by_itself() {
    let fixture = Fixture::new();
    let short = NewToken {
        lifetime: Some(Duration::from_millis(500)),
        ..wanted(Scope::Viewer)
    };
    let made = fixture.host.make_token(&by(), short).await.unwrap();
    let lease = fixture.host.token(&digest(&made.token)).unwrap().lease;
    fixture.clock.0.store(1_500, Ordering::Relaxed);
    assert_eq!(scope_of(&fixture.host, &made), None);
    assert_eq!(fixture.host.tokens().await.unwrap(), []);
    lease.ended().await;
    // The next one that is made takes it out of the file.
    fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    assert_eq!(fixture.kept()["tokens"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_use_is_recorded_to_the_minute() {
    let fixture = Fixture::new();
    let made = fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    fixture.clock.0.store(100_000, Ordering::Relaxed);
    let lease = fixture.host.token(&digest(&made.token)).unwrap().lease;
    let listed = fixture.host.tokens().await.unwrap();
    assert_eq!(listed[0].last_used_at, Some(100_000));
    tokio::time::sleep(Duration::from_secs(3)).await;
    // The file is read on a thread, which the paused clock does not wait for.
    while fixture.kept()["tokens"][0]["lastUsedAt"] != 100_000 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(!lease.has_ended());
}

#[tokio::test]
async fn a_broken_file_lets_nobody_in_and_is_not_overwritten() {
    for broken in [
        "{",
        "[]",
        r#"{ "schemaVersion": 2, "updatedAt": 0, "tokens": [] }"#,
    ] {
        let fixture = Fixture::new();
        let made = fixture
            .host
            .make_token(&by(), wanted(Scope::Owner))
            .await
            .unwrap();
        let lease = fixture.host.token(&digest(&made.token)).unwrap().lease;
        fixture
            .state
            .update(&mut |_| Ok(Some(broken.as_bytes().to_vec())))
            .unwrap();
        fixture.host.look_at_tokens().await;
        assert_eq!(scope_of(&fixture.host, &made), None);
        assert!(lease.has_ended());
        let unreadable = |result: Option<TokenError>| {
            matches!(
                result,
                Some(TokenError::State(StateError::Unreadable { .. }))
            )
        };
        assert!(unreadable(fixture.host.tokens().await.err()), "{broken}");
        let refused = fixture.host.make_token(&by(), wanted(Scope::Owner)).await;
        assert!(unreadable(refused.err()), "{broken}");
        let refused = fixture.host.end_token(&by(), &made.record.id).await;
        assert!(unreadable(refused.err()), "{broken}");
        assert_eq!(fixture.state.bytes().unwrap(), broken.as_bytes());
    }
}

#[tokio::test]
async fn what_a_later_version_wrote_stays() {
    let later = json!({
        "schemaVersion": 1,
        "updatedAt": 5,
        "device": "nas",
        "tokens": [
            { "id": "a", "hash": TokenHash::of("a"), "scope": "auditor", "createdAt": 1, "colour": "red" },
            { "id": "b", "hash": TokenHash::of("b"), "scope": "viewer", "createdAt": 2 },
        ],
    });
    let fixture = Fixture::on(VolatileState::holding(later.to_string()));
    fixture.host.look_at_tokens().await;
    assert!(fixture.host.token(&digest("a")).is_none());
    assert!(fixture.host.token(&digest("b")).is_some());
    fixture.host.end_token(&by(), "b").await.unwrap();
    let kept = fixture.kept();
    assert_eq!(kept["device"], "nas");
    assert_eq!(kept["tokens"], json!([later["tokens"][0]]));
}

#[tokio::test]
async fn where_nothing_is_kept_or_changed_no_token_is_made() {
    let nowhere = Host::new(HostOptions::default(), Vec::new()).unwrap();
    assert!(!nowhere.keeps_tokens());
    let refused = nowhere.make_token(&by(), wanted(Scope::Owner)).await;
    assert!(matches!(
        refused,
        Err(TokenError::State(StateError::NoPlace))
    ));
    let fixture = Fixture::new();
    let read_only = server(&fixture.state, &fixture.clock, true);
    let refused = read_only.make_token(&by(), wanted(Scope::Owner)).await;
    assert!(matches!(
        refused,
        Err(TokenError::Host(HostError::ReadOnly))
    ));
    assert_eq!(fixture.state.bytes(), None);
}

#[tokio::test(start_paused = true)]
async fn what_another_server_ends_ends_here_by_itself() {
    let fixture = Fixture::new();
    let made = fixture
        .host
        .make_token(&by(), wanted(Scope::Owner))
        .await
        .unwrap();
    let lease = fixture.host.token(&digest(&made.token)).unwrap().lease;
    let other = fixture.other();
    other.end_token(&by(), &made.record.id).await.unwrap();
    assert!(!lease.has_ended());
    // Nobody asks anything of this server meanwhile.
    lease.ended().await;
    assert_eq!(scope_of(&fixture.host, &made), None);
}

#[tokio::test]
async fn there_are_a_thousand_tokens_at_most() {
    let entry = |number: usize| {
        json!({ "id": number.to_string(), "hash": TokenHash::of(&number.to_string()),
            "scope": "viewer", "createdAt": number })
    };
    let tokens: Vec<_> = (0..1_000).map(entry).collect();
    let full = json!({ "schemaVersion": 1, "updatedAt": 0, "tokens": tokens });
    let fixture = Fixture::on(VolatileState::holding(full.to_string()));
    let refused = fixture.host.make_token(&by(), wanted(Scope::Owner)).await;
    assert!(matches!(refused, Err(TokenError::TooMany { limit: 1_000 })));
    fixture.host.end_token(&by(), "7").await.unwrap();
    assert!(
        fixture
            .host
            .make_token(&by(), wanted(Scope::Owner))
            .await
            .is_ok()
    );
}

/// A disk that can be taken away.
struct Detachable {
    state: VolatileState,
    is_gone: AtomicBool,
}

impl Detachable {
    fn check(&self) -> Result<(), StateError> {
        if !self.is_gone.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(StateError::Io {
            name: self.name(),
            source: Arc::new(std::io::ErrorKind::TimedOut.into()),
        })
    }
}

impl StateFile for Detachable {
    fn name(&self) -> String {
        "tokens.json".to_owned()
    }

    fn read(&self, known: Option<StateStamp>) -> Result<StateReading, StateError> {
        self.check()?;
        self.state.read(known)
    }

    fn update(&self, edit: &mut StateEdit<'_>) -> Result<(), StateError> {
        self.check()?;
        self.state.update(edit)
    }
}

#[tokio::test]
async fn a_disk_that_fails_for_a_while_ends_no_token() {
    let disk = Arc::new(Detachable {
        state: VolatileState::default(),
        is_gone: AtomicBool::new(false),
    });
    let options = HostOptions {
        tokens: Some(Arc::clone(&disk) as Arc<dyn StateFile>),
        ..HostOptions::default()
    };
    let host = Host::new(options, Vec::new()).unwrap();
    let made = host.make_token(&by(), wanted(Scope::Viewer)).await.unwrap();
    disk.is_gone.store(true, Ordering::Relaxed);
    host.look_at_tokens().await;
    assert_eq!(scope_of(&host, &made), Some(Scope::Viewer));
    let refused = host.make_token(&by(), wanted(Scope::Viewer)).await;
    assert!(matches!(
        refused,
        Err(TokenError::State(StateError::Io { .. }))
    ));
    assert!(host.tokens().await.is_err());
    disk.is_gone.store(false, Ordering::Relaxed);
    assert_eq!(host.tokens().await.unwrap().len(), 1);
    assert_eq!(scope_of(&host, &made), Some(Scope::Viewer));
}

/// A disk that takes its time.
#[derive(Default)]
struct Slow(AtomicU64);

impl StateFile for Slow {
    fn name(&self) -> String {
        "tokens.json".to_owned()
    }

    fn read(&self, _: Option<StateStamp>) -> Result<StateReading, StateError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(300));
        Ok(StateReading::Unchanged)
    }

    fn update(&self, _: &mut StateEdit<'_>) -> Result<(), StateError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_disk_that_hangs_is_not_waited_for_by_each_request() {
    let disk = Arc::new(Slow::default());
    let options = HostOptions {
        tokens: Some(Arc::clone(&disk) as Arc<dyn StateFile>),
        pool: PoolOptions {
            deadline: Duration::from_millis(50),
            ..PoolOptions::default()
        },
        ..HostOptions::default()
    };
    let host = Host::new(options, Vec::new()).unwrap();
    assert!(host.tokens_are_stale());
    for _ in 0..10 {
        host.look_at_tokens().await;
    }
    assert!(!host.tokens_are_stale());
    assert_eq!(disk.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_token_that_is_renamed_goes_on() {
    let fixture = Fixture::new();
    let (host, other) = (&fixture.host, fixture.other());
    let made = host.make_token(&by(), wanted(Scope::Viewer)).await.unwrap();
    other.look_at_tokens().await;
    let lease = |host: &Host| host.token(&digest(&made.token)).unwrap().lease;
    let leases = [lease(host), lease(&other)];
    let renamed = host
        .rename_token(&by(), &made.record.id, "phone".to_owned())
        .await
        .unwrap();
    assert_eq!(renamed.label.as_deref(), Some("phone"));
    assert_eq!(fixture.kept()["tokens"][0]["label"], "phone");
    other.look_at_tokens().await;
    for host in [host, &other] {
        let found = host.token(&digest(&made.token)).unwrap();
        assert_eq!(found.grant.token().unwrap().label.as_deref(), Some("phone"));
    }
    assert!(leases.iter().all(|lease| !lease.has_ended()));
    let nobody = host.rename_token(&by(), "nobody", "x".to_owned()).await;
    assert!(matches!(nobody, Err(TokenError::NotFound)), "{nobody:?}");
}
