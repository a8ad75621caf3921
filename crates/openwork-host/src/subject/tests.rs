use openwork_change::change::Change;
use openwork_change::preview::{ChangeKind, FileChange};
use openwork_model::actor::{ActorKind, TokenHash};
use openwork_model::audit::{AmendKind, AmendedPart};

use super::*;

fn subject(workspace: &Workspace) -> Subject {
    let actor = Actor {
        kind: ActorKind::Remote,
        client_id: Some("phone".to_owned()),
        token_hash: TokenHash::of("t"),
    };
    Subject::reload(workspace, actor, None)
}

fn change(path: &str, diff: String) -> FileChange {
    FileChange {
        path: RelPath::new(path).unwrap(),
        kind: ChangeKind::Create,
        level: None,
        added: 1,
        removed: 0,
        diff,
        truncated: false,
        digest: None,
        masked: Vec::new(),
    }
}

/// A subject that is large in every respect.
fn huge() -> Subject {
    let long = "ä".repeat(1 << 20);
    let effect = || Effect {
        command: Some(long.clone()),
        file: Some(long.clone()),
        ..Effect::new(EffectKind::RunsCommand, Level::High, long.clone())
    };
    let file = |n| {
        let path = format!("{}{n}", "d/".repeat(2_000));
        FileChange {
            masked: vec![long.clone(); 2],
            ..change(&path, "+x\n".repeat(30_000))
        }
    };
    let proposal = Change::RemovePlugin("x".repeat(1 << 20)).into();
    let subject = subject(&Workspace::at("/w".as_ref()));
    let amended = AmendedPart {
        part: long.clone(),
        change: AmendKind::LeftOut,
    };
    Subject {
        summary: long.clone(),
        paths: (0..5_000)
            .map(|n| format!("/{n}/{}", "d/".repeat(2_000)).into())
            .collect(),
        amended: vec![amended; 30],
        preview: Preview {
            changes: (0..30).map(file).collect(),
            title: long.clone(),
            effects: (0..8).map(|_| effect()).collect(),
            risk: vec![long.clone(); 8],
            covers: long.clone(),
            ..subject.preview
        },
        shown: Some(Arc::new(ShownPlan {
            proposal: Arc::new(proposal),
            preconditions: Vec::new(),
        })),
        ..subject
    }
}

#[test]
fn two_hundred_that_ended_are_small_whatever_they_were() {
    let huge = huge();
    assert!(huge.weight() > 80 << 20, "{}", huge.weight());
    let kept = huge.summary();
    assert!(200 * kept.weight() < 22 << 20, "{}", kept.weight());
    assert!(kept.shown.is_none());
    let LeftOut {
        paths,
        changes,
        effects,
    } = kept.left_out;
    assert_eq!(kept.paths.len() + paths, 5_000);
    assert_eq!(kept.preview.changes.len() + changes, 30);
    assert_eq!(kept.preview.effects.len() + effects, 8);
    assert!(!kept.preview.effects.is_empty());
    // Whoever summarises again counts what was left out before.
    assert_eq!(kept.summary().left_out.paths, paths);
}

#[test]
fn what_is_small_is_kept_whole() {
    let workspace = Workspace::at("/w".as_ref());
    let mut subject = subject(&workspace);
    subject.preview.changes = vec![
        change("a", "+x\n".to_owned()),
        change("b", "+y\n".to_owned()),
    ];
    subject.paths = vec!["/w/a".into(), "/w/b".into()];
    let kept = subject.summary();
    assert_eq!(kept.preview, subject.preview);
    assert_eq!(
        (kept.paths, kept.left_out),
        (subject.paths, LeftOut::default())
    );
}

#[test]
fn a_diff_that_is_not_kept_leaves_its_digest() {
    let workspace = Workspace::at("/w".as_ref());
    let mut subject = subject(&workspace);
    let diff = "+x\n".repeat(20_000);
    subject.preview.changes = vec![change("a", diff.clone()), change("b", diff.clone())];
    let kept = subject.summary().preview.changes;
    assert_eq!((&kept[0].diff, kept[0].truncated), (&diff, false));
    assert_eq!((kept[1].diff.as_str(), kept[1].truncated), ("", true));
    let digest = openwork_change::preview::page_digest(&diff);
    assert_eq!(kept[1].digest, Some(digest));
}

#[test]
fn whatever_is_shown_otherwise_has_another_digest() {
    let workspace = Workspace::at("/w".as_ref());
    let whole = || {
        let mut subject = subject(&workspace);
        subject.paths = vec!["/w/a".into()];
        subject.preview.changes = vec![change("a", "+x\n".to_owned())];
        subject
    };
    let altered = |alter: fn(&mut Subject)| {
        let mut subject = whole();
        alter(&mut subject);
        subject.shown_digest()
    };
    let digests = [
        whole().shown_digest(),
        altered(|subject| subject.summary.push('x')),
        altered(|subject| subject.action = "x"),
        altered(|subject| subject.paths.push("/w/b".into())),
        altered(|subject| subject.preview.title.push('x')),
        altered(|subject| subject.preview.level = Level::Low),
        altered(|subject| subject.preview.covers.push('x')),
        altered(|subject| subject.preview.effects.clear()),
        altered(|subject| subject.preview.effects[0].command = Some("x".to_owned())),
        altered(|subject| subject.preview.effects[0].file = Some("x".to_owned())),
        altered(|subject| subject.preview.changes.clear()),
        altered(|subject| subject.preview.changes[0].diff.push('x')),
        altered(|subject| subject.preview.changes[0].digest = Some(String::new())),
        altered(|subject| subject.preview.changes[0].added = 0),
        altered(|subject| subject.preview.changes[0].kind = ChangeKind::Delete),
    ];
    let different: std::collections::BTreeSet<_> = digests.iter().collect();
    assert_eq!(different.len(), digests.len());
    // Of the same there is one, whoever asks for it.
    assert_eq!(
        altered(|subject| subject.actor.client_id = None),
        digests[0]
    );
}

#[test]
fn what_is_wanted_weighs_as_long_as_it_waits() {
    let workspace = Workspace::at("/w".as_ref());
    let light = subject(&workspace).weight();
    let heavy = Subject {
        shown: Some(Arc::new(ShownPlan {
            proposal: Arc::new(Change::RemovePlugin("x".repeat(100_000)).into()),
            preconditions: Vec::new(),
        })),
        ..subject(&workspace)
    };
    assert!(heavy.weight() > light + 100_000);
}
