//! The names a case can use: `${PORT}`, `${WSID:other}`, whatever it saved itself.

use std::collections::HashMap;
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};
use std::sync::LazyLock;

use openwork_testkit::sandbox::{sha256_hex, workspace_id};
use regex_lite::{Captures, Regex};
use serde_json::{Map, Value};

use crate::case::ServerSpec;
use crate::fault::Fault;
use crate::system;

static PLACEHOLDER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\$\{([A-Za-z0-9_][^${}]*)\}").ok());

/// Values by name.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    root: PathBuf,
    values: HashMap<String, Value>,
}

impl Scope {
    /// Names what every case can refer to.
    pub(crate) fn new(root: &Path, spec: &ServerSpec) -> Self {
        let mut scope = Self {
            root: root.to_path_buf(),
            values: HashMap::new(),
        };
        let text = |path: &Path| Value::from(path.to_string_lossy());
        scope.set("ROOT", text(root));
        scope.set("HOME", text(&root.join("home")));
        scope.set("WS", text(&root.join("ws")));
        scope.set("WSID", workspace_id(&root.join("ws")).into());
        for (name, token) in [("TOKEN", &spec.token), ("HOST_TOKEN", &spec.host_token)] {
            let token = token.clone().unwrap_or_default();
            scope.set(&format!("{name}_HASH"), sha256_hex(&token).into());
            scope.set(name, token.into());
        }
        scope
    }

    /// Gives a value a name.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    /// Replaces every placeholder in a value. A text that is one placeholder becomes its value.
    pub(crate) fn fill(&self, value: &Value) -> Result<Value, Fault> {
        match value {
            Value::String(text) => self.fill_value(text),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => self.fill_fields(fields).map(Value::Object),
            other => Ok(other.clone()),
        }
    }

    fn fill_fields(&self, fields: &Map<String, Value>) -> Result<Map<String, Value>, Fault> {
        fields
            .iter()
            .map(|(key, value)| Ok((self.text(key)?, self.fill(value)?)))
            .collect()
    }

    fn fill_value(&self, text: &str) -> Result<Value, Fault> {
        match text
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) if !name.contains(['$', '{', '}']) => self.lookup(name),
            _ => self.text(text).map(Value::from),
        }
    }

    /// Replaces every placeholder in a text.
    pub(crate) fn text(&self, text: &str) -> Result<String, Fault> {
        let Some(placeholder) = PLACEHOLDER.as_ref() else {
            return Ok(text.to_owned());
        };
        let mut fault = None;
        let filled = placeholder.replace_all(text, |found: &Captures<'_>| {
            match self.lookup(found.get(1).map_or("", |name| name.as_str())) {
                Ok(Value::String(text)) => text,
                Ok(value) => value.to_string(),
                Err(unknown) => {
                    fault = Some(unknown);
                    String::new()
                }
            }
        });
        fault.map_or_else(|| Ok(system::spell(text, filled.into_owned())), Err)
    }

    fn lookup(&self, name: &str) -> Result<Value, Fault> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        match name.split_once(':') {
            Some(("WS", path)) => Ok(self.root.join(path).to_string_lossy().into()),
            // An id is that of the path as the system writes it.
            Some(("WSID", path)) => {
                let path = path.replace('/', MAIN_SEPARATOR_STR);
                Ok(workspace_id(&self.root.join(path)).into())
            }
            Some(("FILL", length)) => length
                .parse()
                .map(|length| "x".repeat(length).into())
                .map_err(|_| Fault::Case(format!("not a length: {length}"))),
            _ => Err(Fault::Case(format!("unknown placeholder {name}"))),
        }
    }
}
