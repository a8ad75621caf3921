//! What a setting takes, and how text and JSON become its value.

use figment::value::{Dict, Value};
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use openwork_model::mask::mask_text;
use openwork_model::time_span::{NoTimeSpan, TimeSpan};
use openwork_terminal::PublicUrl;

use crate::problem::quote;

/// What a setting takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SettingKind {
    /// A text that is not empty.
    Text,
    /// A text that no message may show.
    Secret,
    /// A whole number.
    Whole {
        /// The smallest good one.
        least: u64,
        /// The largest good one.
        most: u64,
    },
    /// A time, kept in ms.
    Time {
        /// The shortest good one, in ms.
        least: u64,
        /// The longest good one, in ms.
        most: u64,
    },
    /// On or off.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A URL that other devices reach the server under.
    PublicUrl,
    /// A program and its arguments: a JSON array of texts, kept as they are, or a
    /// text that is the program alone.
    Program,
    /// Texts.
    List,
    /// Workspace entries; from a flag or the environment, their paths.
    Workspaces,
}

/// Why a value does not fit: half a sentence, such as "expected text".
pub(crate) type SettingMisfit = String;

impl SettingKind {
    /// Reads the value of an environment variable, or a default.
    pub(crate) fn read_text(self, text: &str) -> Result<Value, SettingMisfit> {
        match self {
            Self::Text => plain(text).map(Value::from),
            Self::Secret => secret(text).map(Value::from),
            Self::Whole { least, most } => self.whole(text.trim(), least, most),
            Self::Time { least, most } => self.time(text.trim(), least, most),
            Self::Switch => Ok(Value::from(is_yes(text))),
            Self::Choice(words) => self.choice(text, words),
            Self::PublicUrl => public_url(text).map(Value::from),
            Self::Program => program(text).map(Value::from),
            Self::List => list(text).map(Value::from),
            Self::Workspaces => Ok(workspaces_at(&list(text)?)),
        }
    }

    /// Reads the values that a flag was given, all of them for a list and the
    /// last one otherwise. A workspace path is taken as it is: it may hold a
    /// comma.
    pub(crate) fn read_flag(self, values: &[&str]) -> Result<Value, SettingMisfit> {
        match self {
            Self::List => {
                let lists = values
                    .iter()
                    .map(|text| list(text))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(Value::from(lists.concat()))
            }
            Self::Workspaces => {
                let paths = values
                    .iter()
                    .map(|text| plain(text))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(workspaces_at(&paths))
            }
            _ => self.read_text(values.last().unwrap_or(&"")),
        }
    }

    /// Reads a value of `server.json` that is no list.
    pub(crate) fn read_json(self, value: &ast::Value<'_>) -> Result<Value, SettingMisfit> {
        match (self, value) {
            (Self::Text, ast::Value::StringLit(text)) => plain(&text.value).map(Value::from),
            (Self::PublicUrl, ast::Value::StringLit(text)) => {
                public_url(&text.value).map(Value::from)
            }
            (Self::Program, ast::Value::Array(array)) => program_of(array).map(Value::from),
            (Self::Secret, ast::Value::StringLit(text)) => secret(&text.value).map(Value::from),
            (Self::Whole { least, most }, ast::Value::NumberLit(number)) => {
                self.whole(number.value, least, most)
            }
            (Self::Time { least, most }, ast::Value::NumberLit(number)) => {
                self.time(number.value, least, most)
            }
            (Self::Time { least, most }, ast::Value::StringLit(text)) => {
                self.time(&text.value, least, most)
            }
            (Self::Switch, ast::Value::BooleanLit(switch)) => Ok(Value::from(switch.value)),
            (Self::Choice(words), ast::Value::StringLit(text)) => self.choice(&text.value, words),
            _ => Err(self.expected_instead_of(value)),
        }
    }

    /// Says what was expected and what was found, without the value of a
    /// secret.
    pub(crate) fn expected_instead_of(self, value: &ast::Value<'_>) -> SettingMisfit {
        let found = match (self, value) {
            // What was meant as a secret is not repeated on a terminal or in a log, and
            // the arguments of a program may be one.
            (Self::Secret | Self::Program, ast::Value::StringLit(_)) => "text".to_owned(),
            (Self::Secret | Self::Program, ast::Value::NumberLit(_)) => "a number".to_owned(),
            _ => describe(value),
        };
        format!("expected {}, found {found}", self.expected())
    }

