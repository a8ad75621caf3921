//! Random changes, undone in random order, against a model.

use std::collections::BTreeMap;

use openwork_change::change::{Change, UndoDraft, UndoRefusal};
use openwork_change::plan::PlanError;
use openwork_change::store::{Store as _, StoreError};
use openwork_store::FsStore;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::recorded;
use crate::support::{
    Place, command, commit, count, delete_command, mcp, patch, plugin, remove_plugin, skill,
};

const MINE: &str = "{\n  // mine\n  \"plugin\": [\"mine\"] // the first\n}\n";

/// One thing that can be changed by itself, and what it is.
type Parts = BTreeMap<String, Option<String>>;

/// What the model has for a setting that says `null`.
const NULL: &str = "null";

/// A change that was made: its entry, and what it did to one part.
struct Made {
    entry: Uuid,
    part: String,
    before: Option<String>,
    after: Option<String>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// A random change, the part that it is about, and what the part is afterwards.
fn random_change(random: &mut Random) -> (Change, String, Option<String>) {
    let n = random.below(6);
    let value = random.below(5).to_string();
    let (part, set) = match random.below(5) {
        0 => (format!("plugin {n}"), random.below(2) == 0),
        1 => (format!("mcp {n}"), random.below(2) == 0),
        2 => (format!("setting {n}"), random.below(3) > 0),
        3 => (format!("command {n}"), random.below(3) > 0),
        _ => (format!("skill {n}"), true),
    };
    let (kind, name) = part.split_once(' ').unwrap();
    let change = match (kind, set) {
        ("plugin", true) => plugin(&format!("p{name}")),
        ("plugin", false) => remove_plugin(&format!("p{name}")),
        ("mcp", true) => mcp(&format!("m{name}")),
        ("mcp", false) => Change::RemoveMcp(format!("m{name}")),
        ("setting", true) => patch(json!({ "openwork": { (format!("k{name}")): value } })),
        ("setting", false) => patch(json!({ "openwork": { (format!("k{name}")): null } })),
        ("command", true) => command(&format!("c{name}"), &format!("text {value}")),
        ("command", false) => delete_command(&format!("c{name}")),
        _ => skill(&format!("s{name}"), &format!("text {value}")),
    };
    let after = match (kind, set) {
        ("setting", false) => Some(NULL.to_owned()),
        (_, false) => None,
        ("plugin" | "mcp", true) => Some("there".to_owned()),
        (_, true) => Some(value),
    };
    (change, part, after)
}

/// What the files say, in the model's parts.
fn parts(place: &Place) -> Parts {
    let text = |path: &str| std::fs::read_to_string(place.path(path)).unwrap_or_default();
    let config = without_comments(&text("opencode.jsonc"));
    let settings: Value =
        serde_json::from_str(&text(".opencode/openwork.json")).unwrap_or_default();
    let mut found = Parts::new();
    for n in 0..6 {
        let has_plugin = config["plugin"]
            .as_array()
            .is_some_and(|all| all.contains(&json!(format!("p{n}"))));
        found.insert(
            format!("plugin {n}"),
            has_plugin.then(|| "there".to_owned()),
        );
        let has_mcp = config["mcp"].get(format!("m{n}")).is_some();
        found.insert(format!("mcp {n}"), has_mcp.then(|| "there".to_owned()));
        // A setting that says `null` is there: to have none is something else.
        let setting = settings.get(format!("k{n}"));
        let setting = setting.map(|value| value.as_str().unwrap_or(NULL).to_owned());
        found.insert(format!("setting {n}"), setting);
        let last = |path: String| {
            let text = text(&path);
            let (_, value) = text.trim_end().rsplit_once("text ")?;
            Some(value.to_owned())
        };
        found.insert(
            format!("command {n}"),
            last(format!(".opencode/commands/c{n}.md")),
        );
        found.insert(
            format!("skill {n}"),
            last(format!(".opencode/skills/s{n}/SKILL.md")),
        );
    }
    found
}

/// A configuration without its comments.
fn without_comments(text: &str) -> Value {
    let text = text.replace("// mine", "").replace("// the first", "");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What the model expects of an undo.
#[derive(Debug, PartialEq)]
enum Expected {
    Undone,
    Nothing,
    Conflict,
}

fn expected(made: &Made, parts: &Parts) -> Expected {
    let now = &parts[&made.part];
    if *now == made.before {
        Expected::Nothing
    } else if *now == made.after {
        Expected::Undone
    } else {
        Expected::Conflict
    }
}

fn undo(store: &FsStore, made: &Made) -> Result<Option<Uuid>, StoreError> {
    match UndoDraft::of(recorded(store, made.entry)) {
        Ok(draft) => {
            let done = commit(store, Change::Undo(Box::new(draft)))?;
            Ok(done.entry)
        }
        Err(UndoRefusal::AlreadyUndone { .. }) => Ok(None),
        Err(UndoRefusal::NotKept) => panic!("it is not kept"),
    }
}

#[test]
fn after_undos_in_random_order_every_file_is_the_models() {
    let place = Place::in_memory();
    place.write("opencode.jsonc", MINE);
    let store = place.store();
    let mut random = Random(0x0dd_ba11);
    let mut model = parts(&place);
    let mut log: Vec<Made> = Vec::new();
    let mut counts = [0_usize; 3];
    for step in 0..count("OPENWORK_UNDOS", 200) {
        if log.is_empty() || random.below(5) < 3 {
            let (change, part, after) = random_change(&mut random);
            let before = model[&part].clone();
            // What is not there cannot be removed.
            match commit(&store, change) {
                Ok(done) => log.extend(done.entry.map(|entry| Made {
                    entry,
                    part: part.clone(),
                    before,
                    after: after.clone(),
                })),
                Err(StoreError::Plan(_)) => continue,
                Err(error) => panic!("step {step}: {error}"),
            }
            model.insert(part, after);
        } else {
            let at = random.below(log.len());
            let made = &log[at];
            let is_undone = recorded(&store, made.entry).undone_by.is_some();
            let expected = expected(made, &model);
            match undo(&store, made) {
                Ok(Some(entry)) => {
                    assert_eq!(expected, Expected::Undone, "step {step}: {}", made.part);
                    let redo = Made {
                        entry,
                        part: made.part.clone(),
                        before: made.after.clone(),
                        after: made.before.clone(),
                    };
                    model.insert(made.part.clone(), made.before.clone());
                    log.push(redo);
                    counts[0] += 1;
                }
                Ok(None) => {
                    let fits = is_undone || expected == Expected::Nothing;
                    assert!(fits, "step {step}: {} is {expected:?}", made.part);
                    counts[1] += 1;
                }
                Err(StoreError::Plan(PlanError::UndoConflict { .. })) => {
                    assert_eq!(expected, Expected::Conflict, "step {step}: {}", made.part);
                    counts[2] += 1;
                }
                Err(error) => panic!("step {step}: {error}"),
            }
        }
        assert_eq!(parts(&place), model, "step {step}");
    }
    // All three happened, or nothing was tried.
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    let config = place.read("opencode.jsonc");
    for comment in ["{\n  // mine\n", "// the first"] {
        assert!(config.contains(comment), "{config}");
    }
    assert!(store.audit(1).unwrap()[0].get().contains("undoable"));
}
