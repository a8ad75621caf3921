//! The numbers for Prometheus, and the word by which a request is known.

use std::collections::BTreeSet;
use std::time::Duration;

use openwork_http::{MetricsAccess, SyncCounts};
use serde_json::Value;

use crate::logs::Scribe;
use crate::world::{Setting, World, refused};

const BOARD: &str = include_str!("../../../../docs/grafana.json");

async fn numbers(world: &World) -> String {
    let answer = world.send(world.host("GET", "/metrics"), "").await;
    assert_eq!(answer.status, 200);
    let media = answer.header("content-type");
    assert_eq!(media, Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

fn value(numbers: &str, name: &str) -> Option<String> {
    let line = numbers.lines().find_map(|line| line.strip_prefix(name));
    line.map(|value| value.trim().to_owned())
}

#[tokio::test]
async fn what_was_done_is_counted() {
    let world = World::new();
    world.get("/health").await;
    assert_eq!(world.get("/nowhere").await.status, 404);
    let add = r#"{"spec":"notion"}"#;
    assert_eq!(world.post("W/plugins", add).await.status, 200);
    world.get("W/events").await;
    let numbers = numbers(&world).await;
    for (name, expected) in [
        (
            r#"openwork_http_requests_total{route="/health",method="GET",status="2xx"}"#,
            "1",
        ),
        (
            r#"openwork_http_requests_total{route="none",method="GET",status="4xx"}"#,
            "1",
        ),
        (
            r#"openwork_http_requests_total{route="/workspace/:id/plugins",method="POST",status="2xx"}"#,
            "1",
        ),
        (
            r#"openwork_http_request_duration_seconds_count{route="/health",method="GET"}"#,
            "1",
        ),
        (
            r#"openwork_http_request_duration_seconds_bucket{route="/health",method="GET",le="+Inf"}"#,
            "1",
        ),
        ("openwork_approvals_waiting", "0"),
        (r#"openwork_approvals_ended_total{outcome="applied"}"#, "0"),
        (r#"openwork_commits_total{result="done"}"#, "1"),
        (r#"openwork_commits_total{result="failed"}"#, "0"),
        ("openwork_commit_groups_total", "1"),
        (r#"openwork_workspaces{watch="watching"}"#, "1"),
        (r#"openwork_event_streams{owner="client"}"#, "0"),
        ("openwork_engine_calls_in_flight", "0"),
    ] {
        assert_eq!(
            value(&numbers, name).as_deref(),
            Some(expected),
            "{name}\n{numbers}"
        );
    }
    assert!(!numbers.contains(&world.id), "{numbers}");
}

#[tokio::test]
async fn what_a_person_said_is_counted_by_its_outcome() {
    let world = Setting::manual().build();
    let add = world.post("W/plugins", r#"{"spec":"notion"}"#);
    let deny = async {
        let id = loop {
            let waiting = world.host.gate().pending();
            if let Some(request) = waiting.first() {
                break request.id;
            }
            tokio::task::yield_now().await;
        };
        let told = numbers(&world).await;
        assert_eq!(
            value(&told, "openwork_approvals_waiting").as_deref(),
            Some("1")
        );
        let answer = world.host("POST", &format!("/approvals/{id}"));
        world.send(answer, r#"{"reply":"deny"}"#).await
    };
    let (denied, answered) = tokio::join!(add, deny);
    assert_eq!(denied.code(), refused(403, "write_denied"));
    assert_eq!(answered.status, 200);
    let told = numbers(&world).await;
    for (name, expected) in [
        (r#"openwork_approvals_ended_total{outcome="denied"}"#, "1"),
        ("openwork_approvals_waiting", "0"),
        (r#"openwork_commits_total{result="done"}"#, "0"),
    ] {
        assert_eq!(value(&told, name).as_deref(), Some(expected), "{name}");
    }
}

#[tokio::test]
async fn the_numbers_are_the_hosts_unless_they_are_open() {
    let world = World::new();
    for (request, expected) in [
        (world.bare("GET", "/metrics"), 401),
        (world.client("GET", "/metrics"), 401),
        (world.host("GET", "/metrics"), 200),
    ] {
        assert_eq!(world.send(request, "").await.status, expected);
    }
    let mut setting = Setting::default();
    setting.http.metrics = MetricsAccess::Open;
    let world = setting.build();
    for request in [
        world.bare("GET", "/metrics"),
        world.client("GET", "/metrics"),
    ] {
        assert_eq!(world.send(request, "").await.status, 200);
    }
}

#[tokio::test]
async fn who_leaves_before_the_answer_is_logged_and_counted() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut setting = Setting::manual();
    setting.http.log_requests = true;
    let world = setting.build();
    let mut add = Box::pin(world.post("W/plugins", r#"{"spec":"notion"}"#));
    while world.host.gate().pending().is_empty() {
        let waits = Duration::from_millis(5);
        assert!(tokio::time::timeout(waits, &mut add).await.is_err());
    }
    drop(add);
    let told = numbers(&world).await;
    let requests = |status: &str| {
        let route = "/workspace/:id/plugins";
        let name = format!(
            r#"openwork_http_requests_total{{route="{route}",method="POST",status="{status}"}}"#
        );
        value(&told, &name)
    };
    assert_eq!(requests("gone").as_deref(), Some("1"), "{told}");
    assert_eq!(requests("2xx"), None, "{told}");
    let log = scribe.text();
    assert!(log.contains("message=client gone\n"), "{log}");
    assert!(log.contains("status=\"gone\"\n"), "{log}");
    // Who is answered is not gone.
    assert_eq!(told.matches("status=\"gone\"").count(), 1, "{told}");
}

#[tokio::test]
async fn syncs_are_told_where_they_are_counted() {
    let mut setting = Setting::default();
    setting.http.syncs = Some(|| SyncCounts {
        count: 7,
        waited: Duration::from_millis(1500),
    });
    let told = numbers(&setting.build()).await;
    assert_eq!(value(&told, "openwork_syncs_total").as_deref(), Some("7"));
    let seconds = value(&told, "openwork_sync_seconds_total");
    assert_eq!(seconds.as_deref(), Some("1.5"));
    let uncounted = numbers(&World::new()).await;
    assert!(!uncounted.contains("openwork_sync"), "{uncounted}");
}

/// The names that an expression of a board asks for.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("openwork_"))
}

/// Every text below a key, however deep.
fn texts<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(key).and_then(Value::as_str));
            fields.values().for_each(|value| texts(value, key, found));
        }
        Value::Array(items) => items.iter().for_each(|value| texts(value, key, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_expression_of_the_board_names_numbers_that_there_are() {
    let mut setting = Setting::default();
    setting.http.syncs = Some(SyncCounts::default);
    let world = setting.build();
    world.get("/health").await;
    let numbers = numbers(&world).await;
    let told: BTreeSet<&str> = numbers
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    let board: Value = serde_json::from_str(BOARD).unwrap();
    let mut expressions = Vec::new();
    texts(&board, "expr", &mut expressions);
    assert!(expressions.len() >= 10, "{expressions:?}");
    for expression in expressions {
        let asked: Vec<&str> = names(expression).collect();
        assert!(!asked.is_empty(), "{expression}");
        for name in asked {
            assert!(told.contains(name), "{name} in {expression}\n{numbers}");
        }
    }
}

#[tokio::test]
async fn an_answer_and_the_log_name_a_request_by_the_same_word() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut setting = Setting::default();
    setting.http.log_requests = true;
    let world = setting.build();
    let own = world
        .bare("GET", "/health")
        .header("x-request-id", "build-42.a");
    let answer = world.send(own, "").await;
    assert_eq!(answer.header("x-request-id"), Some("build-42.a"));
    let strange = world
        .bare("GET", "/nowhere")
        .header("x-request-id", "a b\tc");
    let answer = world.send(strange, "").await;
    let made = answer.header("x-request-id").unwrap().to_owned();
    assert_ne!(made, "a b\tc");
    assert_eq!(answer.code(), refused(404, "not_found"));
    let log = scribe.text();
    for name in ["build-42.a", made.as_str()] {
        assert!(log.contains(&format!("id=\"{name}\"\n")), "{name}: {log}");
    }
    assert!(!log.contains("a b"), "{log}");
}
