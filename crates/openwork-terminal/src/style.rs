//! Colour, where it is wanted.

/// What a piece of text is, and so how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTone {
    /// What comes.
    Added,
    /// What goes.
    Removed,
    /// What needs a second look.
    Warning,
    /// What needs the closest look.
    Danger,
    /// What matters most.
    Strong,
    /// What matters least.
    Faint,
    /// What a camera reads, light on dark whatever the terminal's colours.
    Screen,
}

/// Paints texts, or leaves them as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TerminalStyle {
    colour: bool,
}

impl TerminalStyle {
    /// Paints if `colour` is wanted.
    pub(crate) fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// The text in its tone.
    pub(crate) fn paint(self, tone: TextTone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        // Select Graphic Rendition (ECMA-48, section 8.3.117).
        let code = match tone {
            TextTone::Added => "32",
            TextTone::Removed => "31",
            TextTone::Warning => "33",
            TextTone::Danger => "1;31",
            TextTone::Strong => "1",
            TextTone::Faint => "2",
            TextTone::Screen => "97;40",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(TerminalStyle::new(false).paint(TextTone::Added, "+a"), "+a");
        assert_eq!(
            TerminalStyle::new(true).paint(TextTone::Added, "+a"),
            "\u{1b}[32m+a\u{1b}[0m"
        );
        assert_eq!(TerminalStyle::new(true).paint(TextTone::Strong, ""), "");
    }
}
