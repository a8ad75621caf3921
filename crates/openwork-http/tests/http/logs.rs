use std::fmt::Write;
use std::sync::{Arc, Mutex};

use openwork_http::route::{RouteRow, table};
use openwork_testkit::memory_store::Step;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::world::{CLIENT, HOST_TOKEN, Setting, World};

/// Takes down everything that is logged, whatever its level.
#[derive(Clone, Default)]
pub(crate) struct Scribe(Arc<Mutex<String>>);

impl Scribe {
    /// What was logged until now.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Subscriber for Scribe {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut Line(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        record.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line<'t>(&'t mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{}={value:?}", field.name()).unwrap();
    }
}

#[tokio::test]
async fn tokens_are_never_logged() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut setting = Setting::default();
    setting.http.log_requests = true;
    let world = setting.build();
    // Without the workspace there is nothing to ask for any more.
    let ends = |row: &&RouteRow| row.method() == "DELETE" && row.path() == "/workspaces/:id";
    for failing in [None, Some(Step::View), Some(Step::Plan)] {
        if let Some(step) = failing {
            world.store.trouble().fail(step);
        }
        let rows = table().iter().filter(|row| !ends(row));
        for row in rows.filter(|row| row.path() != "/approvals/events") {
            let path = format!("{}?token={CLIENT}", row.path().replace(":id", &world.id));
            let right = world
                .client(row.method(), &path)
                .header("x-openwork-host-token", HOST_TOKEN);
            let wrong = world
                .bare(row.method(), &path)
                .header("authorization", format!("Bearer {CLIENT}x"));
            world.send(right, r#"{"spec":"a"}"#).await;
            world.send(wrong, "").await;
        }
    }
    let log = scribe.text();
    assert!(
        log.contains("message=request\n"),
        "requests ought to be logged: {log}"
    );
    assert!(
        log.contains("status=500\n"),
        "failures ought to be logged: {log}"
    );
    for token in [CLIENT, HOST_TOKEN] {
        assert!(!log.contains(token), "{token} is in the log");
    }
}

/// Answers what waits as soon as it does, and says how it was shown before.
async fn allow(world: &World) -> String {
    for _ in 0..500 {
        let list = world.send(world.host("GET", "/approvals?include=changes"), "");
        let list = list.await;
        let Some(id) = list.json()["items"][0]["id"].as_str().map(str::to_owned) else {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            continue;
        };
        let path = format!("/approvals/{id}");
        let shown = world.send(world.host("GET", &path), "").await;
        let answer = world.host("POST", &path);
        let answered = world.send(answer, r#"{"reply":"allow"}"#).await;
        assert_eq!(answered.status, 200);
        return format!("{}{}", list.json(), shown.json());
    }
    panic!("nothing waits");
}

#[tokio::test]
async fn the_credentials_of_plugins_are_shown_nowhere() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut setting = Setting::manual();
    setting.http.log_requests = true;
    let world = setting.build();
    let spec = "https://anna:s3cret@host.test/p.tgz";
    world.get("W/events").await;
    let add = world.post("W/plugins", format!(r#"{{"spec":"{spec}"}}"#));
    let (added, mut told) = tokio::join!(add, allow(&world));
    assert_eq!(added.status, 200, "{added:?}");
    assert!(world.store.text("opencode.jsonc").unwrap().contains(spec));
    let named = "W/plugins/https%3A%2F%2Fanna:s3cret%40host.test%2Fp.tgz";
    let remove = world.send(world.client("DELETE", named), "");
    let (removed, shown) = tokio::join!(remove, allow(&world));
    assert_eq!(removed.status, 200, "{removed:?}");
    told.push_str(&shown);
    for path in ["W/audit", "W/events"] {
        told.push_str(&world.get(path).await.json().to_string());
    }
    for path in ["/approvals/history?include=changes", "/approvals/rules"] {
        let answer = world.send(world.host("GET", path), "").await;
        told.push_str(&answer.json().to_string());
    }
    told.push_str(&scribe.0.lock().unwrap());
    assert!(told.contains("Remove plugin https://••••••@host.test/p.tgz"));
    let at = told.find("s3cret").unwrap_or(told.len());
    let before = at.saturating_sub(300);
    assert!(
        at == told.len(),
        "{}",
        &told[told.floor_char_boundary(before)..at]
    );
}
