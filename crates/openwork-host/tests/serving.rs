//! Workspaces that come, are renamed and go while a host runs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that fails is a failed test"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openwork_approval::{ApprovalMode, Decision, Refusal, Reply};
use openwork_change::change::Change;
use openwork_host::{
    Grant, Host, HostError, HostOptions, ListOutcome, NewToken, NewWorkspace, OpenError, Requester,
    ServeError, ServedWorkspace, StateError, StateFile, Submission, SubmitError, VolatileState,
    WorkspaceList, WorkspaceOpener,
};
use openwork_model::actor::TokenHash;
use openwork_model::files::MemoryFiles;
use openwork_model::name::PluginSpec;
use openwork_model::scope::Scope;
use openwork_model::workspace::Workspace;
use openwork_testkit::memory_store::MemoryStore;
use serde_json::{Value, json};

/// A list that remembers what it was asked, and refuses if it is to.
#[derive(Default)]
struct Noted {
    calls: Mutex<Vec<String>>,
    broken: bool,
}

impl Noted {
    fn note(&self, call: &str) -> Result<ListOutcome, StateError> {
        if self.broken {
            return Err(StateError::NoPlace);
        }
        // Windows has another separator.
        self.calls.lock().unwrap().push(call.replace('\\', "/"));
        Ok(ListOutcome {
            persisted: true,
            warnings: Vec::new(),
        })
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl WorkspaceList for Noted {
    fn put_first(&self, workspace: &Path) -> Result<ListOutcome, StateError> {
        self.note(&format!("first {}", workspace.display()))
    }

    fn add(&self, workspace: &Workspace) -> Result<ListOutcome, StateError> {
        self.note(&format!(
            "add {} {}",
            workspace.path.display(),
            workspace.name
        ))
    }

    fn rename(&self, workspace: &Path, name: Option<&str>) -> Result<ListOutcome, StateError> {
        self.note(&format!("rename {} {name:?}", workspace.display()))
    }

    fn remove(&self, workspace: &Path, others: &[PathBuf]) -> Result<ListOutcome, StateError> {
        self.note(&format!("remove {} {}", workspace.display(), others.len()))
    }
}

struct Opener;

impl WorkspaceOpener for Opener {
    fn open(
        &self,
        wanted: &NewWorkspace,
        beside: Option<&Workspace>,
    ) -> Result<ServedWorkspace, OpenError> {
        if !wanted.path.starts_with('/') {
            return Err(OpenError::Relative);
        }
        let at = Workspace::at(wanted.path.as_ref());
        Ok(ServedWorkspace {
            workspace: Workspace {
                name: wanted.name.clone().unwrap_or_else(|| at.name.clone()),
                base_url: beside.and_then(|beside| beside.base_url.clone()),
                ..at
            },
            store: Arc::new(MemoryStore::new(MemoryFiles::new())),
        })
    }
}

struct Fixture {
    host: Arc<Host>,
    list: Arc<Noted>,
    log: Arc<VolatileState>,
}

fn fixture(adjust: impl FnOnce(&mut HostOptions, &mut Noted)) -> Fixture {
    let (mut options, mut list) = (HostOptions::default(), Noted::default());
    adjust(&mut options, &mut list);
    let (list, log) = (Arc::new(list), Arc::new(VolatileState::default()));
    options.workspace_list = Some(Arc::clone(&list) as _);
    options.workspace_opener = Some(Arc::new(Opener));
    options.server_log = Some(Arc::clone(&log) as Arc<dyn StateFile>);
    let served = ServedWorkspace {
        workspace: Workspace {
            base_url: Some("http://127.0.0.1:4096".to_owned()),
            ..Workspace::at("/w/a".as_ref())
        },
        store: Arc::new(MemoryStore::new(MemoryFiles::new())),
    };
    Fixture {
        host: Arc::new(Host::new(options, vec![served]).unwrap()),
        list,
        log,
    }
}

impl Fixture {
    fn names(&self) -> Vec<String> {
        let served = self.host.workspaces();
        served
            .iter()
            .map(|at| at.workspace().name.clone())
            .collect()
    }

    /// The log's actions and targets, oldest first.
    fn logged(&self) -> Vec<(String, String)> {
        let text = String::from_utf8(self.log.bytes().unwrap_or_default()).unwrap();
        let entries = text.lines().map(|line| {
            let entry: Value = serde_json::from_str(line).unwrap();
            let word = |key: &str| entry[key].as_str().unwrap().replace('\\', "/");
            (word("action"), word("target"))
        });
        entries.collect()
    }

    fn id(&self, index: usize) -> String {
        self.host.workspaces()[index].workspace().id.to_string()
    }
}

fn by(grant: Grant) -> Requester {
    Requester::new(grant, TokenHash::of("t"))
}

fn wanted(path: &str) -> NewWorkspace {
    NewWorkspace {
        path: path.to_owned(),
        name: None,
        preset: None,
    }
}

#[tokio::test]
async fn the_host_serves_one_more_renames_it_and_lets_it_go() {
    let at = fixture(|_, _| {});
    let host = by(Grant::host());
    let served = at.host.add_workspace(&host, wanted("/w/b")).await.unwrap();
    assert!(served.is_new && served.list.persisted);
    assert_eq!(
        served.workspace.workspace().base_url.as_deref(),
        Some("http://127.0.0.1:4096")
    );
    assert_eq!(at.names(), ["b", "a"]);
    let id = at.id(0);
    let renamed = at.host.rename_workspace(&host, &id, Some("Bee".to_owned()));
    let renamed = renamed.await.unwrap();
    assert_eq!(
        renamed.workspace.workspace().display_name.as_deref(),
        Some("Bee")
    );
    // As it is called already: nothing is kept once more.
    let again = at.host.rename_workspace(&host, &id, Some("Bee".to_owned()));
    assert!(!again.await.unwrap().list.persisted);
    // One that is served becomes the active one, and is kept as it was.
    at.host.activate(&at.id(1), false).await.unwrap();
    let again = at.host.add_workspace(&host, wanted("/w/b")).await.unwrap();
    assert!(!again.is_new);
    assert_eq!(at.names(), ["b", "a"]);
    at.host.remove_workspace(&host, &id).await.unwrap();
    assert_eq!(at.names(), ["a"]);
    assert!(matches!(
        at.host.readable(&id),
        Err(HostError::UnknownWorkspace)
    ));
    assert_eq!(
        at.list.calls(),
        ["add /w/b b", "rename /w/b Some(\"Bee\")", "remove /w/b 1"]
    );
    let logged = ["workspace.create", "workspace.rename", "workspace.delete"];
    let logged = logged.map(|action| (action.to_owned(), "/w/b".to_owned()));
    assert_eq!(at.logged(), logged);
}

#[tokio::test]
async fn what_cannot_be_served_or_kept_changes_nothing() {
    let at = fixture(|_, list| list.broken = true);
    let host = by(Grant::host());
    let relative = at.host.add_workspace(&host, wanted("b")).await;
    assert!(matches!(
        relative,
        Err(ServeError::Open(OpenError::Relative))
    ));
    let unkept = at.host.add_workspace(&host, wanted("/w/b")).await;
    assert!(matches!(
        unkept,
        Err(ServeError::State(StateError::NoPlace))
    ));
    let unkept = at.host.remove_workspace(&host, &at.id(0)).await;
    assert!(matches!(
        unkept,
        Err(ServeError::State(StateError::NoPlace))
    ));
    assert_eq!(at.names(), ["a"]);
    let read_only = fixture(|options, _| options.read_only = true);
    let refused = read_only.host.add_workspace(&host, wanted("/w/b")).await;
    assert!(matches!(
        refused,
        Err(ServeError::Submit(SubmitError::Host(HostError::ReadOnly)))
    ));
    assert_eq!(read_only.logged(), []);
}

#[tokio::test(start_paused = true)]
async fn an_owner_elsewhere_is_asked_about() {
    let at = fixture(|_, _| {});
    let owner = by(Grant::of(Scope::Owner));
    let (host, asked) = (Arc::clone(&at.host), owner.clone());
    let adding = tokio::spawn(async move { host.add_workspace(&asked, wanted("/w/b")).await });
    tokio::task::yield_now().await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let waiting = at.host.gate().pending();
    let [request] = &waiting[..] else {
        panic!("{waiting:?}")
    };
    assert_eq!(request.subject.action, "workspace.create");
    assert_eq!(request.subject.preview.level.as_str(), "high");
    assert_eq!(request.subject.preview.effects.len(), 2);
    assert_eq!((at.names(), at.logged()), (vec!["a".to_owned()], vec![]));
    let deny = Reply::from(Decision::Deny);
    at.host.gate().decide(request.id, deny).unwrap();
    let refused = adding.await.unwrap().err();
    assert!(matches!(
        refused,
        Some(ServeError::Submit(SubmitError::Refused(
            Refusal::Denied { .. }
        )))
    ));
    assert_eq!(
        (at.names(), at.list.calls()),
        (vec!["a".to_owned()], vec![])
    );
}

#[tokio::test]
async fn what_waits_in_a_workspace_ends_with_it() {
    let at = fixture(|options, _| options.gate.mode = ApprovalMode::Manual);
    let id = at.id(0);
    let submission = Submission {
        requester: by(Grant::of(Scope::Collaborator)),
        proposal: Change::AddPlugin(PluginSpec::parse("notion").unwrap()).into(),
    };
    let (host, to) = (Arc::clone(&at.host), id.clone());
    let waiting = tokio::spawn(async move {
        let writable = host.writable(&to).await.unwrap();
        host.submit(writable, submission).await
    });
    while at.host.gate().pending().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let following = at.host.readable(&id).unwrap();
    at.host
        .remove_workspace(&by(Grant::host()), &id)
        .await
        .unwrap();
    let ended = waiting.await.unwrap();
    assert!(matches!(ended, Err(SubmitError::Host(HostError::Removed))));
    assert!(at.host.gate().pending().is_empty());
    assert!(following.removed().is_cancelled());
}

#[tokio::test]
async fn tokens_are_recorded_with_who_made_and_ended_them() {
    let at = fixture(|options, _| options.tokens = Some(Arc::new(VolatileState::default())));
    let owner = by(Grant::of(Scope::Owner));
    let phone = NewToken {
        scope: Scope::Viewer,
        label: Some("phone".to_owned()),
        lifetime: None,
    };
    let made = at.host.make_token(&owner, phone).await.unwrap();
    let host = by(Grant::host());
    at.host.end_token(&host, &made.record.id).await.unwrap();
    let lines = at.host.server_audit(9).await.unwrap();
    let entries = lines.iter().map(|line| {
        let entry: Value = serde_json::from_str(line.get()).unwrap();
        json!([
            entry["summary"],
            entry["actor"]["type"],
            entry["approval"],
            entry["target"]
        ])
    });
    assert_eq!(
        entries.collect::<Vec<_>>(),
        [
            json!(["Ended the token “phone”", "host", { "by": "host" }, made.record.id]),
            json!([
                "Made the token “phone” of scope viewer",
                "remote",
                null,
                made.record.id
            ]),
        ]
    );
    assert!(
        !String::from_utf8(at.log.bytes().unwrap())
            .unwrap()
            .contains(&made.token)
    );
}
