//! Links, special files and huge files, wherever the store looks or writes.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::time::{Duration, Instant};

use openwork_change::change::Change;
use openwork_change::query::Query;
use openwork_change::store::{Store as _, StoreError};
use openwork_model::command::CommandScope;
use openwork_store::FsStore;
use serde_json::json;

use crate::support::{
    CONFIG, Place, command, commit, config, delete_command, delete_skill, import, mcp, order,
    patch, plugin, plugins, skill, skills,
};

/// Bytes of a sparse file; less where nothing is optimised.
const HUGE: u64 = if cfg!(debug_assertions) {
    32 << 20
} else {
    256 << 20
};

const SECRET: &str = "top-secret-4711";

fn queries() -> Vec<Query> {
    vec![
        config(),
        plugins(true),
        skills(true),
        Query::Commands {
            scope: CommandScope::Workspace,
            skipped: false,
        },
        Query::Commands {
            scope: CommandScope::Global,
            skipped: false,
        },
        Query::Export,
    ]
}

fn changes() -> Vec<Change> {
    vec![
        plugin("p"),
        mcp("m"),
        patch(json!({ "opencode": { "x": 1 }, "openwork": { "y": 1 } })),
        skill("s", "x"),
        delete_skill("s"),
        command("c", "x"),
        delete_command("c"),
        import(json!({
            "mode": { "skills": "replace", "commands": "replace" },
            "skills": [{ "name": "s", "content": "x", "description": "d" }],
            "commands": [{ "name": "c", "template": "t" }],
        })),
    ]
}

/// Asks and changes everything; nothing may show the secret.
fn exercise(store: &FsStore) {
    for query in queries() {
        if let Ok(answer) = store.view(&query) {
            assert!(!format!("{:?}", answer.view).contains(SECRET), "{query:?}");
        }
    }
    for change in changes() {
        let _ = commit(store, change);
    }
    let shown = store
        .audit(50)
        .map(|entries| format!("{entries:?}"))
        .unwrap_or_default();
    assert!(!shown.contains(SECRET));
}

/// Everything below a directory: paths, contents, kinds, modes.
fn snapshot(path: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        found.push(format!("{} {:o} {text}", path.display(), metadata.mode()));
        if metadata.is_dir() {
            found.extend(snapshot(&path));
        }
    }
    found.sort();
    found
}

/// Everything that the store looks at or writes, and every directory above.
const PLACES: [&str; 13] = [
    "opencode.json",
    "opencode.jsonc",
    ".opencode",
    ".opencode/openwork.json",
    ".opencode/openwork",
    ".opencode/openwork/audit.jsonl",
    ".opencode/openwork/journal.json",
    ".opencode/skills",
    ".opencode/skills/s",
    ".opencode/skills/s/SKILL.md",
    ".opencode/commands",
    ".opencode/commands/c.md",
    ".opencode/plugins",
];

#[test]
fn no_link_in_any_place_leads_out() {
    for spot in PLACES {
        for target in [
            "outside/dir",
            "outside/file",
            "outside/none",
            "../outside/dir",
        ] {
            let place = Place::in_memory();
            for file in [
                "SKILL.md",
                "s/SKILL.md",
                "c.md",
                "audit.jsonl",
                "skills/s/SKILL.md",
                "commands/c.md",
                "x.js",
            ] {
                let path = place.beside("outside/dir").join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                let text = format!(
                    "---\nname: s\ndescription: {SECRET}\n---\n{{\"id\":\"{SECRET}\",\"timestamp\":1}}\n"
                );
                std::fs::write(path, text).unwrap();
            }
            std::fs::write(
                place.beside("outside/file"),
                format!("{{ \"k\": \"{SECRET}\" }}\n"),
            )
            .unwrap();
            let link = place.path(spot);
            std::fs::create_dir_all(link.parent().unwrap()).unwrap();
            let target = match target.strip_prefix("../") {
                Some(rest) => {
                    std::path::PathBuf::from("../".repeat(spot.split('/').count())).join(rest)
                }
                None => place.beside(target),
            };
            symlink(&target, &link).unwrap();
            let before = snapshot(&place.beside("outside"));
            exercise(&place.store());
            assert_eq!(
                snapshot(&place.beside("outside")),
                before,
                "{spot} -> {}",
                target.display()
            );
            assert!(link.symlink_metadata().unwrap().is_symlink(), "{spot}");
        }
    }
}

