//! What goes with a skill, and what stays.

use openwork_change::change::Change;
use openwork_change::plan::{OldContents, Plan, plan};
use openwork_model::digest::FileDigest;
use openwork_model::files::{Location, MemoryFiles};
use openwork_model::path::RelPath;

fn skill(name: &str) -> String {
    format!("---\nname: {name}\ndescription: d\n---\n")
}

fn deletion(files: &MemoryFiles, name: &str) -> Plan {
    plan(&Change::delete_skill(name).unwrap().into(), files).unwrap()
}

fn removed(files: &MemoryFiles, name: &str) -> Vec<String> {
    let edits = deletion(files, name).edits;
    assert!(edits.iter().all(|edit| edit.after.is_none()));
    edits.iter().map(|edit| edit.path.to_string()).collect()
}

fn configured(paths: &str) -> MemoryFiles {
    MemoryFiles::new().with(
        "opencode.json",
        &format!(r#"{{ "skills": {{ "paths": {paths} }} }}"#),
    )
}

#[test]
fn only_the_skill_file_goes_outside_of_the_places_for_skills() {
    for paths in [
        r#"["."]"#,
        r#"["src"]"#,
        r#"["/w/s/ws"]"#,
        r#"["src/..", "./src"]"#,
    ] {
        let files = configured(paths)
            .with("src/SKILL.md", &skill("src"))
            .with("src/main.rs", "fn main() {}")
            .with("src/more/notes.md", "x");
        assert_eq!(removed(&files, "src"), ["src/SKILL.md"], "{paths}");
    }
}

#[test]
fn a_place_for_skills_is_no_folder_of_a_skill() {
    let files = configured(r#"[".opencode", ".claude"]"#)
        .with(".opencode/skills/SKILL.md", &skill("skills"))
        .with(".opencode/skills/other/SKILL.md", &skill("other"))
        .with(".claude/skills/SKILL.md", &skill("skills"))
        .with(".claude/skills/other/SKILL.md", &skill("other"));
    let expected = [".claude/skills/SKILL.md", ".opencode/skills/SKILL.md"];
    assert_eq!(removed(&files, "skills"), expected);
}

#[test]
fn a_folder_in_a_place_for_skills_goes_whole_however_it_is_found() {
    for place in [
        ".opencode/skills",
        ".opencode/skill",
        ".claude/skills",
        ".agents/skills",
    ] {
        let files = configured(&format!(r#"["{place}/group"]"#))
            .with(&format!("{place}/group/s/SKILL.md"), &skill("s"))
            .with(&format!("{place}/group/s/run.sh"), "run")
            .with(&format!("{place}/group/notes.md"), "stays");
        let expected = ["SKILL.md", "run.sh"].map(|name| format!("{place}/group/s/{name}"));
        assert_eq!(removed(&files, "s"), expected);
    }
}

#[test]
fn as_many_bytes_are_held_as_there_is_room_for() {
    const MIB: usize = 1 << 20;
    let mut files = MemoryFiles::new().with(".opencode/skills/s/SKILL.md", &skill("s"));
    for (name, size) in [
        ("a", MIB),
        ("b", MIB + 1),
        ("c", MIB),
        ("d", MIB),
        ("e", MIB),
        ("f", 9),
    ] {
        let path = RelPath::new(&format!(".opencode/skills/s/{name}")).unwrap();
        files.insert(Location::workspace(path), vec![b'x'; size].into());
    }
    let plan = deletion(&files, "s");
    let held: Vec<(Option<&str>, Option<usize>)> = plan
        .edits
        .iter()
        .map(|edit| (edit.path.file_name(), edit.held().map(<[u8]>::len)))
        .collect();
    let expected = [
        (Some("SKILL.md"), Some(31)),
        (Some("a"), Some(MIB)),
        (Some("b"), None),
        (Some("c"), Some(MIB)),
        (Some("d"), Some(MIB)),
        (Some("e"), None),
        (Some("f"), Some(9)),
    ];
    assert_eq!(held, expected);
    let digest = FileDigest::of(&vec![b'x'; MIB + 1]);
    assert_eq!(plan.edits[2].before, Some(OldContents::Unread(digest)));
}
