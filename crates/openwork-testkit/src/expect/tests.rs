//! Every kind of expectation, once where it holds and once where it does not.

use serde_json::json;

use super::*;

fn differences(expected: &Value, found: &Value, strictness: Strictness) -> Vec<String> {
    Expected::parse(expected)
        .unwrap()
        .differences(Some(found), strictness)
}

/// Asserts that an expectation admits the first values and refuses the second ones.
fn check(expected: &Value, admitted: &[Value], refused: &[Value]) {
    for found in admitted {
        assert_eq!(
            differences(expected, found, Strictness::Exact),
            [""; 0],
            "{expected} {found}"
        );
    }
    for found in refused {
        let differences = differences(expected, found, Strictness::Exact);
        assert!(!differences.is_empty(), "{expected} must refuse {found}");
    }
}

#[test]
fn literals_stand_for_themselves() {
    check(
        &json!(1),
        &[json!(1), json!(1.0)],
        &[json!(2), json!("1"), json!(true), json!(null)],
    );
    check(
        &json!(9_007_199_254_740_993_u64),
        &[],
        &[json!(9_007_199_254_740_992_u64)],
    );
    check(&json!("a"), &[json!("a")], &[json!("b"), json!(["a"])]);
    check(
        &json!(null),
        &[json!(null)],
        &[json!(false), json!(0), json!({})],
    );
    check(&json!(true), &[json!(true)], &[json!(false), json!(1)]);
}

#[test]
fn words_stand_for_a_kind() {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    check(&json!("<any>"), &[json!(null), json!({})], &[]);
    check(
        &json!("<uuid>"),
        &[json!("8f14e45f-ceea-467f-ab5e-2f1d9c1a2b3c")],
        &[
            json!("8f14e45f-ceea-467f-ab5e"),
            json!("8f14e45fzceea-467f-ab5e-2f1d9c1a2b3c"),
            json!(1),
        ],
    );
    check(&json!("<string>"), &[json!("")], &[json!(1)]);
    check(
        &json!("<nonempty>"),
        &[json!("a")],
        &[json!(""), json!([1])],
    );
    check(&json!("<number>"), &[json!(1.5)], &[json!("1")]);
    check(
        &json!("<integer>"),
        &[json!(1), json!(2.0)],
        &[json!(1.5), json!("1")],
    );
    check(&json!("<bool>"), &[json!(false)], &[json!(0), json!(null)]);
    check(&json!("<object>"), &[json!({})], &[json!([])]);
    check(&json!("<array>"), &[json!([])], &[json!({})]);
    check(
        &json!("<epoch-ms>"),
        &[json!(now)],
        &[json!(now / 1000), json!(now + 700_000), json!("now")],
    );
}

#[test]
fn objects_and_arrays_are_compared_part_by_part() {
    let expected = json!({ "a": { "b": [1, "<any>"] } });
    check(
        &expected,
        &[json!({ "a": { "b": [1, 2] } })],
        &[
            json!({ "a": { "b": [1] } }),
            json!({ "a": { "b": [1, 2, 3] } }),
            json!({ "a": { "b": [2, 1] } }),
            json!({ "a": {} }),
            json!({ "a": { "b": [1, 2] }, "c": 1 }),
            json!([]),
        ],
    );
    assert_eq!(
        differences(
            &expected,
            &json!({ "a": { "b": [2], "c": null } }),
            Strictness::Exact
        ),
        [
            "$.a.b[0]: expected 1, found 2",
            "$.a.b[1]: missing, expected <any>",
            "$.a.c: not expected, found null",
        ]
    );
}

#[test]
fn operators_on_presence() {
    let fields = |rule: Value| json!({ "a": rule, "b": 1 });
    let (with, without) = (json!({ "a": 1, "b": 1 }), json!({ "b": 1 }));
    check(
        &fields(json!({ "$absent": true })),
        std::slice::from_ref(&without),
        std::slice::from_ref(&with),
    );
    check(
        &fields(json!({ "$optional": 1 })),
        &[with.clone(), without.clone()],
        &[json!({ "a": 2, "b": 1 })],
    );
    check(
        &fields(json!({ "$not": 1 })),
        &[json!({ "a": 2, "b": 1 })],
        &[with.clone(), without.clone()],
    );
    for rule in [
        json!({ "$regex": "" }),
        json!({ "$text": "" }),
        json!({ "$any_of": [1] }),
        json!({ "$all_of": [1] }),
        json!({ "$length": 0 }),
        json!({ "$gte": 0 }),
        json!({ "$lte": 0 }),
        json!({ "$contains": [] }),
        json!({ "$unordered": [] }),
        json!({ "$column": { "key": "k", "is": [] } }),
        json!({ "$exact": 1 }),
        json!({ "$subset": {} }),
    ] {
        check(&fields(rule), &[], std::slice::from_ref(&without));
    }
}