#[test]
fn a_link_in_the_way_is_named_rather_than_the_log_behind_it() {
    let place = Place::new();
    std::fs::create_dir(place.beside("outside")).unwrap();
    symlink(place.beside("outside"), place.path(".opencode")).unwrap();
    let store = place.store();
    for change in [skill("s", "x"), command("c", "x")] {
        let planned = store.plan(&order(change.clone()).proposal).unwrap_err();
        let error = commit(&store, change).unwrap_err();
        assert!(matches!(error, StoreError::Plan(_)), "{error:?}");
        assert_eq!(error.to_string(), planned.to_string());
    }
    let nothing = commit(&store, delete_command("none")).unwrap();
    assert!(nothing.plan.is_noop());
    // Nothing is wrong with this one, but it cannot be recorded.
    let error = commit(&store, plugin("p")).unwrap_err();
    assert!(matches!(error, StoreError::Audit { .. }), "{error:?}");
}

#[test]
fn links_into_authorised_roots_are_read_and_never_written() {
    let place = Place::in_memory();
    std::fs::create_dir_all(place.beside("dotfiles")).unwrap();
    std::fs::write(place.beside("dotfiles/oc.json"), CONFIG).unwrap();
    symlink(
        place.beside("dotfiles/oc.json"),
        place.path("opencode.json"),
    )
    .unwrap();
    let refused = place.store().view(&config());
    assert!(matches!(refused, Err(StoreError::Read(_))), "{refused:?}");

    let mut options = place.options();
    options.authorized_roots.push(place.beside("dotfiles"));
    let store = FsStore::open(options).unwrap();
    let read = format!("{:?}", store.view(&config()).unwrap().view);
    assert!(read.contains("\"a\""), "{read}");
    let refused = commit(&store, plugin("b"));
    assert!(matches!(refused, Err(StoreError::Plan(_))), "{refused:?}");
    assert_eq!(
        std::fs::read_to_string(place.beside("dotfiles/oc.json")).unwrap(),
        CONFIG
    );
}

#[test]
fn links_that_stay_inside_are_read() {
    let place = Place::in_memory();
    place.write("config/oc.json", CONFIG);
    symlink("config/../config/oc.json", place.path("opencode.json")).unwrap();
    let store = place.store();
    for _ in 0..2 {
        let read = format!("{:?}", store.view(&config()).unwrap().view);
        assert!(read.contains("\"a\""), "{read}");
    }
    symlink("opencode.jsonc", place.path("opencode.jsonc")).unwrap();
    assert!(
        matches!(store.view(&config()), Err(StoreError::Read(_))),
        "a loop"
    );
}

#[test]
fn a_workspace_given_through_a_link_works_where_it_is_authorised() {
    let place = Place::in_memory();
    place.write("opencode.json", CONFIG);
    symlink(place.workspace(), place.beside("link")).unwrap();
    let workspace = openwork_model::workspace::Workspace::at(&place.beside("link"));
    let store = FsStore::open(openwork_store::FsOptions::new(workspace.clone())).unwrap();
    commit(&store, plugin("b")).unwrap();
    assert!(place.read("opencode.json").contains("\"b\""));

    let mut options = openwork_store::FsOptions::new(workspace);
    std::fs::create_dir_all(place.beside("allowed")).unwrap();
    symlink(place.workspace(), place.beside("allowed/ws")).unwrap();
    options.workspace = openwork_model::workspace::Workspace::at(&place.beside("allowed/ws"));
    options.authorized_roots = vec![place.beside("allowed")];
    let opened = FsStore::open(options.clone());
    assert!(matches!(opened, Err(StoreError::Unauthorized { .. })));
    let store = FsStore::open_deferred(options);
    assert!(matches!(
        commit(&store, plugin("c")),
        Err(StoreError::Unauthorized { .. })
    ));
}

