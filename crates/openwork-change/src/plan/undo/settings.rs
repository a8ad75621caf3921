//! Settings of which one change is taken back, and all others stay.

use serde_json::{Map, Value};

use super::lines;
use crate::change::Fields;
use openwork_jsonc::{EditError, JsoncDocument, pointer_of, same_value};
use openwork_model::forms::{EntryForm, EntrySection};
use openwork_model::schema;

mod list;

/// Settings without a change that was made.
#[derive(Debug, Default)]
pub(super) struct ReversedSettings {
    /// What they say then.
    pub(super) value: Fields,
    /// What they say now where the change is taken back.
    pub(super) replaced: Vec<ReplacedValue>,
    /// Where others have changed the same since, as JSON pointers.
    pub(super) conflicts: Vec<String>,
}

/// A value at a path of literal keys; `None` if nothing is there.
#[derive(Debug, PartialEq)]
pub(super) struct ReplacedValue {
    pub(super) path: Vec<String>,
    pub(super) value: Option<Value>,
}

/// Takes a change back: from what it made (`made`) of what was there before
/// (`was`), on what is there now (`is`).
pub(super) fn reversed(made: &Fields, is: &Fields, was: &Fields) -> ReversedSettings {
    let mut reversal = SettingsReversal::default();
    let value = reversal.members(made, is, was);
    ReversedSettings {
        value,
        ..reversal.found
    }
}

/// Whether the engine would refuse what it takes now.
pub(super) fn is_refused(is: &Fields, reversed: &Fields) -> bool {
    schema::check(reversed).is_err() && schema::check(is).is_ok()
}

/// The text of reversed settings. That of the file without the lines of the
/// change, if that says the same: so comments that went with an entry come back.
pub(super) fn text(
    was: &[u8],
    made: &[u8],
    is: &[u8],
    reversed: &Fields,
) -> Result<Vec<u8>, EditError> {
    let says = |text: &Vec<u8>| {
        let document = JsoncDocument::parse(text);
        document.is_ok_and(|document| same_fields(document.value(), reversed))
    };
    if let Some(merged) = lines::merged(made, is, was).filter(says) {
        return Ok(merged);
    }
    let mut document = JsoncDocument::parse(is)?;
    document.set(&[], &Value::Object(reversed.clone()))?;
    Ok(document.into_bytes())
}

#[derive(Default)]
struct SettingsReversal {
    path: Vec<String>,
    found: ReversedSettings,
}

impl SettingsReversal {
    /// The members of an object without the change.
    fn members(&mut self, made: &Fields, is: &Fields, was: &Fields) -> Fields {
        if !keeps_order(made, was) {
            return self.reordered(made, is, was);
        }
        let mut reversed = Map::new();
        for (key, value) in is {
            let member = self.member(key, made.get(key), Some(value), was.get(key));
            reversed.extend(member.map(|member| (key.clone(), member)));
        }
        // Where it stood, as the engine's rules depend on their order.
        let mut place = 0;
        for (key, value) in was {
            if !is.contains_key(key)
                && let Some(member) = self.member(key, made.get(key), None, Some(value))
            {
                reversed.shift_insert(place, key.clone(), member);
            }
            let stands = reversed.keys().position(|other| other == key);
            place = stands.map_or(place, |stands| stands + 1);
        }
        reversed
    }

    /// The members where the change put them into another order: all or nothing.
    fn reordered(&mut self, made: &Fields, is: &Fields, was: &Fields) -> Fields {
        if same_fields(made, is) || same_fields(was, is) {
            self.replace(Some(&Value::Object(is.clone())));
            return was.clone();
        }
        self.conflict();
        is.clone()
    }

    fn member(
        &mut self,
        key: &str,
        made: Option<&Value>,
        is: Option<&Value>,
        was: Option<&Value>,
    ) -> Option<Value> {
        if same(made, was) {
            // Not the change's doing.
            return is.cloned();
        }
        self.path.push(key.to_owned());
        let reversed = self.changed(made, is, was);
        self.path.pop();
        reversed
    }

