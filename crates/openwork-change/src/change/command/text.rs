//! The text of a command's file: a new one, or one that is there and edited.

use openwork_frontmatter::{
    FieldValue, FrontmatterError, HeaderDocument, close_header, parse, render, with_fields,
    without_fields,
};
use openwork_model::invalid::Invalid;

use super::CommandDraft;

impl CommandDraft {
    /// The whole text of a new file. A field without a value has no line: the
    /// engine refuses a workspace in which one is `null`.
    pub fn text(&self) -> String {
        let name = ("name", FieldValue::Text(self.name.as_str()));
        let fields = [vec![name], self.given()].concat();
        render(&fields, &format!("\n{}\n", self.template))
    }

    /// The text of its file after an edit: the fields that this server knows
    /// are those of the draft. Every other field, comments, their order and
    /// the name stay as the author wrote them.
    ///
    /// # Errors
    ///
    /// A header that is fine and in which a field cannot be set or taken out.
    pub fn text_over(&self, old: &str) -> Result<String, Invalid> {
        // The engine reads a header that never ends to the end of the file.
        let closed = close_header(old);
        let old = closed.as_deref().unwrap_or(old);
        // To the engine all of a text with a broken header is the template, so there
        // is nothing to keep.
        let Ok(document) = parse(old) else {
            return Ok(self.text());
        };
        let text = self.with_body(old, &document);
        self.with_header(&text).map_err(uneditable)
    }

    /// The old text with the template of the draft.
    fn with_body(&self, old: &str, document: &HeaderDocument<'_>) -> String {
        let body = document.body();
        // The body is the end of the text that it was read from.
        let head = old.get(..old.len() - body.len()).unwrap_or("");
        // Without a header of its own before it, a template that looks like one
        // would be read as one.
        let fence = if document.has_header() || !self.template.starts_with("---") {
            ""
        } else {
            "---\n---\n"
        };
        [head, fence, &spaced(body, &self.template)].concat()
    }

    fn with_header(&self, text: &str) -> Result<String, FrontmatterError> {
        let given = self.given();
        let is_given = |key: &str| given.iter().any(|(own, _)| *own == key);
        let gone: Vec<&str> = FIELDS.into_iter().filter(|key| !is_given(key)).collect();
        let text = without_fields(text, &gone)?;
        if given.is_empty() {
            return Ok(text);
        }
        with_fields(&text, &given)
    }

    /// The fields that have a value, but for the name.
    fn given(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        let texts = [&self.description, &self.agent, &self.model, &self.variant];
        let texts = texts.map(|text| text.as_deref().map(FieldValue::Text));
        let subtask = self.subtask.map(FieldValue::Bool);
        let values = texts.into_iter().chain([subtask]);
        let given = FIELDS.into_iter().zip(values);
        given
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }
}

/// The fields of a header that this server reads and writes, beside the name.
const FIELDS: [&str; 5] = ["description", "agent", "model", "variant", "subtask"];

/// A template with the blank lines around it that the old body has.
fn spaced(body: &str, template: &str) -> String {
    let old = body.trim();
    if old == template {
        return body.to_owned();
    }
    let before = body.len() - body.trim_start().len();
    let (blank, rest) = body.split_at(before);
    // Up to the last line feed: what follows it indents the old first line.
    let before = blank.rfind('\n').map_or("", |end| &blank[..=end]);
    let after = rest.get(old.len()..).unwrap_or("");
    let after = if after.contains('\n') { after } else { "\n" };
    [before, template, after].concat()
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
fn uneditable(error: FrontmatterError) -> Invalid {
    Invalid::CommandFrontmatter {
        reason: error.to_string(),
    }
}
