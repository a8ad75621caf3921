use openwork_http::route::table;
use openwork_model::files::MemoryFiles;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use crate::world::{CLIENT, HOST_TOKEN, Setting, World};

const CONFIG: &str = "{ \"plugin\": [\"a\"] }\n";

fn world() -> (Runtime, World) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let _entered = runtime.enter();
    let files = MemoryFiles::new().with("opencode.json", CONFIG);
    let world = Setting {
        files,
        ..Setting::default()
    }
    .build();
    (runtime, world)
}

/// A key that means something somewhere, or any other.
fn key() -> impl Strategy<Value = String> {
    let known = vec![
        "name",
        "content",
        "description",
        "spec",
        "config",
        "type",
        "command",
        "url",
        "template",
        "model",
        "subtask",
        "opencode",
        "openwork",
        "skills",
        "commands",
        "mode",
        "enabled",
        "mcp",
        "plugin",
        "reply",
        "message",
        "remember",
        "minutes",
        "__proto__",
    ];
    prop_oneof![4 => select(known).prop_map(str::to_owned), 1 => ".{0,8}"]
}

fn text() -> impl Strategy<Value = String> {
    let known = vec![
        "replace",
        "local",
        "remote",
        "a",
        "skill-name",
        "---\nname: a\n---\n",
        "---\n{",
        "../x",
        "allow",
    ];
    prop_oneof![select(known).prop_map(str::to_owned), ".{0,20}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(key(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    btree_map(key(), value(), 0..6)
        .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()))
}

/// A byte that the value of a header may hold.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![0x20..=0x7e_u8, 0x80..=0xff_u8]
}

proptest! {
    /// Whatever is asked, the server is never at fault, and what it refuses
    /// leaves no trace.
    #[test]
    fn refused_requests_change_nothing(row in select(table()), body in body(), name in "[a-z%./-]{1,12}") {
        prop_assume!(row.path() != "/approvals/events");
        let (runtime, world) = world();
        let path = row.path().replace(":id", &world.id).replace(":name", &name);
        let request = world.client(row.method(), &path).header("x-openwork-host-token", HOST_TOKEN);
        let answer = runtime.block_on(world.send(request, body.to_string()));
        prop_assert!(answer.status.as_u16() < 500, "{} {path} {body}: {answer:?}", row.method());
        if !answer.status.is_success() {
            prop_assert!(answer.json()["code"].is_string());
            prop_assert_eq!(world.store.text("opencode.json"), Some(CONFIG.to_owned()));
            prop_assert_eq!(world.store.entries(), []);
        }
    }

    /// Targets and headers of any bytes are answered, and let nobody in.
    #[test]
    fn nobody_is_let_in_by_chance(
        target in "/[!$-;=?-Z_a-z~%]{0,40}",
        token in vec(byte(), 0..40),
        host in vec(byte(), 0..20),
    ) {
        let (runtime, world) = world();
        let mut request = hyper::Request::builder().uri(&target).header("authorization", &token[..]);
        request = request.header("x-openwork-host-token", &token[..]).header("host", &host[..]);
        prop_assert!(request.headers_ref().is_some());
        let answer = runtime.block_on(world.send(request, ""));
        prop_assert!(answer.status.is_client_error() || is_open(&target), "{target}: {answer:?}");
    }
}

fn is_open(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    path == "/health" || path.starts_with("/console")
}

#[test]
fn the_right_token_is_not_refused_by_chance() {
    let (runtime, world) = world();
    let request = world
        .bare("GET", "/capabilities")
        .header("authorization", format!("Bearer {CLIENT}"));
    assert_eq!(runtime.block_on(world.send(request, "")).status, 200);
}
