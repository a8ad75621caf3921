//! A value against a rule.

use serde_json::{Number, Value};

use super::mismatch::{SchemaMismatch, SchemaMismatches};
use super::place::SchemaPlace;
use super::rule::{RuleKind, Schema, SchemaFormat, SchemaRule, SchemaShape};
use super::words;
use crate::fields::Fields;
use crate::mask::references;

/// The integers that the engine takes are those that a double tells apart.
const LARGEST_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Checks values against the rules of one version of the engine.
#[derive(Debug, Clone, Copy)]
pub(super) struct SchemaChecker<'s> {
    schema: &'s Schema,
    /// Whether what the engine leaves out without a word is refused, too.
    is_strict: bool,
    /// How many mismatches are looked for.
    most: usize,
}

impl<'s> SchemaChecker<'s> {
    /// One that looks for so many mismatches.
    pub(super) fn new(schema: &'s Schema, most: usize) -> Self {
        Self {
            schema,
            is_strict: true,
            most,
        }
    }

    /// One that takes what the engine takes, and loses a part of.
    pub(super) fn lenient(schema: &'s Schema) -> Self {
        Self {
            schema,
            is_strict: false,
            most: 1,
        }
    }

    /// Whether a value is as a definition says.
    pub(super) fn fits(self, definition: &str, value: &Value) -> bool {
        let shape = self.schema.definition(definition);
        shape.is_some_and(|shape| self.shape(shape, value, &SchemaPlace::root()).is_empty())
    }

    /// Checks the members of a configuration.
    pub(super) fn settings(self, settings: &Fields) -> SchemaMismatches {
        match self.schema.root() {
            Some(root) => self.members(root, settings, &SchemaPlace::root()),
            None => SchemaMismatches::none(),
        }
    }

    /// Whether a rule takes a value.
    #[cfg(test)]
    pub(super) fn takes(self, rule: &SchemaRule, value: &Value) -> bool {
        self.rule(rule, value, &SchemaPlace::root()).is_empty()
    }

    fn rule(self, rule: &SchemaRule, value: &Value, at: &SchemaPlace<'_>) -> SchemaMismatches {
        match rule {
            SchemaRule::Fixed(true) => SchemaMismatches::none(),
            SchemaRule::Fixed(false) => SchemaMismatch::excess(at, words::kind(value)).into(),
            SchemaRule::Shape(shape) => self.shape(shape, value, at),
        }
    }

    fn shape(self, shape: &SchemaShape, value: &Value, at: &SchemaPlace<'_>) -> SchemaMismatches {
        let Some(shape) = self.schema.resolve(shape) else {
            return SchemaMismatches::none();
        };
        if !shape.any_of.is_empty() {
            return self.any_of(&shape.any_of, value, at);
        }
        let mismatch =
            |found| SchemaMismatch::mismatch(at, found, words::shaped(self.schema, shape));
        if !shape.kind.is_none_or(|kind| is_of(kind, value)) {
            return mismatch(words::kind(value)).into();
        }
        if !fits(shape, value) {
            return mismatch(words::plain(value)).into();
        }
        let found = match value {
            Value::Array(items) => self.items(shape, items, at),
            Value::Object(members) => self.members(shape, members, at),
            _ => SchemaMismatches::none(),
        };
        // Last, so that a wait that is no number is named itself.
        if found.is_empty() && self.is_strict && shape.format == Some(SchemaFormat::EvenWait) {
            return check_even(value, at).into();
        }
        found
    }

    fn any_of(self, rules: &[SchemaRule], value: &Value, at: &SchemaPlace<'_>) -> SchemaMismatches {
        let mut meant = Vec::new();
        let mut others = Vec::new();
        for rule in rules {
            let found = self.rule(rule, value, at);
            match (found.is_empty(), self.is_meant(rule, value)) {
                (true, _) => return SchemaMismatches::none(),
                (false, Some(true)) => meant.push(found),
                (false, Some(false)) => {
                    let first = found.first().map(SchemaMismatch::of_other_variant);
                    others.push(first.into());
                }
                (false, None) => others.push(found),
            }
        }
        // Several may be meant: the forms of one entry share its `type`.
        let likely = if meant.is_empty() { others } else { meant };
        SchemaMismatches::most_telling(likely)
    }

    /// Whether a value says itself that it is this alternative or another: it
    /// has a member for which this one takes a single value, such as `type`.
    fn is_meant(self, rule: &SchemaRule, value: &Value) -> Option<bool> {
        let SchemaRule::Shape(shape) = rule else {
            return None;
        };
        let shape = self.schema.resolve(shape)?;
        let mut required = shape.required.iter();
        required.find_map(|key| Some(value.get(key)? == shape.only_value(key)?))
    }

    fn items(self, shape: &SchemaShape, items: &[Value], at: &SchemaPlace<'_>) -> SchemaMismatches {
        let mut found = SchemaMismatches::none();
        let rules = shape.prefix_items.iter().map(Some);
        let rules = rules.chain(std::iter::repeat(shape.items.as_ref()));
        for ((index, item), rule) in items.iter().enumerate().zip(rules) {
            if self.has_enough(&found) {
                return found;
            }
            let key = index.to_string();
            let at = at.member(&key);
            // Before the item's own rule: that there are too many says more than what is
            // wrong with the one too many.
            if shape.max_items.is_some_and(|most| index >= most) {
                found.add(SchemaMismatch::excess(&at, words::kind(item)));
            } else if let Some(rule) = rule {
                found.add(self.rule(rule, item, &at));
            }
        }
        if items.len() < shape.min_items && !self.has_enough(&found) {
            let next = shape.prefix_items.get(items.len());
            let expected = self.expected(next.or(shape.items.as_ref()));
            let key = items.len().to_string();
            found.add(SchemaMismatch::gap(&at.member(&key), expected));
        }
        found
    }

