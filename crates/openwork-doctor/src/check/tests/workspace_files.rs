//! The checks that look at the files of a workspace.

use std::collections::BTreeMap;

use super::*;

#[test]
fn layers_that_the_engine_refuses() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  // ours\n  \"tools\": {\n    \"deny\": [\"bash\"]\n  }\n}\n",
        )
        .with(
            ".opencode/opencode.json",
            "{\n  \"model\": \"a/b\"\n  \"x\": 1\n}\n",
        )
        .with(".opencode/openwork.json", "{ // no comments\n}\n")
        .with_at(FileRoot::Global, "opencode.jsonc", "// nothing\n");
    insta::assert_snapshot!(of_files(&files, "layers"), @"
    error layers.blank /home/.config/opencode/opencode.jsonc
    error layers.value /ws/opencode.json:4
    error layers.broken /ws/.opencode/opencode.json:2
    error layers.openwork /ws/.opencode/openwork.json
    ");
}

#[test]
fn all_faults_of_a_configuration_file_are_told() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  \"instructions\": \"a\",\n  \"share\": \"sometimes\",\n  \"permissions\": [],\n  \"mcp\": { \"a\": { \"type\": \"local\" } }\n}\n",
        )
        .with(".opencode/opencode.json", "// none\n[]\n");
    insta::assert_snapshot!(all_of(&files, "layers"), @r#"
    error    `/instructions` is a text, and the engine takes a list
             /ws/opencode.json:2
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write a list, or take it out
    error    `/share` is "sometimes", and the engine takes "manual", "auto" or "disabled"
             /ws/opencode.json:3
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write "manual", "auto" or "disabled", or take it out
    error    `/permissions` is there, and the engine takes no such setting
             /ws/opencode.json:4
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: take it out; `permission` is the setting for what is allowed
    error    `/mcp/a/command` is missing, and the engine needs a list there
             /ws/opencode.json:5
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write a list there, or take out what it belongs to
    error    the top level is a list, not an object
             /ws/.opencode/opencode.json:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write the settings in braces, as in `{ "model": "provider/model" }`, or remove the file

    5 errors, 0 warnings
    "#);
    let tools: BTreeMap<String, u8> = (0..30).map(|index| (format!("k{index}"), 1)).collect();
    let many = json!({ "tools": tools }).to_string();
    let files = self::files().with("opencode.json", &many);
    assert_eq!(of_files(&files, "layers").lines().count(), 20);
}

#[test]
fn references_that_stand_without_quotes() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  \"model\": \"{env:MODEL}\",\n  \"share\": \"{env:SHARE}\",\n  \"mcp\": { \"a\": { \"type\": \"local\", \"command\": [\"x\"],\n    \"timeout\": {env:T} } },\n  \"snapshot\": 1\n}\n",
        )
        .with(".opencode/opencode.json", "{ \"model\": {env:A}, \"x\" }\n");
    insta::assert_snapshot!(all_of(&files, "layers"), @r#"
    warning  `{env:T}` stands without quotes, which the engine takes and this server does not
             /ws/opencode.json:5
             why: clients can neither read nor change the file through this server; and where nothing is put in its place, the engine refuses every workspace that reads the file
             fix: write the value itself; a text may stand in quotes, as in `"{env:NAME}"`
    error    `/snapshot` is a number, and the engine takes true or false
             /ws/opencode.json:6
             why: the engine refuses the workspace over such a value, or drops the entry without a word
             fix: write true or false, or take it out
    error    the text does not parse: Expected string for object property at line 1, column 13
             /ws/.opencode/opencode.json:1
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: it is JSON with comments and trailing commas; mend it at the line that is named

    2 errors, 1 warning
    "#);
}

#[test]
fn files_that_are_referred_to_and_not_there() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  // {file:comment.txt}\n  \"model\": \"{file:nope.txt}\",\n  \"username\": \"{file:./there.txt}{file:nope.txt}{file:folder}{file:/elsewhere/x}{file:~/own.txt}{file:~/none.txt}{file:{env:DIR}/x}\"\n}\n",
        )
        .with(".opencode/opencode.json", "{ \"username\": \"{file:../there.txt}{file:there.txt}\" }")
        .with("there.txt", "x")
        .with("folder/x", "x")
        .with_at(FileRoot::Home, "own.txt", "x");
    insta::assert_snapshot!(all_of(&files, "layers"), @"
    error    `{file:nope.txt}` names no file that is there
             /ws/opencode.json:3
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it
    error    `{file:folder}` names no file that is there
             /ws/opencode.json:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it
    error    `{file:~/none.txt}` names no file that is there
             /ws/opencode.json:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it
    error    `{file:there.txt}` names no file that is there
             /ws/.opencode/opencode.json:1
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: make the file, or correct its path, which is meant from the file that names it

    4 errors, 0 warnings
    ");
}

