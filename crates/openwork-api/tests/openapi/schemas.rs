//! The types of the wire as JSON schemas, under the names that the description has.

use std::collections::BTreeMap;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::handbook::plain;

/// Where schemas are found in the document.
const FINAL: &str = "#/components/schemas/";
/// Where those of bodies are said to be, until it is clear under which names.
const TAKEN: &str = "#/components/taken/";

/// What bodies have to keep to beyond their types, as their readers check it: type,
/// field, and what is said of it.
const BOUNDS: &[(&str, &str, &str)] = &[
    (
        "AddMcpRequest",
        "config",
        r#"{"oneOf":[
            {"required":["type","command"],"properties":{"type":{"const":"local"},"command":{"type":"array","minItems":1,"items":{"type":"string"}}}},
            {"required":["type","url"],"properties":{"type":{"const":"remote"},"url":{"type":"string","minLength":1}}}
        ]}"#,
    ),
    (
        "SkillFileRequest",
        "path",
        r#"{"minLength":1,"maxLength":255}"#,
    ),
    (
        "AddMcpRequest",
        "name",
        r#"{"pattern":"^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"}"#,
    ),
    ("AddPluginRequest", "spec", r#"{"minLength":1}"#),
    ("AddWorkspaceRequest", "folderPath", r#"{"minLength":1}"#),
    ("AddWorkspaceRequest", "name", r#"{"maxLength":200}"#),
    ("AddWorkspaceRequest", "preset", r#"{"maxLength":200}"#),
    (
        "AgentReplyRequest",
        "reply",
        r#"{"enum":["once","always","reject",null]}"#,
    ),
    (
        "EnvEntryBody",
        "key",
        r#"{"pattern":"^[A-Za-z_][A-Za-z0-9_]*$"}"#,
    ),
    (
        "EnvEntryBody",
        "value",
        r#"{"maxLength":65536,"pattern":"^[^\\u0000]*$"}"#,
    ),
    (
        "ExportedAgent",
        "name",
        r#"{"pattern":"^[A-Za-z0-9_-]+$","maxLength":128}"#,
    ),
    ("ExportedAgent", "content", r#"{"minLength":1}"#),
    ("MakePairingRequest", "label", r#"{"maxLength":200}"#),
    ("MakeTokenRequest", "label", r#"{"maxLength":200}"#),
    (
        "MakeTokenRequest",
        "expiresInMs",
        r#"{"minimum":1,"maximum":18446744073709551615}"#,
    ),
    (
        "PairRequest",
        "code",
        r#"{"pattern":"^[2-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{4}-?[2-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{4}$"}"#,
    ),
    ("PairRequest", "label", r#"{"maxLength":200}"#),
    ("RememberRequest", "minutes", r#"{"enum":[5,10,60]}"#),
    (
        "RenameTokenRequest",
        "label",
        r#"{"minLength":1,"maxLength":200}"#,
    ),
    (
        "RenameWorkspaceRequest",
        "displayName",
        r#"{"maxLength":200}"#,
    ),
    ("ReplyRequest", "message", r#"{"maxLength":200}"#),
    (
        "SetAuthorizedFoldersRequest",
        "folders",
        r#"{"maxItems":100}"#,
    ),
    ("SetEnvRequest", "entries", r#"{"minItems":1}"#),
    (
        "UpsertCommandRequest",
        "name",
        r#"{"pattern":"^[A-Za-z0-9_-]+$","maxLength":64}"#,
    ),
    ("UpsertCommandRequest", "template", r#"{"minLength":1}"#),
    (
        "UpsertSkillRequest",
        "name",
        r#"{"pattern":"^[a-z0-9]+(-[a-z0-9]+)*$","maxLength":64}"#,
    ),
    ("UpsertSkillRequest", "content", r#"{"minLength":1}"#),
    ("UpsertSkillRequest", "description", r#"{"maxLength":1024}"#),
    ("UpsertSkillRequest", "files", r#"{"maxItems":1000}"#),
    (
        "WriteConfigRequest",
        "scope",
        r#"{"enum":["project","global",null]}"#,
    ),
    ("WriteContentRequest", "path", r#"{"minLength":1}"#),
    (
        "WriteContentRequest",
        "baseUpdatedAt",
        r#"{"maximum":18446744073709551615}"#,
    ),
    ("WriteRawRequest", "path", r#"{"minLength":1}"#),
    (
        "WriteRawRequest",
        "dataBase64",
        r#"{"contentEncoding":"base64"}"#,
    ),
    (
        "WriteRawRequest",
        "baseUpdatedAt",
        r#"{"maximum":18446744073709551615}"#,
    ),
];

/// The same of whole types.
const WHOLE_BOUNDS: &[(&str, &str)] = &[(
    "PatchConfigRequest",
    r#"{"anyOf":[
        {"required":["opencode"],"properties":{"opencode":{"type":"object"}}},
        {"required":["openwork"],"properties":{"openwork":{"type":"object"}}}
    ]}"#,
)];

/// Fields that have to be there though they may be `null`.
const REQUIRED: &[(&str, &str)] = &[
    ("RenameWorkspaceRequest", "displayName"),
    ("SetDefaultModelRequest", "model"),
];

/// Makes schemas of types and remembers them.
pub(crate) struct Schemas {
    sent: SchemaGenerator,
    taken: SchemaGenerator,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        let at = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = path.into())
        };
        Self {
            sent: at("/components/schemas").for_serialize().into_generator(),
            taken: at("/components/taken").for_deserialize().into_generator(),
        }
    }

    /// What the server sends.
    pub(crate) fn sent<T: JsonSchema>(&mut self) -> Value {
        schema(self.sent.subschema_for::<T>())
    }

    /// What it takes.
    pub(crate) fn taken<T: JsonSchema>(&mut self) -> Value {
        schema(self.taken.subschema_for::<T>())
    }

    /// All schemas by name; `document` is made to find them.
    pub(crate) fn finish(mut self, document: &mut Value) -> Value {
        let mut sent = self.sent.take_definitions(true);
        let mut taken = self.taken.take_definitions(true);
        let_null_be_absent(&mut taken);
        bound(&mut taken);
        let mut names = BTreeMap::new();
        for (name, schema) in &taken {
            let is_other = sent.get(name).is_some_and(|sent| !same(sent, schema));
            let own = if is_other {
                format!("{name}Input")
            } else {
                name.clone()
            };
            names.insert(name.clone(), own);
        }
        for (name, schema) in taken {
            sent.insert(names[&name].clone(), schema);
        }
        sent.sort_keys();
        let mut schemas = Value::Object(sent);
        for value in [document, &mut schemas] {
            walk(value, &mut |fields| {
                if let Some(Value::String(target)) = fields.get_mut("$ref")
                    && let Some(name) = target.strip_prefix(TAKEN)
                {
                    *target = format!("{FINAL}{}", names[name]);
                }
            });
        }
        walk(&mut schemas, &mut |fields| {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = plain(&text.replace('\n', " "));
            }
            // What a client reads that is not sent is nothing for whoever is sent it.
            if fields.get("description").is_some_and(Value::is_string) {
                fields.remove("default");
            }
            // Of all formats of numbers this says nothing that is not said already.
            if fields.get("minimum") == Some(&json!(0)) {
                fields.remove("format");
            }
        });
        schemas
    }
}

/// Whether two schemas are the same, wherever they look for others.
fn same(one: &Value, other: &Value) -> bool {
    let text = |schema: &Value| schema.to_string().replace(TAKEN, FINAL);
    text(one) == text(other)
}

fn schema(schema: Schema) -> Value {
    schema.into()
}

/// Has every field that may be absent be `null` as well: to the readers of bodies
/// they are the same.
fn let_null_be_absent(taken: &mut Map<String, Value>) {
    for schema in taken.values_mut() {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            continue;
        };
        let optional = |name: &String| !required.contains(&json!(name));
        let optional = properties.iter_mut().filter(|(name, _)| optional(name));
        for field in optional.filter_map(|(_, property)| property.as_object_mut()) {
            if let Some(Value::String(only)) = field.get("type") {
                field["type"] = json!([only, "null"]);
            } else if let Some(target) = field.remove("$ref") {
                field.insert(
                    "anyOf".into(),
                    json!([{ "$ref": target }, { "type": "null" }]),
                );
            }
        }
    }
}

/// Adds to the types what their readers check.
fn bound(taken: &mut Map<String, Value>) {
    for (name, field, bound) in BOUNDS {
        let property = &mut taken[*name]["properties"][*field];
        let place = format!("{name}.{field}");
        let property = property
            .as_object_mut()
            .unwrap_or_else(|| panic!("{place}"));
        let bound: Map<String, Value> = serde_json::from_str(bound).unwrap();
        property.extend(bound);
    }
    for (name, bound) in WHOLE_BOUNDS {
        let bound: Map<String, Value> = serde_json::from_str(bound).unwrap();
        taken[*name].as_object_mut().unwrap().extend(bound);
    }
    for (name, field) in REQUIRED {
        let type_ = taken[*name].as_object_mut().unwrap();
        let required = type_.entry("required").or_insert_with(|| json!([]));
        required.as_array_mut().unwrap().push((*field).into());
    }
}

/// Shows every object of a value, however deep.
fn walk(value: &mut Value, see: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            see(fields);
            fields.values_mut().for_each(|value| walk(value, see));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| walk(value, see)),
        _ => {}
    }
}
