//! Every call of every change fails once, in every way.

use std::sync::Arc;

use openwork_change::store::StoreError;
use openwork_store::{FsOptions, FsStore};

use crate::cases::{CASES, Case};
use crate::support::faulty::{FAULTS, Fault, FaultyDisk, Plan};
use crate::support::{Place, command, commit, count};

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
    for case in &CASES {
        let new = after(case);
        let all = count("OPENWORK_ALL_FAULTS", 0) > 0;
        // The kinds differ in nothing but the number that the system gives.
        let alike = |fault: &Fault| matches!(fault, Fault::NoSpace | Fault::Interrupted);
        for fault in FAULTS.into_iter().filter(|fault| all || !alike(fault)) {
            let calls = (0..MOST_CALLS)
                .take_while(|nth| check(case, *nth, fault, false, &new))
                .count();
            let least = if matches!(fault, Fault::ShortWrite | Fault::HalfWrite) {
                2
            } else {
                20
            };
            assert!(
                calls >= least,
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
    for case in &CASES {
        let new = after(case);
        let fails = |nth: &u64| check(case, *nth, Fault::InputOutput, true, &new);
        let calls = (0..MOST_CALLS).take_while(fails).count();
        assert!(calls >= 20, "{}: {calls} calls only", case.name);
    }
}
