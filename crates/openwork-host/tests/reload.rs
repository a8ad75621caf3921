//! Reloads of the engine, over an engine that does as it is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that fails is a failed test"
)]

use std::sync::{Arc, Mutex};

use openwork_approval::{ApprovalMode, Decision, Reply};
use openwork_change::store::StoreError;
use openwork_host::EngineCall;
use openwork_host::{
    Engine, EngineError, Grant, Host, HostError, HostOptions, ReloadError, Requester,
    ServedWorkspace, SubmitError,
};
use openwork_model::actor::TokenHash;
use openwork_model::files::MemoryFiles;
use openwork_model::scope::Scope;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::{MemoryStore, Step};

/// An engine that notes how often it was reloaded, and answers as it is told.
#[derive(Default)]
struct Fake {
    reloads: Mutex<usize>,
    refusal: Option<EngineError>,
}

impl Engine for Fake {
    fn reload<'c>(&'c self, _: &'c Workspace) -> EngineCall<'c> {
        *self.reloads.lock().unwrap() += 1;
        let answer = self.refusal.clone().map_or(Ok(()), Err);
        Box::pin(std::future::ready(answer))
    }
}

struct Fixture {
    host: Arc<Host>,
    store: Arc<MemoryStore>,
    engine: Arc<Fake>,
    id: String,
}

impl Fixture {
    fn new(engine: Fake, adjust: impl FnOnce(&mut HostOptions, &mut Workspace)) -> Self {
        let store = Arc::new(MemoryStore::new(MemoryFiles::new()));
        let engine = Arc::new(engine);
        let mut workspace = Workspace::at("/w/s/ws".as_ref());
        workspace.base_url = Some("http://127.0.0.1:4096".to_owned());
        let mut options = HostOptions {
            engine: Some(Arc::clone(&engine) as _),
            ..HostOptions::default()
        };
        adjust(&mut options, &mut workspace);
        let id = workspace.id.to_string();
        let served = ServedWorkspace {
            workspace,
            store: Arc::clone(&store) as _,
        };
        Self {
            host: Arc::new(Host::new(options, vec![served]).unwrap()),
            store,
            engine,
            id,
        }
    }

    fn auto(engine: Fake) -> Self {
        Self::new(engine, |options, _| options.gate.mode = ApprovalMode::Auto)
    }

    fn manual() -> Self {
        Self::new(Fake::default(), |_, _| {})
    }

    fn reload(&self, grant: Grant) -> tokio::task::JoinHandle<Result<u64, ReloadError>> {
        let (host, id) = (Arc::clone(&self.host), self.id.clone());
        tokio::spawn(async move {
            let at = host.writable(&id).await?;
            let requester = Requester::new(grant, TokenHash::of("t"));
            host.reload(at, requester).await
        })
    }

    async fn answer(&self, reply: Reply) {
        while self.host.gate().pending().is_empty() {
            tokio::task::yield_now().await;
        }
        let id = self.host.gate().pending()[0].id;
        assert!(self.host.gate().decide(id, reply).is_ok());
    }

    fn reloads(&self) -> usize {
        *self.engine.reloads.lock().unwrap()
    }

    fn recorded(&self) -> Vec<String> {
        let entries = self.store.entries();
        let described = |entry: &openwork_model::audit::AuditEntry| {
            format!("{} {}: {}", entry.action, entry.target, entry.summary)
        };
        entries.iter().map(described).collect()
    }
}

#[tokio::test]
async fn a_reload_is_recorded_and_done() {
    let fixture = Fixture::auto(Fake::default());
    assert!(
        fixture
            .reload(Grant::of(Scope::Collaborator))
            .await
            .unwrap()
            .unwrap()
            > 1_700_000_000_000
    );
    assert_eq!(fixture.reloads(), 1);
    assert_eq!(
        fixture.recorded(),
        ["engine.reload engine: Asked the engine to reload"]
    );
}

#[tokio::test]
async fn the_host_is_asked_every_time() {
    let fixture = Fixture::manual();
    let reload = fixture.reload(Grant::of(Scope::Collaborator));
    while fixture.host.gate().pending().is_empty() {
        tokio::task::yield_now().await;
    }
    let request = &fixture.host.gate().pending()[0];
    assert_eq!(request.subject.action, "engine.reload");
    assert_eq!(request.subject.summary, "Reload the engine");
    assert!(!request.rememberable);
    assert_eq!(fixture.reloads(), 0);
    fixture.answer(Reply::allow()).await;
    assert!(reload.await.unwrap().is_ok());
    assert_eq!(fixture.reloads(), 1);
}

#[tokio::test]
async fn what_is_denied_is_not_done_but_recorded() {
    let fixture = Fixture::manual();
    let reload = fixture.reload(Grant::of(Scope::Collaborator));
    fixture.answer(Reply::from(Decision::Deny)).await;
    let refused = reload.await.unwrap();
    assert!(
        matches!(refused, Err(ReloadError::Submit(SubmitError::Refused(_)))),
        "{refused:?}"
    );
    assert_eq!(fixture.reloads(), 0);
    fixture.host.shut_down().await;
    assert_eq!(fixture.store.refused()[0].action, "engine.reload");
    assert_eq!(fixture.store.refused()[0].outcome, "denied");
}

#[tokio::test]
async fn the_host_itself_is_not_asked() {
    let fixture = Fixture::manual();
    assert!(fixture.reload(Grant::host()).await.unwrap().is_ok());
    assert_eq!(fixture.reloads(), 1);
}

#[tokio::test]
async fn a_server_that_takes_no_changes_reloads_nothing() {
    let fixture = Fixture::new(Fake::default(), |options, _| options.read_only = true);
    let refused = fixture.reload(Grant::host()).await.unwrap();
    assert!(
        matches!(
            refused,
            Err(ReloadError::Submit(SubmitError::Host(HostError::ReadOnly)))
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn nobody_is_asked_where_no_engine_is_known() {
    let unknown = Fixture::new(Fake::default(), |_, workspace| workspace.base_url = None);
    let without = Fixture::new(Fake::default(), |options, _| options.engine = None);
    for fixture in [unknown, without] {
        let refused = fixture
            .reload(Grant::of(Scope::Collaborator))
            .await
            .unwrap();
        assert!(
            matches!(refused, Err(ReloadError::Unconfigured)),
            "{refused:?}"
        );
        assert!(fixture.recorded().is_empty());
    }
}

#[tokio::test]
async fn an_engine_that_cannot_be_reached_is_an_error() {
    let fixture = Fixture::new(
        Fake {
            refusal: Some(EngineError::TimedOut),
            ..Fake::default()
        },
        |_, _| {},
    );
    let reload = fixture.reload(Grant::of(Scope::Collaborator));
    fixture.answer(Reply::allow()).await;
    let failed = reload.await.unwrap();
    assert!(
        matches!(failed, Err(ReloadError::Engine(EngineError::TimedOut))),
        "{failed:?}"
    );
    let ended = &fixture.host.gate().history(1)[0];
    assert_eq!(ended.request.subject.action, "engine.reload");
    fixture.host.shut_down().await;
    assert_eq!(fixture.store.refused()[0].outcome, "failed");
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_done() {
    let fixture = Fixture::auto(Fake::default());
    fixture.store.trouble().fail_with(Step::Record, || {
        StoreError::audit(std::io::ErrorKind::PermissionDenied.into())
    });
    assert!(
        fixture
            .reload(Grant::of(Scope::Collaborator))
            .await
            .unwrap()
            .is_err()
    );
    assert_eq!(fixture.reloads(), 0);
}
