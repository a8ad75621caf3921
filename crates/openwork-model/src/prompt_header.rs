//! The header of a prompt as fields of the configuration, and what the engine
//! takes there.

use openwork_frontmatter::{FrontmatterError, HeaderValue, header_values};
use serde_json::{Map, Number, Value, json};

use crate::fields::Fields;
use crate::schema::{self, SchemaFault};

/// The section of commands.
pub(crate) const COMMANDS: &str = "command";

/// The largest number up to which a double tells integers apart.
const LARGEST_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The fields of a text's header as they would stand in the configuration.
pub(crate) fn header_fields(text: &str) -> Result<Fields, FrontmatterError> {
    let fields = header_values(text)?.into_iter();
    Ok(fields
        .map(|(key, value)| (key, json_value(value)))
        .collect())
}

/// What the engine does not take of the fields of a prompt, of which it checks
/// these, but no more than so much; the pointers are into the header. The rules
/// are those for entries in a section of the configuration.
pub(crate) fn faults(
    section: &str,
    fields: &Fields,
    checked: &[&str],
    most: usize,
) -> Vec<SchemaFault> {
    let known = fields.iter();
    let known = known.filter(|(key, _)| checked.contains(&key.as_str()));
    let mut entry: Fields = known
        .map(|(key, value)| (key.clone(), literal(value)))
        .collect();
    if section == COMMANDS {
        // What follows the header; an entry needs one.
        entry.insert("template".to_owned(), Value::from(""));
    }
    let Value::Object(setting) = json!({ section: { "it": entry } }) else {
        return Vec::new();
    };
    let above = format!("/{section}/it");
    let below = |fault: SchemaFault| match fault.pointer.strip_prefix(&above) {
        Some(pointer) => SchemaFault {
            pointer: pointer.to_owned(),
            ..fault
        },
        None => fault,
    };
    let faults = schema::faults(&setting, most).into_iter();
    faults.map(below).collect()
}

/// A value in which nothing refers to a variable or file: in files of their own nothing is put
/// in place of such texts, in the configuration it is.
fn literal(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace('{', "(")),
        Value::Array(items) => items.iter().map(literal).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| (key.clone(), literal(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

fn json_value(value: HeaderValue) -> Value {
    match value {
        HeaderValue::Text(text) => Value::String(text),
        HeaderValue::Bool(is) => Value::Bool(is),
        HeaderValue::Number(number) => json_number(number),
        HeaderValue::List(items) => items.into_iter().map(json_value).collect(),
        HeaderValue::Map(members) => {
            let members = members
                .into_iter()
                .map(|(key, value)| (key, json_value(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        // A date is no value of JSON; as `null` it is refused wherever that matters.
        HeaderValue::Null | HeaderValue::Other => Value::Null,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only integers that a double holds are cast"
)]
fn json_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= LARGEST_INTEGER {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
