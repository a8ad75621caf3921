//! Masks in the text of a JSONC file, everything else untouched.

use std::borrow::Cow;
use std::ops::Range;

use super::reference::references;
use super::scope::{Scope, merged};
use super::splice::splice_each;
use super::value::escape;
use super::{is_secret_key, mask_text, url};
use crate::jsonc::{Kind, Leniently, Member, Node};

/// A stretch of a file's text that holds secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// Its JSON pointer, or what kind of text it is in.
    pub(crate) label: Cow<'static, str>,
    /// What it says and hides, if it is a literal; else all of it is hidden.
    literal: Option<Box<Literal>>,
}

/// A literal in which something is hidden. It is shown as a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Literal {
    text: String,
    hidden: Vec<Range<usize>>,
}

impl Secret {
    /// A secret in running text.
    pub(crate) fn plain(range: Range<usize>, label: &'static str) -> Self {
        Self {
            range,
            label: Cow::Borrowed(label),
            literal: None,
        }
    }

    /// The secret parts themselves; `whole` is the text it stands in.
    pub(crate) fn hidden<'s>(&'s self, whole: &'s str) -> impl Iterator<Item = &'s str> {
        let literal = self.literal.as_deref();
        let plain = literal.is_none().then(|| whole.get(self.range.clone()));
        let parts = literal.into_iter().flat_map(|literal| {
            let part = |range: &Range<usize>| literal.text.get(range.clone());
            literal.hidden.iter().filter_map(part)
        });
        plain.flatten().into_iter().chain(parts)
    }

    /// What stands in its place when each secret part is shown as `mask` says.
    pub(crate) fn shown<'m>(&self, whole: &str, mask: impl Fn(&str) -> &'m str) -> String {
        match self.literal.as_deref() {
            Some(Literal { text, hidden }) => {
                let shown = splice_each(text, hidden.iter().cloned(), mask);
                serde_json::Value::from(shown).to_string()
            }
            None => mask(whole.get(self.range.clone()).unwrap_or_default()).to_owned(),
        }
    }
}

/// The most bytes of a label, but for a last step that is left out.
const LABEL: usize = 256;
/// What secrets outside of values are called.
pub(crate) const COMMENT: &str = "comment";

/// The secrets of a JSONC text that lie at least in part within a stretch of
/// it, in their order; `None` if it does not parse.
pub(crate) fn secrets(whole: &str, within: &Range<usize>) -> Option<Vec<Secret>> {
    let text = whole.trim_start_matches('\u{feff}');
    let mark = whole.len() - text.len();
    let unmarked = |at: usize| at.saturating_sub(mark);
    let within = unmarked(within.start)..unmarked(within.end);
    // It finds the secrets of files that the engine refuses, too.
    let parsed = Leniently::parse(text, within.clone())?;
    let mut found = Found {
        text,
        within,
        secrets: Vec::new(),
    };
    if let Some(root) = &parsed.root {
        found.value(Scope::default(), "", root);
    }
    for comment in &parsed.comments {
        found.comment(comment.clone());
    }
    let mut secrets = found.secrets;
    for Secret { range, .. } in &mut secrets {
        *range = range.start + mark..range.end + mark;
    }
    secrets.sort_by_key(|secret| secret.range.start);
    Some(secrets)
}

struct Found<'t> {
    text: &'t str,
    within: Range<usize>,
    secrets: Vec<Secret>,
}

impl<'t> Found<'t> {
    /// Whether something is looked for where it stands.
    fn is_within(&self, range: &Range<usize>) -> bool {
        range.start < self.within.end && self.within.start < range.end
    }

    fn value(&mut self, scope: Scope, pointer: &str, node: &Node) {
        let range = node.start..node.end;
        if !self.is_within(&range) {
            return;
        }
        match &node.kind {
            Kind::Scalar => self.scalar(scope, pointer, range, node.source(self.text)),
            Kind::Array(items) => self.items(scope, pointer, items),
            Kind::Object(members) => self.members(scope, pointer, members),
        }
    }

