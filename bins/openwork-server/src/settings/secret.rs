//! Texts that no log may show.

use std::fmt;

/// A token or a password. Its debug form is a mask.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretText(String);

impl SecretText {
    /// Keeps a text from being logged.
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A token, and whether someone chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenToken {
    /// The token itself.
    pub(crate) value: SecretText,
    /// Where it comes from.
    pub(crate) origin: TokenOrigin,
}

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenOrigin {
    /// A flag, a variable or the file; it is never printed.
    Given,
    /// This start; it is printed, as nobody knows it yet.
    Generated,
}

impl GivenToken {
    /// The token that was configured, or a new one: a random UUID (version 4,
    /// 122 random bits) as in the OpenWork API.
    pub(crate) fn given_or_generated(given: Option<String>) -> Self {
        match given {
            Some(text) => Self {
                value: SecretText::new(text),
                origin: TokenOrigin::Given,
            },
            None => Self {
                value: SecretText::new(uuid::Uuid::new_v4().to_string()),
                origin: TokenOrigin::Generated,
            },
        }
    }

    /// The token's text if this start made it, and so has to print it.
    pub(crate) fn generated(&self) -> Option<&str> {
        (self.origin == TokenOrigin::Generated).then(|| self.value.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_token_is_neither_printed_nor_logged() {
        let token = GivenToken::given_or_generated(Some("hush".to_owned()));
        assert_eq!(token.value.expose(), "hush");
        assert_eq!(token.generated(), None);
        assert_eq!(
            format!("{token:?}"),
            "GivenToken { value: …, origin: Given }"
        );
    }

    #[test]
    fn generated_tokens_are_different_uuids() {
        let tokens = [(); 2].map(|()| GivenToken::given_or_generated(None));
        assert_ne!(tokens[0], tokens[1]);
        let text = tokens[0].generated().unwrap();
        assert_eq!(uuid::Uuid::parse_str(text).unwrap().get_version_num(), 4);
    }
}
