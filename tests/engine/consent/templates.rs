//! Texts of commands, skills and prompts, put together from pieces.

use std::io;

use serde_json::{Value, json};

use super::case::{Case, Layout, Use};
use super::dice::Dice;
use super::ground::Ground;
use super::trap::Trap;

/// What a person may call a command with. None of it is a shell command by itself.
const ARGUMENTS: [&str; 5] = ["plain words", "wow!", "`", "!`true`", "one! two` three"];
const PLAIN: [&str; 14] = [
    "Sum: ",
    " now ",
    "\n",
    "\n\n",
    "- ",
    "é",
    "日本",
    "`git status`",
    "x",
    ".",
    " ",
    "(",
    "\\",
    "\u{feff}",
];
const PLACEHOLDERS: [&str; 10] = [
    "$ARGU$1MENTS",
    "$$1ARGUMENTS",
    "$1",
    "$2",
    "$ARGUMENTS",
    "$0",
    "$",
    "$$",
    "$01",
    "$12",
];
const MARKS: [&str; 6] = ["!", "`", "!!", "!`", "``", "@"];
/// Where only configurations are read: a variable that is not set is nothing.
const NOTHING: &str = "{env:KEPT_NOTHING}";

/// A command, a skill or an agent with a generated text, written in one of many ways.
pub(super) fn case(dice: &mut Dice, ground: &mut Ground) -> io::Result<Case> {
    let layout = *dice.one_of(&[
        Layout::Repository,
        Layout::Repository,
        Layout::Below,
        Layout::Unversioned,
    ]);
    let way = dice.below(WAYS.len());
    let mut text = Text::default();
    for _ in 0..2 + dice.below(4) {
        text.add_piece(dice, ground, layout, WAYS[way].1)?;
    }
    let name = format!("n{}", text.traps.first().map_or("one", Trap::name));
    let calls = |dice: &mut Dice| {
        ["", *dice.one_of(&ARGUMENTS), *dice.one_of(&ARGUMENTS)]
            .map(|arguments| Use::Command(name.clone(), arguments.to_owned()))
    };
    let (to, body) = WAYS[way].0(&name, &text.text);
    let uses = if WAYS[way].2 {
        calls(dice).to_vec()
    } else {
        vec![Use::Agent(name.clone())]
    };
    Ok(Case::new(text.traps)
        .layout(layout)
        .write(to, body)
        .used(uses))
}

