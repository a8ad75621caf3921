//! When two values say the same.

use serde_json::{Map, Number, Value};

/// Compares values with their key order, and numbers by what they mean: `1.0` is `1`.
pub fn same_value(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => same_members(left, right),
        (Value::Array(left), Value::Array(right)) => {
            // In order, as the order of keys decides between permission rules.
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same_value(l, r))
        }
        (Value::Number(left), Value::Number(right)) => same_number(left, right),
        _ => left == right,
    }
}

fn same_members(left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|((lk, lv), (rk, rv))| lk == rk && same_value(lv, rv))
}

fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_i128(), right.as_i128()) {
        // Not as floats: 9007199254740993 and 9007199254740992 are one float and two
        // integers.
        (Some(left), Some(right)) => left == right,
        (Some(whole), None) => is_whole(right, whole),
        (None, Some(whole)) => is_whole(left, whole),
        (None, None) => left == right,
    }
}

/// Compares exactly: beyond 2^53 a float may stand for several integers, but is only one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only a float without a fraction is cast"
)]
fn is_whole(float: &Number, whole: i128) -> bool {
    float
        .as_f64()
        .is_some_and(|float| float.fract() == 0.0 && float as i128 == whole)
}
