//! All of a diff can be seen, page by page.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;

use openwork_change::change::Action;
use openwork_change::plan::{FileEdit, Plan, PlanReceipt, WrittenKeys};
use openwork_change::preview::{
    CHANGE_BYTES, ChangeKind, DIFF_LINES, DiffPage, FileChange, MOST_PAGE_LINES, PAGE_BYTES,
    PAGE_LINES, PageBounds, page, preview_edits,
};
use openwork_model::audit::AuditNote;
use openwork_model::path::RelPath;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn edit(path: &str, before: Option<&str>, after: Option<&str>) -> FileEdit {
    FileEdit {
        path: RelPath::new(path).unwrap(),
        before: before.map(|text| text.as_bytes().into()),
        after: after.map(|text| text.as_bytes().into()),
        executable: None,
    }
}

fn created(text: &str) -> FileEdit {
    edit("a.md", None, Some(text))
}

fn shown(edits: Vec<FileEdit>) -> Vec<FileChange> {
    preview_edits(&Plan {
        action: Action::ConfigImport,
        summary: String::new(),
        paths: Vec::new(),
        edits,
        named_in_prompts: Vec::new(),
        preconditions: Vec::new(),
        audit: AuditNote {
            target: String::new(),
            summary: String::new(),
        },
        written: WrittenKeys::default(),
        receipt: PlanReceipt::Done,
    })
}

/// All pages of so many lines.
fn pages(edit: &FileEdit, lines: usize) -> Vec<DiffPage> {
    let mut pages = Vec::new();
    let mut next = Some(0);
    while let Some(from) = next {
        let page = page(edit, PageBounds::new(from, lines), false);
        assert_eq!(page.from, from);
        assert_eq!(page.diff.lines().count(), page.lines);
        assert!(page.lines > 0 || page.total == 0);
        next = page.next;
        pages.push(page);
    }
    pages
}

