//! A value against a rule.

use serde_json::{Number, Value};

use super::mismatch::SchemaMismatch;
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
}

impl<'s> SchemaChecker<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            is_strict: true,
        }
    }

    /// One that takes what the engine takes, and loses a part of.
    pub(super) fn lenient(schema: &'s Schema) -> Self {
        Self {
            schema,
            is_strict: false,
        }
    }

    /// Whether a value is as a definition says.
    pub(super) fn fits(self, definition: &str, value: &Value) -> bool {
        let shape = self.schema.definition(definition);
        shape.is_some_and(|shape| self.shape(shape, value, &SchemaPlace::root()).is_ok())
    }

    /// Checks the members of a configuration.
    pub(super) fn settings(self, settings: &Fields) -> Result<(), SchemaMismatch> {
        match self.schema.root() {
            Some(root) => self.members(root, settings, &SchemaPlace::root()),
            None => Ok(()),
        }
    }

    /// Whether a rule takes a value.
    #[cfg(test)]
    pub(super) fn takes(self, rule: &SchemaRule, value: &Value) -> bool {
        self.rule(rule, value, &SchemaPlace::root()).is_ok()
    }

    fn rule(
        self,
        rule: &SchemaRule,
        value: &Value,
        at: &SchemaPlace<'_>,
    ) -> Result<(), SchemaMismatch> {
        match rule {
            SchemaRule::Fixed(true) => Ok(()),
            SchemaRule::Fixed(false) => Err(SchemaMismatch::excess(at, words::kind(value))),
            SchemaRule::Shape(shape) => self.shape(shape, value, at),
        }
    }

    fn shape(
        self,
        shape: &SchemaShape,
        value: &Value,
        at: &SchemaPlace<'_>,
    ) -> Result<(), SchemaMismatch> {
        let Some(shape) = self.schema.resolve(shape) else {
            return Ok(());
        };
        if !shape.any_of.is_empty() {
            return self.any_of(&shape.any_of, value, at);
        }
        let mismatch =
            |found| SchemaMismatch::mismatch(at, found, words::shaped(self.schema, shape));
        if !shape.kind.is_none_or(|kind| is_of(kind, value)) {
            return Err(mismatch(words::kind(value)));
        }
        if !fits(shape, value) {
            return Err(mismatch(words::plain(value)));
        }
        match value {
            Value::Array(items) => self.items(shape, items, at)?,
            Value::Object(members) => self.members(shape, members, at)?,
            _ => {}
        }
        // Last, so that a wait that is no number is named itself.
        if self.is_strict && shape.format == Some(SchemaFormat::EvenWait) {
            return check_even(value, at);
        }
        Ok(())
    }

    fn any_of(
        self,
        rules: &[SchemaRule],
        value: &Value,
        at: &SchemaPlace<'_>,
    ) -> Result<(), SchemaMismatch> {
        let mut meant = Vec::new();
        let mut mismatches = Vec::new();
        for rule in rules {
            match (self.rule(rule, value, at), self.is_meant(rule, value)) {
                (Ok(()), _) => return Ok(()),
                (Err(mismatch), Some(true)) => meant.push(mismatch),
                (Err(mismatch), Some(false)) => mismatches.push(mismatch.of_other_variant()),
                (Err(mismatch), None) => mismatches.push(mismatch),
            }
        }
        // Several may be meant: the forms of one entry share its `type`.
        if !meant.is_empty() {
            mismatches = meant;
        }
        SchemaMismatch::most_telling(mismatches).map_or(Ok(()), Err)
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

    fn items(
        self,
        shape: &SchemaShape,
        items: &[Value],
        at: &SchemaPlace<'_>,
    ) -> Result<(), SchemaMismatch> {
        let rules = shape.prefix_items.iter().map(Some);
        let rules = rules.chain(std::iter::repeat(shape.items.as_ref()));
        for ((index, item), rule) in items.iter().enumerate().zip(rules) {
            let key = index.to_string();
            let at = at.member(&key);
            // Before the item's own rule: that there are too many says more than what is
            // wrong with the one too many.
            if shape.max_items.is_some_and(|most| index >= most) {
                return Err(SchemaMismatch::excess(&at, words::kind(item)));
            }
            if let Some(rule) = rule {
                self.rule(rule, item, &at)?;
            }
        }
        if items.len() >= shape.min_items {
            return Ok(());
        }
        let next = shape.prefix_items.get(items.len());
        let next = next.or(shape.items.as_ref());
        let expected = self.expected(next);
        Err(SchemaMismatch::gap(
            &at.member(&items.len().to_string()),
            expected,
        ))
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
    ) -> Result<(), SchemaMismatch> {
        // What says which alternative is meant comes first: without it nothing else
        // can be told to be wrong.
        self.has_required(shape, members, at, &|key| shape.only_value(key).is_some())?;
        for (key, value) in members {
            if self.is_strict && shape.lost.contains(key) {
                return Err(SchemaMismatch::excess(&at.member(key), words::kind(value)));
            }
            let rule = shape.properties.get(key);
            if let Some(rule) = rule.or(shape.additional_properties.as_ref()) {
                self.rule(rule, value, &at.member(key))?;
            }
        }
        self.has_required(shape, members, at, &|_| true)
    }

    /// Whether all required members are there of those that are asked about.
    fn has_required(
        self,
        shape: &SchemaShape,
        members: &Fields,
        at: &SchemaPlace<'_>,
        is_asked: &dyn Fn(&String) -> bool,
    ) -> Result<(), SchemaMismatch> {
        let mut required = shape.required.iter().filter(|key| is_asked(key));
        match required.find(|key| !members.contains_key(*key)) {
            None => Ok(()),
            Some(key) => {
                let expected = self.expected(shape.properties.get(key));
                Err(SchemaMismatch::gap(&at.member(key), expected))
            }
        }
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
fn check_even(waits: &Value, at: &SchemaPlace<'_>) -> Result<(), SchemaMismatch> {
    if let Some(startup) = waits.get("startup") {
        return Err(SchemaMismatch::excess(
            &at.member("startup"),
            words::plain(startup),
        ));
    }
    let (catalog, execution) = (waits.get("catalog"), waits.get("execution"));
    if catalog == execution {
        return Ok(());
    }
    let plain = |wait: Option<&Value>| wait.map_or_else(|| words::NOTHING.to_owned(), words::plain);
    Err(SchemaMismatch::mismatch(
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
