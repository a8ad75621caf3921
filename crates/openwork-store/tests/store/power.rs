//! The power goes at every moment: what was synced is there, and any part of
//! what was not.

use openwork_store::{FsOptions, FsStore};

use crate::cases::{Case, cases};
use crate::history::gone;
use crate::support::trace::{Node, Op, Trace, Tree};
use crate::support::{ONE_IN, Place, command, commit, count, plugin};

/// States that are tried at each moment beside the regular ones.
const RANDOM_STATES: usize = 3;

/// What became of an operation that was not synced.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Kept,
    Lost,
    /// Of a write: the first half alone is there.
    Half,
    /// Of a write: the length is there, the bytes are not.
    Zeros,
}

fn is_synced(op: &Op, later: &[Op]) -> bool {
    match op {
        Op::Name { dir, .. } | Op::Unname { dir, .. } => later
            .iter()
            .any(|op| matches!(op, Op::SyncDir(synced) if synced == dir)),
        Op::Write { file, .. } | Op::Mark { file, .. } => later
            .iter()
            .any(|op| matches!(op, Op::SyncFile(synced) if synced == file)),
        Op::SyncFile(_) | Op::SyncDir(_) => true,
    }
}

fn apply(tree: &mut Tree, op: &Op, fate: Fate) {
    match (op, fate) {
        (_, Fate::Lost) => {}
        (Op::Write { file, bytes }, Fate::Half) => {
            tree.apply(&Op::Write {
                file: *file,
                bytes: bytes[..bytes.len() / 2].to_vec(),
            });
        }
        (Op::Write { file, bytes }, Fate::Zeros) => {
            tree.apply(&Op::Write {
                file: *file,
                bytes: vec![0; bytes.len()],
            });
        }
        (op, Fate::Kept | Fate::Half | Fate::Zeros) => tree.apply(op),
    }
}