    fn changed(
        &mut self,
        made: Option<&Value>,
        is: Option<&Value>,
        was: Option<&Value>,
    ) -> Option<Value> {
        if let Some([made, there, before]) = self.as_objects([made, is, was]) {
            let members = self.members(&made, &there, &before);
            // Others have emptied it already, and it is theirs to leave it there.
            if same_fields(&members, &there) {
                return is.cloned();
            }
            // A section that nobody has any more, or that came with the change, goes
            // with its last entry.
            let stays = !members.is_empty() || (is.is_some() && was.is_some());
            return stays.then_some(Value::Object(members));
        }
        self.replace(is);
        if same(made, is) || same(is, was) {
            return was.cloned();
        }
        if let Some([made, there, before]) = self.as_lists([made, is, was])
            && let Some(items) = list::reversed(made, there, before)
        {
            // A list that came with the change goes with its last item.
            let stays = !items.is_empty() || (is.is_some() && was.is_some());
            return stays.then_some(Value::Array(items));
        }
        self.conflict();
        is.cloned()
    }

    /// The three as objects, if they are to be looked at member by member.
    fn as_objects(&self, values: [Option<&Value>; 3]) -> Option<[Fields; 3]> {
        let is_whole = values.iter().all(Option::is_some);
        let all = values
            .iter()
            .flatten()
            .all(|value| matches!(value, Value::Object(_)));
        // What is missing counts as empty where entries of others lie beside. Of one
        // entry only half would be left, which the engine refuses.
        if !all || !(is_whole || self.is_section()) {
            return None;
        }
        let members = |value: Option<&Value>| match value {
            Some(Value::Object(members)) => members.clone(),
            _ => Map::new(),
        };
        Some(values.map(members))
    }

    /// The three as lists, if they are to be looked at item by item. What is missing
    /// counts as empty where items of others may lie beside: not in a command.
    fn as_lists<'v>(&self, values: [Option<&'v Value>; 3]) -> Option<[&'v [Value]; 3]> {
        if !values.iter().all(Option::is_some) && self.path.len() != 1 {
            return None;
        }
        let mut lists: [&[Value]; 3] = [&[]; 3];
        for (list, value) in lists.iter_mut().zip(values) {
            match value {
                Some(Value::Array(items)) => *list = items,
                Some(_) => return None,
                None => {}
            }
        }
        Some(lists)
    }

    fn is_section(&self) -> bool {
        let is_container = |section: EntrySection| {
            let forms = EntryForm::ALL.into_iter();
            forms
                .map(|form| section.container(form))
                .any(|container| self.path == container)
        };
        self.path.len() == 1 || EntrySection::ALL.into_iter().any(is_container)
    }

    fn replace(&mut self, is: Option<&Value>) {
        self.found.replaced.push(ReplacedValue {
            path: self.path.clone(),
            value: is.cloned(),
        });
    }

    fn conflict(&mut self) {
        let pointer = pointer_of(self.path.iter().map(String::as_str));
        self.found.conflicts.push(pointer);
    }
}

/// Whether the keys that both have come in one order.
fn keeps_order(made: &Fields, was: &Fields) -> bool {
    let in_made = made.keys().filter(|key| was.contains_key(*key));
    let in_was = was.keys().filter(|key| made.contains_key(*key));
    in_made.eq(in_was)
}

/// Whether two objects say the same, in the same order.
pub(super) fn same_fields(left: &Fields, right: &Fields) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|((left_key, left), (right_key, right))| {
                left_key == right_key && same_value(left, right)
            })
}

fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_value(left, right),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        match value {
            Value::Object(fields) => fields,
            _ => panic!("{value}"),
        }
    }

    /// Takes back what led from `was` to `made`, on what `is` there now.
    fn reverse(was: Value, made: Value, is: Value) -> Result<Value, Vec<String>> {
        let reversed = reversed(&fields(made), &fields(is), &fields(was));
        if reversed.conflicts.is_empty() {
            Ok(Value::Object(reversed.value))
        } else {
            Err(reversed.conflicts)
        }
    }

    #[test]
    fn entries_of_others_stay_and_the_same_entry_is_a_conflict() {
        let server = |url: &str| json!({ "type": "remote", "url": url });
        let (none, a) = (json!({}), json!({ "mcp": { "a": server("1") } }));
        let both = json!({ "mcp": { "a": server("1"), "b": server("2") } });
        let only_b = json!({ "mcp": { "b": server("2") } });
        assert_eq!(reverse(none.clone(), a.clone(), both.clone()), Ok(only_b));
        assert_eq!(
            reverse(none.clone(), a.clone(), a.clone()),
            Ok(none.clone())
        );
        let moved = json!({ "mcp": { "a": server("3") } });
        let at_a = Err(vec!["/mcp/a".to_owned()]);
        assert_eq!(reverse(none.clone(), a.clone(), moved), at_a);
        // Others have taken it back already, and left the section there.
        let empty = json!({ "mcp": {} });
        assert_eq!(reverse(none.clone(), a.clone(), empty.clone()), Ok(empty));
        assert_eq!(reverse(none.clone(), a, none.clone()), Ok(none));
    }

    #[test]
    fn items_of_others_stay_in_a_list_that_came_with_the_change() {
        let plugins = |all: &[&str]| json!({ "plugin": all });
        let (none, first, both) = (json!({}), plugins(&["a"]), plugins(&["a", "b"]));
        let second = Ok(plugins(&["b"]));
        assert_eq!(reverse(none.clone(), first.clone(), both.clone()), second);
        assert_eq!(
            reverse(none.clone(), first.clone(), first.clone()),
            Ok(none.clone())
        );
        // Others have taken it out already, or all of the list.
        let empty = plugins(&[]);
        assert_eq!(
            reverse(none.clone(), first.clone(), empty),
            Ok(none.clone())
        );
        assert_eq!(reverse(first, both, none.clone()), Ok(none));
        // Half of a command would be another one.
        let server = |command: &[&str]| json!({ "mcp": { "s": { "command": command } } });
        let made = json!({ "mcp": { "s": { "command": ["npx"] } } });
        let bare = json!({ "mcp": { "s": {} } });
        let at_command = Err(vec!["/mcp/s/command".to_owned()]);
        assert_eq!(reverse(bare, made, server(&["npx", "-y"])), at_command);
    }

    #[test]
    fn what_was_removed_comes_back_where_it_stood() {
        let was = json!({ "permission": { "rm *": "deny", "*": "ask" } });
        let made = json!({ "permission": { "*": "ask" } });
        let is = json!({ "permission": { "*": "ask", "git *": "allow" }, "model": "m/x" });
        let reversed = reverse(was, made, is).unwrap();
        let text = r#"{"permission":{"rm *":"deny","*":"ask","git *":"allow"},"model":"m/x"}"#;
        assert_eq!(reversed.to_string(), text);
    }

    #[test]
    fn another_order_is_taken_back_as_a_whole_or_not_at_all() {
        let was = json!({ "permission": { "a": "ask", "b": "deny" } });
        let made = json!({ "permission": { "b": "deny", "a": "ask" } });
        let reversed = reverse(was.clone(), made.clone(), made.clone()).unwrap();
        assert_eq!(reversed.to_string(), was.to_string());
        let is = json!({ "permission": { "b": "deny", "a": "ask", "c": "allow" } });
        assert_eq!(reverse(was, made, is), Err(vec!["/permission".to_owned()]));
    }

    #[test]
    fn what_replaced_values_were_is_held() {
        let was = fields(json!({ "model": "m/a", "mcp": {} }));
        let made = fields(json!({ "model": "m/b", "mcp": { "s": { "enabled": true } } }));
        let replaced = reversed(&made, &made, &was).replaced;
        let part = |path: &[&str], value: Value| ReplacedValue {
            path: path.iter().map(|&key| key.to_owned()).collect(),
            value: Some(value),
        };
        let expected = [
            part(&["model"], json!("m/b")),
            part(&["mcp", "s"], json!({ "enabled": true })),
        ];
        assert_eq!(replaced, expected);
    }

    #[test]
    fn comments_come_back_with_their_entry_though_others_changed_the_file() {
        let was = "{\n  // why a\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n";
        let made = "{\n  \"b\": 2,\n  \"c\": 3\n}\n";
        let is = "{\n  \"b\": 2,\n  \"c\": 4 // more\n}\n";
        let parsed = |text: &str| JsoncDocument::parse(text.as_bytes()).unwrap().into_value();
        let value = reversed(&parsed(made), &parsed(is), &parsed(was)).value;
        let [was, made, is] = [was, made, is].map(str::as_bytes);
        let text = text(was, made, is, &value).unwrap();
        let expected = "{\n  // why a\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 4 // more\n}\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
