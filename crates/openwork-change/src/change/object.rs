//! Typed access to the fields of a JSON object that somebody sent.

use serde_json::Value;

use super::Fields;
use openwork_model::invalid::Invalid;

/// How deeply a value that is to be stored may be nested.
const DEPTH: usize = 64;

/// An object of a request and where in the request it is.
///
/// A field that is absent and one that is `null` are the same here.
#[derive(Debug, Clone)]
pub struct JsonObject<'a> {
    fields: &'a Fields,
    /// What stands before a field's name in messages, such as `skills[2].`.
    prefix: String,
}

impl<'a> JsonObject<'a> {
    /// The request's own object.
    pub fn new(fields: &'a Fields) -> Self {
        Self {
            fields,
            prefix: String::new(),
        }
    }

    /// A value that has to be an object; `at` says where it is.
    pub fn of(value: &'a Value, at: &str) -> Result<Self, Invalid> {
        match value {
            Value::Object(fields) => Ok(Self {
                fields,
                prefix: format!("{at}."),
            }),
            _ => Err(wrong_type(at, "an object")),
        }
    }

    /// A field's value, whatever its type.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        // Programs send `null` for what they leave out.
        self.fields.get(key).filter(|value| !value.is_null())
    }

    /// Whether a field is there and `null`, where that is not the same as absent.
    pub fn is_null(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(Value::is_null)
    }

    /// A text.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, Invalid> {
        self.typed(key, "a text", Value::as_str)
    }

    /// A text that is there and not empty.
    pub fn filled_text(&self, key: &str) -> Result<Option<&'a str>, Invalid> {
        Ok(self.text(key)?.filter(|text| !text.trim().is_empty()))
    }

    /// A boolean.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Invalid> {
        self.typed(key, "true or false", Value::as_bool)
    }

    /// A whole number from 0 on. JSON has no type for it, so `3.0` is one as well.
    pub fn whole_number(&self, key: &str) -> Result<Option<u64>, Invalid> {
        self.typed(key, "a whole number", |value| {
            let whole = || value.as_f64().filter(|number| number.fract() == 0.0);
            value.as_u64().or_else(|| whole_part(whole()?))
        })
    }

    /// A list.
    pub fn list(&self, key: &str) -> Result<Option<&'a [Value]>, Invalid> {
        self.typed(key, "a list", |value| value.as_array().map(Vec::as_slice))
    }

    /// An object with access to its fields.
    pub fn object(&self, key: &str) -> Result<Option<JsonObject<'a>>, Invalid> {
        let object = |value| Self::of(value, &self.place(key));
        self.value(key).map(object).transpose()
    }

    /// An object that is stored as it is, nested no deeper than files may be.
    pub fn stored(&self, key: &str) -> Result<Option<&'a Fields>, Invalid> {
        let fields = self.typed(key, "an object", Value::as_object)?;
        match self.value(key) {
            // Checked where a value is taken to be stored, not for the whole body: what is
            // only read costs nothing by being deep.
            Some(value) if !depth_within(value, DEPTH) => Err(Invalid::TooDeep {
                field: self.place(key),
            }),
            _ => Ok(fields),
        }
    }

    /// How messages name a field.
    pub fn place(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn typed<T>(
        &self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Invalid> {
        let Some(value) = self.value(key) else {
            return Ok(None);
        };
        read(value)
            .map(Some)
            .ok_or_else(|| wrong_type(&self.place(key), expected))
    }
}

/// Whether lists and objects are nested at most that many levels deep.
///
/// Indentation makes a file grow with the square of its depth, so a bound on
/// a request's size alone bounds nothing.
pub fn depth_within(value: &Value, levels: usize) -> bool {
    let Some(inner) = levels.checked_sub(1) else {
        return !value.is_object() && !value.is_array();
    };
    match value {
        Value::Array(items) => items.iter().all(|item| depth_within(item, inner)),
        Value::Object(fields) => fields.values().all(|field| depth_within(field, inner)),
        _ => true,
    }
}

/// What is before the point of a number from 0 on.
pub(super) fn whole_part(number: f64) -> Option<u64> {
    // One above the largest, which a float cannot hold.
    const END: f64 = 18_446_744_073_709_551_616.0;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is within what fits"
    )]
    (0.0..END).contains(&number).then_some(number as u64)
}

fn wrong_type(field: &str, expected: &'static str) -> Invalid {
    Invalid::WrongType {
        field: field.to_owned(),
        expected,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Value {
        (0..levels).fold(json!(1), |inner, level| {
            if level % 2 == 0 {
                json!([inner])
            } else {
                json!({ "k": inner })
            }
        })
    }

    #[test]
    fn depth_counts_lists_and_objects() {
        assert!(depth_within(&json!(1), 0));
        assert!(!depth_within(&json!([]), 0));
        assert!(depth_within(&nested(64), 64));
        assert!(!depth_within(&nested(65), 64));
    }

    #[test]
    fn stored_objects_may_be_64_levels_deep() {
        let body = json!({ "fits": { "k": nested(63) }, "deep": { "k": nested(64) } });
        let object = JsonObject::of(&body, "items[1]").unwrap();
        assert!(object.stored("fits").unwrap().is_some());
        assert_eq!(
            object.stored("deep"),
            Err(Invalid::TooDeep {
                field: "items[1].deep".to_owned()
            })
        );
    }

    #[test]
    fn a_whole_number_may_have_a_point() {
        let body = json!({
            "none": null, "plain": 7, "point": 7.0, "most": u64::MAX, "high": 1e19,
            "parts": 7.5, "below": -1, "below_by_parts": -1.0, "above": 1e20, "text": "7",
        });
        let object = JsonObject::of(&body, "it").unwrap();
        let number = |key: &str| object.whole_number(key);
        assert_eq!(number("none"), Ok(None));
        for (key, expected) in [
            ("plain", 7),
            ("point", 7),
            ("most", u64::MAX),
            ("high", 10_000_000_000_000_000_000),
        ] {
            assert_eq!(number(key), Ok(Some(expected)), "{key}");
        }
        for key in ["parts", "below", "below_by_parts", "above", "text"] {
            let refused = wrong_type(&format!("it.{key}"), "a whole number");
            assert_eq!(number(key), Err(refused), "{key}");
        }
    }

    #[test]
    fn null_counts_as_absent_and_other_types_are_named() {
        let body = json!({ "none": null, "number": 1, "blank": " " });
        let object = JsonObject::of(&body, "skills[2]").unwrap();
        assert_eq!(object.text("none"), Ok(None));
        assert_eq!(object.text("absent"), Ok(None));
        assert_eq!(object.filled_text("blank"), Ok(None));
        for (result, message) in [
            (
                object.text("number").map(drop),
                "skills[2].number must be a text",
            ),
            (
                object.flag("number").map(drop),
                "skills[2].number must be true or false",
            ),
            (
                object.list("number").map(drop),
                "skills[2].number must be a list",
            ),
            (
                object.stored("number").map(drop),
                "skills[2].number must be an object",
            ),
            (
                object.object("number").map(drop),
                "skills[2].number must be an object",
            ),
        ] {
            assert_eq!(result.unwrap_err().to_string(), message);
        }
    }
}
