use openwork_change::query::{Query, View, answer};
use openwork_model::config::ReadError;
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::skill::SkillsView;

fn skill(name: &str) -> String {
    format!("---\nname: {name}\ndescription: About {name}\n---\nBody of {name}\n")
}

/// A file for every path, its skill named like its folder.
fn with(paths: &[(FileRoot, &str)]) -> MemoryFiles {
    paths
        .iter()
        .fold(MemoryFiles::new(), |files, (root, path)| {
            let name = path.rsplit('/').next().unwrap();
            files.with_at(*root, &format!("{path}/SKILL.md"), &skill(name))
        })
}

fn view(files: &MemoryFiles, include_global: bool) -> SkillsView {
    let query = Query::Skills {
        include_global,
        skipped: true,
    };
    match answer(&query, files).unwrap() {
        View::Skills(view) => view,
        other => panic!("{other:?}"),
    }
}

fn listed(files: &MemoryFiles, include_global: bool) -> Vec<String> {
    let items = view(files, include_global).items.into_iter();
    items
        .map(|item| format!("{} {}", item.scope.as_str(), item.path.display()))
        .collect()
}

fn skipped(files: &MemoryFiles, include_global: bool) -> String {
    let skipped = view(files, include_global).skipped.unwrap().into_iter();
    let line = |skip: openwork_model::skill::SkippedSkill| {
        let loaded = if skip.loaded { "loaded" } else { "not loaded" };
        let name = skip.name.unwrap_or_default();
        format!(
            "{} [{name}] {}, {loaded}: {}\n",
            skip.path.display().to_string().replace('\\', "/"),
            skip.rule.as_str(),
            skip.message
        )
    };
    skipped.map(line).collect()
}

#[test]
fn every_place_of_the_engine_is_looked_at_in_a_fixed_order() {
    let files = with(&[
        (FileRoot::Workspace, ".opencode/skills/b"),
        (FileRoot::Workspace, ".opencode/skills/a"),
        (FileRoot::Workspace, ".opencode/skills/a/inner/deep"),
        (FileRoot::Workspace, ".opencode/skills/.hidden/not"),
        (FileRoot::Workspace, ".opencode/skills"),
        (FileRoot::Workspace, ".opencode/skill/c"),
        (FileRoot::Workspace, ".claude/skills/d"),
        (FileRoot::Workspace, ".claude/skills/.hidden/e"),
        (FileRoot::Workspace, ".claude/skill/not"),
        (FileRoot::Workspace, ".agents/skills/f"),
        (FileRoot::Workspace, ".agents/skills/x/y/g"),
        (FileRoot::Workspace, "skills/not"),
        (FileRoot::Ancestor(1), ".opencode/skills/h"),
        (FileRoot::Ancestor(1), ".agents/skills/i"),
        (FileRoot::Ancestor(2), ".opencode/skills/not"),
        (FileRoot::Global, "skills/j"),
        (FileRoot::Global, "skill/k"),
        (FileRoot::Home, ".claude/skills/l"),
        (FileRoot::Home, ".agents/skills/m"),
        (FileRoot::Home, ".opencode/skills/n"),
        (FileRoot::Home, ".opencode/skill/o"),
        (FileRoot::Custom, "skills/p"),
        (FileRoot::Custom, "skill/q"),
    ])
    .with_ancestors(1);
    let project = [
        "project /w/s/ws/.opencode/skills/a/SKILL.md",
        "project /w/s/ws/.opencode/skills/b/SKILL.md",
        "project /w/s/ws/.claude/skills/d/SKILL.md",
        "project /w/s/.opencode/skills/h/SKILL.md",
        "project /w/s/ws/.opencode/skills/SKILL.md",
        "project /w/s/ws/.opencode/skills/a/inner/deep/SKILL.md",
        "project /w/s/ws/.claude/skills/.hidden/e/SKILL.md",
        "project /w/s/ws/.opencode/skill/c/SKILL.md",
        "project /w/s/ws/.agents/skills/f/SKILL.md",
        "project /w/s/ws/.agents/skills/x/y/g/SKILL.md",
        "project /w/s/.agents/skills/i/SKILL.md",
    ];
    assert_eq!(listed(&files, false), project);
    let global = [
        "global /home/.config/opencode/skills/j/SKILL.md",
        "global /home/.claude/skills/l/SKILL.md",
        "global /home/.config/opencode/skill/k/SKILL.md",
        "global /home/.opencode/skills/n/SKILL.md",
        "global /home/.opencode/skill/o/SKILL.md",
        "global /home/.agents/skills/m/SKILL.md",
        "global /custom/skills/p/SKILL.md",
        "global /custom/skill/q/SKILL.md",
    ];
    assert_eq!(listed(&files, true), [&project[..], &global[..]].concat());
    assert_eq!(skipped(&files, true), "");
}