    /// What a rule takes; nothing to name where there is no rule.
    fn expected(self, rule: Option<&SchemaRule>) -> Vec<String> {
        rule.map_or_else(Vec::new, |rule| words::expected(self.schema, rule))
    }

    fn members(
        self,
        shape: &SchemaShape,
        members: &Fields,
        at: &SchemaPlace<'_>,
    ) -> SchemaMismatches {
        // What says which alternative is meant comes first: without it nothing else
        // can be told to be wrong.
        let says_which = |key: &String| shape.only_value(key).is_some();
        let mut found: SchemaMismatches = self.missing(shape, members, at, &says_which).into();
        if !found.is_empty() {
            return found;
        }
        for (key, value) in members {
            if self.has_enough(&found) {
                return found;
            }
            if self.is_strict && shape.lost.contains(key) {
                found.add(SchemaMismatch::excess(&at.member(key), words::kind(value)));
                continue;
            }
            let rule = shape.properties.get(key);
            if let Some(rule) = rule.or(shape.additional_properties.as_ref()) {
                found.add(self.rule(rule, value, &at.member(key)));
            }
        }
        if !self.has_enough(&found) {
            found.add(self.missing(shape, members, at, &|_| true));
        }
        found
    }

    /// The first required member that is not there, of those that are asked about.
    fn missing(
        self,
        shape: &SchemaShape,
        members: &Fields,
        at: &SchemaPlace<'_>,
        is_asked: &dyn Fn(&String) -> bool,
    ) -> Option<SchemaMismatch> {
        let mut required = shape.required.iter().filter(|key| is_asked(key));
        let key = required.find(|key| !members.contains_key(*key))?;
        let expected = self.expected(shape.properties.get(key));
        Some(SchemaMismatch::gap(&at.member(key), expected))
    }

    fn has_enough(self, found: &SchemaMismatches) -> bool {
        found.len() >= self.most
    }
}

fn is_of(kind: RuleKind, value: &Value) -> bool {
    match kind {
        RuleKind::Array => value.is_array(),
        RuleKind::Boolean => value.is_boolean(),
        RuleKind::Integer | RuleKind::Number => value.is_number(),
        RuleKind::Object => value.is_object(),
        RuleKind::String => value.is_string(),
    }
}

/// Whether a value of the right type is one of those that are taken.
fn fits(shape: &SchemaShape, value: &Value) -> bool {
    match value {
        Value::String(text) if is_settled_later(text) => true,
        Value::Number(number) => is_in_bounds(shape, number),
        Value::String(text) => match shape.format {
            Some(SchemaFormat::ColorHex) => is_colour(text),
            Some(SchemaFormat::ModelReference) => is_model_reference(text),
            Some(SchemaFormat::ProviderId) => !text.is_empty() && !text.contains(['/', '#']),
            Some(SchemaFormat::ModelId) => !text.is_empty() && !text.contains('#'),
            _ => shape.values.is_empty() || shape.values.contains(value),
        },
        value => shape.values.is_empty() || shape.values.contains(value),
    }
}

/// Whether the engine puts something in the place of a part of a text before
/// it looks at the text.
fn is_settled_later(text: &str) -> bool {
    !references(text).is_empty()
}

fn is_in_bounds(shape: &SchemaShape, number: &Number) -> bool {
    let Some(number) = number.as_f64() else {
        return false;
    };
    let is_integer = number.fract() == 0.0 && number.abs() <= LARGEST_INTEGER;
    (shape.kind != Some(RuleKind::Integer) || is_integer)
        && shape.minimum.is_none_or(|low| number >= low)
        && shape.exclusive_minimum.is_none_or(|low| number > low)
        && shape.maximum.is_none_or(|high| number <= high)
}

/// The engine has one wait for both, and none for the start: what says more is
/// lost as a whole.
fn check_even(waits: &Value, at: &SchemaPlace<'_>) -> Option<SchemaMismatch> {
    if let Some(startup) = waits.get("startup") {
        let at = at.member("startup");
        return Some(SchemaMismatch::excess(&at, words::plain(startup)));
    }
    let (catalog, execution) = (waits.get("catalog"), waits.get("execution"));
    if catalog == execution {
        return None;
    }
    let plain = |wait: Option<&Value>| wait.map_or_else(|| words::NOTHING.to_owned(), words::plain);
    Some(SchemaMismatch::mismatch(
        &at.member("execution"),
        plain(execution),
        vec![format!("{}, as in `catalog`", plain(catalog))],
    ))
}

/// `provider/model`, and maybe `#variant`.
fn is_model_reference(text: &str) -> bool {
    let (id, variant) = match text.split_once('#') {
        Some((id, variant)) => (id, Some(variant)),
        None => (text, None),
    };
    let is_model = id
        .split_once('/')
        .is_some_and(|(provider, model)| !provider.is_empty() && !model.is_empty());
    is_model && variant.is_none_or(|variant| !variant.is_empty() && !variant.contains('#'))
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}
