//! What reading and editing files of usual and of great size costs.
//!
//! `cargo bench -p openwork-jsonc`

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use divan::{Bencher, black_box};
use openwork_jsonc::JsoncDocument;
use serde_json::{Value, json};

fn main() {
    divan::main();
}

/// Number of MCP entries; about 3 KB and 1 MB.
const SIZES: [usize; 2] = [16, 6_000];

fn configuration(entries: usize) -> String {
    let entry = |index: usize| {
        format!(
            "    // entry {index}\n    \"server-{index}\": {{ \"type\": \"local\", \"command\": [\"npx\", \"-y\", \"server-{index}@1.2.3\"], \"enabled\": true, \"timeout\": 5000 }},\n"
        )
    };
    let entries: String = (0..entries).map(entry).collect();
    format!(
        "{{\n  // Commented.\n  \"model\": \"a/b\",\n  \"mcp\": {{\n{entries}  }},\n  \"plugin\": [\"a\", \"b\"],\n}}\n"
    )
}

#[divan::bench(args = SIZES)]
fn parse_configuration(bencher: Bencher<'_, '_>, entries: usize) {
    let text = configuration(entries);
    bencher.bench(|| JsoncDocument::parse(black_box(text.as_bytes())).unwrap());
}

#[divan::bench(args = SIZES)]
fn read_configuration(bencher: Bencher<'_, '_>, entries: usize) {
    let text = configuration(entries);
    bencher.bench(|| {
        JsoncDocument::parse(black_box(text.as_bytes()))
            .unwrap()
            .value()
            .len()
    });
}

fn bench_edit(bencher: Bencher<'_, '_>, entries: usize, edit: impl Fn(&mut JsoncDocument) + Sync) {
    let document = JsoncDocument::parse(configuration(entries).as_bytes()).unwrap();
    bencher
        .with_inputs(|| document.clone())
        .bench_refs(|document| edit(document));
}

#[divan::bench(args = SIZES)]
fn set_a_leaf(bencher: Bencher<'_, '_>, entries: usize) {
    bench_edit(bencher, entries, |document| {
        document.set(&["model"], &json!("c/d")).unwrap();
    });
}

#[divan::bench(args = SIZES)]
fn add_a_server(bencher: Bencher<'_, '_>, entries: usize) {
    let server = json!({"type": "remote", "url": "http://x"});
    bench_edit(bencher, entries, |document| {
        document.set(&["mcp", "new"], &server).unwrap();
    });
}

#[divan::bench(args = SIZES)]
fn remove_a_server(bencher: Bencher<'_, '_>, entries: usize) {
    bench_edit(bencher, entries, |document| {
        assert!(document.remove(&["mcp", "server-7"]).unwrap());
    });
}

#[divan::bench(args = SIZES)]
fn merge_all_servers_again(bencher: Bencher<'_, '_>, entries: usize) {
    let document = JsoncDocument::parse(configuration(entries).as_bytes()).unwrap();
    let mut members = document.value().clone();
    members.insert("model".to_owned(), Value::from("c/d"));
    bench_edit(bencher, entries, |document| {
        document.merge(&members).unwrap();
    });
}

/// A list on one line, every item another: each asks where its line begins.
#[divan::bench(args = [100, 8_000])]
fn replace_a_long_list(bencher: Bencher<'_, '_>, items: usize) {
    let list = |prefix: &str| -> Value { (0..items).map(|n| format!("{prefix}-{n}")).collect() };
    let text = json!({ "plugin": list("old") }).to_string();
    let document = JsoncDocument::parse(text.as_bytes()).unwrap();
    let wanted = list("new");
    bencher
        .with_inputs(|| document.clone())
        .bench_refs(|document| document.set(&["plugin"], &wanted).unwrap());
}
