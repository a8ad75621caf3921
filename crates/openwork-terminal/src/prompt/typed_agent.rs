//! What a person types to an agent.

/// A line that was typed at what an agent waits for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TypedReply {
    /// It may, this once.
    Once,
    /// It may, and the like as well.
    Always,
    /// It may not.
    Reject {
        /// What it is told.
        message: Option<String>,
    },
    /// These of the choices, counted from 1.
    Choose(Vec<usize>),
    /// An answer in words of one's own.
    Say(String),
    /// It is left to others.
    Skip,
    /// Nothing was typed.
    Nothing,
    /// None of these.
    Other,
}

impl TypedReply {
    /// Reads a line. None of its words allows a change, and what allows a change is
    /// none of its words: a line may reach the screen just as the other is asked.
    pub(super) fn read(line: &str) -> Self {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (word.to_ascii_lowercase().as_str(), rest.trim()) {
            ("", _) => Self::Nothing,
            ("o" | "once", "") => Self::Once,
            // In full, as it is for more than what is shown.
            ("always", "") => Self::Always,
            ("s" | "skip", "") => Self::Skip,
            ("r" | "reject", "") => Self::Reject { message: None },
            ("r" | "reject", message) => Self::Reject {
                message: Some(message.to_owned()),
            },
            ("say", words) if !words.is_empty() => Self::Say(words.to_owned()),
            _ => numbers(line).map_or(Self::Other, Self::Choose),
        }
    }
}

/// Numbers between spaces or commas.
fn numbers(line: &str) -> Option<Vec<usize>> {
    let parts = line.split([' ', ',']).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::typed::TypedAnswer;
    use super::*;

    #[test]
    fn a_line_is_one_reply() {
        let reject = |message: Option<&str>| TypedReply::Reject {
            message: message.map(str::to_owned),
        };
        for (line, expected) in [
            ("o", TypedReply::Once),
            (" Once \r", TypedReply::Once),
            ("once more", TypedReply::Other),
            ("always", TypedReply::Always),
            ("al", TypedReply::Other),
            ("s", TypedReply::Skip),
            ("r", reject(None)),
            ("reject  not that folder ", reject(Some("not that folder"))),
            ("2", TypedReply::Choose(vec![2])),
            ("1, 3", TypedReply::Choose(vec![1, 3])),
            ("1 x", TypedReply::Other),
            ("-1", TypedReply::Other),
            (
                "say the blue one",
                TypedReply::Say("the blue one".to_owned()),
            ),
            ("say", TypedReply::Other),
            ("the blue one", TypedReply::Other),
            ("", TypedReply::Nothing),
        ] {
            assert_eq!(TypedReply::read(line), expected, "{line:?}");
        }
    }

    #[test]
    fn no_yes_is_a_yes_to_both() {
        for line in ["a", "allow", "f", "d", "d not today"] {
            assert_eq!(TypedReply::read(line), TypedReply::Other, "{line}");
        }
        for line in ["o", "once", "always", "r", "r not that", "1", "say yes"] {
            assert_eq!(TypedAnswer::read(line), TypedAnswer::Other, "{line}");
        }
    }
}
