//! The rules as they are in the data: the part of JSON Schema that they need.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// How one rule refers to another.
const REFERENCE: &str = "#/$defs/";

/// The rules of one version of the engine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Schema {
    #[serde(rename = "$comment")]
    _comment: String,
    pub(super) version: String,
    #[serde(rename = "$ref")]
    reference: String,
    #[serde(rename = "$defs")]
    definitions: BTreeMap<String, SchemaShape>,
}

/// What may be at one place.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum SchemaRule {
    /// `false`: nothing may be there.
    Fixed(bool),
    /// A value of some shape.
    Shape(Box<SchemaShape>),
}

/// The shape of a value. What is not said is not asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct SchemaShape {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    pub(super) any_of: Vec<SchemaRule>,
    #[serde(rename = "type")]
    pub(super) kind: Option<RuleKind>,
    #[serde(rename = "enum")]
    pub(super) values: Vec<Value>,
    pub(super) format: Option<SchemaFormat>,
    pub(super) minimum: Option<f64>,
    pub(super) exclusive_minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) items: Option<SchemaRule>,
    pub(super) prefix_items: Vec<SchemaRule>,
    pub(super) min_items: usize,
    pub(super) max_items: Option<usize>,
    pub(super) properties: BTreeMap<String, SchemaRule>,
    pub(super) additional_properties: Option<SchemaRule>,
    pub(super) required: Vec<String>,
    /// Keys that the engine leaves out, though it has a setting of that name
    /// elsewhere: who writes them here means that one.
    pub(super) lost: Vec<String>,
}

/// The JSON types, integers apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RuleKind {
    Array,
    Boolean,
    Integer,
    Number,
    Object,
    String,
}

/// The forms of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SchemaFormat {
    /// `#` and six hexadecimal digits.
    ColorHex,
    /// `provider/model` or `provider/model#variant`.
    ModelReference,
    /// A text without `/` and `#`.
    ProviderId,
    /// A text without `#`.
    ModelId,
    /// An object of waits, all the same.
    EvenWait,
}

impl SchemaShape {
    /// The one value that a member may have, if there is only one.
    pub(super) fn only_value(&self, key: &str) -> Option<&Value> {
        match self.properties.get(key)? {
            SchemaRule::Shape(member) => match member.values.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            SchemaRule::Fixed(_) => None,
        }
    }
}

impl Schema {
    /// The shape of a whole configuration.
    pub(super) fn root(&self) -> Option<&SchemaShape> {
        self.named(&self.reference)
    }

    /// A shape, or the one that it refers to.
    pub(super) fn resolve<'s>(&'s self, shape: &'s SchemaShape) -> Option<&'s SchemaShape> {
        match &shape.reference {
            Some(reference) => self.resolve(self.named(reference)?),
            None => Some(shape),
        }
    }

    /// A shape by its name.
    pub(super) fn definition(&self, name: &str) -> Option<&SchemaShape> {
        self.definitions.get(name)
    }

    fn named(&self, reference: &str) -> Option<&SchemaShape> {
        self.definitions.get(reference.strip_prefix(REFERENCE)?)
    }
}
