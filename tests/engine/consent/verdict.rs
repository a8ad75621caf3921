//! Whether the host would have been told what then happened.

use openwork_change::effect::{Effect, EffectKind, Level};
use openwork_change::preview::Preview;

use super::attempt::Attempt;
use super::listener::Seen;
use super::trap::Trap;

/// Something that the engine did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Deed {
    /// A program ran, or code was loaded.
    Ran,
    /// The text of a file outside of the workspace was put into a setting, or sent somewhere.
    ReadFile,
    /// So was the value of a variable.
    ReadVariable,
    /// A host was spoken to.
    Called,
}

/// What happened, by the names of traps.
pub(super) struct Happened {
    /// In what the model was sent.
    pub(super) model: Seen,
    /// In what the stranger was sent.
    pub(super) stranger: Seen,
    /// In the settings that the engine has loaded.
    pub(super) loaded: Seen,
}

impl Happened {
    /// What was done with a trap.
    pub(super) fn deeds(&self, trap: &Trap) -> Vec<Deed> {
        let name = trap.name();
        let places = [&self.model, &self.stranger, &self.loaded];
        let deeds = [
            (Deed::Ran, trap.marker().exists()),
            (
                Deed::ReadFile,
                places.iter().any(|seen| seen.texts.contains(name)),
            ),
            (
                Deed::ReadVariable,
                places.iter().any(|seen| seen.values.contains(name)),
            ),
            (Deed::Called, self.stranger.called.contains(name)),
        ];
        let done = deeds.into_iter().filter(|(_, done)| *done);
        done.map(|(deed, _)| deed).collect()
    }
}

/// What is wrong with what the host was told; `None` if nothing is.
pub(super) fn fault(attempt: &Attempt, trap: &Trap, deed: Deed) -> Option<String> {
    let tells = |asked: &&Preview| {
        asked
            .effects
            .iter()
            .any(|effect| deed.is_told_by(effect, trap))
    };
    let Some(told) = attempt.asked.iter().find(tells) else {
        return Some("nothing said so".to_owned());
    };
    if told.level != Level::High {
        return Some(format!("the level was {}", told.level));
    }
    told.rememberable
        .then(|| "the answer could be remembered".to_owned())
}

impl Deed {
    /// Whether an effect says that this may be done with a trap.
    fn is_told_by(self, effect: &Effect, trap: &Trap) -> bool {
        let named = mentions(effect, trap.name());
        let kind = effect.kind;
        // What is switched on stands in a file that is there already.
        let switched = kind == EffectKind::SwitchesOn;
        let told = match self {
            Self::Ran => switched || named && RUNNING.contains(&kind),
            Self::ReadFile => named && READING.contains(&kind),
            Self::ReadVariable => named && kind == EffectKind::ReadsEnvironment,
            Self::Called => switched || named && CALLING.contains(&kind) || is_sent(effect, named),
        };
        told && effect.level == Level::High
    }
}

const RUNNING: [EffectKind; 3] = [
    EffectKind::RunsCommand,
    EffectKind::LoadsCode,
    EffectKind::SetsEnvironment,
];
/// Folders of skills are told of as instructions.
const READING: [EffectKind; 2] = [EffectKind::ReadsFile, EffectKind::Instructions];
/// Besides those that name the host: instructions, skills and files by their URL.
const CALLING: [EffectKind; 3] = [
    EffectKind::ReadsFile,
    EffectKind::Instructions,
    EffectKind::LoadsCode,
];

/// Whether an effect says that the stranger is sent something. Where no host can be known, the
/// whole address has to be there.
fn is_sent(effect: &Effect, named: bool) -> bool {
    effect.kind == EffectKind::SendsData
        && match effect.host.as_deref() {
            Some(host) => is_loopback(host),
            None => named,
        }
}

fn mentions(effect: &Effect, name: &str) -> bool {
    let fields = [
        Some(&effect.text),
        effect.path.as_ref(),
        effect.to.as_ref(),
        effect.command.as_ref(),
        effect.file.as_ref(),
    ];
    fields
        .into_iter()
        .flatten()
        .any(|field| field.contains(name))
}

/// Whether a host, as a browser would show it, is the stranger's.
fn is_loopback(host: &str) -> bool {
    ["127.0.0.1", "[::ffff:7f00:1]"]
        .iter()
        .any(|own| host.strip_prefix(own).is_some_and(is_port))
}

fn is_port(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(':')
}

/// Shows what was asked for, what was said of it and what was wrong.
pub(super) fn report(attempt: &Attempt, trap: &Trap, deed: Deed, fault: &str) -> String {
    let mut lines = vec![format!("{deed:?} ({}), but {fault}", trap.name())];
    lines.extend(
        attempt
            .case
            .files
            .iter()
            .map(|(path, text)| format!("  there   {path} {text:?}")),
    );
    for write in &attempt.case.writes {
        lines.push(format!(
            "  write   {} {}",
            write.to,
            short(&write.body.to_string())
        ));
    }
    lines.push(format!(
        "  uses    {:?}, layout {:?}",
        attempt.case.uses, attempt.case.layout
    ));
    for asked in &attempt.asked {
        lines.push(format!(
            "  asked   {}, rememberable: {}",
            asked.level, asked.rememberable
        ));
        lines.extend(asked.effects.iter().map(|effect| {
            let shown = format!("{} {}: {}", effect.kind, effect.level, effect.text);
            format!("    {}", short(&shown))
        }));
    }
    lines.join("\n")
}

/// A text without its middle, if it is long.
fn short(text: &str) -> String {
    const SHOWN: usize = 300;
    let count = text.chars().count();
    if count <= 2 * SHOWN {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHOWN).collect();
    let end: String = text.chars().skip(count - SHOWN).collect();
    format!("{start}…({count} characters)…{end}")
}
