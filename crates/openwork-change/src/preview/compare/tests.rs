use proptest::prelude::*;

use super::*;

fn text(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The second text as the first and the operations make it.
fn rebuilt(old: &SideLines<'_>, new: &SideLines<'_>, ops: &[DiffOp]) -> Vec<u8> {
    let mut rebuilt = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    for op in ops {
        assert_eq!(
            (op.old_range().start, op.new_range().start),
            (old_at, new_at)
        );
        (old_at, new_at) = (op.old_range().end, op.new_range().end);
        match op {
            DiffOp::Equal { .. } => op.old_range().for_each(|line| rebuilt.extend(&old[line])),
            _ => op.new_range().for_each(|line| rebuilt.extend(&new[line])),
        }
    }
    assert_eq!((old_at, new_at), (old.len(), new.len()));
    rebuilt
}

fn compared(old: &str, new: &str, left: usize) -> Vec<DiffOp> {
    let (old_lines, new_lines) = (SideLines::of(old).unwrap(), SideLines::of(new).unwrap());
    let mut comparison = LineComparison {
        old: &old_lines,
        new: &new_lines,
        left,
        ops: Vec::new(),
    };
    comparison.region(
        0..old_lines.len(),
        0..new_lines.len(),
        LineComparison::middle,
    );
    assert_eq!(
        rebuilt(&old_lines, &new_lines, &comparison.ops),
        new.as_bytes()
    );
    comparison.ops
}

fn changed(ops: &[DiffOp]) -> usize {
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| op.old_range().len() + op.new_range().len())
        .sum()
}

#[test]
fn few_edits_of_a_large_text_are_few_lines() {
    let lines = |edited: &[usize]| {
        text((0..100_000).map(|n| {
            let mark = if edited.contains(&n) { "!" } else { "" };
            format!("line {n}{mark}")
        }))
    };
    let (old, new) = (lines(&[]), lines(&[10, 50_000, 99_990]));
    assert_eq!(changed(&compared(&old, &new, COMPARED)), 6);
}

#[test]
fn what_is_too_much_to_compare_is_gone_and_come_as_a_whole() {
    let lines = |seed: usize| text((0..100).map(|n| format!("{}", (n * seed) % 7)));
    let (old, new) = (lines(3), lines(5));
    let ops = compared(&old, &new, 10);
    let whole = |op: &DiffOp| matches!(op, DiffOp::Replace { .. });
    assert_eq!(ops.iter().filter(|op| whole(op)).count(), 1, "{ops:?}");
}

#[test]
fn texts_of_hundreds_of_thousands_of_lines_cost_little() {
    // Two words in each line, of so few that no line is there once.
    let lines = |seed: usize| {
        text((0..340_000).map(|n| {
            let word = n * seed % 97;
            format!("{word} {}", word * seed % 89)
        }))
    };
    let (old, new) = (lines(31), lines(37));
    let started = std::time::Instant::now();
    compared(&old, &new, COMPARED);
    // Optimised it is a tenth of this; line by line it took minutes.
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn no_line_is_lost(
        old in prop::collection::vec("[a-e]{1,2}", 0..60),
        new in prop::collection::vec("[a-e]{1,2}", 0..60),
        left in 0..80_usize,
        end in any::<bool>(),
    ) {
        let (old, mut new) = (text(old), text(new));
        if end {
            new.pop();
        }
        compared(&old, &new, left);
    }
}
