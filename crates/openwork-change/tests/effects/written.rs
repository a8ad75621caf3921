//! Files of the workspace that clients write as they are.

use openwork_change::change::{Change, read};
use openwork_model::files::MemoryFiles;
use serde_json::json;

use crate::support::{effects, fields, is_rememberable, weight};

fn write(path: &str, content: &str) -> Change {
    read::write_text(&fields(&json!({ "path": path, "content": content }))).unwrap()
}

fn written(path: &str, content: &str) -> Vec<String> {
    let files = MemoryFiles::new();
    let found = effects(&files, &write(path, content));
    let is_high = found.iter().any(|line| line.starts_with("high"));
    assert_eq!(
        is_rememberable(&files, &write(path, content)),
        !is_high,
        "{path}: {content}"
    );
    found
}

#[test]
fn a_text_is_weighed_as_whatever_a_link_could_make_of_it() {
    for path in [
        "cmds/x.md",
        "docs/one.md",
        "commands/x.md",
        "x.MD",
        "x.txt",
        ".config/opencode/commands/x.md",
    ] {
        let instructions = format!("medium instructions < {path}");
        for (content, grave) in [
            ("Do !`touch PWN`\n", &["high command $ touch PWN"][..]),
            ("Do !$1`touch PWN`\n", &["high command $ touch PWN"]),
            ("See @~/.ssh/id_rsa\n", &["high reads-file < ~/.ssh/id_rsa"]),
            (
                "---\npermission: allow\n---\nDo\n",
                &["high permission agent.x.permission (unset → allow)"],
            ),
            (
                "---\ntools:\n  bash: true\n---\nDo\n",
                &["high permission agent.x.tools.bash (unset → true)"],
            ),
            (
                "---\nmode: primary\n---\nDo\n",
                &["high permission agent.x.mode (unset → primary)"],
            ),
            (
                "---\nallowed-tools: Bash(*)\n---\nDo\n",
                &["high permission allowed-tools (unset → Bash(*))"],
            ),
            (
                "---\nagent: yolo\n---\nDo\n",
                &["high permission agent (unset → yolo)"],
            ),
        ] {
            let mut expected: Vec<String> = grave.iter().map(|&line| line.to_owned()).collect();
            expected.push(instructions.clone());
            let found = written(path, content);
            let name = if path.contains("one") {
                "agent.one"
            } else {
                "agent.x"
            };
            let expected: Vec<String> = expected
                .iter()
                .map(|line| line.replace("agent.x", name))
                .collect();
            assert_eq!(found, expected, "{path}: {content}");
        }
    }
}

#[test]
fn an_ordinary_text_stays_one() {
    for content in [
        "# Title\n\nUse `git log`, ask @anna and bob@acme.test; `@types/node` is at @src/x.ts.\n",
        "It costs $1. Wow! `code`\n",
        "@media print { } @home @dev\n",
        "---\nname: a\ndescription: A note\n---\nText\n",
    ] {
        assert_eq!(
            written("docs/x.md", content),
            ["medium instructions < docs/x.md"],
            "{content}"
        );
    }
}

#[test]
fn the_sentence_says_what_a_text_may_be_read_as() {
    let sentences = |content: &str| {
        let weight = weight(&MemoryFiles::new(), &write("cmds/x.md", content));
        let effects = weight.effects.into_iter();
        let sentences: Vec<String> = effects.map(|effect| effect.text).collect();
        sentences.join("\n")
    };
    insta::assert_snapshot!(sentences("---\nmodel: a/b\npermission: allow\n---\n!`evil`\n"), @r"
    Runs this in a shell of this machine whenever `cmds/x.md` (which may be read as a command, an agent or a skill) is used: `evil`
    `cmds/x.md` may be read as an agent: Lets the agent `x` use any tool without asking (`agent.x.permission`: unset → allow).
    Changes `model` of `cmds/x.md` (which may be read as a command) from `unset` to `a/b`, which decides where its conversations go.
    `cmds/x.md` may be read as an agent: Sets `agent.x.model` to `a/b`, which decides where its conversations go.
    Creates `cmds/x.md`, which agents may read as instructions.
    ");
}

#[test]
fn what_a_text_ran_before_is_not_told_again() {
    let files = MemoryFiles::new().with("cmds/x.md", "---\nmode: all\n---\nDo !`make`\n");
    let change = write("cmds/x.md", "---\nmode: all\n---\nPlease do !`make`\n");
    assert_eq!(
        effects(&files, &change),
        ["medium instructions < cmds/x.md"]
    );
}

#[test]
fn what_commands_agents_and_skills_name_is_grave() {
    let files = MemoryFiles::new()
        .with(".opencode/commands/c.md", "x !`sh e/run.md`\n")
        .with(".opencode/agents/a.md", "Look at chart.png\n");
    for path in ["e/run.md", "other/RUN.md", "chart.png"] {
        let change = write(path, "rm -r x\n");
        assert_eq!(effects(&files, &change), [format!("high code < {path}")]);
        assert!(!is_rememberable(&files, &change));
    }
    let weight = weight(&files, &write("e/run.md", "x"));
    assert_eq!(
        weight.effects[0].text,
        "Creates `e/run.md`, which a command, an agent or a skill names and so may run."
    );
    assert!(is_rememberable(&files, &write("e/walk.md", "x")));
}

#[test]
fn texts_that_programs_load_by_their_names_are_grave() {
    for path in [
        "CMakeLists.txt",
        "sub/cmakelists.txt",
        "requirements.txt",
        "requirements-dev.txt",
        "dev-requirements.txt",
        "requirements/base.txt",
        "constraints.txt",
        "meson_options.txt",
    ] {
        assert_eq!(written(path, "x"), [format!("high code < {path}")]);
    }
    for path in ["robots.txt", "notes.txt", "requirements.md", "LICENSE.txt"] {
        assert_eq!(
            written(path, "x"),
            [format!("medium instructions < {path}")]
        );
    }
}
