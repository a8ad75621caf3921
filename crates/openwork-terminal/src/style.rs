//! Colour, where it is wanted.

/// What a piece of text is, and so how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
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
pub(crate) struct Style {
    colour: bool,
}

impl Style {
    /// Paints if `colour` is wanted.
    pub(crate) fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// The text in its tone.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        // Select Graphic Rendition (ECMA-48, section 8.3.117).
        let code = match tone {
            Tone::Added => "32",
            Tone::Removed => "31",
            Tone::Warning => "33",
            Tone::Danger => "1;31",
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Screen => "97;40",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(Style::new(false).paint(Tone::Added, "+a"), "+a");
        assert_eq!(
            Style::new(true).paint(Tone::Added, "+a"),
            "\u{1b}[32m+a\u{1b}[0m"
        );
        assert_eq!(Style::new(true).paint(Tone::Strong, ""), "");
    }
}
