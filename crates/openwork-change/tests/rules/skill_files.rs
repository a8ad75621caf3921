//! A skill is its folder: what lies beside its SKILL.md is listed, read,
//! written, exported and imported.

use openwork_change::change::{Change, SkillDraft, read};
use openwork_change::effect::{EffectKind, Level};
use openwork_change::plan::{Plan, plan};
use openwork_change::preview::preview;
use openwork_change::query::{ExportView, Query, SkillExport, View, answer};
use openwork_model::config::ReadError;
use openwork_model::files::{FileError, FileRoot, Location, MemoryFiles};
use openwork_model::path::RelPath;
use openwork_model::skill::{SkillFile, SkillFileContents};
use serde_json::{Value, json};

use crate::outcome::fields;

const TEXT: &str = "---\nname: s\ndescription: d\n---\n\nText\n";

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// A skill with a reference and a script.
fn found() -> MemoryFiles {
    let mut files = MemoryFiles::new()
        .with(".agents/skills/s/SKILL.md", TEXT)
        .with(".agents/skills/s/references/a.md", "A\n")
        .with(".agents/skills/s/run.sh", "#!/bin/sh\n");
    let script = Location::workspace(path(".agents/skills/s/run.sh"));
    files.set_executable(script, true);
    files
}

fn listed(files: &MemoryFiles, include_global: bool) -> Vec<SkillFile> {
    let query = Query::Skill {
        name: "s".to_owned(),
        include_global,
        files: true,
    };
    match answer(&query, files).unwrap() {
        View::Skill(skill) => skill.files.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn names(files: &MemoryFiles) -> Vec<String> {
    let files = listed(files, true).into_iter();
    files.map(|file| file.path.to_string()).collect()
}

fn read(files: &MemoryFiles, at: &str) -> Result<SkillFileContents, ReadError> {
    let query = Query::SkillFile {
        name: "s".to_owned(),
        include_global: false,
        path: path(at),
    };
    answer(&query, files).map(|view| match view {
        View::SkillFile(file) => file,
        other => panic!("{other:?}"),
    })
}

fn upsert(files: &MemoryFiles, list: Value) -> (Change, Plan) {
    let body = json!({ "name": "s", "content": TEXT, "files": list });
    let change = read::upsert_skill(&fields(body)).unwrap();
    let plan = plan(&change.clone().into(), files).unwrap();
    (change, plan)
}

fn changed(plan: &Plan) -> Vec<&str> {
    plan.edits.iter().map(|edit| edit.path.as_str()).collect()
}

fn export(files: &MemoryFiles) -> ExportView {
    match answer(&Query::Export, files).unwrap() {
        View::Export(export) => export,
        other => panic!("{other:?}"),
    }
}

/// An import of all that an export has.
fn import(skills: &[SkillExport], mode: &str) -> Change {
    let skills: Vec<Value> = skills
        .iter()
        .map(|skill| {
            let files: Vec<Value> = skill
                .files
                .iter()
                .map(|file| {
                    let text = std::str::from_utf8(&file.contents).unwrap();
                    json!({ "path": file.path.as_str(), "content": text, "executable": file.executable })
                })
                .collect();
            let omitted: Vec<Value> = skill
                .omitted
                .iter()
                .map(|omitted| json!({ "path": omitted.path.as_str(), "reason": omitted.reason }))
                .collect();
            json!({ "name": skill.item.name, "content": skill.text, "files": files, "omitted": omitted })
        })
        .collect();
    read::import(&fields(
        json!({ "mode": { "skills": mode }, "skills": skills }),
    ))
    .unwrap()
}

#[test]
fn files_are_listed_with_what_tells_them_apart() {
    let list = listed(&found(), false);
    let rows: Vec<_> = list
        .iter()
        .map(|file| (file.path.as_str(), file.bytes, file.executable))
        .collect();
    assert_eq!(rows, [("references/a.md", 2, false), ("run.sh", 10, true)]);
    assert_eq!(
        list[0].sha256.unwrap().to_string(),
        "06f961b802bc46ee168555f066d28f4f0e9afdf3f88174c1ee6f9de004fc30a0"
    );
}

#[test]
fn only_what_belongs_to_the_skill_is_listed() {
    let files = found()
        .with(".agents/skills/s/inner/SKILL.md", "x")
        .with(".agents/skills/s/inner/more.md", "x")
        .with(".agents/skills/s/linked/x", "x")
        .with_link(".agents/skills/s/linked")
        .with_refused(".agents/skills/s/out");
    assert_eq!(names(&files), ["references/a.md", "run.sh"]);
    for at in ["inner/more.md", "linked/x", "out", "SKILL.md", "gone"] {
        let refused = read(&files, at);
        assert!(
            matches!(refused, Err(ReadError::SkillFileNotFound)),
            "{at}: {refused:?}"
        );
    }
    assert_eq!(&*read(&files, "run.sh").unwrap().contents, b"#!/bin/sh\n");
}

#[test]
fn a_folder_that_may_hold_anything_has_no_files() {
    let files = MemoryFiles::new()
        .with("opencode.json", r#"{ "skills": { "paths": ["."] } }"#)
        .with("src/s/SKILL.md", TEXT)
        .with("src/s/.env", "TOKEN=x");
    assert_eq!(names(&files), [""; 0]);
    assert!(read(&files, ".env").is_err());
    let body = json!({ "name": "s", "content": TEXT, "files": [{ "path": "x", "content": "x" }] });
    let change = read::upsert_skill(&fields(body)).unwrap();
    assert_eq!(
        plan(&change.into(), &files).unwrap_err().to_string(),
        "Skill file x: the folder `src/s` is not there for this skill alone"
    );
}

#[test]
fn the_users_own_skills_have_files_too() {
    let files = MemoryFiles::new()
        .with_at(FileRoot::Home, ".claude/skills/s/SKILL.md", TEXT)
        .with_at(FileRoot::Home, ".claude/skills/s/a.md", "x");
    assert_eq!(names(&files), ["a.md"]);
}

#[test]
fn a_file_that_is_not_named_stays() {
    let (change, plan) = upsert(
        &found(),
        json!([
            { "path": "new.py", "content": "print(1)\n", "executable": true },
            { "path": "data", "base64": "AP8=" },
            { "path": "references/a.md", "content": null },
        ]),
    );
    let folder = ".agents/skills/s";
    assert_eq!(
        changed(&plan),
        [
            format!("{folder}/data"),
            format!("{folder}/new.py"),
            format!("{folder}/references/a.md"),
        ]
    );
    assert_eq!(plan.edits[0].after.as_deref(), Some(&b"\x00\xff"[..]));
    assert_eq!(plan.edits[1].executable, Some(true));
    assert_eq!(plan.edits[2].after, None);
    for edit in &plan.edits {
        assert!(plan.paths.contains(&edit.path), "{}", edit.path);
    }
    let preview = preview(&change, &plan);
    assert_eq!((preview.level, preview.rememberable), (Level::High, false));
    let code = preview.effects.iter();
    let code = code.filter(|effect| effect.kind == EffectKind::LoadsCode);
    let texts: Vec<&str> = code.map(|effect| effect.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Writes `.agents/skills/s/data`, which agents may read and run as a part of a skill.",
            "Writes `.agents/skills/s/new.py` as a program, which agents may read and run as a part of a skill.",
        ]
    );
}

#[test]
fn whether_a_file_is_a_program_stays_unless_it_is_said() {
    let script = |more: Value| {
        let mut file = json!({ "path": "run.sh", "content": "#!/bin/sh\n" });
        file.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let (_, plan) = upsert(&found(), json!([file]));
        plan.edits.first().map(|edit| edit.executable)
    };
    assert_eq!(script(json!({})), None);
    assert_eq!(script(json!({ "executable": true })), None);
    assert_eq!(script(json!({ "executable": false })), Some(Some(false)));
    assert_eq!(script(json!({ "content": "other" })), Some(None));
}

#[test]
fn a_program_that_becomes_none_is_shown_and_held() {
    for (executable, effect, line) in [
        (
            false,
            "Makes `.agents/skills/s/run.sh` no program any more; agents may still read it as a part of a skill.",
            "\\ The file is no program any more (not executable)\n",
        ),
        (
            true,
            "Makes `.agents/skills/s/run.sh` a program, which agents may run as a part of a skill.",
            "\\ The file becomes a program (executable)\n",
        ),
    ] {
        let mut files = found();
        let script = Location::workspace(path(".agents/skills/s/run.sh"));
        files.set_executable(script.clone(), !executable);
        let sent =
            json!([{ "path": "run.sh", "content": "#!/bin/sh\n", "executable": executable }]);
        let (change, plan) = upsert(&files, sent.clone());
        assert_eq!(changed(&plan), [script.path.to_string()]);
        let preview = preview(&change, &plan);
        assert_eq!((preview.level, preview.rememberable), (Level::High, false));
        assert!(
            preview.risk.iter().any(|text| text == effect),
            "{:?}",
            preview.risk
        );
        assert_eq!(preview.changes[0].diff, line);
        // Another mark than the host was shown is another change.
        files.set_executable(script.clone(), executable);
        let (_, now) = upsert(&files, sent);
        assert!(now.is_noop());
        assert_eq!(now.moved_since(&plan.preconditions), Some(script.path));
    }
}

#[test]
fn a_text_that_was_shown_must_not_become_a_program_meanwhile() {
    let mut files = found();
    let sent = json!([{ "path": "references/a.md", "content": "B\n" }]);
    let (_, shown) = upsert(&files, sent.clone());
    let text = path(".agents/skills/s/references/a.md");
    files.set_executable(Location::workspace(text.clone()), true);
    let (_, now) = upsert(&files, sent);
    assert_eq!(now.moved_since(&shown.preconditions), Some(text));
}

#[test]
fn a_secret_that_went_out_masked_is_kept() {
    let secret = ".agents/skills/s/.env";
    let files = found().with(secret, "PIN=1234\n");
    let masked = json!({ "path": ".env", "content": openwork_model::mask::MASK });
    let (_, plan) = upsert(&files, json!([masked, { "path": "b.md", "content": "b" }]));
    assert_eq!(changed(&plan), [".agents/skills/s/b.md"]);
    let body = json!({ "name": "s", "content": TEXT, "files": [masked] });
    let change = read::upsert_skill(&fields(body)).unwrap();
    let error = openwork_change::plan::plan(&change.into(), &found()).unwrap_err();
    assert!(
        error.to_string().contains(".env: the value is masked"),
        "{error}"
    );
    // Of other names it is a text like any other.
    let text = json!([{ "path": "c.md", "content": openwork_model::mask::MASK }]);
    assert_eq!(changed(&upsert(&files, text).1), [".agents/skills/s/c.md"]);
}

#[test]
fn what_is_no_file_of_a_skill_is_refused() {
    for (file, message) in [
        (
            json!({ "path": "../x", "content": "x" }),
            "Skill file ../x: that is no path below the skill's folder",
        ),
        (
            json!({ "path": "/etc/x", "content": "x" }),
            "Skill file /etc/x: that is no path below the skill's folder",
        ),
        (
            json!({ "content": "x" }),
            "Skill file : that is no path below the skill's folder",
        ),
        (
            json!({ "path": "a/skill.md", "content": "x" }),
            "Skill file a/skill.md: a SKILL.md is written as the content of a skill",
        ),
        (
            json!({ "path": "x" }),
            "Skill file files[0].content: a file needs `content` or `base64`; `content: null` removes it",
        ),
        (
            json!({ "path": "x", "content": "x", "base64": "eA==" }),
            "Skill file files[0].content: a file has `content` or `base64`, not both",
        ),
        (
            json!({ "path": "x", "content": 5 }),
            "files[0].content must be a text",
        ),
        (
            json!({ "path": "x", "content": "x", "executable": "yes" }),
            "files[0].executable must be true or false",
        ),
    ] {
        let body = json!({ "name": "s", "content": TEXT, "files": [file] });
        let refused = SkillDraft::from_fields(&fields(body)).unwrap_err();
        assert_eq!(refused.to_string(), message);
    }
    for (files, message) in [
        (
            json!([{ "path": "a", "content": "x" }, { "path": "a", "content": null }]),
            "Skill file a: it is there twice",
        ),
        (
            json!([{ "path": "a/b", "content": "x" }, { "path": "a", "content": "x" }]),
            "Skill file a: it cannot be a file and a folder",
        ),
        (
            json!([{ "path": "a", "base64": "?" }]),
            "Skill file files[0].content: `base64` cannot be decoded: Invalid symbol 63, offset 0.",
        ),
    ] {
        let body = json!({ "name": "s", "content": TEXT, "files": files });
        let refused = SkillDraft::from_fields(&fields(body)).unwrap_err();
        assert_eq!(refused.to_string(), message);
    }
}

#[test]
fn a_file_has_a_bound() {
    let body = |length: usize| {
        let file = json!({ "path": "x", "content": "x".repeat(length) });
        let body = json!({ "name": "s", "content": TEXT, "files": [file] });
        plan(&read::upsert_skill(&fields(body)).unwrap().into(), &found()).map(drop)
    };
    assert!(body(512 << 10).is_ok());
    assert!(body((512 << 10) + 1).is_err());
}

#[test]
fn no_link_is_written_through() {
    let files = found().with_link(".agents/skills/s/references");
    let body = json!({ "name": "s", "content": TEXT, "files": [{ "path": "references/a.md", "content": "x" }] });
    let change = read::upsert_skill(&fields(body)).unwrap();
    let refused = plan(&change.into(), &files).unwrap_err().to_string();
    assert!(
        refused.ends_with("is or passes a link that is not followed"),
        "{refused}"
    );
}

#[test]
fn an_export_brings_the_folder_back() {
    let skills = export(&found()).skills;
    let mut copy = MemoryFiles::new();
    let restored = plan(&import(&skills, "merge").into(), &copy).unwrap();
    restored.apply_to(&mut copy);
    let folder = ".opencode/skills/s";
    assert_eq!(
        copy.text(&format!("{folder}/SKILL.md")).as_deref(),
        Some(TEXT)
    );
    assert_eq!(
        copy.text(&format!("{folder}/references/a.md")).as_deref(),
        Some("A\n")
    );
    assert_eq!(listed(&copy, false), listed(&found(), false));
    for mode in ["merge", "replace"] {
        let again = plan(&import(&skills, mode).into(), &copy).unwrap();
        assert_eq!(changed(&again), [""; 0], "{mode}");
    }
}

#[test]
fn what_is_too_large_for_an_export_is_named_and_stays() {
    let mut files = MemoryFiles::new()
        .with(".opencode/skills/s/SKILL.md", TEXT)
        .with(".opencode/skills/s/big", &"x".repeat((512 << 10) + 1));
    for n in 0..17 {
        let half = "x".repeat(512 << 10);
        files = files.with(&format!(".opencode/skills/s/half-{n:02}"), &half);
    }
    let skills = export(&files).skills;
    let omitted: Vec<_> = skills[0]
        .omitted
        .iter()
        .map(|omitted| (omitted.path.as_str(), omitted.reason.as_str()))
        .collect();
    assert_eq!(
        omitted,
        [
            ("big", "it is larger than 524288 bytes"),
            ("half-16", "the export has no room for it"),
        ]
    );
    assert_eq!(skills[0].files.len(), 16);
    let again = plan(&import(&skills, "replace").into(), &files).unwrap();
    assert_eq!(changed(&again), [""; 0]);
}

#[test]
fn a_file_that_cannot_be_read_costs_no_export() {
    let files = found().with(".agents/skills/s/big", &"x".repeat((1 << 20) + 1));
    assert_eq!(export(&files).skills[0].omitted.len(), 1);
    let refused = read(&files, "big");
    assert!(matches!(
        refused,
        Err(ReadError::File(FileError::TooLarge { .. }))
    ));
}
