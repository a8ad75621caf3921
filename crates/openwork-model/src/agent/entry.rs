//! An agent of the configuration as the text of a file, and back.

use serde_json::{Value, json};

use super::header::AgentText;
use super::place::AgentForm;
use crate::fields::Fields;
use crate::forms;

/// The text that a file of its own would have for an entry of the configuration, as it is loaded.
///
/// ```
/// use openwork_model::agent::text_of_entry;
/// use serde_json::json;
///
/// let entry = json!({ "description": "Looks", "prompt": "Look.", "permission": { "edit": "deny" } });
/// let text = "---\ndescription: \"Looks\"\npermission: {\"edit\":\"deny\"}\n---\nLook.\n";
/// assert_eq!(text_of_entry(&entry), text);
/// ```
pub fn text_of_entry(entry: &Value) -> String {
    let fields = entry.as_object().into_iter().flatten();
    let header: String = fields
        .filter(|(key, _)| *key != "prompt")
        .map(|(key, value)| line(key, value))
        .collect();
    let prompt = entry.get("prompt").and_then(Value::as_str).unwrap_or("");
    let end = if prompt.is_empty() || prompt.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("---\n{header}---\n{prompt}{end}")
}

/// The entry of the configuration for a text, in the order of the one that is there. What says
/// the same stays as it is written there.
///
/// # Errors
///
/// The name of a field that the engine would lose in this form.
pub fn entry_of_text(text: &AgentText, form: AgentForm, old: &Fields) -> Result<Fields, String> {
    let mut wanted = text.fields.clone();
    wanted.shift_remove("prompt");
    if !text.prompt.is_empty() {
        wanted.insert("prompt".to_owned(), json!(text.prompt));
    }
    if form == AgentForm::Agents {
        wanted = newer(wanted, old)?;
    }
    let mut entry = Fields::new();
    for (key, there) in old {
        if let Some(wanted) = wanted.shift_remove(key) {
            let kept = is_same(key, form, there, &wanted);
            entry.insert(key.clone(), if kept { there.clone() } else { wanted });
        }
    }
    entry.extend(wanted);
    Ok(entry)
}

/// The fields of the newer form, which has fewer, and some under other names.
fn newer(fields: Fields, old: &Fields) -> Result<Fields, String> {
    let mut newer = Fields::new();
    let mut variant = None;
    for (key, value) in fields {
        match key.as_str() {
            "color" | "description" | "hidden" | "mode" | "model" | "steps" => {
                newer.insert(key, value);
            }
            "prompt" => drop(newer.insert("system".to_owned(), value)),
            "disable" => drop(newer.insert("disabled".to_owned(), value)),
            "options" => {
                let request = old.get("request").and_then(Value::as_object).cloned();
                let mut request = request.unwrap_or_else(Fields::new);
                request.insert("body".to_owned(), value);
                newer.insert("request".to_owned(), request.into());
            }
            "variant" => variant = Some(value),
            _ => return Err(key),
        }
    }
    if let Some(variant) = variant {
        join_variant(&mut newer, &variant)?;
    }
    Ok(newer)
}

/// The newer form has the variant in the model.
fn join_variant(fields: &mut Fields, variant: &Value) -> Result<(), String> {
    let model = fields.get("model").and_then(Value::as_str);
    let parts = model.and_then(|model| model.split_once('/'));
    let (provider, model) = parts.ok_or_else(|| "variant".to_owned())?;
    let model = json!({ "providerID": provider, "model": model, "variant": variant });
    fields.insert("model".to_owned(), model);
    Ok(())
}

/// Whether a value of the file says what is wanted: a prompt but for the blanks around it, all
/// others if the engine makes the same of them.
fn is_same(key: &str, form: AgentForm, there: &Value, wanted: &Value) -> bool {
    let trimmed = |value: &Value| value.as_str().map(|text| text.trim().to_owned());
    match key {
        "prompt" | "system" => trimmed(there).is_some() && trimmed(there) == trimmed(wanted),
        _ if form == AgentForm::Agents => loaded(key, there) == loaded(key, wanted),
        _ => there == wanted,
    }
}

/// What the engine makes of one field of the newer form.
fn loaded(key: &str, value: &Value) -> Fields {
    let setting = Fields::from_iter([("agents".to_owned(), json!({ "it": { key: value } }))]);
    forms::loaded(&setting).into_owned()
}

/// A line of a header. JSON on one line is YAML, too.
fn line(key: &str, value: &Value) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let begins_plain = key.starts_with(|first: char| first.is_ascii_alphabetic());
    if begins_plain && key.bytes().all(is_plain) {
        format!("{key}: {value}\n")
    } else {
        format!("{}: {value}\n", Value::from(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(entry: &Value, form: AgentForm) -> Value {
        let setting = json!({ form.key().unwrap(): { "it": entry } });
        let loaded = forms::loaded(setting.as_object().unwrap()).into_owned();
        let older = if form == AgentForm::Mode {
            "mode"
        } else {
            "agent"
        };
        let text = AgentText::parse(&text_of_entry(&loaded[older]["it"])).unwrap();
        Value::Object(entry_of_text(&text, form, entry.as_object().unwrap()).unwrap())
    }

    #[test]
    fn what_is_read_and_written_back_is_the_same() {
        let model = json!({ "providerID": "acme", "model": "m", "variant": "hi" });
        for (form, entry) in [
            (AgentForm::Agent, json!({})),
            (
                AgentForm::Agent,
                json!({ "prompt": "Two\n\nlines\n", "model": "a/b", "steps": 3, "odd key": [1.5, "x"] }),
            ),
            (
                AgentForm::Mode,
                json!({ "tools": { "b*": false }, "description": "d: \"x\" # y", "disable": true }),
            ),
            (
                AgentForm::Agents,
                json!({ "system": "S", "model": { "providerID": "a", "model": "b/c" }, "disabled": true, "request": { "body": { "x": 1 } } }),
            ),
            (AgentForm::Agents, json!({ "model": model })),
        ] {
            let back = round_trip(&entry, form);
            assert_eq!(back.to_string(), entry.to_string(), "{form:?}");
        }
    }

    #[test]
    fn what_the_newer_form_loses_is_refused() {
        for header in [
            "permission: deny",
            "temperature: 1",
            "tools: {}",
            "variant: hi",
        ] {
            let text = AgentText::parse(&format!("---\n{header}\n---\nx\n")).unwrap();
            let key = header.split(':').next().unwrap().to_owned();
            let entry = entry_of_text(&text, AgentForm::Agents, &Fields::new());
            assert_eq!(entry, Err(key));
        }
    }
}