    fn scalar(&mut self, scope: Scope, pointer: &str, range: Range<usize>, source: &str) {
        if let Some(text) = Leniently::string(source) {
            self.literal(range, &text, scope.secrets(&text), pointer);
        } else if scope.hides_number() && !matches!(source, "true" | "false" | "null") {
            self.literal(range, source, all(source), pointer);
        }
    }

    fn items(&mut self, scope: Scope, pointer: &str, items: &[Node]) {
        let mut scope = scope.first_item();
        for (index, item) in items.iter().enumerate() {
            if self.is_within(&(item.start..item.end)) {
                let pointer = below(pointer, &index.to_string());
                self.value(scope, &pointer, item);
            }
            if scope.has_words() {
                scope = scope.after_item(self.string(item).as_deref());
            }
        }
    }

    fn string(&self, node: &Node) -> Option<Cow<'t, str>> {
        let is_scalar = matches!(node.kind, Kind::Scalar);
        let source = is_scalar.then(|| node.source(self.text))?;
        Leniently::string(source)
    }

    fn members(&mut self, scope: Scope, pointer: &str, members: &[Member]) {
        for member in members {
            if self.is_within(&(member.key.start..member.value.end)) {
                self.member(scope, pointer, member);
            }
        }
    }

    fn member(&mut self, scope: Scope, pointer: &str, member: &Member) {
        let key = member.name(self.text);
        let pointer = below(pointer, &escape(&mask_text(key)));
        self.literal(member.key.clone(), key, url::secrets(key), &pointer);
        let is_object = matches!(member.value.kind, Kind::Object(_));
        self.value(scope.member(key, is_object), &pointer, &member.value);
    }

    /// Records a literal, quotes included, if it hides something.
    fn literal(&mut self, range: Range<usize>, text: &str, hidden: Vec<Range<usize>>, label: &str) {
        if !hidden.is_empty() {
            let text = text.to_owned();
            self.secrets.push(Secret {
                range,
                label: Cow::Owned(label.to_owned()),
                literal: Some(Box::new(Literal { text, hidden })),
            });
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        if !self.is_within(&range) {
            return;
        }
        let comment = self.text.get(range.clone()).unwrap_or_default();
        let hidden = merged(settings(comment), url::secrets(comment));
        let place = |own: Range<usize>| range.start + own.start..range.start + own.end;
        let secret = |own| Secret::plain(place(own), COMMENT);
        let secrets: Vec<_> = hidden.into_iter().map(secret).collect();
        self.secrets.extend(secrets);
    }
}

fn all(text: &str) -> Vec<Range<usize>> {
    std::iter::once(0..text.len()).collect()
}

/// One step further. Labels stay short, whatever the keys are: there is one
/// for each secret of a file.
fn below(pointer: &str, step: &str) -> String {
    if pointer.len() + step.len() < LABEL {
        return format!("{pointer}/{step}");
    }
    format!("{}/…", pointer.trim_end_matches("/…"))
}

/// Where a comment keeps the values of secret settings that were switched off.
fn settings(comment: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let quotes: Vec<usize> = comment.match_indices('"').map(|(at, _)| at).collect();
    for window in quotes.windows(4) {
        let &[open, close, start, end] = window else {
            continue;
        };
        let key = comment.get(open + 1..close).unwrap_or_default();
        let joint = comment.get(close + 1..start).unwrap_or_default();
        let value = comment.get(start + 1..end).unwrap_or_default();
        if joint.trim() == ":" && is_secret_key(key) && references(value).is_empty() {
            found.push(start + 1..end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::secrets;

    #[test]
    fn what_is_broken_behind_a_stretch_hides_no_secret_in_it() {
        let text = "{ \"token\": \"s3cret\",\n  \"a\": }}} \"";
        let first_line = 0..20;
        let found = secrets(text, &first_line).unwrap();
        let hidden: Vec<&str> = found
            .iter()
            .flat_map(|secret| secret.hidden(text))
            .collect();
        assert_eq!(hidden, ["s3cret"]);
        assert_eq!(secrets(text, &(0..text.len())), None);
        assert_eq!(secrets(&format!("}} {text}"), &(2..22)), None);
    }
}
