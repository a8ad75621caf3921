//! Values and rules for people.

use serde_json::Value;

use super::rule::{RuleKind, Schema, SchemaFormat, SchemaRule, SchemaShape};

/// What is where nothing is.
pub(super) const NOTHING: &str = "nothing";
/// The longest text that is repeated, in characters.
const LONGEST: usize = 40;

/// A value's type; never a text or a number, which may be secret.
pub(super) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
    .to_owned()
}

/// A value where one of a few was expected, or a number of some size: such
/// are no secrets.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().count() <= LONGEST => format!("{text:?}"),
        other => kind(other),
    }
}

/// What a rule takes, each alternative by itself.
pub(super) fn expected(schema: &Schema, rule: &SchemaRule) -> Vec<String> {
    match rule {
        SchemaRule::Fixed(_) => vec![NOTHING.to_owned()],
        SchemaRule::Shape(shape) => shaped(schema, shape),
    }
}

/// What a shape takes, each alternative by itself.
pub(super) fn shaped(schema: &Schema, shape: &SchemaShape) -> Vec<String> {
    let Some(shape) = schema.resolve(shape) else {
        return Vec::new();
    };
    if !shape.any_of.is_empty() {
        let mut all: Vec<String> = Vec::new();
        for one in shape.any_of.iter().flat_map(|rule| expected(schema, rule)) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        return all;
    }
    if !shape.values.is_empty() {
        return shape.values.iter().map(Value::to_string).collect();
    }
    vec![of_kind(shape)]
}

fn of_kind(shape: &SchemaShape) -> String {
    match (shape.kind, shape.format) {
        (_, Some(SchemaFormat::ColorHex)) => "a colour such as \"#1a2b3c\"".to_owned(),
        (_, Some(SchemaFormat::ModelReference)) => "a model such as \"provider/model\"".to_owned(),
        (_, Some(SchemaFormat::ProviderId)) => "a text without / and #".to_owned(),
        (_, Some(SchemaFormat::ModelId)) => "a text without #".to_owned(),
        (_, Some(SchemaFormat::EvenWait)) => {
            "an object with the same `catalog` and `execution`".to_owned()
        }
        (Some(RuleKind::Array), _) => "a list".to_owned(),
        (Some(RuleKind::Boolean), _) => "true or false".to_owned(),
        (Some(RuleKind::Integer), _) => format!("an integer{}", bounds(shape)),
        (Some(RuleKind::Number), _) => format!("a number{}", bounds(shape)),
        (Some(RuleKind::Object), _) => "an object".to_owned(),
        (Some(RuleKind::String), _) => "a text".to_owned(),
        (None, _) => "a value".to_owned(),
    }
}

fn bounds(shape: &SchemaShape) -> String {
    match (shape.minimum, shape.exclusive_minimum, shape.maximum) {
        (Some(low), _, Some(high)) => format!(" from {low} to {high}"),
        (Some(low), _, None) => format!(" of at least {low}"),
        (None, Some(low), _) => format!(" above {low}"),
        (None, None, Some(high)) => format!(" of at most {high}"),
        (None, None, None) => String::new(),
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn either(alternatives: &[String]) -> String {
    match alternatives {
        [] => NOTHING.to_owned(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
