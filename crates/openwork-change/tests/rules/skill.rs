use openwork_change::change::{Change, ImportBundle, SkillDraft, read};
use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::skill::{SkillItem, read_skill};
use serde_json::{Value, json};

use crate::outcome::{fields, outcome};

fn skill(name: &str, description: &str) -> String {
    format!("---\nname: {name}\ndescription: {description}\n---\nBody\n")
}

fn draft(body: Value) -> Result<SkillDraft, String> {
    SkillDraft::from_fields(&fields(body)).map_err(|invalid| invalid.to_string())
}

fn text(content: &str) -> String {
    draft(json!({ "name": "s", "description": "From the request", "content": content }))
        .unwrap()
        .text()
        .to_owned()
}

fn items(files: &MemoryFiles, include_global: bool) -> Vec<SkillItem> {
    match answer(
        &Query::Skills {
            include_global,
            skipped: false,
        },
        files,
    )
    .unwrap()
    {
        View::Skills(view) => view.items,
        other => panic!("{other:?}"),
    }
}

fn listed(files: &MemoryFiles, include_global: bool) -> String {
    let line = |item: &SkillItem| {
        format!(
            "{} ({}) {}: {}\n",
            item.name,
            item.scope.as_str(),
            item.path.display(),
            item.description
        )
    };
    items(files, include_global)
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_skill_is_written_with_its_frontmatter() {
    let body =
        json!({ "name": " audit ", "description": "Audits", "content": "# Audit\n\nSteps." });
    insta::assert_snapshot!(outcome(&MemoryFiles::new(), read::upsert_skill(&fields(body))), @r#"
skills.upsert: Upsert skill audit
shows .opencode/skills/audit/SKILL.md
holds .opencode/skills/audit/SKILL.md: absent
records /w/s/ws/.opencode/skills/audit/SKILL.md: Upserted skill audit
answers Skill(SkillItem { name: "audit", description: "Audits", path: "/w/s/ws/.opencode/skills/audit/SKILL.md", scope: Project })
writes .opencode/skills/audit/SKILL.md
  | ---
  | name: audit
  | description: Audits
  | ---
  | # Audit
  | 
  | Steps.
"#);
}

#[test]
fn a_skill_that_is_there_is_held_and_replaced() {
    let files = MemoryFiles::new()
        .with(".opencode/skills/s/SKILL.md", &skill("s", "Old"))
        .with(".opencode/skills/s/extra.txt", "kept");
    let body = json!({ "name": "s", "description": "New", "content": "New\n" });
    insta::assert_snapshot!(outcome(&files, read::upsert_skill(&fields(body))), @r#"
skills.upsert: Upsert skill s
shows .opencode/skills/s/SKILL.md
holds .opencode/skills/s/SKILL.md: all 38 bytes
records /w/s/ws/.opencode/skills/s/SKILL.md: Upserted skill s
answers Skill(SkillItem { name: "s", description: "New", path: "/w/s/ws/.opencode/skills/s/SKILL.md", scope: Project })
writes .opencode/skills/s/SKILL.md
  | ---
  | name: s
  | description: New
  | ---
  | New
"#);
}

#[test]
fn the_same_text_again_changes_nothing() {
    let body = json!({ "name": "s", "description": "From the request", "content": "x" });
    let files = MemoryFiles::new().with(".opencode/skills/s/SKILL.md", &text("x"));
    insta::assert_snapshot!(outcome(&files, read::upsert_skill(&fields(body))), @r#"
skills.upsert: Upsert skill s
shows .opencode/skills/s/SKILL.md
holds .opencode/skills/s/SKILL.md: all 48 bytes
records /w/s/ws/.opencode/skills/s/SKILL.md: Upserted skill s
answers Skill(SkillItem { name: "s", description: "From the request", path: "/w/s/ws/.opencode/skills/s/SKILL.md", scope: Project })
"#);
}

#[test]
fn given_frontmatter_keeps_its_fields_and_order() {
    insta::assert_snapshot!(
        text("---\nlicense: MIT\nname: s\ndescription: Given\nmetadata:\n  owner: jo\n---\n\n# Body\n---\nmore\n"), @r#"
---
license: MIT
name: s
description: Given
metadata:
  owner: jo
---

# Body
---
more
"#
    );
}

#[test]
fn missing_fields_are_added_at_the_end() {
    insta::assert_snapshot!(text("---\nlicense: MIT # mine\n---\nBody"), @r#"
---
license: MIT # mine
name: s
description: From the request
---
Body
"#);
}

#[test]
fn the_body_is_kept_but_for_line_feeds_at_its_ends() {
    for (content, body) in [
        ("x", "x\n"),
        ("\nx\n", "x\n"),
        ("\n\nx\n\n", "\nx\n\n"),
        ("Zeile ä日😀\r\nmore\r\n", "Zeile ä日😀\r\nmore\r\n"),
        ("---\nname: s\n---\n\nx", "\nx\n"),
        ("---\nname: s\n---\n\n\nx", "\n\nx\n"),
        ("---\nname: s\n---\nx", "x\n"),
        ("\u{feff}x", "x\n"),
    ] {
        let text = text(content);
        assert_eq!(
            text.split_once("\n---\n").map(|(_, body)| body),
            Some(body),
            "{content:?}"
        );
    }
}

#[test]
fn the_description_in_the_text_counts() {
    let described = |content: &str| {
        draft(json!({ "name": "s", "description": "Request", "content": content }))
            .unwrap()
            .description()
            .to_owned()
    };
    assert_eq!(described("---\nname: s\ndescription: Text\n---\nx"), "Text");
    assert_eq!(
        described("---\nname: s\ndescription: ''\n---\nx"),
        "Request"
    );
    assert_eq!(
        described("---\nname: s\ndescription: 12\n---\nx"),
        "Request"
    );
    assert_eq!(described("x"), "Request");
}

#[test]
fn what_is_no_skill_is_refused() {
    let deny = |body: Value| draft(body).unwrap_err();
    for (body, message) in [
        (
            json!({ "content": "x", "description": "d" }),
            "Skill name must be kebab-case (1-64 chars)",
        ),
        (
            json!({ "name": "../x", "content": "x", "description": "d" }),
            "Skill name must be kebab-case (1-64 chars)",
        ),
        (
            json!({ "name": ["a"], "content": "x", "description": "d" }),
            "name must be a text",
        ),
        (
            json!({ "name": "a", "description": "d" }),
            "Skill content is required",
        ),
        (
            json!({ "name": "a", "content": "", "description": "d" }),
            "Skill content is required",
        ),
        (
            json!({ "name": "a", "content": { "a": 1 }, "description": "d" }),
            "content must be a text",
        ),
        (
            json!({ "name": "a", "content": "x" }),
            "Description must be 1-1024 characters",
        ),
        (
            json!({ "name": "a", "content": "x", "description": "" }),
            "Description must be 1-1024 characters",
        ),
        (
            json!({ "name": "a", "content": "x", "description": "é".repeat(1025) }),
            "Description must be 1-1024 characters",
        ),
        (
            json!({ "name": "a", "content": "---\nname: a\n---\nx" }),
            "Description must be 1-1024 characters",
        ),
        (
            json!({ "name": "a", "content": "x", "description": ["d"] }),
            "description must be a text",
        ),
        (
            json!({ "name": "a", "content": "---\nname: b\ndescription: d\n---\nx" }),
            "Skill frontmatter name must match payload name",
        ),
    ] {
        assert_eq!(deny(body), message);
    }
    for content in [
        "---\nname: [a\n---\nx",
        "---\n- a\n---\nx",
        "---\njust text\n---\nx",
    ] {
        let message = deny(json!({ "name": "a", "description": "d", "content": content }));
        assert!(
            message.starts_with("Skill content has broken frontmatter: "),
            "{message}"
        );
    }
}

#[test]
fn optional_fields_follow_the_agent_skills_specification() {
    let with = |line: &str| {
        let content = format!("---\nname: a\ndescription: d\n{line}\n---\nx");
        draft(json!({ "name": "a", "content": content })).map(|_| ())
    };
    for line in [
        "license: MIT",
        "license:",
        "compatibility: Needs git",
        "metadata:\n  author: me\n  version: \"1.0\"",
        "metadata: { a: b }",
        "metadata: kept by the release team",
        "allowed-tools: Bash(git:*) Read",
        "allowed-tools:\n  - Read",
    ] {
        assert_eq!(with(line), Ok(()), "{line}");
    }
    let limit = format!("compatibility: {}", "é".repeat(500));
    assert_eq!(with(&limit), Ok(()));
    for (line, expected) in [
        ("license: [MIT]", "license must be a text"),
        ("license: 2", "license must be a text"),
        (
            "compatibility: \"\"",
            "compatibility must be 1-500 characters of text",
        ),
        (
            &format!("{limit}é"),
            "compatibility must be 1-500 characters of text",
        ),
        (
            "compatibility: true",
            "compatibility must be 1-500 characters of text",
        ),
        (
            "metadata: true",
            "metadata must be a text or a map of texts",
        ),
        (
            "allowed-tools: true",
            "allowed-tools must be a text or a list of texts",
        ),
    ] {
        let message = format!("Skill frontmatter field {expected}");
        assert_eq!(with(line), Err(message), "{line}");
    }
}

#[test]
fn a_field_that_the_specification_does_not_have_is_refused() {
    for (line, field) in [
        ("hooks: x", "hooks"),
        ("model: a/b", "model"),
        ("\"hooks\":\n  PreToolUse: []", "hooks"),
        ("Name: b", "Name"),
        ("version:", "version"),
    ] {
        let content = format!("---\nname: a\n{line}\ndescription: d\n---\nx");
        let body = json!({ "name": "a", "content": &content });
        let message = format!(
            "Skill frontmatter field {field:?} is not one of the Agent Skills specification; \
             put it under metadata"
        );
        let upsert = || read::upsert_skill(&fields(body.clone()));
        let refused = outcome(&MemoryFiles::new(), upsert());
        assert!(refused.contains(&message), "{line}: {refused}");
        assert!(SkillDraft::new("a", "d", &content).is_err(), "{line}");
        // What the file has already may stay.
        let file = format!("{content} and more");
        let files = MemoryFiles::new().with(".agents/skills/a/SKILL.md", &file);
        let written = outcome(&files, upsert());
        assert!(
            written.contains("writes .agents/skills/a/SKILL.md"),
            "{written}"
        );
        // What an export gives is taken back.
        let bundle = ImportBundle::from_fields(&fields(json!({ "skills": [body] }))).unwrap();
        assert_eq!(bundle.skills().unwrap().content[0].text(), content + "\n");
    }
}

#[test]
fn a_description_counts_characters() {
    let body = json!({ "name": "a", "content": "x", "description": "é".repeat(1024) });
    assert!(draft(body).is_ok());
}

#[test]
fn a_skill_says_the_name_of_its_folder() {
    for (folder, text, is_skill) in [
        ("ok", skill("ok", "Fine"), true),
        ("ok", "---\ndescription: No name\n---\n".to_owned(), false),
        (
            "ok",
            "---\r\nname: ok\r\ndescription: CRLF\r\n---\r\nBody\r\n".to_owned(),
            true,
        ),
        (
            "ok",
            "\u{feff}---\nname: ok\ndescription: Marked\n---\n".to_owned(),
            true,
        ),
        (
            "ok",
            "---\n\"name\": 'ok' # here\ndescription: \"Says: \\\"hi\\\"\"\n---\n".to_owned(),
            true,
        ),
        ("ok", skill("other", "Fine"), false),
        ("Bad_Name", skill("Bad_Name", "Fine"), false),
        (" ok", skill("' ok'", "Fine"), false),
        ("ok", "---\nname: ok\n---\n".to_owned(), false),
        ("ok", skill("ok", "''"), false),
        ("ok", skill("ok", "12"), false),
        ("ok", skill("ok", &"d".repeat(1025)), false),
        ("ok", skill("ok", "[unclosed"), false),
        ("ok", "# Only text\n".to_owned(), false),
    ] {
        assert_eq!(
            read_skill(folder, &text).is_some(),
            is_skill,
            "{folder}: {text}"
        );
    }
}

#[test]
fn the_nearest_skill_of_a_name_is_listed() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with(".opencode/skills/b/SKILL.md", &skill("b", "Own b"))
        .with(".opencode/skills/a/SKILL.md", &skill("a", "Own a"))
        .with(".claude/skills/a/SKILL.md", &skill("a", "Hidden"))
        .with(
            ".claude/skills/same/SKILL.md",
            &skill("same", "From the workspace"),
        )
        .with_at(
            FileRoot::Ancestor(1),
            ".opencode/skills/same/SKILL.md",
            &skill("same", "Hidden"),
        )
        .with_at(
            FileRoot::Ancestor(1),
            ".opencode/skills/top/SKILL.md",
            &skill("top", "Top"),
        )
        .with_at(
            FileRoot::Ancestor(2),
            ".opencode/skills/above/SKILL.md",
            &skill("above", "Above"),
        )
        .with_at(FileRoot::Global, "skills/g/SKILL.md", &skill("g", "Global"))
        .with_at(
            FileRoot::Home,
            ".claude/skills/h/SKILL.md",
            &skill("h", "Home"),
        )
        .with_at(
            FileRoot::Home,
            ".claude/skills/b/SKILL.md",
            &skill("b", "Hidden"),
        );
    insta::assert_snapshot!(listed(&files, true), @r#"
a (project) /w/s/ws/.opencode/skills/a/SKILL.md: Own a
b (project) /w/s/ws/.opencode/skills/b/SKILL.md: Own b
same (project) /w/s/ws/.claude/skills/same/SKILL.md: From the workspace
top (project) /w/s/.opencode/skills/top/SKILL.md: Top
g (global) /home/.config/opencode/skills/g/SKILL.md: Global
h (global) /home/.claude/skills/h/SKILL.md: Home
"#);
    assert_eq!(items(&files, false), items(&files, true)[..4]);
}

#[test]
fn a_faulty_skill_hides_no_other() {
    let files = MemoryFiles::new()
        .with_refused(".claude")
        .with(".opencode/skills/bad/SKILL.md", &skill("bad", "[unclosed"))
        .with(".opencode/skills/dir/SKILL.md/x", "")
        .with(".opencode/skills/empty/readme.md", "")
        .with(".opencode/skills/good/SKILL.md", &skill("good", "Good"))
        .with(
            ".opencode/skills/large/SKILL.md",
            &"x".repeat((1 << 20) + 1),
        )
        .with(".opencode/skills/loose.md", &skill("loose", "Loose"))
        .with_refused(".opencode/skills/out")
        .with_refused(".opencode/skills/file/SKILL.md")
        .with(
            ".opencode/skills/near/SKILL.md",
            &skill("near", "Linked from near"),
        )
        .with_link(".opencode/skills/near");
    insta::assert_snapshot!(listed(&files, false), @r#"
good (project) /w/s/ws/.opencode/skills/good/SKILL.md: Good
near (project) /w/s/ws/.opencode/skills/near/SKILL.md: Linked from near
"#);
}

#[test]
fn a_skill_goes_from_all_places_of_the_workspace() {
    let files = MemoryFiles::new()
        .with(".opencode/skills/s/SKILL.md", &skill("s", "One"))
        .with(".opencode/skills/s/scripts/run.sh", "run\n")
        .with(".opencode/skills/s-2/SKILL.md", &skill("s-2", "Other"))
        .with(".claude/skills/s/SKILL.md", &skill("s", "Two"))
        .with_refused(".opencode/skills/s/out");
    insta::assert_snapshot!(outcome(&files, Change::delete_skill("s")), @r#"
skills.delete: Delete skill s
shows .opencode/skills/s/SKILL.md
shows .claude/skills/s/SKILL.md
shows .opencode/skills/s/scripts/run.sh
holds .opencode/skills/s/SKILL.md: all 38 bytes
holds .opencode/skills/s/scripts/run.sh: all 4 bytes
holds .claude/skills/s/SKILL.md: all 38 bytes
records /w/s/ws/.opencode/skills/s/SKILL.md: Deleted skill s
answers SkillDeleted { name: "s", path: "/w/s/ws/.opencode/skills/s/SKILL.md" }
removes .claude/skills/s/SKILL.md
removes .opencode/skills/s/SKILL.md
removes .opencode/skills/s/scripts/run.sh
"#);
}

#[test]
fn a_skill_that_is_too_broken_to_be_listed_can_be_deleted() {
    let files = MemoryFiles::new().with(".claude/skills/s/SKILL.md", &skill("s", "[unclosed"));
    let outcome = outcome(&files, Change::delete_skill("s"));
    assert!(
        outcome.ends_with("removes .claude/skills/s/SKILL.md\n"),
        "{outcome}"
    );
}

#[test]
fn a_skill_is_deleted_however_deep_it_lies() {
    let files = MemoryFiles::new()
        .with(".opencode/skills/group/s/SKILL.md", &skill("s", "One"))
        .with(".opencode/skill/s/SKILL.md", &skill("s", "Two"))
        .with(".agents/skills/more/s/SKILL.md", &skill("s", "Three"))
        .with(
            ".agents/skills/more/other/SKILL.md",
            &skill("other", "Four"),
        );
    let outcome = outcome(&files, Change::delete_skill("s"));
    let removed: Vec<_> = outcome
        .lines()
        .filter_map(|line| line.strip_prefix("removes "))
        .collect();
    assert_eq!(
        removed,
        [
            ".agents/skills/more/s/SKILL.md",
            ".opencode/skill/s/SKILL.md",
            ".opencode/skills/group/s/SKILL.md",
        ]
    );
}

#[test]
fn only_a_skill_of_the_workspace_is_deleted() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with_at(
            FileRoot::Ancestor(1),
            ".opencode/skills/s/SKILL.md",
            &skill("s", "Above"),
        )
        .with(
            ".opencode/skills/linked/SKILL.md",
            &skill("linked", "Linked"),
        )
        .with_link(".opencode/skills/linked")
        .with(".opencode/skills/empty/readme.md", "");
    for name in ["s", "linked", "empty", "missing"] {
        assert_eq!(
            outcome(&files, Change::delete_skill(name)),
            "refused: Skill not found\n"
        );
    }
    assert_eq!(
        outcome(&files, Change::delete_skill("../s")),
        "invalid: Skill name must be kebab-case (1-64 chars)\n"
    );
}

#[test]
fn a_skill_is_not_written_through_a_link() {
    let body = fields(json!({ "name": "s", "description": "d", "content": "x" }));
    for files in [
        MemoryFiles::new().with_refused(".opencode"),
        MemoryFiles::new().with_refused(".opencode/skills/s/SKILL.md"),
        MemoryFiles::new().with_link(".opencode/skills/s"),
    ] {
        let refused = outcome(&files, read::upsert_skill(&body));
        assert!(
            refused.ends_with("is or passes a link that is not followed\n"),
            "{refused}"
        );
    }
}
