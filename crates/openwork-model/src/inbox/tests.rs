use super::*;
use crate::files::MemoryFiles;
use crate::path::RelPath;

fn named(text: &str, taken: PathUse, file: &str) -> bool {
    let target = InboxTarget {
        file: Some(file.to_owned()),
        workspace: "/home/u/ws".to_owned(),
    };
    target.is_named_by(text, taken)
}

#[test]
fn a_file_is_named_however_its_path_is_written() {
    for text in [
        ".opencode/openwork/inbox/z/a b.md",
        "./.opencode/openwork/inbox/z/a b.md",
        "/home/u/ws/.opencode/openwork/inbox/z/a b.md",
        "file:///home/u/ws/.opencode/openwork/inb%6fx/z/a b.md",
        "--config=.OpenCode/OpenWork/Inbox/Z/A b.md",
        "see @.opencode/openwork/inbox/z/a b.md, please",
        ".opencode\\openwork\\inbox\\z\\a b.md",
        ".opencode//openwork/./inbox/./z/a b.md",
        ".opencode/openwork/outbox/../inbox/z/a b.md",
        ".opencode/openwork/inbox/x/../z/a b.md",
        "{file:./openwork/inbox/z/a b.md}",
        "inbox/z/a b.md",
        "./inbox/z/a b.md",
    ] {
        assert!(named(text, PathUse::Words, "z/a b.md"), "{text}");
        assert!(named(text, PathUse::Place, "z/a b.md"), "{text}");
    }
}

#[test]
fn other_files_are_not() {
    for text in [
        ".opencode/openwork/inbox/z/b.md",
        ".opencode/openwork/inbox/z/a.mdx",
        ".opencode/openwork/inbox2",
        ".opencode/openwork/outbox",
        "docs/inbox/z/a.md",
        "z/a.md",
        "my inbox",
        "inbox",
        "docs/*.md",
        "*",
        "src/**/*.md",
        "{env:KEY}",
        "**bold**",
        "https://example.com/openwork/inboxes",
    ] {
        assert!(!named(text, PathUse::Words, "z/a.md"), "{text}");
    }
    for text in [
        "docs", "./docs", "../other", "~/other", "/srv", "openwork", "C:/x",
    ] {
        assert!(!named(text, PathUse::Place, "z/a.md"), "{text}");
    }
}

#[test]
fn a_directory_and_a_pattern_name_all_that_is_in_them() {
    for text in [
        ".opencode/openwork/inbox",
        ".opencode/openwork/inbox/",
        ".opencode/openwork/inbox/z",
        ".opencode/openwork/inbox/$FILE",
        ".opencode/openwork/inbox/z/*.md",
        "sh -c 'cd .opencode/openwork/inbox && node m.js'",
        ".opencode/**",
        ".opencode/*/inbox/**/*.md",
        ".opencode/op?nwork/in*/z/a.md",
        "**/*.md",
        "~/**/a.md",
        "../**/*.md",
        "/home/*/ws/.opencode/openwork/inbox/z/a.md",
        ".opencode/{openwork,x}/*",
        "openwork/inbox/*",
    ] {
        assert!(named(text, PathUse::Words, "z/a.md"), "{text}");
    }
}

#[test]
fn a_place_counts_with_all_that_is_below_it() {
    for text in [
        ".",
        "./",
        "..",
        "/",
        "~",
        ".opencode",
        "./.opencode/",
        ".opencode/openwork",
        "./openwork",
        "/home/u",
        "/home/u/ws",
        "~/ws",
        "../ws/.opencode",
        "../../u",
        "{env:WHERE}",
    ] {
        assert!(named(text, PathUse::Place, "a.md"), "{text}");
        assert!(!named(text, PathUse::Words, "a.md"), "{text}");
    }
}

#[test]
fn texts_for_agents_may_speak_of_the_folder() {
    let prose = |text: &str| named(text, PathUse::Prose, "t.md");
    assert!(!prose("Look at all files in .opencode/openwork/inbox."));
    assert!(!prose("Look at .opencode/openwork/inbox/*.md and **/*.md"));
    assert!(!prose("Read @.opencode/openwork/inbox/other.md"));
    assert!(prose("Read @.opencode/openwork/inbox/t.md."));
    assert!(prose("!`cd .opencode/openwork/inbox; sh *`"));
    assert!(prose("!`sh .opencode/*/*/*`"));
}

