//! Masks in the text of a JSONC file, everything else untouched.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::reference::references;
use super::scope::{MaskScope, merged};
use super::splice::splice_each;
use super::{is_secret_key, mask_text, url};
use openwork_jsonc::{LenientText, Node, NodeKind, NodeMember, pointer_below};

/// A stretch of a file's text that holds secrets. Files may have very many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSpan {
    /// Where it stands.
    pub range: Range<usize>,
    /// Its JSON pointer, or what kind of text it is in.
    pub label: Rc<str>,
    hidden: HiddenSpan,
}

/// What of a stretch is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
enum HiddenSpan {
    /// All of it.
    All,
    /// All that a literal says. It is shown as a JSON text.
    Literal,
    /// Parts of what a literal says.
    Parts(Box<[Range<usize>]>),
}

impl SecretSpan {
    /// A secret in running text.
    pub fn plain(range: Range<usize>, label: Rc<str>) -> Self {
        Self {
            range,
            label,
            hidden: HiddenSpan::All,
        }
    }

    /// The secret parts themselves; `whole` is the text it stands in.
    pub fn hidden<'t>(&self, whole: &'t str) -> Vec<Cow<'t, str>> {
        let text = self.text_in(whole);
        match &self.hidden {
            HiddenSpan::All | HiddenSpan::Literal => vec![text],
            HiddenSpan::Parts(parts) => {
                let part = |range: &Range<usize>| text.get(range.clone()).map(str::to_owned);
                parts.iter().filter_map(part).map(Cow::Owned).collect()
            }
        }
    }

    /// What stands in its place when each secret part is shown as `mask` says.
    pub fn shown<'m>(&self, whole: &str, mask: impl Fn(&str) -> &'m str) -> String {
        let text = self.text_in(whole);
        let shown = match &self.hidden {
            HiddenSpan::All => return mask(&text).to_owned(),
            HiddenSpan::Literal => mask(&text).to_owned(),
            HiddenSpan::Parts(parts) => splice_each(&text, parts.iter().cloned(), mask),
        };
        serde_json::Value::from(shown).to_string()
    }

    /// What the stretch says.
    fn text_in<'t>(&self, whole: &'t str) -> Cow<'t, str> {
        let source = whole.get(self.range.clone()).unwrap_or("");
        match self.hidden {
            HiddenSpan::All => Cow::Borrowed(source),
            HiddenSpan::Literal | HiddenSpan::Parts(_) => {
                LenientText::string(source).unwrap_or(Cow::Borrowed(source))
            }
        }
    }
}

/// The most bytes of a label, but for a last step that is left out.
const LABEL: usize = 256;
/// How many values of one list or map have labels of their own.
const LABELLED: usize = 1000;
/// What secrets outside of values are called.
pub(super) const COMMENT: &str = "comment";

/// The secrets of a JSONC text that lie at least in part within a stretch of
/// it, in their order; `None` if it does not parse.
pub fn secrets(whole: &str, within: &Range<usize>) -> Option<Vec<SecretSpan>> {
    let text = whole.trim_start_matches('\u{feff}');
    let mark = whole.len() - text.len();
    let unmarked = |at: usize| at.saturating_sub(mark);
    let within = unmarked(within.start)..unmarked(within.end);
    // It finds the secrets of files that the engine refuses, too.
    let parsed = LenientText::parse(text, within.clone())?;
    let mut found = SecretSearch {
        text,
        within,
        secrets: Vec::new(),
    };
    if let Some(root) = &parsed.root {
        found.value(MaskScope::default(), &"".into(), root);
    }
    for comment in &parsed.comments {
        found.comment(comment.clone());
    }
    let mut secrets = found.secrets;
    for SecretSpan { range, .. } in &mut secrets {
        *range = range.start + mark..range.end + mark;
    }
    secrets.sort_by_key(|secret| secret.range.start);
    Some(secrets)
}

struct SecretSearch<'t> {
    text: &'t str,
    within: Range<usize>,
    secrets: Vec<SecretSpan>,
}

impl<'t> SecretSearch<'t> {
    /// Whether something is looked for where it stands.
    fn is_within(&self, range: &Range<usize>) -> bool {
        range.start < self.within.end && self.within.start < range.end
    }

    fn value(&mut self, scope: MaskScope, pointer: &Rc<str>, node: &Node) {
        let range = node.start..node.end;
        if !self.is_within(&range) {
            return;
        }
        match &node.kind {
            NodeKind::Scalar => self.scalar(scope, pointer, range, node.source(self.text)),
            NodeKind::Array(items) => self.items(scope, pointer, items),
            NodeKind::Object(members) => self.members(scope, pointer, members),
        }
    }

