//! Settings that say what the engine may do.

use serde_json::Value;

use super::{Risk, short};
use crate::mask::mask;

/// What runs code, sends data or grants rights.
const POWERS: &[&str] = &[
    "permission",
    "plugin",
    "mcp",
    "tools",
    "agent",
    "mode",
    "provider",
    "formatter",
    "lsp",
    "experimental",
    "shell",
    "share",
    "enterprise",
    "server",
    "skills",
];

/// How many changed settings a note lists.
const MOST: usize = 12;

/// Lists the settings that change and what they change to.
pub(super) fn assess(risk: &mut Risk, before: &Value, after: &Value) {
    let shown = mask(after);
    let mut changed = Changed::default();
    for key in POWERS {
        let setting = Setting {
            before: before.get(key),
            after: after.get(key),
            shown: shown.get(key),
        };
        // An MCP entry is described by a note of its own.
        let levels = if *key == "mcp" { 1 } else { usize::MAX };
        setting.changes(key, levels, &mut changed);
    }
    if let Some(changed) = changed.listed() {
        risk.warn(format!("Changes what the engine may do: {changed}"));
    }
}

/// The settings that change, of which the first are cited.
#[derive(Default)]
struct Changed {
    cited: Vec<String>,
    more: usize,
}

impl Changed {
    fn push(&mut self, path: &str, what: &str) {
        if self.cited.len() < MOST {
            self.cited.push(format!("`{path}` {what}"));
        } else {
            self.more += 1;
        }
    }

    fn listed(&self) -> Option<String> {
        let cited = self.cited.join(", ");
        match (cited.is_empty(), self.more) {
            (true, _) => None,
            (false, 0) => Some(cited),
            (false, more) => Some(format!("{cited} and {more} more")),
        }
    }
}

/// One setting before, after, and as it is shown.
#[derive(Clone, Copy)]
struct Setting<'v> {
    before: Option<&'v Value>,
    after: Option<&'v Value>,
    shown: Option<&'v Value>,
}

impl Setting<'_> {
    fn changes(self, path: &str, levels: usize, changed: &mut Changed) {
        match (self.after, self.shown) {
            _ if same(self.before, self.after) => {}
            (Some(Value::Object(after)), Some(Value::Object(shown)))
                if levels > 0 && !after.is_empty() =>
            {
                for ((key, after), (name, shown)) in after.iter().zip(shown) {
                    let before = self.before.and_then(|before| before.get(key));
                    let inner = Setting {
                        before,
                        after: Some(after),
                        shown: Some(shown),
                    };
                    inner.changes(&step(path, name), levels - 1, changed);
                }
                self.gone(path, changed);
                if self.is_reordered() {
                    changed.push(path, "in another order");
                }
            }
            (_, Some(shown)) => changed.push(path, &format!("→ {}", text(shown))),
            (_, None) => changed.push(path, "→ removed"),
        }
    }

    /// Keys that are no longer there.
    fn gone(self, path: &str, changed: &mut Changed) {
        let Some(before) = self.before.map(mask) else {
            return;
        };
        let keys = before
            .as_object()
            .into_iter()
            .flat_map(|before| before.keys());
        let gone = keys.filter(|key| {
            self.shown
                .is_some_and(|shown| shown.get(key.as_str()).is_none())
        });
        gone.for_each(|key| changed.push(&step(path, key), "→ removed"));
    }

    /// Whether keys that stay change places. The engine's permission rules
    /// are decided by the last match.
    fn is_reordered(self) -> bool {
        let (Some(before), Some(after)) = (
            self.before.and_then(Value::as_object),
            self.after.and_then(Value::as_object),
        ) else {
            return false;
        };
        let old = before.keys().filter(|key| after.contains_key(*key));
        let new = after.keys().filter(|key| before.contains_key(*key));
        old.ne(new)
    }
}

/// Whether two settings are equal, keys in the same order.
fn same(before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            before.len() == after.len()
                && before
                    .iter()
                    .zip(after)
                    .all(|((key, before), (other, after))| {
                        key == other && same(Some(before), Some(after))
                    })
        }
        _ => before == after,
    }
}

fn step(path: &str, key: &str) -> String {
    short(&format!("{path}.{}", short(key)))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => short(text),
        other => short(&other.to_string()),
    }
}
