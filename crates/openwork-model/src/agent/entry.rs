//! An agent of the configuration as the text of a file, and back.

use serde_json::{Value, json};

use super::definition::model_of_parts;
use super::header::AgentText;
use super::place::AgentForm;
use crate::fields::Fields;

/// The fields that the newer form has under other names.
const RENAMED: [(&str, &str); 2] = [("prompt", "system"), ("disable", "disabled")];

/// The fields that the engine takes from the newer form; it loses all others.
const NEWER: [&str; 10] = [
    "color",
    "description",
    "disabled",
    "hidden",
    "mode",
    "model",
    "request",
    "steps",
    "system",
    "variant",
];

/// The text that a file of its own would have for an entry of the configuration.
///
/// ```
/// use openwork_model::agent::{AgentForm, text_of_entry};
/// use serde_json::json;
///
/// let entry = json!({ "description": "Looks", "prompt": "Look.", "permission": { "edit": "deny" } });
/// let text = "---\ndescription: \"Looks\"\npermission: {\"edit\":\"deny\"}\n---\nLook.\n";
/// assert_eq!(text_of_entry(&entry, AgentForm::Agent), text);
/// ```
pub fn text_of_entry(entry: &Value, form: AgentForm) -> String {
    let fields = entry.as_object().into_iter().flatten();
    let mut header = String::new();
    let mut prompt = "";
    for (key, value) in fields {
        let key = word_of_file(key, form);
        match (key, value) {
            ("prompt", Value::String(text)) => prompt = text,
            ("model", model @ Value::Object(parts)) => {
                let name = model_of_parts(model).map_or_else(|| model.clone(), Value::String);
                header += &line("model", &name);
                if let Some(variant) = parts.get("variant") {
                    header += &line("variant", variant);
                }
            }
            _ => header += &line(key, value),
        }
    }
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
    let mut wanted = Fields::new();
    let prompt = (!text.prompt.is_empty()).then(|| ("prompt".to_owned(), json!(text.prompt)));
    for (key, value) in text.fields.clone().into_iter().chain(prompt) {
        let key = word_of_setting(&key, form).to_owned();
        if form == AgentForm::Agents && !NEWER.contains(&key.as_str()) {
            return Err(key);
        }
        wanted.insert(key, value);
    }
    if form == AgentForm::Agents {
        join_variant(&mut wanted)?;
    }
    let mut entry = Fields::new();
    for (key, there) in old {
        if let Some(wanted) = wanted.shift_remove(key) {
            let kept = is_same(key, there, &wanted);
            entry.insert(key.clone(), if kept { there.clone() } else { wanted });
        }
    }
    entry.extend(wanted);
    Ok(entry)
}

/// The newer form has the variant in the model.
fn join_variant(fields: &mut Fields) -> Result<(), String> {
    let Some(variant) = fields.shift_remove("variant") else {
        return Ok(());
    };
    let model = fields.get("model").and_then(Value::as_str);
    let (provider, model) = model
        .and_then(|model| model.split_once('/'))
        .ok_or_else(|| "variant".to_owned())?;
    let parts = json!({ "providerID": provider, "model": model, "variant": variant });
    fields.insert("model".to_owned(), parts);
    Ok(())
}

/// Whether a value of the file says what is wanted: a prompt but for the blanks around it, a model
/// whether it is one text or in parts.
fn is_same(key: &str, there: &Value, wanted: &Value) -> bool {
    let trimmed = |value: &Value| value.as_str().map(|text| text.trim().to_owned());
    match key {
        "prompt" | "system" => trimmed(there).is_some() && trimmed(there) == trimmed(wanted),
        "model" if there.is_object() && there.get("variant").is_none() => {
            model_of_parts(there).is_some_and(|model| *wanted == model)
        }
        _ => there == wanted,
    }
}

fn word_of_file(key: &str, form: AgentForm) -> &str {
    let renamed = RENAMED.iter().find(|(_, newer)| *newer == key);
    match renamed {
        Some((older, _)) if form == AgentForm::Agents => older,
        _ => key,
    }
}

fn word_of_setting(key: &str, form: AgentForm) -> &str {
    let renamed = RENAMED.iter().find(|(older, _)| *older == key);
    match renamed {
        Some((_, newer)) if form == AgentForm::Agents => newer,
        _ => key,
    }
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
        let text = AgentText::parse(&text_of_entry(entry, form)).unwrap();
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
                json!({ "system": "S", "model": { "providerID": "a", "model": "b/c" }, "disabled": true }),
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
