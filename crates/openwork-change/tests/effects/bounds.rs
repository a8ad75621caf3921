//! Weighing costs little, and never leaves out that something is left out.

use std::time::{Duration, Instant};

use openwork_change::change::Change;
use openwork_change::effect::Level;
use openwork_model::files::MemoryFiles;
use serde_json::{Map, Value, json};

use crate::support::{command, import, patch, planned, shown, written};

/// What unoptimised builds on a busy machine may take, at most.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn beyond_the_bound_one_effect_says_that_there_is_more() {
    let keybinds: Map<String, Value> = (0..5_000)
        .map(|number| (format!("k{number}"), json!("x")))
        .collect();
    let change = patch(&json!({ "keybinds": keybinds }));
    let shown = shown(&MemoryFiles::new(), &change);
    assert_eq!(shown.effects.len(), 2_000);
    assert_eq!(shown.level, Level::High);
    assert_eq!(shown.effects[0].kind.as_str(), "unknown");
    assert!(
        shown
            .title
            .starts_with("Make more changes than can be weighed")
    );
    assert!(!shown.rememberable);
}

#[test]
fn a_large_text_counts_as_more_than_can_be_weighed() {
    let text = format!("!`{}`", "x".repeat(900_000));
    let shown = shown(&MemoryFiles::new(), &command(&text));
    assert_eq!(shown.level, Level::High);
    let bytes: usize = shown.effects.iter().map(|effect| effect.text.len()).sum();
    assert!(bytes <= 1 << 20);
}

#[test]
fn a_large_configuration_is_weighed_in_little_time() {
    let (few, many) = (weighed_in(1), weighed_in(10));
    // The product of two sizes would be a hundred times as much. Compared, as how
    // long either takes depends on the machine.
    assert!(many < 40 * few, "{many:?} {few:?}");
}

/// How long settings of that many tenths of the size take.
fn weighed_in(tenths: usize) -> Duration {
    let key = "k".repeat(1_000 * tenths);
    let long: Map<String, Value> = (0..30)
        .map(|number| (format!("{number}"), json!({ key.clone(): number })))
        .collect();
    let entries: Map<String, Value> = (0..2_000 * tenths)
        .map(|number| {
            let command = json!({ "type": "local", "command": ["x", number.to_string()] });
            (format!("m{number}"), command)
        })
        .collect();
    let references = "{env:A}{file:b}".repeat(5_000 * tenths);
    let started = Instant::now();
    for settings in [
        json!({ "mcp": entries }),
        json!({ "unknown": long }),
        json!({ "username": references }),
        json!({ "a": "{env:".repeat(20_000 * tenths) }),
        json!({ "command": { "c": { "template": "!$1`x` @~/a ".repeat(5_000 * tenths) } } }),
    ] {
        let weight = written("{}", &settings.to_string());
        assert_eq!(weight.level, Level::High);
    }
    started.elapsed()
}

#[test]
fn an_import_of_very_many_items_is_weighed_in_little_time() {
    let commands: Vec<Value> = (0..5_000)
        .map(|number| json!({ "name": format!("c{number}"), "template": "Say hello" }))
        .collect();
    let change: Change = import(&json!({ "commands": commands }));
    let plan = planned(&MemoryFiles::new(), &change);
    let started = Instant::now();
    let weight = openwork_change::effect::weigh(&change, &plan);
    assert!(started.elapsed() < LONG, "{:?}", started.elapsed());
    assert_eq!(weight.effects.len(), 2_000);
    assert!(weight.once);
}

#[test]
fn very_deep_settings_are_weighed() {
    let mut value = json!("x");
    for _ in 0..250 {
        value = json!({ "d": value });
    }
    let weight = written("{}", &json!({ "a": value }).to_string());
    assert_eq!(weight.level, Level::High);
}