    /// A sample value as it is written in `server.json`.
    pub(crate) fn json_sample(self, sample: &str) -> String {
        match self {
            Self::Whole { .. } | Self::Switch | Self::Program => sample.to_owned(),
            Self::Text | Self::Secret | Self::Time { .. } | Self::Choice(_) | Self::PublicUrl => {
                format!("\"{sample}\"")
            }
            Self::List => format!("[\"{sample}\"]"),
            Self::Workspaces => format!("[{{ \"path\": \"{sample}\" }}]"),
        }
    }

    fn expected(self) -> String {
        match self {
            Self::Text | Self::Secret => "text".to_owned(),
            Self::Whole { least, most } => format!("a whole number from {least} to {most}"),
            Self::Time { least, most } => {
                let (least, most) = (
                    TimeSpan::of_milliseconds(least),
                    TimeSpan::of_milliseconds(most),
                );
                format!(
                    "a time from {least} to {most}, such as 500ms, 90s, 5m, 1h or 2d, or a number of ms"
                )
            }
            Self::Switch => "`true` or `false`".to_owned(),
            Self::Choice(words) => alternatives(words),
            Self::PublicUrl => "a URL".to_owned(),
            Self::Program => "an array of a program and its arguments".to_owned(),
            Self::List | Self::Workspaces => "an array".to_owned(),
        }
    }

    fn whole(self, text: &str, least: u64, most: u64) -> Result<Value, SettingMisfit> {
        // Rust's parser takes `+1`, which nobody means as a port.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(number) if digits && (least..=most).contains(&number) => Ok(Value::from(number)),
            _ => Err(self.expected_instead_of_text(text)),
        }
    }

    /// A number alone is in ms, as the names of these settings say.
    fn time(self, text: &str, least: u64, most: u64) -> Result<Value, SettingMisfit> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let milliseconds = if is_number {
            text.parse().map_err(|_| NoTimeSpan)
        } else {
            text.parse().map(TimeSpan::milliseconds)
        };
        match milliseconds {
            Ok(milliseconds) if (least..=most).contains(&milliseconds) => {
                Ok(Value::from(milliseconds))
            }
            _ => Err(self.expected_instead_of_text(text)),
        }
    }

    fn choice(self, text: &str, words: &[&str]) -> Result<Value, SettingMisfit> {
        if words.contains(&text) {
            Ok(Value::from(text))
        } else {
            Err(self.expected_instead_of_text(text))
        }
    }

    fn expected_instead_of_text(self, text: &str) -> SettingMisfit {
        let found = if text.is_empty() {
            "none".to_owned()
        } else {
            shown(text)
        };
        format!("expected {}, found {found}", self.expected())
    }
}

/// Quotes a value that is no secret itself: an address in it may carry one.
fn shown(text: &str) -> String {
    quote(&mask_text(text))
}

/// Names a value of `server.json` that is out of place.
pub(crate) fn describe(value: &ast::Value<'_>) -> String {
    match value {
        ast::Value::StringLit(text) => format!("text {}", shown(&text.value)),
        ast::Value::NumberLit(number) => format!("number {}", quote(number.value)),
        ast::Value::BooleanLit(switch) => format!("`{}`", switch.value),
        ast::Value::NullKeyword(_) => "`null`".to_owned(),
        ast::Value::Object(_) => "an object".to_owned(),
        ast::Value::Array(_) => "an array".to_owned(),
    }
}

/// The texts of a JSON array, each with the offset of its value.
pub(crate) fn read_texts(array: &ast::Array<'_>) -> Result<Vec<String>, (usize, SettingMisfit)> {
    let mut texts = Vec::new();
    for element in &array.elements {
        let ast::Value::StringLit(text) = element else {
            return Err((
                element.start(),
                SettingKind::Text.expected_instead_of(element),
            ));
        };
        let item = text.value.trim();
        if !item.is_empty() {
            texts.push(plain(item).map_err(|misfit| (element.start(), misfit))?);
        }
    }
    Ok(texts)
}