fn whole(pages: &[DiffPage]) -> String {
    pages.iter().map(|page| page.diff.as_str()).collect()
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn what_is_beyond_the_beginning_is_on_the_pages() {
    let text = "fine\n".repeat(500) + "evil\n";
    let edit = created(&text);
    let pages = pages(&edit, PAGE_LINES);
    let sizes: Vec<_> = pages
        .iter()
        .map(|page| (page.from, page.lines, page.next))
        .collect();
    assert_eq!(sizes, [(0, 400, Some(400)), (400, 102, None)]);
    assert!(pages.iter().all(|page| page.total == 502));
    assert!(whole(&pages).ends_with("+fine\n+evil\n"));
    assert_eq!(pages[0].digest, sha256(&whole(&pages)));
    let [change] = &shown(vec![edit])[..] else {
        panic!("one change");
    };
    assert!(change.truncated);
    assert_eq!(change.diff, pages[0].diff);
    assert_eq!(change.digest.as_ref(), Some(&pages[1].digest));
}

#[test]
fn pages_say_what_happens_to_the_file() {
    let edit = edit("a.md", Some("a\nb\n"), Some("b\nc\nd"));
    let page = page(&edit, PageBounds::new(1, 2), false);
    assert_eq!(
        page,
        DiffPage {
            kind: ChangeKind::Modify,
            added: 2,
            removed: 1,
            from: 1,
            lines: 2,
            total: 6,
            diff: "-a\n b\n".to_owned(),
            digest: sha256("@@ -1,2 +1,3 @@\n-a\n b\n+c\n+d\n\\ No newline at end of file\n"),
            next: Some(3),
        }
    );
}

#[test]
fn hidden_characters_are_written_out_and_tabs_stay() {
    let text = "\ta\u{fe01}\u{e0101}\u{202e}\rb\u{2800}\u{a0}\n";
    let page = page(&created(text), PageBounds::default(), false);
    let expected = "@@ -0,0 +1 @@\n+\ta\\u{fe01}\\u{e0101}\\u{202e}\\u{d}b\\u{2800}\\u{a0}\n";
    assert_eq!(page.diff, expected);
    assert_eq!(page.digest, sha256(expected));
}

#[test]
fn secrets_are_masked_on_every_page() {
    let lines = "  // x\n".repeat(3000);
    let text = format!("{{\n{lines}  \"token\": \"s3cret\"\n}}\n");
    let text = whole(&pages(&edit("a.json", None, Some(&text)), 100));
    assert!(text.ends_with("+  \"token\": \"••••••\"\n+}\n"));
}

#[test]
fn pages_are_bounded() {
    let edit = created(&format!("{}\n", "x".repeat(1023)).repeat(3000));
    let most = page(&edit, PageBounds::new(1, usize::MAX), false);
    // 1,025 bytes each with the sign.
    assert_eq!(most.lines, PAGE_BYTES / 1025);
    let short = created(&"x\n".repeat(3000));
    assert_eq!(
        page(&short, PageBounds::new(0, usize::MAX), false).lines,
        MOST_PAGE_LINES
    );
    assert_eq!(page(&short, PageBounds::new(0, 0), false).lines, 1);
    let beyond = page(&short, PageBounds::new(usize::MAX, 1), false);
    assert_eq!((beyond.lines, beyond.next), (0, None));
}

#[test]
fn a_longer_line_is_a_page_of_its_own() {
    let long = "x".repeat(2 * PAGE_BYTES);
    let edit = created(&format!("a\n{long}\nb\n"));
    let sizes: Vec<_> = pages(&edit, 400).iter().map(|page| page.lines).collect();
    assert_eq!(sizes, [2, 1, 1]);
}

#[test]
fn the_files_of_one_change_share_one_room() {
    let text = "0123456789abcde\n".repeat(DIFF_LINES);
    let count = 3000;
    let edits = (0..count).map(|n| edit(&format!("{n}.md"), None, Some(&text)));
    let shown = shown(edits.collect());
    assert_eq!(shown.len(), count);
    let sizes: usize = shown.iter().map(|change| change.diff.len()).sum();
    assert!(
        (CHANGE_BYTES - 1024..=CHANGE_BYTES).contains(&sizes),
        "{sizes}"
    );
    assert!(
        shown
            .iter()
            .all(|change| change.truncated && change.added == DIFF_LINES)
    );
    let [first, .., last] = &shown[..] else {
        panic!("many changes");
    };
    assert_eq!(first.digest.as_ref().map(String::len), Some(64));
    assert_eq!((last.diff.as_str(), &last.digest), ("", &None));
}

#[test]
fn a_file_without_room_for_its_diff_counts_as_changed_only_if_it_is() {
    let large = created(&"x".repeat(CHANGE_BYTES));
    let before = (0..4).map(|_| large.clone());
    let same = edit("a.md", Some("a\n"), Some("a\n"));
    let other = edit("a.md", Some("a\nb\n"), Some("a\nc\nd\n"));
    let shown = shown(before.chain([same, other]).collect());
    let [.., same, other] = &shown[..] else {
        panic!("many changes");
    };
    assert_eq!((same.truncated, same.added, same.removed), (false, 0, 0));
    assert_eq!((other.truncated, other.added, other.removed), (true, 2, 1));
}

#[test]
fn a_diff_of_a_text_against_another_costs_little() {
    let lines = |seed: usize| -> String {
        let line = |n: usize| format!("{} {}\n", n * seed % 97, n * seed % 89);
        (0..340_000).map(line).collect()
    };
    let edit = edit("a.md", Some(&lines(31)), Some(&lines(37)));
    let started = std::time::Instant::now();
    let last = page(&edit, PageBounds::new(600_000, 400), false);
    assert_eq!(
        (last.lines, last.added, last.removed),
        (400, 339_999, 339_999)
    );
    // Optimised it is a tenth of this.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn pages_of_any_size_are_the_same_diff(
        before in "([a-c\u{200b}]{0,2}\n?){0,20}",
        after in "([a-c\u{200b}]{0,2}\n?){0,20}",
        lines in 1..9_usize,
    ) {
        let edit = edit("a.md", Some(&before), Some(&after));
        let (some, all) = (pages(&edit, lines), pages(&edit, PAGE_LINES));
        prop_assert_eq!(whole(&some), whole(&all));
        prop_assert!(some.iter().all(|page| page.digest == sha256(&whole(&all))));
        prop_assert_eq!(shown(vec![edit])[0].truncated, false);
    }
}
