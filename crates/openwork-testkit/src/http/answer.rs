//! What comes back.

use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields in their order.
    pub headers: Vec<(String, String)>,
    /// The content, freed from its transfer coding.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the values of a header field, joined by commas.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Returns the content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the content as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Describes the answer in one line of a report.
    pub fn summary(&self) -> String {
        let text = self.text();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = line.chars().take(300).collect();
        let rest = if shown.len() < line.len() { "…" } else { "" };
        format!("{} {shown}{rest}", self.status)
    }
}