#[test]
fn what_leads_to_any_file_is_known() {
    for text in [
        ".opencode/openwork/inbox",
        "./.opencode/openwork/inbox/a/b.md",
        "**/*.md",
        ".opencode/**/*.md",
        ".opencode/openwork/*/a.md",
        ".",
    ] {
        assert!(leads_there(text, PathUse::Place), "{text}");
    }
    for text in [
        "docs",
        "docs/*.md",
        "AGENTS.md",
        "*.md",
        ".cursor/rules/*.md",
        "inbox/a.md",
    ] {
        assert!(!leads_there(text, PathUse::Place), "{text}");
    }
}

#[test]
fn what_costs_much_to_match_is_matched_in_one_pass() {
    let long = "**/*a/".repeat(20_000);
    assert!(!named(&format!("{long}b.txt"), PathUse::Words, "a.md"));
    named(&"inbox/".repeat(100_000), PathUse::Words, "a.md");
    named(&"//./".repeat(100_000), PathUse::Words, "a.md");
}

#[test]
fn settings_of_all_layers_and_files_of_prompts_are_looked_at() {
    let inbox = ".opencode/openwork/inbox";
    let skill = format!("---\nname: s\ndescription: d\n---\n@{inbox}/a.md");
    for (path, text) in [
        (
            "opencode.json",
            format!(r#"{{ "instructions": ["{inbox}/a.md"] }}"#),
        ),
        (
            ".opencode/opencode.jsonc",
            r#"{ "plugin": ["./openwork/inb\u006fx/a.md"] }"#.to_owned(),
        ),
        (
            "opencode.json",
            format!(r#"{{ "skills": {{ "paths": ["./{inbox}"] }} }}"#),
        ),
        (
            "opencode.json",
            r#"{ "skills": { "paths": [".opencode"] } }"#.to_owned(),
        ),
        (
            "opencode.json",
            format!(
                r#"{{ "mcp": {{ "m": {{ "type": "local", "command": ["node", "{inbox}/a.md"] }} }} }}"#
            ),
        ),
        (
            "opencode.json",
            format!(r#"{{ "command": {{ "c": {{ "template": "@{inbox}/a.md" }} }} }}"#),
        ),
        ("opencode.json", format!("{{ \"x\": \"{inbox}/a.md")),
        (".opencode/commands/c/d.md", format!("!`sh {inbox}/a.md`")),
        (".opencode/agent/a.md", format!("See @{inbox}/a.md")),
        (".opencode/skills/s/SKILL.md", skill),
        (
            ".opencode/openwork.json",
            format!(r#"{{ "x": "{inbox}/a.md" }}"#),
        ),
    ] {
        let files = MemoryFiles::new().with(path, &text);
        let is_named = |file: &str| is_named(&RelPath::new(file).unwrap(), &files).unwrap();
        assert!(is_named("a.md"), "{path}: {text}");
        let is_all = text.contains("paths");
        assert_eq!(is_named("b.md"), is_all, "{path}: {text}");
    }
}

#[test]
fn usual_settings_name_nothing() {
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            r#"{
                "instructions": ["docs/*.md", "README.md"],
                "plugin": ["notion@1", "./tools/p.js", ["@a/b", { "paths": ["**/*.rs"], "prefix": "/", "token": "" }]],
                "skills": { "paths": ["./team-skills"] },
                "permission": { "edit": { "**": "ask" } },
                "watcher": { "ignore": ["**"] },
                "mcp": { "files": { "type": "local", "command": ["npx", "server", "."], "environment": { "KEY": "{env:KEY}" } } },
                "command": { "c": { "template": "Tidy .opencode/openwork/inbox, *all* of it: $ARGUMENTS" } }
            }"#,
        )
        .with(".opencode/commands/a.md", "Sort the inbox: `ls inbox`");
    let named = is_named(&RelPath::new("README.md").unwrap(), &files);
    assert!(!named.unwrap());
}
