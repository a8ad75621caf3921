//! A QR code of half blocks: two modules a character, so that it is square.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::style::{TerminalStyle, TextTone};

/// The lines of the code of a text; none if it is longer than a code can hold.
/// Blocks are the light modules, as most terminals are dark.
pub(super) fn render(text: &str, style: TerminalStyle) -> Vec<String> {
    let Ok(code) = QrCode::new(text) else {
        return Vec::new();
    };
    // Light and dark change places: the terminal's own background is dark, and
    // many cameras do not read an inverted code.
    let image = code
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .build();
    image
        .lines()
        .map(|line| style.paint(TextTone::Screen, line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_in_half_blocks() {
        insta::assert_snapshot!(render("openwork", TerminalStyle::new(false)).join("\n"), @r"
        █████████████████████████████
        █████████████████████████████
        ████ ▄▄▄▄▄ █▄▀▄  █ ▄▄▄▄▄ ████
        ████ █   █ █▀ ▄ ▀█ █   █ ████
        ████ █▄▄▄█ █ ▀▄▄ █ █▄▄▄█ ████
        ████▄▄▄▄▄▄▄█ ▀ █▄█▄▄▄▄▄▄▄████
        ████ █▀▀▄█▄▄▄▀▄█  ▄▄ ▄▀█▄████
        ████ ▄█▀ ▀▄██▀ ▀ ▄▄▀▄▄█ ▀████
        ████▄██▄▄█▄█▀██ ▀▄▄▀▀▀▀▀█████
        ████ ▄▄▄▄▄ █▄██▄█▀ █▄██▄█████
        ████ █   █ █▄▄██   ▄ ▀█ ▀████
        ████ █▄▄▄█ ██▀▄▀ ▄██▄▄▄██████
        ████▄▄▄▄▄▄▄█▄█▄▄██▄▄█▄██▄████
        █████████████████████████████
        ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
        ");
    }

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        assert_eq!(
            render(&"x".repeat(3000), TerminalStyle::new(false)),
            [""; 0]
        );
    }
}
