//! The text of a command's file: a new one, or one that is there and edited.

use openwork_frontmatter::{
    FieldValue, FrontmatterError, HeaderDocument, HeaderField, close_header, parse, render,
    with_fields, without_fields,
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

    /// The text of its file with all that its content has, which is the content
    /// itself unless the draft says something else. `None` without a content
    /// that can be written.
    ///
    /// `name` is the name that the file gives the command if its header does not.
    pub fn whole_text(&self, name: &str) -> Option<String> {
        let content = self.content.as_deref()?;
        let text = if self.is_said_in(content) {
            content.to_owned()
        } else {
            self.text_over(content).ok()?
        };
        let own = parse(&text).ok()?.text_of("name").unwrap_or(name) == self.name.as_str();
        if own {
            return Some(text);
        }
        with_fields(&text, &[("name", FieldValue::Text(self.name.as_str()))]).ok()
    }

    /// Whether the fields of a text are those of the draft, each of a type that
    /// the engine takes.
    fn is_said_in(&self, text: &str) -> bool {
        let Ok(document) = parse(text) else {
            return false;
        };
        let given = self.given();
        let is_same = |key: &str| {
            let given = given.iter().find(|(own, _)| *own == key);
            match (document.get(key), given.map(|(_, value)| value)) {
                (None, None) => true,
                (Some(HeaderField::Text(text)), Some(FieldValue::Text(own))) => text == own,
                (Some(HeaderField::Bool(is)), Some(FieldValue::Bool(own))) => is == own,
                _ => false,
            }
        };
        // The engine refuses a workspace in which a name is no text, too.
        let name = document.get("name");
        let takes_name = matches!(name, None | Some(HeaderField::Text(_)));
        takes_name && FIELDS.into_iter().all(is_same)
    }

    /// Whether the header of its content has more than the fields of the draft.
    pub(crate) fn has_more(&self) -> bool {
        let content = self.content.as_deref().unwrap_or("");
        let Ok(document) = parse(content) else {
            return false;
        };
        let is_known = |key: &str| key == "name" || FIELDS.contains(&key);
        let header = content.strip_suffix(document.body()).unwrap_or("");
        // A `#` within a text counts as well: then the content comes for nothing.
        document.fields().any(|(key, _)| !is_known(key)) || header.contains('#')
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
