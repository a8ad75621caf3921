//! The process is killed at any moment, half of the time just as the target
//! changes; whoever comes next finds whole files and a true log.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::system::file_number;
use crate::support::{ONE_IN, Place, commit, count, import, plugin};

const ROUND: &str = "OPENWORK_KILL_ROUND";
const DIRECTORY: &str = "OPENWORK_KILL_DIRECTORY";

/// Not a test: what the killed process does. It writes for as long as it
/// lives and says what was acknowledged.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn writer() {
    let Ok(directory) = std::env::var(DIRECTORY) else {
        return;
    };
    let workspace = openwork_model::workspace::Workspace::at(directory.as_ref());
    let store = openwork_store::FsStore::open(openwork_store::FsOptions::new(workspace)).unwrap();
    let round = count(ROUND, 0) as u64;
    for n in 0.. {
        let change = if n % 3 == 2 {
            whole(round * 1_000_000 + n)
        } else {
            plugin(&format!("p{n}"))
        };
        commit(&store, change).unwrap();
        let mut out = std::io::stdout();
        writeln!(out, "acknowledged {n}")
            .and_then(|()| out.flush())
            .unwrap();
    }
}

/// A change of three files, each with the number in it.
fn whole(n: u64) -> openwork_change::change::Change {
    import(json!({
        "mode": { "skills": "replace" },
        "openwork": { "n": n },
        "skills": [{ "name": format!("s{}", n % 2), "content": format!("n{n}"), "description": "d" }],
        "commands": [{ "name": "c", "template": format!("n{n}") }],
    }))
}

#[test]
fn a_killed_writer_leaves_whole_files_and_a_true_log() {
    let place = Place::in_memory();
    let mut acknowledged_entries = 0;
    for round in 0..count("OPENWORK_KILLS", 16 / ONE_IN.min(2)) {
        let acknowledged = run_and_kill(&place, round);
        acknowledged_entries += acknowledged;
        check(&place, acknowledged_entries, round);
        acknowledged_entries = place.entries();
    }
}

/// Runs a writer, kills it, and returns how many changes it acknowledged.
fn run_and_kill(place: &Place, round: usize) -> usize {
    place.write("opencode.json", "{}\n");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::writer", "--ignored", "--nocapture"])
        .env(DIRECTORY, place.workspace())
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let is_acknowledgement = |line: &String| line.contains("acknowledged ");
    let mut acknowledged = 0;
    for _ in 0..=(round % 5) {
        acknowledged += usize::from(lines.by_ref().any(|line| is_acknowledgement(&line)));
    }
    assert_eq!(acknowledged, round % 5 + 1, "the writer ended by itself");
    if round.is_multiple_of(2) {
        wait_for_a_change(place);
    } else {
        std::thread::sleep(Duration::from_micros(37 * (round as u64 * 31 % 97)));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged + lines.filter(is_acknowledgement).count()
}

/// Returns as soon as some file was replaced.
fn wait_for_a_change(place: &Place) {
    let inode = |path: &str| file_number(&place.path(path));
    let state = || {
        [
            inode("opencode.json"),
            inode(".opencode/openwork.json"),
            inode(".opencode/commands/c.md"),
        ]
    };
    let (before, end) = (state(), Instant::now() + Duration::from_secs(2));
    while state() == before && Instant::now() < end {}
}

fn check(place: &Place, acknowledged: usize, round: usize) {
    let store = place.store();
    assert!(
        !place.exists(".opencode/openwork/journal.json"),
        "round {round}"
    );
    let config = place.read("opencode.json");
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    let plugins = config["plugin"].as_array().map_or(0, Vec::len);
    let number = |path: &str| {
        let text = std::fs::read_to_string(place.path(path)).ok()?;
        let digits = |c: char| c.is_ascii_digit();
        let at = text.rfind(digits)?;
        let start = text[..at]
            .rfind(|c| !digits(c))
            .map_or(0, |start| start + 1);
        text[start..=at].parse::<u64>().ok()
    };
    let settings = number(".opencode/openwork.json");
    assert_eq!(
        settings,
        number(".opencode/commands/c.md"),
        "round {round}: half an import"
    );
    let skills: Vec<_> = ["s0", "s1"]
        .iter()
        .filter_map(|name| number(&format!(".opencode/skills/{name}/SKILL.md")))
        .collect();
    assert_eq!(
        skills,
        settings.into_iter().collect::<Vec<_>>(),
        "round {round}: half an import"
    );
    let entries = place.entries();
    assert!(
        entries >= acknowledged,
        "round {round}: {entries} of {acknowledged} are recorded"
    );
    assert!(
        entries <= acknowledged + 1,
        "round {round}: {entries} for {acknowledged}"
    );
    let added = place
        .log()
        .iter()
        .filter(|line| line.get("record").is_none())
        .count();
    assert!(plugins <= added, "round {round}");
    assert_eq!(
        place.temporaries(),
        Vec::<std::path::PathBuf>::new(),
        "round {round}"
    );
    let gone = crate::history::gone(place, &store);
    assert_eq!(
        gone,
        Vec::<String>::new(),
        "round {round}: cannot be undone"
    );
    drop(store);
}
