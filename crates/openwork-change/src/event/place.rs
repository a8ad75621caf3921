//! Which files of a workspace the engine loads, and where they lie.

use super::EventReason;
use openwork_model::path::RelPath;

const CONFIG: [&str; 2] = ["opencode.json", "opencode.jsonc"];
const ENGINE: &str = ".opencode";

/// The directories below which the engine looks for files (1.18).
pub(super) const PLACES: [([&str; 2], EventReason); 12] = [
    ([ENGINE, "plugin"], EventReason::Plugins),
    ([ENGINE, "plugins"], EventReason::Plugins),
    ([ENGINE, "skill"], EventReason::Skills),
    ([ENGINE, "skills"], EventReason::Skills),
    ([".claude", "skills"], EventReason::Skills),
    ([".agents", "skills"], EventReason::Skills),
    ([ENGINE, "agent"], EventReason::Agents),
    ([ENGINE, "agents"], EventReason::Agents),
    ([ENGINE, "mode"], EventReason::Agents),
    ([ENGINE, "modes"], EventReason::Agents),
    ([ENGINE, "command"], EventReason::Commands),
    ([ENGINE, "commands"], EventReason::Commands),
];

impl EventReason {
    /// Which part a file of the workspace belongs to; `None` if the engine
    /// does not load it.
    ///
    /// ```
    /// use openwork_change::event::EventReason;
    /// use openwork_model::path::RelPath;
    ///
    /// let reason = |path| RelPath::new(path).ok().and_then(|path| EventReason::of_path(&path));
    /// assert_eq!(reason(".agents/skills/audit/SKILL.md"), Some(EventReason::Skills));
    /// assert_eq!(reason(".opencode/openwork.json"), None);
    /// ```
    pub fn of_path(path: &RelPath) -> Option<Self> {
        of_path(path).map(|(reason, _)| reason)
    }
}

/// The directories in which changes show, and whether those below count.
///
/// Directories and not files: who writes a file with care replaces it.
pub fn watched() -> impl Iterator<Item = (RelPath, bool)> {
    let ways = [ENGINE, ".claude", ".agents"].map(|way| RelPath::of_components(&[way]));
    let ways = std::iter::once(RelPath::root()).chain(ways);
    let places = PLACES.map(|(place, _)| RelPath::of_components(&place));
    ways.map(|way| (way, false))
        .chain(places.into_iter().map(|place| (place, true)))
}

/// Whether something that happened to a path may have changed a file that the
/// engine loads: that file, or a directory with it.
pub fn matters(path: &RelPath) -> bool {
    let of_place = |place: RelPath| path.is_below(&place) || place.is_below(path);
    let mut places = PLACES
        .iter()
        .map(|(place, _)| RelPath::of_components(place));
    EventReason::of_path(path).is_some() || places.any(of_place)
}

/// The part that a file belongs to, and what the thing in it is called.
pub(super) fn of_path(path: &RelPath) -> Option<(EventReason, Option<String>)> {
    let components: Vec<&str> = path.components().collect();
    match components.as_slice() {
        [name] | [ENGINE, name] if CONFIG.contains(name) => Some((EventReason::Config, None)),
        [directory, place, rest @ ..] => {
            let place = [*directory, *place];
            let (_, reason) = PLACES.iter().find(|(known, _)| *known == place)?;
            let hides = !looks_into_hidden(&place);
            let (file, folders) = rest.split_last()?;
            let hidden = hides && folders.iter().any(|folder| folder.starts_with('.'));
            let counts = !hidden && is_loaded(*reason, file, folders);
            counts.then(|| (*reason, name(*reason, file, folders)))
        }
        _ => None,
    }
}

/// Whether the engine looks into hidden directories of a place.
pub(super) fn looks_into_hidden(place: &[&str; 2]) -> bool {
    place[0] != ENGINE
}

/// The paths of files that the engine loads wherever else it looks.
pub(super) fn config_files() -> impl Iterator<Item = RelPath> {
    let own = CONFIG.map(|name| RelPath::of_components(&[name]));
    let inner = CONFIG.map(|name| RelPath::of_components(&[ENGINE, name]));
    own.into_iter().chain(inner)
}

/// Whether the engine loads a file that lies in these folders of a place.
fn is_loaded(reason: EventReason, file: &str, folders: &[&str]) -> bool {
    let ends = |extension| {
        file.rsplit_once('.')
            .is_some_and(|(_, end)| end == extension)
    };
    match reason {
        EventReason::Skills => file == "SKILL.md",
        EventReason::Plugins => folders.is_empty() && (ends("ts") || ends("js")),
        EventReason::Agents | EventReason::Commands => ends("md"),
        EventReason::Mcp | EventReason::Config => false,
    }
}

/// What the thing in such a file is called.
fn name(reason: EventReason, file: &str, folders: &[&str]) -> Option<String> {
    match reason {
        EventReason::Skills => folders.last().map(|folder| (*folder).to_owned()),
        EventReason::Agents | EventReason::Commands => {
            let stem = file.strip_suffix(".md").unwrap_or(file);
            Some([folders, &[stem]].concat().join("/"))
        }
        EventReason::Plugins => Some(file.to_owned()),
        EventReason::Mcp | EventReason::Config => None,
    }
}
