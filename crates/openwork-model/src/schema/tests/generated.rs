//! Values made from the rules, and what becomes of them when one place is wrong.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use super::super::rule::{RuleKind, SchemaFormat, SchemaRule, SchemaShape};
use super::super::{ENGINE, check};

/// Rules nest without end only through alternatives of which some do not.
const DEPTH: usize = 12;

/// A value that a rule takes.
fn of_rule(rule: &'static SchemaRule, depth: usize) -> BoxedStrategy<Value> {
    match rule {
        SchemaRule::Fixed(_) => Just(Value::Null).boxed(),
        SchemaRule::Shape(shape) => of_shape(shape, depth),
    }
}

fn of_shape(shape: &'static SchemaShape, depth: usize) -> BoxedStrategy<Value> {
    assert!(depth > 0, "the rules nest too deeply");
    let shape = ENGINE.resolve(shape).unwrap();
    if !shape.any_of.is_empty() {
        let branches = shape.any_of.iter().map(|rule| of_rule(rule, depth - 1));
        return proptest::strategy::Union::new(branches).boxed();
    }
    if !shape.values.is_empty() {
        return select(shape.values.as_slice()).boxed();
    }
    if let Some(format) = shape.format {
        return of_format(format);
    }
    match shape.kind.unwrap() {
        RuleKind::String => ".{0,6}".prop_map(Value::from).boxed(),
        RuleKind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        RuleKind::Number => (-1e9..1e9).prop_map(Value::from).boxed(),
        RuleKind::Integer => integer(shape),
        RuleKind::Array => list(shape, depth),
        RuleKind::Object => object(shape, depth),
    }
}

