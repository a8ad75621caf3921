//! What a request sets off, one effect after another.

use std::borrow::Cow;

use openwork_api::approval::{ApprovalItem, EffectItem};

use crate::details::more;
use crate::escape;
use crate::level;
use crate::style::{TerminalStyle, TextTone};

/// The lines that tell what a request sets off. A server that knows no levels
/// of effects still tells its risks.
pub(crate) fn render(item: &ApprovalItem<'_>, style: TerminalStyle) -> Vec<String> {
    let Some(effects) = &item.effects else {
        let risk = |note: &Cow<'_, str>| format!("  ! {}", escape::line(note));
        let paint = |line: String| style.paint(TextTone::Warning, &line);
        let risks = item.risk.iter().flatten();
        return risks.map(risk).map(paint).collect();
    };
    listed(effects, item.more_effects, style)
}

/// The lines of some effects, and how many more there are.
pub(crate) fn listed(
    effects: &[EffectItem<'_>],
    more_effects: u64,
    style: TerminalStyle,
) -> Vec<String> {
    let mut lines: Vec<_> = effects.iter().flat_map(|one| effect(one, style)).collect();
    if more_effects > 0 {
        lines.push(format!("  {}", more(more_effects, "effect")));
    }
    lines
}

fn effect(effect: &EffectItem<'_>, style: TerminalStyle) -> Vec<String> {
    let tone = level::tone(effect.level);
    let sentence = format!(
        "  {}  {}",
        level::label(effect.level),
        escape::line(&effect.text)
    );
    let mut lines = vec![style.paint(tone, &sentence)];
    lines.extend(transition(effect).map(|line| format!("      {line}")));
    if let Some(command) = command(effect) {
        let line = |line: &str| format!("      $ {}", escape::source(line));
        lines.extend(command.split('\n').map(line));
    }
    lines
}

/// What takes the place of what, such as `deny → allow`.
fn transition(effect: &EffectItem<'_>) -> Option<String> {
    let (from, to) = (effect.from.as_deref(), effect.to.as_deref());
    let shown = |value: Option<&str>| escape::line(value.unwrap_or("not set")).into_owned();
    (from.is_some() || to.is_some()).then(|| format!("{} → {}", shown(from), shown(to)))
}

/// The command, unless the sentence has all of it.
fn command<'e>(effect: &'e EffectItem<'_>) -> Option<&'e str> {
    let command = effect.command.as_deref()?;
    // In a sentence line feeds are written as escapes, so a command of several
    // lines is always shown once more, line by line.
    let is_readable = effect.text.contains(command) && !command.contains('\n');
    (!is_readable).then_some(command)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shown(effects: &Value, more: u64) -> String {
        let item: ApprovalItem<'static> = serde_json::from_value(json!({
            "id": "1", "action": "", "summary": "", "effects": effects, "moreEffects": more,
            "risk": ["not shown"],
        }))
        .unwrap();
        render(&item, TerminalStyle::new(false)).join("\n")
    }

    #[test]
    fn each_effect_has_its_level_and_all_of_its_text() {
        let whole = format!("sh -c '{}'", "x".repeat(600));
        let effects = json!([
            { "kind": "permission", "level": "high", "text": "Agents may run any command.",
              "from": "deny", "to": "allow" },
            { "kind": "permission", "level": "high", "text": "A rule goes.", "from": "ask" },
            { "kind": "command", "level": "high", "text": "Starts a program.", "command": whole },
            { "kind": "command", "level": "high", "text": "Runs `git status`.",
              "command": "git status" },
            { "kind": "command", "level": "high", "text": "Runs two lines.",
              "command": "a\tb\nc\u{1b}[2J" },
            { "kind": "instructions", "level": "medium", "text": "Agents read\u{200b} this." },
            { "kind": "setting", "level": "low", "text": "Sets `theme`." },
            { "kind": "new", "text": "Nobody knows." },
        ]);
        let expected = r"
  ▲ high  Agents may run any command.
      deny → allow
  ▲ high  A rule goes.
      ask → not set
  ▲ high  Starts a program.
      $ WHOLE
  ▲ high  Runs `git status`.
  ▲ high  Runs two lines.
      $ a	b
      $ c\u{1b}[2J
  ● medium  Agents read\u{200b} this.
  ○ low  Sets `theme`.
  ▲ high  Nobody knows.
  (and 3 more effects)";
        let expected = expected.trim_start_matches('\n').replace("WHOLE", &whole);
        assert_eq!(shown(&effects, 3), expected);
    }

    #[test]
    fn an_older_server_tells_its_risks() {
        assert_eq!(shown(&Value::Null, 0), "  ! not shown");
        assert_eq!(shown(&json!([]), 0), "");
    }
}
