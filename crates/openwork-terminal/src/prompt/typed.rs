//! What a person types.

/// A line that was typed, and what it asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TypedAnswer {
    /// The request is allowed.
    Allow {
        /// Whether the whole word was typed.
        in_full: bool,
    },
    /// The rest of the request is to be shown.
    Full,
    /// The request is denied.
    Deny {
        /// What the client is told.
        message: Option<String>,
    },
    /// The request is left to others.
    Skip,
    /// The request is to wait longer.
    Extend,
    /// Nothing was typed.
    Nothing,
    /// None of these.
    Other,
}

impl TypedAnswer {
    /// Reads a line. Only a denial may have more to say, so that nothing is
    /// allowed by a sentence that begins with an a.
    pub(super) fn read(line: &str) -> Self {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (word.to_ascii_lowercase().as_str(), rest.trim()) {
            ("", _) => Self::Nothing,
            ("a", "") => Self::Allow { in_full: false },
            ("allow", "") => Self::Allow { in_full: true },
            ("f" | "full", "") => Self::Full,
            ("s" | "skip", "") => Self::Skip,
            ("e" | "extend", "") => Self::Extend,
            ("d" | "deny", "") => Self::Deny { message: None },
            ("d" | "deny", message) => Self::Deny {
                message: Some(message.to_owned()),
            },
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_answer() {
        let deny = |message: Option<&str>| TypedAnswer::Deny {
            message: message.map(str::to_owned),
        };
        for (line, expected) in [
            ("a", TypedAnswer::Allow { in_full: false }),
            (" Allow \r", TypedAnswer::Allow { in_full: true }),
            ("al", TypedAnswer::Other),
            ("f", TypedAnswer::Full),
            ("FULL", TypedAnswer::Full),
            ("full steam", TypedAnswer::Other),
            ("a bit later", TypedAnswer::Other),
            ("yes", TypedAnswer::Other),
            ("s", TypedAnswer::Skip),
            ("e", TypedAnswer::Extend),
            ("extend", TypedAnswer::Extend),
            ("e 5", TypedAnswer::Other),
            ("d", deny(None)),
            ("deny  not on Fridays ", deny(Some("not on Fridays"))),
            ("", TypedAnswer::Nothing),
            (" \t", TypedAnswer::Nothing),
        ] {
            assert_eq!(TypedAnswer::read(line), expected, "{line:?}");
        }
    }
}
