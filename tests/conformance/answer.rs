//! Comparing an answer with what a case expects.

use openwork_testkit::expect::{Expected, Strictness, at};
use openwork_testkit::http::Answer;
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::scope::Scope;
use crate::step::Expect;

/// Passes if an answer is as expected.
pub(crate) fn check(scope: &Scope, answer: &Answer, expect: &Expect) -> Result<(), Fault> {
    let mut differences = differences(scope, answer, expect)?;
    if !differences.is_empty() {
        differences.push(format!("the answer: {}", answer.summary()));
    }
    Fault::unless_empty(differences)
}

/// Gives names to places in an answer.
pub(crate) fn save(
    scope: &mut Scope,
    answer: &Answer,
    names: &Map<String, Value>,
) -> Result<(), Fault> {
    let body = answer.json().unwrap_or_default();
    for (name, path) in names {
        let path = path.as_str().unwrap_or_default();
        let value = at(&body, path)?
            .ok_or_else(|| Fault::check(format!("nothing at {path} in {}", answer.summary())))?;
        scope.set(name, value.clone());
    }
    Ok(())
}

fn differences(scope: &Scope, answer: &Answer, expect: &Expect) -> Result<Vec<String>, Fault> {
    let mut differences = status_differences(answer, expect);
    differences.extend(body_differences(scope, answer, expect)?);
    differences.extend(header_differences(scope, answer, expect)?);
    differences.extend(text_differences(scope, answer, expect)?);
    differences.extend(alternative_differences(scope, answer, expect)?);
    Ok(differences)
}

fn status_differences(answer: &Answer, expect: &Expect) -> Vec<String> {
    let accepted: Vec<String> = expect.status.iter().map(u16::to_string).collect();
    let fine = accepted.is_empty() || accepted.contains(&answer.status.to_string());
    if fine {
        return Vec::new();
    }
    vec![format!(
        "status: expected {}, found {}",
        accepted.join(" or "),
        answer.status
    )]
}

fn body_differences(scope: &Scope, answer: &Answer, expect: &Expect) -> Result<Vec<String>, Fault> {
    let whole = [
        (&expect.json, Strictness::Growing),
        (&expect.subset, Strictness::Open),
    ];
    if whole.iter().all(|(expected, _)| expected.is_none()) && expect.checks.is_empty() {
        return Ok(Vec::new());
    }
    let Some(body) = answer.json() else {
        return Ok(vec!["the body is not JSON".to_owned()]);
    };
    let mut differences = Vec::new();
    for (expected, strictness) in whole {
        if let Some(expected) = expected {
            let expected = Expected::parse(&scope.fill(expected)?)?;
            differences.extend(expected.differences(Some(&body), strictness));
        }
    }
    for (path, expected) in &expect.checks {
        let path = scope.text(path)?;
        let expected = Expected::parse(&scope.fill(expected)?)?;
        let strictness = Strictness::of_path(&path);
        differences.extend(expected.differences_at(&path, at(&body, &path)?, strictness));
    }
    Ok(differences)
}

fn header_differences(
    scope: &Scope,
    answer: &Answer,
    expect: &Expect,
) -> Result<Vec<String>, Fault> {
    let mut differences = Vec::new();
    for (name, expected) in &expect.headers {
        let absent = json!({ "$absent": true });
        let expected = if expected.is_null() {
            &absent
        } else {
            expected
        };
        let expected = Expected::parse(&scope.fill(expected)?)?;
        let found = answer.header(name).map(Value::from);
        let place = format!("header {name}");
        differences.extend(expected.differences_at(&place, found.as_ref(), Strictness::Exact));
    }
    Ok(differences)
}

fn text_differences(scope: &Scope, answer: &Answer, expect: &Expect) -> Result<Vec<String>, Fault> {
    let text = answer.text();
    let mut differences = Vec::new();
    if let Some(expected) = &expect.text {
        let expected = Expected::parse(&scope.fill(expected)?)?;
        let found = Value::from(text.as_str());
        differences.extend(expected.differences_at("body", Some(&found), Strictness::Exact));
    }
    for part in expect.not_text.iter() {
        let part = scope.text(part)?;
        if text.contains(&part) {
            differences.push(format!("the body must not contain {part:?}"));
        }
    }
    Ok(differences)
}

fn alternative_differences(
    scope: &Scope,
    answer: &Answer,
    expect: &Expect,
) -> Result<Vec<String>, Fault> {
    let mut closest = Vec::new();
    for alternative in &expect.any_of {
        match differences(scope, answer, alternative)?.into_iter().next() {
            Some(difference) => closest.push(format!("   {difference}")),
            None => return Ok(Vec::new()),
        }
    }
    if !closest.is_empty() {
        closest.insert(0, "none of the accepted answers came:".to_owned());
    }
    Ok(closest)
}