#[test]
fn special_and_huge_files_are_answered_promptly() {
    type Make = fn(&std::path::Path);
    let fifo: Make = |path| {
        let made = std::process::Command::new("mkfifo")
            .arg(path)
            .status()
            .unwrap();
        assert!(made.success());
    };
    let socket: Make = |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap());
    let directory: Make = |path| std::fs::create_dir(path).unwrap();
    let huge: Make = |path| std::fs::File::create(path).unwrap().set_len(HUGE).unwrap();
    for spot in PLACES {
        for make in [fifo, socket, directory, huge] {
            let place = Place::in_memory();
            std::fs::create_dir_all(place.path(spot).parent().unwrap()).unwrap();
            make(&place.path(spot));
            let started = Instant::now();
            exercise(&place.store());
            assert!(started.elapsed() < Duration::from_secs(60), "{spot}");
        }
    }
}

#[test]
fn the_mode_of_a_file_survives_and_new_logs_are_private() {
    let place = Place::in_memory();
    place.write("opencode.json", CONFIG);
    let mode = |path: &str| place.path(path).metadata().unwrap().mode() & 0o7777;
    for wanted in [0o600, 0o640, 0o664, 0o444] {
        let permissions = std::fs::Permissions::from_mode(wanted);
        std::fs::set_permissions(place.path("opencode.json"), permissions).unwrap();
        commit(&place.store(), plugin(&format!("p{wanted:o}"))).unwrap();
        assert_eq!(mode("opencode.json"), wanted);
    }
    assert_eq!(mode(".opencode/openwork/audit.jsonl"), 0o600);
}

#[test]
fn a_program_of_a_skill_is_one_on_the_disk() {
    let place = Place::in_memory();
    let run = ".opencode/skills/s/run.sh";
    let mode = || place.path(run).metadata().unwrap().mode() & 0o7777;
    let written = |extra: serde_json::Value| {
        let mut file = json!({ "path": "run.sh", "content": "#!/bin/sh\n" });
        let extra = extra.as_object().unwrap().clone();
        file.as_object_mut().unwrap().extend(extra);
        let skill = json!({ "name": "s", "description": "d", "content": "x", "files": [file] });
        let receipt = commit(&place.store(), import(json!({ "skills": [skill] }))).unwrap();
        receipt.plan.is_noop()
    };
    assert!(!written(json!({ "executable": true })));
    assert_eq!(mode() & 0o111, (mode() & 0o444) >> 2);
    assert!(written(json!({ "executable": true })));
    assert!(!written(json!({ "content": "other" })));
    assert_ne!(mode() & 0o100, 0);
    assert!(!written(json!({ "content": "other", "executable": false })));
    assert_eq!(mode() & 0o111, 0);
}

#[test]
fn the_owner_of_a_file_survives_where_the_system_lets_it() {
    const OWNER: (u32, u32) = (65_534, 65_533);
    let place = Place::in_memory();
    place.write("opencode.json", CONFIG);
    place.write(
        ".opencode/skills/s/SKILL.md",
        "---\nname: s\ndescription: d\n---\n",
    );
    let files = ["opencode.json", ".opencode/skills/s/SKILL.md"].map(|file| place.path(file));
    for file in &files {
        if std::os::unix::fs::chown(file, Some(OWNER.0), Some(OWNER.1)).is_err() {
            eprintln!("skipped: only the superuser can give files away");
            return;
        }
        // Giving a file away clears such bits, so they have to be set again afterwards.
        let permissions = std::fs::Permissions::from_mode(0o2_640);
        std::fs::set_permissions(file, permissions).unwrap();
    }
    let inodes = files.each_ref().map(|file| file.metadata().unwrap().ino());
    commit(&place.store(), plugin("p")).unwrap();
    commit(&place.store(), skill("s", "x")).unwrap();
    for (file, inode) in files.iter().zip(inodes) {
        let now = file.metadata().unwrap();
        assert_ne!(now.ino(), inode, "the file was not replaced");
        assert_eq!((now.uid(), now.gid()), OWNER);
        assert_eq!(now.mode() & 0o7777, 0o2_640);
    }
}
