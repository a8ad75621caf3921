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
}

impl<'s> SchemaChecker<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self { schema }
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
            Value::Array(items) => self.items(shape, items, at),
            Value::Object(members) => self.members(shape, members, at),
            _ => Ok(()),
        }
    }

    fn any_of(
        self,
        rules: &[SchemaRule],
        value: &Value,
        at: &SchemaPlace<'_>,
    ) -> Result<(), SchemaMismatch> {
        let mut mismatches = Vec::new();
        for rule in rules {
            match (self.rule(rule, value, at), self.is_meant(rule, value)) {
                (Ok(()), _) => return Ok(()),
                (Err(mismatch), Some(true)) => return Err(mismatch),
                (Err(mismatch), Some(false)) => mismatches.push(mismatch.of_other_variant()),
                (Err(mismatch), None) => mismatches.push(mismatch),
            }
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
        shape.required.iter().find_map(|key| {
            let Some(SchemaRule::Shape(member)) = shape.properties.get(key) else {
                return None;
            };
            match member.values.as_slice() {
                [only] => Some(value.get(key)? == only),
                _ => None,
            }
        })
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
        for (key, value) in members {
            let rule = shape.properties.get(key);
            if let Some(rule) = rule.or(shape.additional_properties.as_ref()) {
                self.rule(rule, value, &at.member(key))?;
            }
        }
        match shape
            .required
            .iter()
            .find(|key| !members.contains_key(*key))
        {
            None => Ok(()),
            Some(key) => {
                let rule = shape.properties.get(key);
                Err(SchemaMismatch::gap(&at.member(key), self.expected(rule)))
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
        Value::String(text) if shape.format == Some(SchemaFormat::ColorHex) => is_colour(text),
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

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}
