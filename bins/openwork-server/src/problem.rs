//! What stops a start: the thing, the place and the next step.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::json;

mod place;

pub(crate) use self::place::{FilePlace, ProblemPlace};

/// One thing that is wrong, told so that its reader can put it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct StartProblem {
    /// The thing.
    pub(crate) message: String,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<ProblemPlace>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
}

impl StartProblem {
    /// Says what is wrong.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: None,
        }
    }

    /// Says where: a file with line and column, say.
    pub(crate) fn at(mut self, place: impl Into<ProblemPlace>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Says where, if that is known.
    pub(crate) fn at_known(mut self, place: Option<ProblemPlace>) -> Self {
        self.place = place;
        self
    }

    /// Says what to do next.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for StartProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  --> {place}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// Why the process ends, and with which exit code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StartFailure {
    /// Wrong usage or configuration; everything that was found at once.
    Usage(Vec<StartProblem>),
    /// The start failed for a reason outside of the configuration.
    Start(StartProblem),
}

impl StartFailure {
    /// The documented exit code: 2 for wrong usage or configuration, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Start(_) => 1,
        }
    }

    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> &[StartProblem] {
        match self {
            Self::Usage(problems) => problems,
            Self::Start(problem) => std::slice::from_ref(problem),
        }
    }
}

/// The same for programs: `{"code", "message", "help"?, "problems"}`, of which the
/// first three are those of every command.
impl Serialize for StartFailure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code = match self {
            Self::Usage(_) => "usage",
            Self::Start(_) => "failed",
        };
        let problems = self.problems();
        let first = problems.first();
        let message = first.map_or("", |problem| &problem.message);
        let mut document = json!({ "code": code, "message": message, "problems": problems });
        if let Some(help) = first.and_then(|problem| problem.help.as_deref()) {
            document["help"] = help.into();
        }
        document.serialize(serializer)
    }
}

impl fmt::Display for StartFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems().iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}

impl From<StartProblem> for StartFailure {
    fn from(problem: StartProblem) -> Self {
        Self::Usage(vec![problem])
    }
}

/// Quotes a text for a message: control characters are escaped, so that it
/// cannot drive the terminal, and a long text is cut.
pub(crate) fn quote(text: &str) -> String {
    const MOST: usize = 80;
    let shown = text.chars().take(MOST).fold(String::new(), push_escaped);
    let rest = if text.chars().nth(MOST).is_some() {
        "…"
    } else {
        ""
    };
    format!("`{shown}{rest}`")
}

/// Escapes as in a Rust literal, but for quotes, which need none here.
fn push_escaped(mut shown: String, character: char) -> String {
    match character {
        '"' | '\'' | '\\' => shown.push(character),
        // `escape_debug` alone also knows which letters of other scripts print.
        other => shown.extend(other.escape_debug()),
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_thing_place_and_next_step() {
        let problem = StartProblem::new("expected an array")
            .at(FilePlace::new("server.json").line(3).column(18))
            .help("write []");
        insta::assert_snapshot!(problem, @r"
        error: expected an array
          --> server.json:3:18
          help: write []
        ");
    }

    #[test]
    fn problems_are_told_together() {
        let failure = StartFailure::Usage(vec![StartProblem::new("one"), StartProblem::new("two")]);
        assert_eq!(failure.to_string(), "error: one\n\nerror: two");
        assert_eq!(failure.exit_code(), 2);
        assert_eq!(
            StartFailure::Start(StartProblem::new("three")).exit_code(),
            1
        );
    }

    #[test]
    fn quoted_text_cannot_drive_a_terminal() {
        assert_eq!(
            quote("a \"b\" \\ \u{1b}[31m\n\u{202e}"),
            r#"`a "b" \ \u{1b}[31m\n\u{202e}`"#
        );
        assert_eq!(quote(&"x".repeat(100)), format!("`{}…`", "x".repeat(80)));
        assert_eq!(quote(&"x".repeat(80)), format!("`{}`", "x".repeat(80)));
    }
}
