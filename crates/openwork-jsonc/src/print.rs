//! New values in the layout of their surroundings.

use serde_json::Value;

use super::style::TextStyle;

/// How an entry is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrintLayout {
    /// Each entry on a line of its own.
    Lines,
    /// All on one line, with blanks after commas and colons.
    Inline,
    /// All on one line, without any blanks.
    Tight,
}

impl PrintLayout {
    /// Returns what separates a key from its value.
    pub(super) fn colon(self) -> &'static str {
        if self == Self::Tight { ":" } else { ": " }
    }

    /// Returns what stands between a comma and the next entry on the same line.
    pub(super) fn gap(self) -> &'static str {
        if self == Self::Tight { "" } else { " " }
    }
}

/// Prints values in the style of one file.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValuePrinter<'s> {
    style: &'s TextStyle<'s>,
}

impl<'s> ValuePrinter<'s> {
    pub(super) fn new(style: &'s TextStyle<'s>) -> Self {
        Self { style }
    }

    /// Prints an entry: an item, or a member with its key.
    pub(super) fn entry(
        self,
        key: Option<&str>,
        value: &Value,
        layout: PrintLayout,
        indent: &str,
    ) -> String {
        let printed = self.value(value, layout, indent);
        key.map_or(printed.clone(), |key| {
            format!("{}{}{printed}", quoted(key), layout.colon())
        })
    }

    /// Prints a value whose first line starts somewhere on a line indented by `indent`.
    pub(super) fn value(self, value: &Value, layout: PrintLayout, indent: &str) -> String {
        match layout {
            PrintLayout::Lines => self.pretty(value, indent),
            PrintLayout::Inline | PrintLayout::Tight => inline(value, layout),
        }
    }

    /// Prints a value with one entry a line.
    pub(super) fn pretty(self, value: &Value, indent: &str) -> String {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let entry = |(key, value): (&String, &Value), deeper: &str| {
                    format!("{}: {}", quoted(key), self.pretty(value, deeper))
                };
                self.lines(('{', '}'), members.iter(), entry, indent)
            }
            Value::Array(items) if !items.is_empty() => self.lines(
                ('[', ']'),
                items.iter(),
                |item, deeper| self.pretty(item, deeper),
                indent,
            ),
            other => other.to_string(),
        }
    }

    fn lines<T>(
        self,
        (open, close): (char, char),
        entries: impl Iterator<Item = T>,
        entry: impl Fn(T, &str) -> String,
        indent: &str,
    ) -> String {
        let newline = self.style.newline;
        let deeper = format!("{indent}{}", self.style.unit);
        let lines: Vec<String> = entries
            .map(|each| format!("{deeper}{}", entry(each, &deeper)))
            .collect();
        let between = format!(",{newline}");
        format!(
            "{open}{newline}{}{newline}{indent}{close}",
            lines.join(&between)
        )
    }
}

fn inline(value: &Value, layout: PrintLayout) -> String {
    let (colon, gap) = (layout.colon(), layout.gap());
    let between = format!(",{gap}");
    match value {
        Value::Object(members) if !members.is_empty() => {
            let entry = |(key, value): (&String, &Value)| {
                format!("{}{colon}{}", quoted(key), inline(value, layout))
            };
            let entries: Vec<String> = members.iter().map(entry).collect();
            format!("{{{gap}{}{gap}}}", entries.join(&between))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, layout)).collect();
            format!("[{}]", items.join(&between))
        }
        other => other.to_string(),
    }
}

fn quoted(key: &str) -> String {
    Value::from(key).to_string()
}
