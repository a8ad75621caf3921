//! The audit log: cut anywhere, rotated often, read from the end.

use openwork_change::store::Store as _;
use openwork_store::{FsOptions, FsStore};

use crate::support::{ONE_IN, Place, commit, count, plugin};

const LOG: &str = ".opencode/openwork/audit.jsonl";

fn summaries(store: &FsStore, limit: usize) -> Vec<String> {
    let entries = store.audit(limit).unwrap();
    let summary = |text: &str| {
        let entry: serde_json::Value = serde_json::from_str(text).unwrap();
        entry["summary"].as_str().unwrap().to_owned()
    };
    entries.iter().map(|entry| summary(entry.get())).collect()
}

#[test]
fn a_log_cut_at_any_byte_keeps_what_is_before_and_after() {
    let place = Place::in_memory();
    let store = place.store();
    for n in 0..8 {
        commit(&store, plugin(&format!("p{n}"))).unwrap();
    }
    let (whole, config) = (place.read(LOG), place.read("opencode.jsonc"));
    let stride = count("OPENWORK_CUT_STRIDE", 29);
    let near_an_end = |cut: usize| {
        let near = whole.as_bytes()[cut.saturating_sub(2)..whole.len().min(cut + 2)].iter();
        near.into_iter().any(|byte| *byte == b'\n')
    };
    let cuts = whole.len().saturating_sub(4096)..=whole.len();
    let cuts = cuts.filter(|cut| cut % stride == 0 || near_an_end(*cut));
    for cut in cuts.step_by(ONE_IN) {
        place.write(LOG, &whole[..cut]);
        place.write("opencode.jsonc", &config);
        let complete = whole[..cut]
            .rsplit_once('\n')
            .map_or("", |(lines, _)| lines);
        let is_entry = |line: &&str| !line.contains("\"record\"");
        let mut wanted = complete.lines().filter(is_entry).count();
        // A cut that takes the line feed alone leaves a line that can be read,
        // and one between intent and entry leaves a change to settle.
        let last = &whole[complete.len()..cut].trim();
        let is_whole = serde_json::from_str::<serde_json::Value>(last).is_ok();
        wanted += usize::from(is_whole && is_entry(last));
        let intents = complete
            .lines()
            .chain([*last].into_iter().filter(|_| is_whole));
        let intents = intents
            .filter(|line| line.contains("\"record\":\"intent\""))
            .count();
        let store = place.store();
        // The newest change is on disk, so an intent of it was carried out;
        // those before it were written over since.
        let settled = if intents > wanted { intents } else { wanted };
        commit(&store, plugin("after")).unwrap();
        let found = summaries(&store, 200);
        assert_eq!(found[0], "Added after", "cut at {cut}");
        assert!(
            found.len() == wanted + 1 || found.len() == settled + 1,
            "cut at {cut}: {found:?}"
        );
        assert_eq!(found.last().unwrap(), "Added p0", "cut at {cut}");
        assert!(
            place.read(LOG).starts_with(&whole[..cut]),
            "cut at {cut}: written over"
        );
    }
}

#[test]
fn rotation_under_load_loses_and_doubles_nothing() {
    let rotations = count("OPENWORK_ROTATIONS", 60 / ONE_IN.min(6));
    let place = Place::in_memory();
    let options = || FsOptions {
        audit_segment: 3_000,
        ..place.options()
    };
    let stores = [
        FsStore::open(options()).unwrap(),
        FsStore::open(options()).unwrap(),
    ];
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                let found = summaries(&stores[1], 12);
                let numbers: Vec<usize> = found
                    .iter()
                    .map(|summary| summary["Added p".len()..].parse().unwrap())
                    .collect();
                assert!(
                    numbers.windows(2).all(|pair| pair[0] == pair[1] + 1),
                    "{numbers:?}"
                );
            }
        });
        for n in 0..rotations * 3 {
            commit(&stores[n % 2], plugin(&format!("p{n}"))).unwrap();
        }
        is_over.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    let names = std::fs::read_dir(place.path(".opencode/openwork")).unwrap();
    // Where directories have no locks, a file beside the log is locked for them.
    let is_segment = |name: &std::ffi::OsString| name.to_string_lossy().starts_with("audit.");
    let names = names.map(|entry| entry.unwrap().file_name());
    assert_eq!(names.filter(is_segment).count(), 5, "segments");
}

/// What reading fifty entries may take, segments looked for included.
const CALLS: u64 = 12;

#[test]
fn the_tail_costs_the_same_whatever_the_length() {
    let place = Place::in_memory();
    let line = |n: usize| {
        format!("{{\"id\":\"id-{n}\",\"action\":\"a\",\"summary\":\"s{n}\",\"timestamp\":{n}}}\n")
    };
    let lines: String = (0..count("OPENWORK_AUDIT_LINES", 100_000))
        .map(line)
        .collect();
    place.write(LOG, &lines);
    let plan = std::sync::Arc::new(crate::support::faulty::Plan::default());
    let disk = std::sync::Arc::new(crate::support::faulty::FaultyDisk(std::sync::Arc::clone(
        &plan,
    )));
    let store = FsStore::open(FsOptions {
        disk,
        ..place.options()
    })
    .unwrap();
    plan.arm(CALLS, crate::support::faulty::Fault::InputOutput, true);
    assert_eq!(summaries(&store, 50).len(), 50, "more than {CALLS} calls");
}