fn of_format(format: SchemaFormat) -> BoxedStrategy<Value> {
    match format {
        SchemaFormat::ColorHex => "#[0-9a-fA-F]{6}".prop_map(Value::from).boxed(),
        SchemaFormat::ModelReference => "[a-z]{1,3}/[a-z/]{1,3}(#[a-z]{1,2})?"
            .prop_map(Value::from)
            .boxed(),
        SchemaFormat::ProviderId => "[a-z ]{1,3}".prop_map(Value::from).boxed(),
        SchemaFormat::ModelId => "[a-z/]{1,3}".prop_map(Value::from).boxed(),
        SchemaFormat::EvenWait => (1..99_u32)
            .prop_map(|wait| json!({ "catalog": wait, "execution": wait }))
            .boxed(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the bounds are small integers"
)]
fn integer(shape: &SchemaShape) -> BoxedStrategy<Value> {
    let above = shape.exclusive_minimum.map(|low| low + 1.0);
    let low = above.or(shape.minimum).unwrap_or(-1e9) as i64;
    let high = shape.maximum.unwrap_or(1e9) as i64;
    (low..=high).prop_map(Value::from).boxed()
}

fn list(shape: &'static SchemaShape, depth: usize) -> BoxedStrategy<Value> {
    if !shape.prefix_items.is_empty() {
        let items = shape
            .prefix_items
            .iter()
            .map(|rule| of_rule(rule, depth - 1));
        return items.collect::<Vec<_>>().prop_map(Value::from).boxed();
    }
    match &shape.items {
        Some(rule) => vec(of_rule(rule, depth - 1), 0..3)
            .prop_map(Value::from)
            .boxed(),
        None => Just(json!([1, null])).boxed(),
    }
}

fn object(shape: &'static SchemaShape, depth: usize) -> BoxedStrategy<Value> {
    let known = shape.properties.iter().filter(|(key, rule)| {
        !matches!(rule, SchemaRule::Fixed(false)) && !shape.lost.contains(key)
    });
    let known: Vec<_> = known
        .map(|(key, rule)| {
            let value = of_rule(rule, depth - 1);
            let member = value.prop_map(move |value| Some((key.clone(), value)));
            if shape.required.contains(key) {
                member.boxed()
            } else {
                prop_oneof![2 => Just(None), 1 => member].boxed()
            }
        })
        .collect();
    let others = match &shape.additional_properties {
        Some(rule) => vec(("x[a-z/~]{1,3}", of_rule(rule, depth - 1)), 0..3).boxed(),
        None => vec(("x[a-z/~]{1,3}", Just(json!([null]))), 0..2).boxed(),
    };
    (known, others)
        .prop_map(|(known, others)| {
            let members: Map<_, _> = known.into_iter().flatten().chain(others).collect();
            Value::Object(members)
        })
        .boxed()
}

/// A configuration with one setting that the engine knows.
fn config() -> impl Strategy<Value = (String, Value)> {
    let properties: &'static BTreeMap<_, _> = &ENGINE.root().unwrap().properties;
    let known = properties
        .iter()
        .filter(|(_, rule)| !matches!(rule, SchemaRule::Fixed(_)));
    let settings = known.map(|(key, rule)| {
        let key = key.clone();
        let value = of_rule(rule, DEPTH);
        value.prop_map(move |value| (key.clone(), value)).boxed()
    });
    proptest::strategy::Union::new(settings)
}

/// A place of a value whose rule says something.
struct Place {
    /// Its JSON pointer.
    pointer: String,
    /// Whether it lies in an object that another rule may take for its own
    /// once something in it is wrong.
    is_open: bool,
}

fn is_object(rule: &SchemaRule) -> bool {
    let SchemaRule::Shape(shape) = rule else {
        return false;
    };
    let shape = ENGINE.resolve(shape).unwrap();
    shape.kind == Some(RuleKind::Object) || shape.any_of.iter().any(is_object)
}

/// The places of a value whose rule says something.
fn places(rule: &SchemaRule, value: &Value, at: &str, is_open: bool, found: &mut Vec<Place>) {
    let SchemaRule::Shape(shape) = rule else {
        return;
    };
    let shape = ENGINE.resolve(shape).unwrap();
    if !shape.any_of.is_empty() {
        let is_open = is_open || shape.any_of.iter().filter(|rule| is_object(rule)).count() > 1;
        // The first alternative that takes the value is the one that counts.
        let takes =
            |rule: &&SchemaRule| super::super::SchemaChecker::new(&ENGINE, 1).takes(rule, value);
        let rule = shape.any_of.iter().find(takes).unwrap();
        return places(rule, value, at, is_open, found);
    }
    let pointer = at.to_owned();
    found.push(Place { pointer, is_open });
    let below = |step: &str| format!("{at}/{}", step.replace('~', "~0").replace('/', "~1"));
    for (key, value) in value.as_object().into_iter().flatten() {
        let rule = shape
            .properties
            .get(key)
            .or(shape.additional_properties.as_ref());
        if let Some(rule) = rule {
            places(rule, value, &below(key), is_open, found);
        }
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        let rule = shape.prefix_items.get(index).or(shape.items.as_ref());
        if let Some(rule) = rule {
            places(rule, value, &below(&index.to_string()), is_open, found);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_value_made_from_the_rules_is_accepted((key, value) in config()) {
        prop_assert_eq!(check(&Map::from_iter([(key, value)])), Ok(()));
    }

    /// No rule takes `null`, so it is wrong wherever a rule says something.
    #[test]
    fn null_is_refused_at_its_place((key, value) in config(), index: Index) {
        let mut found = Vec::new();
        let root = ENGINE.root().unwrap();
        places(&root.properties[&key], &value, &format!("/{key}"), false, &mut found);
        let Place { pointer, is_open } = index.get(&found);
        let mut config = json!({ key: value });
        *config.pointer_mut(pointer).unwrap() = Value::Null;
        let fault = check(config.as_object().unwrap()).map_err(|fault| fault.pointer);
        let is_told = fault.as_ref() == Err(pointer);
        prop_assert!(is_told || *is_open, "{:?} for {}: {}", fault, pointer, config);
    }
}
