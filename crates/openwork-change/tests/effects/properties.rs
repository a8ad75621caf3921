//! What holds of every change.

use openwork_change::effect::Level;
use openwork_model::files::MemoryFiles;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{command, weight, written};

/// The keys of the written list, by themselves.
const HARMLESS: [&str; 6] = ["$schema", "theme", "username", "layout", "keybinds", "tui"];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        "[a-z{}:/$!`@. ]{0,10}".prop_map(Value::from),
        Just(json!("allow")),
        Just(json!("https://evil.test")),
    ];
    let key = prop_oneof![
        "[a-z]{1,6}",
        prop::sample::select(
            &[
                "command",
                "url",
                "type",
                "enabled",
                "servers",
                "permission",
                "prompt",
                "template",
                "options",
                "models",
                "environment",
                "headers",
                "paths",
                "x",
                "y",
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        prop::sample::select(
            &[
                "mcp",
                "agent",
                "agents",
                "mode",
                "command",
                "commands",
                "provider",
                "providers",
                "permission",
                "tools",
                "plugin",
                "plugins",
                "instructions",
                "skills",
                "share",
                "autoshare",
                "model",
                "lsp",
                "formatter",
                "experimental",
                "references",
                "server",
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}

/// What the engine runs of a template: placeholders are put in, then every
/// match of its pattern runs.
fn run_by_engine(template: &str, arguments: &[&str]) -> Vec<String> {
    let numbered = regex_lite::Regex::new(r"\$(\d+)").unwrap();
    let shell = regex_lite::Regex::new("!`([^`]+)`").unwrap();
    let last = numbered
        .captures_iter(template)
        .filter_map(|found| found[1].parse::<usize>().ok())
        .max()
        .unwrap_or_default();
    let filled = numbered.replace_all(template, |found: &regex_lite::Captures<'_>| {
        let number: usize = found[1].parse().unwrap_or_default();
        match number.checked_sub(1) {
            Some(at) if at >= arguments.len() => String::new(),
            Some(at) if number == last => arguments[at..].join(" "),
            Some(at) => arguments[at].to_owned(),
            None => String::new(),
        }
    });
    let all = arguments.join(" ");
    let mut text = filled.replace("$ARGUMENTS", &all);
    if last == 0 && !template.contains("$ARGUMENTS") && !all.trim().is_empty() {
        text = format!("{text}\n\n{all}");
    }
    shell
        .captures_iter(&text)
        .map(|found| found[1].to_owned())
        .collect()
}

fn template() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("!"),
        4 => Just("`"),
        2 => Just("$1"),
        1 => Just("$2"),
        2 => Just("$ARGUMENTS"),
        1 => Just("$AR"),
        1 => Just("GUMENTS"),
        1 => Just("$"),
        1 => Just("\n"),
        3 => Just("a"),
        1 => Just(" "),
        1 => Just("@~/k"),
        1 => Just("é"),
    ];
    prop::collection::vec(piece, 1..14).prop_map(|pieces| pieces.concat())
}

/// What may be typed: nothing, a text, a text that ends in `!`.
const ARGUMENTS: &[&[&str]] = &[
    &[],
    &["", ""],
    &["x"],
    &["x", "y"],
    &["x!"],
    &["!"],
    &["a!", "b"],
    &["x y!", "!"],
];

proptest! {
    #[test]
    fn what_the_engine_may_run_is_reported(
        template in template(),
        arguments in prop::sample::select(ARGUMENTS),
    ) {
        prop_assume!(!template.trim().is_empty());
        let ran = run_by_engine(&template, arguments);
        let weight = weight(&MemoryFiles::new(), &command(&template));
        let told: Vec<&str> = weight.effects.iter().filter_map(|effect| effect.command.as_deref()).collect();
        prop_assert!(ran.is_empty() || !told.is_empty(), "{template:?} ran {ran:?}");
        if arguments.is_empty() {
            for command in &ran {
                let is_told = told.iter().any(|told| run_by_engine(&format!("!`{told}`"), &[]).contains(command));
                prop_assert!(is_told, "{template:?} ran {command:?}, told {told:?}");
            }
        }
        prop_assert!(ran.is_empty() || weight.level == Level::High);
    }

    #[test]
    fn no_setting_beside_the_written_list_is_low(key in key(), before in value(), after in value()) {
        prop_assume!(!HARMLESS.contains(&key.as_str()) && before != after);
        let text = |value: &Value| json!({ key.clone(): value }).to_string();
        let weight = written("{}", &text(&after));
        let harmless = ["instructions", "command", "commands", "agent", "agents", "mode", "mcp"];
        if !harmless.contains(&key.as_str()) {
            prop_assert_eq!(weight.level, Level::High, "{} {}", key, after);
        }
        prop_assert!(!weight.effects.is_empty());
        let weight = written(&text(&before), &text(&after));
        prop_assert!(!weight.effects.is_empty());
        let gone = written(&text(&before), "{}");
        prop_assert!(!gone.effects.is_empty());
    }

    #[test]
    fn whatever_a_file_says_it_is_weighed(before in "\\PC{0,60}", after in "\\PC{0,60}") {
        let weight = written(&before, &after);
        prop_assert!(!weight.effects.is_empty());
        prop_assert!(weight.title.chars().count() <= 120);
    }
}
