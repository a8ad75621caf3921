//! A change in the plain words of its gravest effect.

use super::Level;
use super::findings::Finding;

/// The most characters of a title.
const LONGEST: usize = 120;

/// The title of what was found, the gravest first.
pub(super) fn title(found: &[Finding]) -> Option<String> {
    let (first, others) = found.split_first()?;
    // Beside something grave, what is harmless is not worth a word in a title.
    let counts = |other: &&Finding| {
        let level = other.effect.level;
        level > Level::Low || level == first.effect.level
    };
    let suffix = match others.iter().filter(counts).count() {
        0 => String::new(),
        1 => " and 1 more effect".to_owned(),
        more => format!(" and {more} more effects"),
    };
    let title = short(&first.title, LONGEST.saturating_sub(suffix.len()));
    Some(title + &suffix)
}

/// The beginning of a text.
fn short(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(longest.saturating_sub(1)).collect();
    beginning + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::{Effect, EffectKind};

    fn found(title: &str) -> Finding {
        Finding {
            title: title.to_owned(),
            effect: Effect::new(EffectKind::Setting, Level::Low, title),
        }
    }

    #[test]
    fn the_gravest_effect_is_named_and_the_others_are_counted() {
        let found = [found("Run x"), found("b"), found("c")];
        assert_eq!(title(&found[..0]), None);
        assert_eq!(title(&found[..1]).as_deref(), Some("Run x"));
        assert_eq!(
            title(&found[..2]).as_deref(),
            Some("Run x and 1 more effect")
        );
        assert_eq!(title(&found).as_deref(), Some("Run x and 2 more effects"));
    }

    #[test]
    fn harmless_effects_beside_a_grave_one_are_not_counted() {
        let mut grave = found("Run x");
        grave.effect.level = Level::High;
        assert_eq!(title(&[grave, found("b")]).as_deref(), Some("Run x"));
    }

    #[test]
    fn a_title_stays_short() {
        let long = "ä".repeat(500);
        let title = title(&[found(&long), found("b")]).unwrap();
        assert_eq!(title.chars().count(), LONGEST);
        assert!(title.ends_with("… and 1 more effect"), "{title}");
    }
}