    fn scalar(&mut self, scope: MaskScope, pointer: &Rc<str>, range: Range<usize>, source: &str) {
        if let Some(text) = LenientText::string(source) {
            self.literal(range, &text, scope.secrets(&text), pointer);
        } else if scope.hides_number() && !matches!(source, "true" | "false" | "null") {
            self.literal(range, source, all(source), pointer);
        }
    }

    fn items(&mut self, scope: MaskScope, pointer: &Rc<str>, items: &[Node]) {
        let mut scope = scope.first_item();
        let mut labels = LabelCount::below(pointer);
        for (index, item) in items.iter().enumerate() {
            if self.is_within(&(item.start..item.end)) {
                let pointer = labels.next(|| pointer_below("", &index.to_string()));
                self.value(scope, &pointer, item);
            }
            if scope.has_words() {
                scope = scope.after_item(self.string(item).as_deref());
            }
        }
    }

    fn string(&self, node: &Node) -> Option<Cow<'t, str>> {
        let is_scalar = matches!(node.kind, NodeKind::Scalar);
        let source = is_scalar.then(|| node.source(self.text))?;
        LenientText::string(source)
    }

    fn members(&mut self, scope: MaskScope, pointer: &Rc<str>, members: &[NodeMember]) {
        let mut labels = LabelCount::below(pointer);
        for member in members {
            if self.is_within(&(member.key.start..member.value.end)) {
                let key = member.name(self.text);
                let pointer = labels.next(|| pointer_below("", &mask_text(key)));
                self.literal(member.key.clone(), key, url::secrets(key), &pointer);
                let is_object = matches!(member.value.kind, NodeKind::Object(_));
                self.value(scope.member(key, is_object), &pointer, &member.value);
            }
        }
    }

    /// Records a literal, quotes included, if it hides something.
    fn literal(
        &mut self,
        range: Range<usize>,
        text: &str,
        hidden: Vec<Range<usize>>,
        label: &Rc<str>,
    ) {
        let hidden = match &hidden[..] {
            [] => return,
            [all] if *all == (0..text.len()) => HiddenSpan::Literal,
            _ => HiddenSpan::Parts(hidden.into()),
        };
        self.secrets.push(SecretSpan {
            range,
            label: Rc::clone(label),
            hidden,
        });
    }

    fn comment(&mut self, range: Range<usize>) {
        if !self.is_within(&range) {
            return;
        }
        let comment = self.text.get(range.clone()).unwrap_or("");
        let hidden = merged(settings(comment), url::secrets(comment));
        let place = |own: Range<usize>| range.start + own.start..range.start + own.end;
        let label: Rc<str> = COMMENT.into();
        let secret = |own| SecretSpan::plain(place(own), Rc::clone(&label));
        let secrets: Vec<_> = hidden.into_iter().map(secret).collect();
        self.secrets.extend(secrets);
    }
}

fn all(text: &str) -> Vec<Range<usize>> {
    std::iter::once(0..text.len()).collect()
}

/// The labels of what is in one list or map: the first have their own, the
/// others share one.
struct LabelCount<'p> {
    pointer: &'p str,
    made: usize,
    rest: Option<Rc<str>>,
}

impl<'p> LabelCount<'p> {
    fn below(pointer: &'p str) -> Self {
        Self {
            pointer,
            made: 0,
            rest: None,
        }
    }

    fn next(&mut self, key: impl FnOnce() -> String) -> Rc<str> {
        self.made += 1;
        if self.made <= LABELLED {
            return below(self.pointer, &key());
        }
        let rest = self.rest.get_or_insert_with(|| below(self.pointer, "/…"));
        Rc::clone(rest)
    }
}

/// One key further, whose own pointer this is. Labels stay short, whatever the
/// keys are: there may be one for each secret of a file.
fn below(pointer: &str, key: &str) -> Rc<str> {
    if pointer.len() + key.len() <= LABEL {
        return format!("{pointer}{key}").into();
    }
    format!("{}/…", pointer.trim_end_matches("/…")).into()
}

/// Where a comment keeps the values of secret settings that were switched off.
fn settings(comment: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let quotes: Vec<usize> = comment.match_indices('"').map(|(at, _)| at).collect();
    for window in quotes.windows(4) {
        let &[open, close, start, end] = window else {
            continue;
        };
        let key = comment.get(open + 1..close).unwrap_or("");
        let joint = comment.get(close + 1..start).unwrap_or("");
        let value = comment.get(start + 1..end).unwrap_or("");
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
        let hidden: Vec<_> = found
            .iter()
            .flat_map(|secret| secret.hidden(text))
            .collect();
        assert_eq!(hidden, ["s3cret"]);
        assert_eq!(secrets(text, &(0..text.len())), None);
        assert_eq!(secrets(&format!("}} {text}"), &(2..22)), None);
    }
}