#[test]
fn operators_on_texts_and_numbers() {
    check(
        &json!({ "$regex": "^a.c$" }),
        &[json!("abc"), json!("a\nc")],
        &[json!("xabc"), json!(1)],
    );
    check(
        &json!({ "$regex": "(?i)ORIGIN" }),
        &[json!("Vary: origin")],
        &[json!("other")],
    );
    check(
        &json!({ "$text": "b" }),
        &[json!("abc")],
        &[json!("ac"), json!(["b"])],
    );
    check(
        &json!({ "$gte": 2 }),
        &[json!(2), json!(2.5)],
        &[json!(1), json!("2")],
    );
    check(
        &json!({ "$lte": 2 }),
        &[json!(2), json!(-1)],
        &[json!(3), json!(null)],
    );
    check(
        &json!({ "$length": 2 }),
        &[json!("äö"), json!([1, 2]), json!({ "a": 1, "b": 2 })],
        &[json!("a"), json!(2)],
    );
    check(
        &json!({ "$length": { "$gte": 1 } }),
        &[json!([1])],
        &[json!([])],
    );
}

#[test]
fn operators_that_combine() {
    check(
        &json!({ "$any_of": [1, "<string>"] }),
        &[json!(1), json!("a")],
        &[json!(2)],
    );
    check(
        &json!({ "$all_of": [{ "$text": "a" }, { "$text": "b" }] }),
        &[json!("ab")],
        &[json!("a"), json!("b")],
    );
    check(
        &json!({ "$not": { "$text": "a" } }),
        &[json!("b"), json!(1)],
        &[json!("a")],
    );
}

#[test]
fn operators_on_arrays() {
    check(
        &json!({ "$contains": [2, "<string>"] }),
        &[json!([1, 2, "a"])],
        &[json!([2]), json!("2")],
    );
    check(
        &json!({ "$unordered": [1, 2, 2] }),
        &[json!([2, 1, 2])],
        &[json!([1, 2]), json!([1, 2, 1]), json!([2, 1, 2, 2])],
    );
    check(
        &json!({ "$column": { "key": "n", "is": ["a", null] } }),
        &[
            json!([{ "n": "a" }, { "n": null }]),
            json!([{ "n": "a" }, {}]),
        ],
        &[
            json!([{ "n": "a" }]),
            json!([{ "n": "b" }, {}]),
            json!({ "n": "a" }),
        ],
    );
}

#[test]
fn strictness_says_which_further_fields_are_fine() {
    let expected = json!({ "ok": true, "config": { "a": 1 } });
    let new_field = json!({ "ok": true, "config": { "a": 1 }, "warnings": [] });
    let known_field = json!({ "ok": true, "config": { "a": 1 }, "details": {} });
    let in_user_data = json!({ "ok": true, "config": { "a": 1, "b": 2 } });
    for (strictness, admitted) in [
        (Strictness::Exact, [false, false, false]),
        (Strictness::Growing, [true, false, false]),
        (Strictness::Open, [true, true, true]),
    ] {
        let found = [&new_field, &known_field, &in_user_data];
        let verdicts = found.map(|found| differences(&expected, found, strictness).is_empty());
        assert_eq!(verdicts, admitted, "{strictness:?}");
    }
}

#[test]
fn strictness_can_be_changed_on_the_way() {
    let further = json!({ "a": { "b": 1, "c": 2 } });
    check(
        &json!({ "a": { "$subset": { "b": 1 } } }),
        std::slice::from_ref(&further),
        &[json!({ "a": {} })],
    );
    let exact = json!({ "a": { "$exact": { "b": 1 } } });
    assert_eq!(
        differences(&exact, &further, Strictness::Open),
        ["$.a.c: not expected, found 2"]
    );
    assert_eq!(Strictness::of_path("items[0].config.x"), Strictness::Exact);
    assert_eq!(Strictness::of_path("items[0].name"), Strictness::Growing);
}

#[test]
fn senseless_expectations_are_refused() {
    for expected in [
        json!({ "$nonsense": 1 }),
        json!({ "$regex": "(" }),
        json!({ "$regex": 1 }),
        json!({ "$gte": "1" }),
        json!({ "$any_of": 1 }),
        json!({ "$column": ["a"] }),
        json!([{ "a": { "$text": null } }]),
    ] {
        assert!(Expected::parse(&expected).is_err(), "{expected}");
    }
}