/// Fates of `open` operations: all alike, one unlike the others, any.
fn fates(open: usize, random: &mut Random) -> Vec<Vec<Fate>> {
    let mut all = Vec::new();
    for (most, one) in [(Fate::Lost, Fate::Kept), (Fate::Kept, Fate::Lost)] {
        all.push(vec![most; open]);
        for at in 0..open {
            let mut fates = vec![most; open];
            fates[at] = one;
            all.push(fates);
        }
    }
    let any = [
        Fate::Kept,
        Fate::Lost,
        Fate::Kept,
        Fate::Lost,
        Fate::Half,
        Fate::Zeros,
    ];
    let random_states = count("OPENWORK_POWER_STATES", RANDOM_STATES);
    let states = if open == 0 { 0 } else { random_states };
    all.extend((0..states).map(|_| (0..open).map(|_| any[random.below(any.len())]).collect()));
    all
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

fn check(case: &Case, tree: &Tree, is_acknowledged: bool, new: &[Option<String>], context: &str) {
    let place = Place::in_memory();
    let old = case.contents(&case.place());
    std::fs::remove_dir_all(place.workspace()).unwrap();
    tree.write_to(&place.workspace());
    for ((now, old), new) in case.contents(&place).iter().zip(&old).zip(new) {
        assert!(now == old || now == new, "{context}: torn: {now:?}");
    }
    let store = place.store();
    let now = case.contents(&place);
    let is_new = now == new;
    assert!(
        is_new || now == old,
        "{context}: half of it after recovery: {now:?}"
    );
    assert!(
        is_new || !is_acknowledged,
        "{context}: an acknowledged change is lost"
    );
    let entries = |expected, when| {
        assert_eq!(
            place.entries(),
            expected,
            "{context}, {when}: {:#?}",
            place.log()
        );
    };
    entries(usize::from(is_new), "after recovery");
    if is_new {
        let gone = gone(&place, &store);
        assert_eq!(gone, Vec::<String>::new(), "{context}: cannot be undone");
    }
    commit(&store, command("after", "wards")).unwrap_or_else(|error| panic!("{context}: {error}"));
    entries(usize::from(is_new) + 1, "after another change");
    assert_eq!(
        place.temporaries(),
        Vec::<std::path::PathBuf>::new(),
        "{context}"
    );
    assert!(
        !place.exists(".opencode/openwork/journal.json"),
        "{context}"
    );
}

#[test]
fn every_state_after_a_power_loss_is_recovered() {
    let mut random = Random(0x5eed);
    let mut states = 0_usize;
    for case in cases() {
        let place = case.place();
        let trace = Trace::of(&place.workspace());
        let store = FsStore::open(FsOptions {
            disk: trace.disk(),
            ..place.options()
        })
        .unwrap();
        let before = trace.tree();
        commit(&store, (case.change)()).unwrap();
        let (ops, new) = (trace.ops(), case.contents(&place));
        assert!(ops.len() > 8, "{}: {ops:?}", case.name);
        for moment in 0..=ops.len() {
            let done = &ops[..moment];
            let open: Vec<bool> = done
                .iter()
                .enumerate()
                .map(|(at, op)| !is_synced(op, &done[at..]))
                .collect();
            let count = open.iter().filter(|open| **open).count();
            for fates in fates(count, &mut random) {
                states += 1;
                if !states.is_multiple_of(ONE_IN) {
                    continue;
                }
                let mut tree = before.clone();
                let mut next = fates.iter();
                for (op, open) in done.iter().zip(&open) {
                    let fate = if *open {
                        *next.next().unwrap()
                    } else {
                        Fate::Kept
                    };
                    apply(&mut tree, op, fate);
                }
                let context = format!("{}: after {moment} of {}, {fates:?}", case.name, ops.len());
                check(case, &tree, moment == ops.len(), &new, &context);
            }
        }
    }
}

fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What is done for a change of one file, and in which order.
#[test]
fn a_change_is_durable_before_it_is_answered() {
    let place = crate::cases::place();
    commit(&place.store(), plugin("earlier")).unwrap();
    let trace = Trace::of(&place.workspace());
    let store = FsStore::open(FsOptions {
        disk: trace.disk(),
        ..place.options()
    })
    .unwrap();
    let before = trace.ops().len();
    commit(&store, plugin("b")).unwrap();
    let tree = trace.tree();
    let log_or_temporary = |file: usize| {
        let in_place = |name: &str| {
            tree.names
                .iter()
                .any(|((_, known), node)| known == name && *node == Node::File(file))
        };
        if in_place("audit.jsonl") {
            return "the log";
        }
        let is_kept = tree
            .names
            .iter()
            .any(|((_, name), node)| is_digest(name) && *node == Node::File(file));
        if is_kept {
            "kept contents"
        } else {
            "the temporary file"
        }
    };
    let renamed = |name: &str| match name {
        name if is_digest(name) => "rename it to its digest".to_owned(),
        name => format!("rename it to {name}"),
    };
    let told: Vec<String> = trace.ops()[before..]
        .iter()
        .map(|op| match op {
            Op::Name { from: None, .. } => "make the temporary file".to_owned(),
            Op::Name { name, .. } => renamed(name),
            Op::Unname { name, .. } => format!("remove {name}"),
            Op::Write { file, .. } => format!("write {}", log_or_temporary(*file)),
            Op::Mark { file, .. } => format!("mark {}", log_or_temporary(*file)),
            Op::SyncFile(file) => format!("sync {}", log_or_temporary(*file)),
            Op::SyncDir(_) => "sync the directory".to_owned(),
        })
        .collect();
    assert_eq!(
        told,
        [
            "write the log",
            "make the temporary file",
            "write kept contents",
            "make the temporary file",
            "write the temporary file",
            "sync the temporary file",
            "sync kept contents",
            "rename it to its digest",
            "sync the directory",
            "sync the log",
            "rename it to opencode.json",
            "sync the directory",
            "write the log",
        ]
    );
}
