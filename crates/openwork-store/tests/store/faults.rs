//! Every call of every change fails once, in every way.

use std::sync::Arc;

use openwork_change::store::StoreError;
use openwork_store::{FsOptions, FsStore};

use crate::cases::{Case, cases};
use crate::support::faulty::{FAULTS, Fault, FaultyDisk, Plan};
use crate::support::{ONE_IN, Place, command, commit, count};

fn after(case: &Case) -> Vec<Option<String>> {
    let place = case.place();
    commit(&place.store(), (case.change)()).unwrap();
    case.contents(&place)
}

/// More calls than any change makes.
const MOST_CALLS: u64 = 1000;

/// Commits with the n-th call failing; `false` if there is no n-th call.
fn check(case: &Case, nth: u64, fault: Fault, lasting: bool, new: &[Option<String>]) -> bool {
    let place = case.place();
    let old = case.contents(&place);
    let plan = Arc::new(Plan::default());
    let disk = Arc::new(FaultyDisk(Arc::clone(&plan)));
    let store = FsStore::open(FsOptions {
        disk,
        ..place.options()
    })
    .unwrap();
    plan.arm(nth, fault, lasting);
    let answer = commit(&store, (case.change)());
    let Some(call) = plan.disarm() else {
        return false;
    };
    let context = format!(
        "{}: call {nth} ({call}), {fault:?}, lasting: {lasting}: {answer:?}",
        case.name
    );

    let now = case.contents(&place);
    if answer.is_ok() {
        assert_eq!(now, new, "{context}");
    }
    for ((now, old), new) in now.iter().zip(&old).zip(new) {
        assert!(now == old || now == new, "{context}: {now:?}");
    }
    assert_recovered(&place, &store, case, [&old, new], &answer, &context);
    true
}

fn assert_recovered(
    place: &Place,
    store: &FsStore,
    case: &Case,
    [old, new]: [&[Option<String>]; 2],
    answer: &Result<openwork_change::store::CommitReceipt, StoreError>,
    context: &str,
) {
    commit(store, command("after", "wards"))
        .unwrap_or_else(|error| panic!("{context}: then {error}"));
    let now = case.contents(place);
    assert!(now == old || now == new, "{context}: half of it: {now:?}");
    if answer.is_ok() {
        assert_eq!(now, new, "{context}");
    }
    assert_eq!(
        place.entries(),
        if now == new { 2 } else { 1 },
        "{context}: {:#?}",
        place.log()
    );
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
fn one_failing_call_leaves_old_or_new_bytes() {
    for (start, case) in cases().enumerate() {
        let new = after(case);
        let all = count("OPENWORK_ALL_FAULTS", 0) > 0;
        // The kinds differ in nothing but the number that the system gives.
        let alike = |fault: &Fault| matches!(fault, Fault::NoSpace | Fault::Interrupted);
        for fault in FAULTS.into_iter().filter(|fault| all || !alike(fault)) {
            let calls = calls_tried(start, |nth| check(case, nth, fault, false, &new));
            let least = if matches!(fault, Fault::ShortWrite | Fault::HalfWrite) {
                2
            } else {
                20
            };
            assert!(
                calls >= least / ONE_IN,
                "{}: {fault:?} came to {calls} calls only",
                case.name
            );
        }
    }
}

#[test]
fn a_disk_that_fails_for_good_leaves_old_or_new_bytes() {
    for_good(check);
}

/// As a crash at every moment: nothing that the store still wanted to do
/// happens, and another one opens the workspace.
#[test]
fn a_crash_at_any_call_leaves_old_or_new_bytes() {
    for_good(|case, nth, fault, lasting, new| {
        let place = case.place();
        let old = case.contents(&place);
        let plan = Arc::new(Plan::default());
        let disk = Arc::new(FaultyDisk(Arc::clone(&plan)));
        let store = FsStore::open(FsOptions {
            disk,
            ..place.options()
        })
        .unwrap();
        plan.arm(nth, fault, lasting);
        let answer = commit(&store, (case.change)());
        drop(store);
        let Some(call) = plan.disarm() else {
            return false;
        };
        let context = format!("{}: crash at call {nth} ({call})", case.name);
        let store = place.store();
        let now = case.contents(&place);
        assert!(now == old || now == new, "{context}: half of it: {now:?}");
        assert_recovered(&place, &store, case, [&old, new], &answer, &context);
        true
    });
}

fn for_good(check: impl Fn(&Case, u64, Fault, bool, &[Option<String>]) -> bool) {
    for (start, case) in cases().enumerate() {
        let new = after(case);
        let calls = calls_tried(start, |nth| {
            check(case, nth, Fault::InputOutput, true, &new)
        });
        assert!(calls >= 20 / ONE_IN, "{}: {calls} calls only", case.name);
    }
}

/// Has one call after another fail until there are no more, and counts them.
/// Where not all are tried, each case starts with another one.
fn calls_tried(start: usize, fails: impl Fn(u64) -> bool) -> usize {
    let calls = (start as u64 % ONE_IN as u64..MOST_CALLS).step_by(ONE_IN);
    calls.take_while(|nth| fails(*nth)).count()
}