type Way = fn(&str, &str) -> (&'static str, Value);

/// How a text is brought in, whether it becomes a part of the configuration, and whether it is a
/// command that can be called.
const WAYS: [(Way, bool, bool); 12] = [
    (
        |name, text| ("commands", json!({ "name": name, "template": text })),
        false,
        true,
    ),
    (
        |name, text| {
            (
                "commands",
                json!({ "name": name, "template": text, "subtask": true }),
            )
        },
        false,
        true,
    ),
    (
        |name, text| {
            (
                "import",
                json!({ "commands": [{ "name": name, "template": text }] }),
            )
        },
        false,
        true,
    ),
    (
        |name, text| {
            (
                "import",
                json!({ "commands": [{ "name": name, "content": format!("---\ndescription: d\n---\n{text}") }] }),
            )
        },
        false,
        true,
    ),
    (
        |name, text| {
            (
                "skills",
                json!({ "name": name, "description": "d", "content": text }),
            )
        },
        false,
        true,
    ),
    (
        |name, text| {
            (
                "import",
                json!({ "skills": [{ "name": name, "description": "d", "content": text }] }),
            )
        },
        false,
        true,
    ),
    (
        |name, text| {
            (
                "config",
                json!({ "opencode": { "command": { name: { "template": text } } } }),
            )
        },
        true,
        true,
    ),
    (
        |name, text| {
            (
                "config",
                json!({ "opencode": { "commands": { name: { "template": text } } } }),
            )
        },
        true,
        true,
    ),
    (
        |name, text| {
            (
                "import",
                json!({ "opencode": { "command": { name: { "template": text } } } }),
            )
        },
        true,
        true,
    ),
    (
        |name, text| {
            (
                "config",
                json!({ "opencode": { "agent": { name: { "prompt": text } } } }),
            )
        },
        true,
        false,
    ),
    (
        |name, text| {
            (
                "config",
                json!({ "opencode": { "agents": { name: { "system": text } } } }),
            )
        },
        true,
        false,
    ),
    (
        |name, text| {
            (
                "config",
                json!({ "opencode": { "mode": { name: { "prompt": text } } } }),
            )
        },
        true,
        false,
    ),
];

/// A text and what it is after.
#[derive(Default)]
struct Text {
    text: String,
    traps: Vec<Trap>,
}

impl Text {
    fn add_piece(
        &mut self,
        dice: &mut Dice,
        ground: &mut Ground,
        layout: Layout,
        configured: bool,
    ) -> io::Result<()> {
        let piece = match dice.below(10) {
            0 | 1 => (*dice.one_of(&PLAIN)).to_owned(),
            2 | 3 => (*dice.one_of(&PLACEHOLDERS)).to_owned(),
            4 => (*dice.one_of(&MARKS)).to_owned(),
            5..8 => shell(dice, &self.planted(ground)?, configured),
            _ => mention(dice, &self.planted(ground)?, layout),
        };
        self.text.push_str(&piece);
        Ok(())
    }

    fn planted(&mut self, ground: &mut Ground) -> io::Result<Trap> {
        let trap = ground.trap()?;
        self.traps.push(trap.clone());
        Ok(trap)
    }
}

/// A shell command that may come to run.
fn shell(dice: &mut Dice, trap: &Trap, configured: bool) -> String {
    let touch = trap.touch();
    let nothing = if configured { NOTHING } else { "$9" };
    match dice.below(14) {
        0 => format!("!`{touch}`"),
        1 => format!("`{touch}`"),
        2 => format!("!`{touch};#!`"),
        3 => format!("!`{touch};#"),
        4 => format!("!$1`{touch}`"),
        5 => format!("$ARGUMENTS`{touch}`"),
        6 => format!("!{nothing}`{touch}`"),
        7 => format!("!`true\n{touch}\n`"),
        8 => format!("!$0$2`{touch}`"),
        9 => format!("! `{touch}`"),
        10 => format!("!`echo '!`{touch}`'`"),
        11 if configured => format!("!${NOTHING}1`{touch}`"),
        11 => format!("!$$1ARGUMENTS`{touch}`"),
        12 => format!("!$ARGU$2MENTS`{touch}`"),
        _ => format!("$3`;{touch};#`"),
    }
}

/// A mention of a file that may come to be read.
fn mention(dice: &mut Dice, trap: &Trap, layout: Layout) -> String {
    let home = trap.home_file();
    let outside = trap.outside_file();
    let outside = outside.display();
    match dice.below(11) {
        0 => format!("@{home}"),
        1 => format!(" @{outside} "),
        2 => format!("é@{home},"),
        3 => format!("$1@{home}"),
        4 => format!("@$2{home}"),
        5 => format!("@~/$1{}", home.trim_start_matches("~/")),
        6 => format!("!`true`@{home}"),
        7 => format!("`@{home}`"),
        8 => format!("(@{home})"),
        9 => relative(trap, layout),
        _ => format!(
            "@/$ARGUMENTS{}",
            outside.to_string().trim_start_matches('/')
        ),
    }
}

/// A path that is relative to the root of the repository or of the file system.
fn relative(trap: &Trap, layout: Layout) -> String {
    let name = trap.name();
    match layout {
        Layout::Repository => format!("@../../outside/{name}"),
        Layout::Below => format!("@../outside/{name}"),
        Layout::Unversioned => format!(
            "@{}",
            trap.outside_file()
                .display()
                .to_string()
                .trim_start_matches('/')
        ),
    }
}