#[test]
fn mixed_forms_and_settings_that_do_not_count() {
    let files = files()
        .with(
            "opencode.json",
            "{\n  \"model\": \"a/b\",\n  \"agent\": { \"a\": {} },\n  \"agents\": { \"b\": {} }\n}\n",
        )
        .with(
            ".opencode/opencode.json",
            r#"{ "model": "c/d", "mcp": { "x": { "type": "local", "command": ["theirs"] } } }"#,
        )
        .with_at(
            FileRoot::Global,
            "opencode.json",
            "{\n  \"model\": \"e/f\",\n  \"mcp\": {\n    \"x\": { \"type\": \"local\", \"command\": [\"ours\"] }\n  }\n}\n",
        );
    insta::assert_snapshot!(of_files(&files, "forms"), @"warning forms.mixed /ws/opencode.json:4");
    insta::assert_snapshot!(of_files(&files, "shadowed"), @"
    warning shadowed.code /home/.config/opencode/opencode.json:4
    warning shadowed.setting /ws/opencode.json:2
    ");
}

#[test]
fn forms_that_an_upgrade_of_the_engine_wakes() {
    let files = files()
        .with("opencode.json", r#"{ "plugins": ["evil"] }"#)
        .with(
            ".opencode/opencode.json",
            "{\n  \"providers\": {},\n  \"websearch\": {},\n  \"experimental\": { \"portable_shell_scanner\": true },\n  \"anything\": 1\n}\n",
        );
    insta::assert_snapshot!(all_of(&files, "forms"), @"
    warning  `plugins` is for a later version of the engine, and this one does not read it
             /ws/opencode.json:1
             why: nothing of it counts now, but an upgrade of the engine may load and run the code that it names, and nobody is asked then
             fix: take it out, or move what it names to `plugin`, which counts now
    warning  `experimental.portable_shell_scanner` is for a later version of the engine, and this one does not read it
             /ws/.opencode/opencode.json:4
             why: nothing of it counts now, and an upgrade of the engine may make it count
             fix: take it out until the engine reads it
    warning  `providers` is for a later version of the engine, and this one does not read it
             /ws/.opencode/opencode.json:2
             why: nothing of it counts now, but an upgrade of the engine may load and run the code that it names, and nobody is asked then
             fix: take it out, or move what it names to `provider`, which counts now
    warning  `websearch` is for a later version of the engine, and this one does not read it
             /ws/.opencode/opencode.json:3
             why: nothing of it counts now, and an upgrade of the engine may make it count
             fix: take it out until the engine reads it

    0 errors, 4 warnings
    ");
}

#[test]
fn skills_commands_and_agents_that_are_not_listed() {
    let skill = |name: &str| format!(".opencode/skills/{name}/SKILL.md");
    let files = files()
        .with(
            &skill("mismatch"),
            "---\nlicense: MIT\nname: other\ndescription: d\n---\n",
        )
        .with(&skill("Upper"), "---\nname: Upper\ndescription: d\n---\n")
        .with(&skill("silent"), "---\nname: silent\n---\n")
        .with(&skill("headless"), "Steps.\n")
        .with(&skill("broken"), "---\nname: broken\ndescription: [\n---\n")
        .with(&skill("twice"), "---\nname: twice\ndescription: d\n---\n")
        .with(
            ".claude/skills/twice/SKILL.md",
            "---\nname: twice\ndescription: d\n---\n",
        )
        .with(
            "opencode.json",
            r#"{ "command": { "empty": {} }, "agent": { "off": { "disable": true } } }"#,
        );
    insta::assert_snapshot!(of_files(&files, "skills"), @"
    warning skills.name /ws/.opencode/skills/Upper/SKILL.md:2
    warning skills.frontmatter /ws/.opencode/skills/broken/SKILL.md:3
    warning skills.frontmatter /ws/.opencode/skills/headless/SKILL.md:1
    warning skills.folder /ws/.opencode/skills/mismatch/SKILL.md:3
    warning skills.description /ws/.opencode/skills/silent/SKILL.md:1
    warning skills.shadowed /ws/.claude/skills/twice/SKILL.md:2
    ");
    insta::assert_snapshot!(of_files(&files, "commands"), @"warning commands.template /ws/opencode.json:1");
    insta::assert_snapshot!(of_files(&files, "agents"), @"");
}

#[test]
fn commands_and_agents_that_the_engine_refuses() {
    let files = files()
        .with(
            ".opencode/commands/a.md",
            "---\ndescription: d\nmodel: null\nsubtask: \"yes\"\n---\nx\n",
        )
        .with(
            ".opencode/commands/b.md",
            "---\ndescription: Use when: x\n---\nx\n",
        )
        .with(
            ".opencode/commands/c.md",
            "---\ndescription: 2024-01-01\n---\nx\n",
        )
        .with(
            ".opencode/agents/a.md",
            "---\nmode: foo\ntemperature: hot\ntools: [a]\npermissions: {}\n---\nx\n",
        )
        .with(
            ".opencode/agents/b.md",
            "---\npermission:\n  edit: never\n---\nx\n",
        );
    insta::assert_snapshot!(all_of(&files, "commands"), @"
    error    command `a`: `model` is null, and the engine takes a text
             /ws/.opencode/commands/a.md:3
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write a text in quotes, or take the line out
    error    command `a`: `subtask` is a text, and the engine takes true or false
             /ws/.opencode/commands/a.md:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write true or false, or take the line out
    warning  command `b`: the frontmatter is broken at line 2: mapping values are not allowed in this context
             /ws/.opencode/commands/b.md:2
             why: the engine takes all of the file for the prompt, at the latest when it reads it once more, so nothing counts that the header says
             fix: mend the header: put texts with `: `, `#` or brackets in quotes, and name each field once
    error    command `c`: `description` is a date, or a number of a kind that JSON does not have, and the engine takes a text
             /ws/.opencode/commands/c.md:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write a text in quotes, or take the line out

    3 errors, 1 warning
    ");
    insta::assert_snapshot!(all_of(&files, "agents"), @r#"
    error    agent `a`: `mode` is "foo", and the engine takes "subagent", "primary" or "all"
             /ws/.opencode/agents/a.md:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write "subagent", "primary" or "all", or take the line out
    error    agent `a`: `temperature` is a text, and the engine takes a number
             /ws/.opencode/agents/a.md:3
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write a number, or take the line out
    error    agent `a`: `tools` is a list, and the engine takes an object
             /ws/.opencode/agents/a.md:4
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write an object, or take the line out
    warning  agent `a`: the engine does not read `permissions`
             /ws/.opencode/agents/a.md:5
             why: what it forbids is allowed; it goes to the model's provider as an option
             fix: write the rules as `permission`
    error    agent `b`: `permission/edit` is "never", and the engine takes "ask", "allow", "deny" or an object
             /ws/.opencode/agents/b.md:2
             why: the engine refuses every workspace that reads this file, until it is mended and the engine started again
             fix: write "ask", "allow", "deny" or an object, or take the line out

    4 errors, 1 warning
    "#);
}

#[test]
fn what_one_place_defines_twice() {
    let files = files()
        .with(".opencode/commands/x.md", "One\n")
        .with(".opencode/command/x.md", "Two\n")
        .with(".opencode/commands/y.md", "---\nname: x\n---\nThree\n")
        .with(".opencode/commands/z.md", "Z\n")
        .with(".opencode/agent/p.md", "P\n")
        .with(".opencode/agents/p.md", "P\n")
        .with(".opencode/agents/apart.md", "---\nmode: all\n---\nP\n")
        .with_at(FileRoot::Global, "commands/z.md", "Mine\n")
        .with(
            "opencode.json",
            "{\n  \"command\": {\n    \"x\": { \"template\": \"Four\" },\n    \"z\": { \"template\": \"Z\" }\n  },\n  \"agent\": { \"p\": {}, \"apart\": { \"model\": \"a/b\" } },\n  \"plugin\": [\"a@1\", \"b\",\n    \"a@2\"],\n  \"model\": \"a/b\",\n  \"mcp\": { \"m\": {\n      \"enabled\": true,\n      \"enabled\": false } },\n  \"model\": \"c/d\"\n}\n",
        );
    insta::assert_snapshot!(all_of(&files, "doubles"), @"
    warning  agent `p` is defined in 3 places, and which of the files counts is not certain
             /ws/opencode.json:6
             why: the engine reads the files of a directory in no fixed order, so it may take another one at its next start
             fix: keep one of them: /ws/opencode.json, /ws/.opencode/agent/p.md, /ws/.opencode/agents/p.md
    warning  command `x` is defined in 4 places, and which of the files counts is not certain
             /ws/opencode.json:3
             why: the engine reads the files of a directory in no fixed order, so it may take another one at its next start
             fix: keep one of them: /ws/opencode.json, /ws/.opencode/command/x.md, /ws/.opencode/commands/x.md, /ws/.opencode/commands/y.md
    warning  command `z` is defined in 2 places, and /ws/.opencode/commands/z.md counts
             /ws/opencode.json:4
             why: of what the others say only that counts which this one is silent about
             fix: keep one of them: /ws/opencode.json, /ws/.opencode/commands/z.md
    warning  the plugin `a@1` is named again further down, as `a@2`, which counts
             /ws/opencode.json:7
             why: the engine loads each plugin once, as its last entry says
             fix: keep one of the two entries
    warning  `/model` stands twice in the file, and what line 13 says counts
             /ws/opencode.json:9
             why: the first is read past without a word, and this server changes neither of them
             fix: keep one of the two
    warning  `/mcp/m/enabled` stands twice in the file, and what line 12 says counts
             /ws/opencode.json:11
             why: the first is read past without a word, and this server changes neither of them
             fix: keep one of the two

    0 errors, 6 warnings
    ");
}

#[test]
fn what_lies_where_it_only_seems_to_be_read() {
    let skill = "---\nname: s\ndescription: d\n---\n";
    let files = files()
        .with(".opencode/skills/kk/skill.md", skill)
        .with(".opencode/skills/both/SKILL.md", skill)
        .with(".opencode/skills/both/skill.md", "notes")
        .with("skills/ll/SKILL.md", skill)
        .with("skills/mm/SKILL.md", skill)
        .with(".claude/skill/nn/SKILL.md", skill)
        .with(".claude/commands/foo.md", "Do it.\n")
        .with(".claude/agents/bar.md", "You do it.\n")
        .with("commands/README.md", "How our commands work\n")
        .with("commands/go.go", "package commands\n")
        .with("command/ship.md", "---\ndescription: Ships\n---\nShip it.\n")
        .with("opencode.json", "{\n  \"skills\": {\n    \"paths\": [\"lib\",\n      \"nope\", \"opencode.json\", \"/elsewhere\"] }\n}\n")
        .with("lib/x/SKILL.md", skill);
    insta::assert_snapshot!(all_of(&files, "unread").replace('\\', "/"), @"
    warning  `skills` has 2 skills, and the engine does not read the folder
             /ws/skills/ll/SKILL.md
             why: agents do not get what is in it, and nobody is told
             fix: move what is for the engine to `.opencode/skills`
    warning  `.claude/skill` has a skill, and the engine does not read the folder
             /ws/.claude/skill/nn/SKILL.md
             why: agents do not get what is in it, and nobody is told
             fix: move what is for the engine to `.opencode/skills`
    warning  `command` has a command, and the engine does not read the folder
             /ws/command/ship.md
             why: agents do not get what is in it, and nobody is told
             fix: move what is for the engine to `.opencode/commands`
    warning  `.claude/commands` has a command, and the engine does not read the folder
             /ws/.claude/commands/foo.md
             why: agents do not get what is in it, and nobody is told
             fix: move what is for the engine to `.opencode/commands`
    warning  `.claude/agents` has an agent, and the engine does not read the folder
             /ws/.claude/agents/bar.md
             why: agents do not get what is in it, and nobody is told
             fix: move what is for the engine to `.opencode/agents`
    warning  `skill.md` makes no skill: the engine reads files that are named SKILL.md
             /ws/.opencode/skills/kk/skill.md
             why: agents do not get the skill, and nobody is told
             fix: rename it to SKILL.md
    warning  skills are to be read from `nope`, and there is no such directory
             /ws/opencode.json:4
             why: agents do not get the skills that are meant, and nobody is told
             fix: make /ws/nope, or correct the path, which is meant from the workspace
    warning  skills are to be read from `opencode.json`, and there is no such directory
             /ws/opencode.json:4
             why: agents do not get the skills that are meant, and nobody is told
             fix: make /ws/opencode.json, or correct the path, which is meant from the workspace

    0 errors, 8 warnings
    ");
}

#[test]
fn folders_that_the_configuration_names_are_read() {
    let files = files()
        .with("skills/ll/SKILL.md", "---\nname: ll\ndescription: d\n---\n")
        .with(
            "opencode.json",
            r#"{ "skills": ["./skills", "https://a.example/"] }"#,
        );
    assert_eq!(of_files(&files, "unread"), "");
}
