//! Characters that cannot be seen, or that change how others are seen.
//!
//! A person consents to what is shown. So whoever shows a text writes these as
//! `\u{…}`: the pages of a diff, the terminal, the log.

use std::borrow::Cow;
use std::fmt::Write;

/// Control characters (`Cc`), format characters (`Cf`), separators but the
/// space (`Z`), `Default_Ignorable_Code_Point` and `Noncharacter_Code_Point` of
/// Unicode 17, and these, which fonts draw as nothing: U+2800 braille blank,
/// U+13441 and U+13442 hieroglyph blanks, U+16FE4 Khitan filler, U+1D159 null
/// notehead.
const HIDDEN: &[(char, char)] = &[
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{a0}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{2000}', '\u{200f}'),
    ('\u{2028}', '\u{202f}'),
    ('\u{205f}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fdd0}', '\u{fdef}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{13441}', '\u{13442}'),
    ('\u{16fe4}', '\u{16fe4}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d159}', '\u{1d159}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{1fffe}', '\u{1ffff}'),
    ('\u{2fffe}', '\u{2ffff}'),
    ('\u{3fffe}', '\u{3ffff}'),
    ('\u{4fffe}', '\u{4ffff}'),
    ('\u{5fffe}', '\u{5ffff}'),
    ('\u{6fffe}', '\u{6ffff}'),
    ('\u{7fffe}', '\u{7ffff}'),
    ('\u{8fffe}', '\u{8ffff}'),
    ('\u{9fffe}', '\u{9ffff}'),
    ('\u{afffe}', '\u{affff}'),
    ('\u{bfffe}', '\u{bffff}'),
    ('\u{cfffe}', '\u{cffff}'),
    ('\u{dfffe}', '\u{e0fff}'),
    ('\u{efffe}', '\u{effff}'),
    ('\u{ffffe}', '\u{fffff}'),
    ('\u{10fffe}', '\u{10ffff}'),
];

/// Whether a character has no sign of its own, imitates a space, or changes
/// the place or the look of others.
pub fn is_hidden(character: char) -> bool {
    // Nearly every character is one of these, and the table is searched for each
    // that is not.
    if matches!(character, ' '..='~') {
        return false;
    }
    let before = HIDDEN.partition_point(|&(_, last)| last < character);
    HIDDEN
        .get(before)
        .is_some_and(|&(first, _)| first <= character)
}

/// A text for one line: every hidden character becomes `\u{…}`, line feeds and
/// tabs too.
///
/// ```
/// use openwork_model::hidden::escape_line;
///
/// assert_eq!(escape_line("a\tb\n"), r"a\u{9}b\u{a}");
/// assert_eq!(escape_line("notes\u{fe01}\u{e0101}"), r"notes\u{fe01}\u{e0101}");
/// ```
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape(text, is_hidden)
}

/// A line of a file without its line feed: as [`escape_line`], but tabs stay,
/// as they are how it is indented.
pub fn escape_source(text: &str) -> Cow<'_, str> {
    escape(text, |character| character != '\t' && is_hidden(character))
}

fn escape(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&is_hidden) else {
        return Cow::Borrowed(text);
    };
    let (clear, rest) = text.split_at(first);
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(clear);
    for character in rest.chars() {
        if is_hidden(character) {
            // Writing to a text cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{Class, HirKind};

    use super::*;

    /// The same from Unicode's own tables, as the parser of patterns has them.
    const PROPERTIES: &str = r"[[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\x{2800}\x{13441}\x{13442}\x{16fe4}\x{1d159}]--[ ]]";

    #[test]
    fn the_table_is_made_of_properties_of_unicode() {
        let parsed = regex_syntax::parse(PROPERTIES).unwrap();
        let HirKind::Class(Class::Unicode(class)) = parsed.kind() else {
            panic!("{parsed:?}");
        };
        // The parser joins what surrogates part; no table here ends at them.
        let ranges: Vec<(char, char)> = class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect();
        assert_eq!(HIDDEN, ranges);
    }

    #[test]
    fn each_range_is_hidden_and_what_is_beside_it_is_not() {
        for &(first, last) in HIDDEN {
            assert!(is_hidden(first) && is_hidden(last), "{first:?} {last:?}");
            let before = u32::from(first).checked_sub(1).and_then(char::from_u32);
            let after = char::from_u32(u32::from(last) + 1);
            let beside = [before, after].into_iter().flatten();
            assert_eq!(beside.filter(|&c| is_hidden(c)).count(), 0, "{first:?}");
        }
        assert!("a Ü日本\u{1f600}~ !".chars().all(|c| !is_hidden(c)));
    }

    #[test]
    fn a_sentence_in_variation_selectors_is_seen() {
        let coded: String = "rm"
            .bytes()
            .filter_map(|byte| char::from_u32(0xe0100 + u32::from(byte) - 16))
            .collect();
        assert_eq!(
            escape_source(&format!("\tTakes notes.{coded}\r")),
            "\tTakes notes.\\u{e0162}\\u{e015d}\\u{d}"
        );
    }
}