fn public_url(text: &str) -> Result<String, SettingMisfit> {
    let url: Result<PublicUrl, _> = text.parse();
    url.map(|url| url.to_string())
        .map_err(|why| format!("expected a URL, found {}: {why}", shown(text)))
}

/// Reads a program and its arguments as a shell hands them over.
fn program(text: &str) -> Result<Vec<String>, SettingMisfit> {
    if text.trim_start().starts_with('[') {
        let parts = serde_json::from_str(text)
            .map_err(|_| "expected a JSON array of texts, found other text".to_owned())?;
        return checked_program(parts);
    }
    checked_program(vec![text.to_owned()])
}

fn program_of(array: &ast::Array<'_>) -> Result<Vec<String>, SettingMisfit> {
    let part = |element: &ast::Value<'_>| match element {
        ast::Value::StringLit(text) => Ok(text.value.to_string()),
        _ => Err(SettingKind::Secret.expected_instead_of(element)),
    };
    checked_program(array.elements.iter().map(part).collect::<Result<_, _>>()?)
}

fn checked_program(parts: Vec<String>) -> Result<Vec<String>, SettingMisfit> {
    if parts
        .first()
        .is_none_or(|program| program.trim().is_empty())
    {
        return Err("expected a program, found none".to_owned());
    }
    // No system can hand such an argument over.
    if parts.iter().any(|part| part.contains('\0')) {
        return Err("expected texts without NUL characters".to_owned());
    }
    Ok(parts)
}

/// Reads a list: a JSON array of texts, or texts between `,` or `;`.
fn list(text: &str) -> Result<Vec<String>, SettingMisfit> {
    // A path may hold a comma, and then the JSON form is the only one that works.
    if text.trim_start().starts_with('[') {
        return json_list(text);
    }
    let items = text.split([',', ';']).map(str::trim);
    items.filter(|item| !item.is_empty()).map(plain).collect()
}

fn json_list(text: &str) -> Result<Vec<String>, SettingMisfit> {
    let items: Vec<String> = serde_json::from_str(text)
        .map_err(|_| format!("expected a JSON array of texts, found {}", shown(text)))?;
    let items = items.iter().map(|item| item.trim());
    items.filter(|item| !item.is_empty()).map(plain).collect()
}

/// Entries that name nothing but their paths.
fn workspaces_at(paths: &[String]) -> Value {
    let entry = |path: &String| Dict::from([("path".to_owned(), Value::from(path.as_str()))]);
    Value::from(paths.iter().map(entry).collect::<Vec<_>>())
}

fn plain(text: &str) -> Result<String, SettingMisfit> {
    if text.is_empty() {
        return Err("expected text, found none".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err(format!(
            "expected text without control characters, found {}",
            shown(text)
        ));
    }
    Ok(text.to_owned())
}

/// A token travels in a header, where blanks at its ends and control
/// characters are lost (RFC 9110, section 5.5): it could never match.
fn secret(text: &str) -> Result<String, SettingMisfit> {
    if text.trim().is_empty() {
        return Err("it must not be empty".to_owned());
    }
    // Headers lose blanks at their ends, so such a token could never be shown.
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err("it must not hold control characters, nor begin or end with blanks".to_owned());
    }
    Ok(text.to_owned())
}

/// `true`, `1` and `yes` in any case are on, as in the OpenWork API; any other
/// text is off.
fn is_yes(text: &str) -> bool {
    ["true", "1", "yes"]
        .iter()
        .any(|yes| text.trim().eq_ignore_ascii_case(yes))
}

fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Result<Vec<String>, SettingMisfit> {
        list(text)
    }

    #[test]
    fn lists_are_json_or_separated() {
        for (text, expected) in [
            ("", vec![]),
            (" , ;", vec![]),
            ("a", vec!["a"]),
            ("a, b;c ,", vec!["a", "b", "c"]),
            ("[]", vec![]),
            (r#" ["a, b", " c ", ""]"#, vec!["a, b", "c"]),
        ] {
            assert_eq!(items(text).unwrap(), expected, "{text}");
        }
        for text in ["[a]", "[1]", "[", r#"["a"] b"#, "a\u{7}"] {
            assert!(items(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_program_is_taken_as_it_is_written() {
        for (text, expected) in [
            ("/opt/a b", Ok(vec!["/opt/a b"])),
            (r#"["a", " b, c ", ""]"#, Ok(vec!["a", " b, c ", ""])),
            ("[]", Err("expected a program, found none")),
            (r#"["", "a"]"#, Err("expected a program, found none")),
            (" ", Err("expected a program, found none")),
            (
                r#"["a\u0000"]"#,
                Err("expected texts without NUL characters"),
            ),
            (
                "[a]",
                Err("expected a JSON array of texts, found other text"),
            ),
        ] {
            let expected = expected.map(|parts| parts.into_iter().map(str::to_owned).collect());
            assert_eq!(program(text), expected.map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn a_public_url_is_one_that_others_can_reach() {
        let read = |text| SettingKind::PublicUrl.read_text(text);
        assert_eq!(
            read("https://Box.ts.net/").unwrap(),
            Value::from("https://box.ts.net")
        );
        let loopback = read("http://127.0.0.1:8787").unwrap_err();
        assert_eq!(
            loopback,
            "expected a URL, found `http://127.0.0.1:8787`: on another device that address is the device itself"
        );
        assert!(read("box.ts.net").is_err());
    }

    #[test]
    fn numbers_are_digits_within_bounds() {
        let port = SettingKind::Whole {
            least: 0,
            most: 65_535,
        };
        for (text, good) in [
            ("0", true),
            ("8787", true),
            (" 80 ", true),
            ("65535", true),
            ("65536", false),
            ("-1", false),
            ("+1", false),
            ("1.0", false),
            ("1e3", false),
            ("0x10", false),
            ("", false),
            ("99999999999999999999999", false),
        ] {
            assert_eq!(port.read_text(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn times_have_a_unit_or_are_in_ms() {
        let kind = SettingKind::Time {
            least: 1,
            most: 604_800_000,
        };
        for (text, milliseconds) in [
            ("1", Some(1_u64)),
            (" 30000 ", Some(30_000)),
            ("90s", Some(90_000)),
            ("7d", Some(604_800_000)),
            ("0", None),
            ("0s", None),
            ("8d", None),
            ("soon", None),
            ("", None),
            ("-5", None),
            ("1.5h", None),
            ("99999999999999999999999", None),
        ] {
            let read = kind.read_text(text);
            assert_eq!(read.ok(), milliseconds.map(Value::from), "{text}");
        }
        assert_eq!(
            kind.read_text("8d").unwrap_err(),
            "expected a time from 1ms to 7d, such as 500ms, 90s, 5m, 1h or 2d, or a number of \
             ms, found `8d`"
        );
    }

    #[test]
    fn switches_know_three_words() {
        for (text, on) in [("true", true), ("YES", true), ("1", true), (" Yes ", true)]
            .into_iter()
            .chain(["false", "0", "no", "on", "y", "maybe"].map(|text| (text, false)))
        {
            assert_eq!(
                SettingKind::Switch.read_text(text).unwrap(),
                Value::from(on),
                "{text}"
            );
        }
    }

    #[test]
    fn secrets_fit_into_a_header_and_are_never_quoted() {
        assert!(SettingKind::Secret.read_text("a b").is_ok());
        for text in ["", " ", " hush", "hush\n", "hu\u{0}sh"] {
            let misfit = SettingKind::Secret.read_text(text).unwrap_err();
            assert!(!misfit.contains("hu"), "{misfit}");
        }
    }

    #[test]
    fn flags_of_a_list_add_up_and_the_last_of_the_others_counts() {
        let read = |kind: SettingKind, values: &[&str]| kind.read_flag(values).unwrap();
        assert_eq!(
            read(SettingKind::List, &["a,b", "c"]),
            Value::from(vec!["a", "b", "c"])
        );
        assert_eq!(read(SettingKind::Text, &["a", "b"]), Value::from("b"));
        let paths = vec!["a, b".to_owned(), "[c]".to_owned()];
        assert_eq!(
            read(SettingKind::Workspaces, &["a, b", "[c]"]),
            workspaces_at(&paths)
        );
    }
}