#[test]
fn what_is_left_out_is_reported_with_its_reason() {
    let files = with(&[
        (FileRoot::Workspace, ".opencode/skills/same"),
        (FileRoot::Workspace, ".agents/skills/same"),
        (FileRoot::Workspace, ".opencode/skills/Bad_Name"),
        (FileRoot::Workspace, ".opencode/skills/near"),
    ])
    .with(".opencode/skills/folder/SKILL.md", &skill("other"))
    .with(".opencode/skills/none/SKILL.md", "# Only text\n")
    .with(
        ".opencode/skills/open/SKILL.md",
        "---\nname: open\ndescription: d\n",
    )
    .with(".opencode/skills/open-broken/SKILL.md", "---\nname: [x\n")
    .with(
        ".opencode/skills/broken/SKILL.md",
        "---\nname: broken\ndescription: Use when: x\n---\n",
    )
    .with(
        ".opencode/skills/no-name/SKILL.md",
        "---\ndescription: d\n---\n",
    )
    .with(
        ".opencode/skills/date-name/SKILL.md",
        "---\nname: 2024-01-01\ndescription: d\n---\n",
    )
    .with(
        ".opencode/skills/no-text/SKILL.md",
        "---\nname: no-text\n---\n",
    )
    .with(
        ".opencode/skills/number/SKILL.md",
        "---\nname: number\ndescription: 1_000\n---\n",
    )
    .with(
        ".opencode/skills/empty/SKILL.md",
        "---\nname: empty\ndescription: ''\n---\n",
    )
    .with(
        ".opencode/skills/long/SKILL.md",
        &format!("---\nname: long\ndescription: {}\n---\n", "d".repeat(1025)),
    )
    .with(
        ".opencode/skills/large/SKILL.md",
        &"x".repeat((1 << 20) + 1),
    )
    .with(".opencode/skills/dir/SKILL.md/readme.md", "")
    .with_link(".opencode/skills/near")
    .with_refused(".opencode/skills/out")
    .with_refused(".opencode/skills/file/SKILL.md")
    .with_refused(".opencode/skills/same/data")
    .with_refused(".claude");
    assert_eq!(
        listed(&files, true),
        [
            "project /w/s/ws/.opencode/skills/near/SKILL.md",
            "project /w/s/ws/.opencode/skills/same/SKILL.md",
        ]
    );
    insta::assert_snapshot!(skipped(&files, true), @r#"
/w/s/ws/.opencode/skills/Bad_Name/SKILL.md [Bad_Name] name, loaded: its name is not kebab-case of 1 to 64 characters
/w/s/ws/.opencode/skills/broken/SKILL.md [] frontmatter, not loaded: the frontmatter is broken at line 3: mapping values are not allowed in this context; the engine may load the skill once and then loses it on a reload
/w/s/ws/.opencode/skills/date-name/SKILL.md [] name, not loaded: it gives itself no name that is text, so the engine skips it
/w/s/ws/.opencode/skills/empty/SKILL.md [empty] description, loaded: its description is not of 1 to 1024 characters
/w/s/ws/.opencode/skills/folder/SKILL.md [other] folder, loaded: its name is `other`, but its folder is `folder`
/w/s/ws/.opencode/skills/large/SKILL.md [] unreadable, not loaded: it is larger than 1048576 bytes
/w/s/ws/.opencode/skills/long/SKILL.md [long] description, loaded: its description is not of 1 to 1024 characters
/w/s/ws/.opencode/skills/no-name/SKILL.md [] name, not loaded: it gives itself no name that is text, so the engine skips it
/w/s/ws/.opencode/skills/no-text/SKILL.md [no-text] description, loaded: it has no description, so the engine does not offer it to the model
/w/s/ws/.opencode/skills/none/SKILL.md [] frontmatter, not loaded: it has no frontmatter, so the engine skips it
/w/s/ws/.opencode/skills/number/SKILL.md [number] description, not loaded: its description is no text, so the engine skips it
/w/s/ws/.opencode/skills/open/SKILL.md [open] frontmatter, loaded: its frontmatter has no closing `---`
/w/s/ws/.opencode/skills/open-broken/SKILL.md [] frontmatter, not loaded: its frontmatter has no closing `---`
/w/s/ws/.agents/skills/same/SKILL.md [same] shadowed, not loaded: /w/s/ws/.opencode/skills/same/SKILL.md has the same name and comes first here; the engine takes either
/w/s/ws/.opencode/skills/out [] link, loaded: it is or passes a link that leads out of what this server may read; the engine follows it
/w/s/ws/.claude/skills [] link, loaded: it is or passes a link that leads out of what this server may read; the engine follows it
"#);
}

#[test]
fn reasons_are_given_only_when_asked_for() {
    let query = Query::Skills {
        include_global: false,
        skipped: false,
    };
    let files = MemoryFiles::new().with(".opencode/skills/none/SKILL.md", "# Only text\n");
    assert_eq!(
        answer(&query, &files).unwrap(),
        View::Skills(SkillsView::default())
    );
}

#[test]
fn paths_of_the_configuration_are_looked_at_last() {
    let paths = r#"{ "skills": { "paths": ["extra", "./.hidden", "../side", "/w/s/ws/abs", "~/mine", "/etc", "../../..", "gone"] } }"#;
    let files = with(&[
        (FileRoot::Workspace, "extra/a"),
        (FileRoot::Workspace, "extra/.hidden/not"),
        (FileRoot::Workspace, ".hidden/b"),
        (FileRoot::Workspace, "abs/deep/c"),
        (FileRoot::Workspace, ".opencode/skills/d"),
        (FileRoot::Ancestor(1), "side/e"),
        (FileRoot::Home, "mine/f"),
    ])
    .with_ancestors(1)
    .with_at(
        FileRoot::Ancestor(1),
        "opencode.json",
        r#"{ "skills": { "paths": ["not"] } }"#,
    )
    .with("opencode.json", paths);
    assert_eq!(
        listed(&files, true),
        [
            "project /w/s/ws/.opencode/skills/d/SKILL.md",
            "project /w/s/ws/extra/a/SKILL.md",
            "project /w/s/ws/.hidden/b/SKILL.md",
            "project /w/s/side/e/SKILL.md",
            "project /w/s/ws/abs/deep/c/SKILL.md",
        ]
    );
    insta::assert_snapshot!(skipped(&files, true), @r#"
/home/mine [] outside, loaded: it lies outside of what this server may read for this workspace; the engine reads it
/etc [] outside, loaded: it lies outside of what this server may read for this workspace; the engine reads it
/ [] outside, loaded: it lies outside of what this server may read for this workspace; the engine reads it
"#);
}

#[test]
fn only_the_user_sends_the_search_home() {
    let files = with(&[(FileRoot::Home, "mine/a"), (FileRoot::Workspace, "extra/b")]);
    let paths = r#"{ "skills": { "paths": ["~/mine", "extra"] } }"#;
    let by_user = files
        .clone()
        .with_at(FileRoot::Global, "opencode.json", paths);
    assert_eq!(
        listed(&by_user, true),
        [
            "project /w/s/ws/extra/b/SKILL.md",
            "global /home/mine/a/SKILL.md"
        ]
    );
    assert_eq!(listed(&by_user, false), [""; 0]);
    let by_project = files.with("opencode.json", paths);
    assert_eq!(
        listed(&by_project, true),
        ["project /w/s/ws/extra/b/SKILL.md"]
    );
}

#[test]
fn a_place_that_is_named_twice_is_listed_once() {
    let files = with(&[(FileRoot::Workspace, ".opencode/skills/a")]).with(
        "opencode.json",
        r#"{ "skills": { "paths": [".opencode/skills", "."] } }"#,
    );
    assert_eq!(
        listed(&files, false),
        ["project /w/s/ws/.opencode/skills/a/SKILL.md"]
    );
    assert_eq!(skipped(&files, false), "");
}

#[test]
fn one_skill_is_read_by_its_name() {
    let files = with(&[
        (FileRoot::Workspace, ".opencode/skills/x/near"),
        (FileRoot::Workspace, ".agents/skills/near"),
        (FileRoot::Home, ".claude/skills/far"),
    ])
    .with(".opencode/skills/odd/SKILL.md", &skill("other"));
    let read = |name: &str, include_global: bool| {
        let name = name.to_owned();
        match answer(
            &Query::Skill {
                name,
                include_global,
                files: false,
            },
            &files,
        ) {
            Ok(View::Skill(skill)) => Some((skill.item.path.display().to_string(), skill.text)),
            Err(ReadError::SkillNotFound) => None,
            other => panic!("{other:?}"),
        }
    };
    let near = (
        "/w/s/ws/.opencode/skills/x/near/SKILL.md".to_owned(),
        skill("near"),
    );
    assert_eq!(read("near", false), Some(near));
    let far = ("/home/.claude/skills/far/SKILL.md".to_owned(), skill("far"));
    assert_eq!(read("far", true), Some(far));
    for (name, include_global) in [
        ("far", false),
        ("odd", true),
        ("other", true),
        ("../x", true),
        ("", true),
    ] {
        assert_eq!(read(name, include_global), None, "{name}");
    }
}

#[test]
fn a_thousand_skills_are_no_trouble() {
    let mut files = MemoryFiles::new();
    for index in 0..1000 {
        let name = format!("s{index:03}");
        files = files.with(&format!(".opencode/skills/{name}/SKILL.md"), &skill(&name));
    }
    assert_eq!(view(&files, false).items.len(), 1000);
}
