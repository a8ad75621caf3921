//! Text → tokens. What nearly all of a file is made of is recognised here; the library's scanner is
//! asked for the rest, and has the last word on what is wrong.

use std::ops::Range;

use jsonc_parser::tokens::Token as Scanned;
use jsonc_parser::{Scanner, ScannerOptions};
use memchr::memchr2;

use super::fault::SyntaxFault;
use super::strict;

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonGrammar {
    /// What the engine takes: comments and trailing commas, else JSON.
    Engine,
    /// All that can be told apart: also words and numbers as keys, no commas, and the spellings of
    /// JSON5.
    Lenient,
}

/// The scanner's own default is nearly JSON5.
const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// What a token is. Its text is where [`TokenStream::range`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonToken {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    /// A text that is what stands between its double quotes.
    Plain,
    /// A text that has to be decoded.
    Escaped,
    /// A number, a boolean or null.
    Literal,
    Word,
    Comment,
}

/// A walk over the tokens of a text that begin before a limit.
pub(super) struct TokenStream<'t> {
    text: &'t str,
    grammar: JsonGrammar,
    limit: usize,
    start: usize,
    end: usize,
}

impl<'t> TokenStream<'t> {
    pub(super) fn new(text: &'t str, grammar: JsonGrammar, limit: usize) -> Self {
        Self {
            text,
            grammar,
            limit,
            start: 0,
            end: 0,
        }
    }

    /// Where the last token stands; at the end of the text, nothing does.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(super) fn source(&self) -> &'t str {
        self.text.get(self.range()).unwrap_or("")
    }

    /// Whether there is more of the text, but not before the limit.
    pub(super) fn is_cut(&self) -> bool {
        self.limit <= self.start && self.start < self.text.len()
    }

    /// Goes on to the next token; `None` at the end of the text or at the limit.
    pub(super) fn advance(&mut self) -> Result<Option<JsonToken>, SyntaxFault> {
        let from = self.end;
        let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.start = from + rest.iter().take_while(is_blank).count();
        if self.is_cut() {
            self.end = self.start;
            return Ok(None);
        }
        match self.usual() {
            Some((token, length)) => {
                self.end = self.start + length;
                Ok(Some(token))
            }
            None => self.scan(from),
        }
    }

    /// The token that begins here and its length, if it is a usual one.
    fn usual(&self) -> Option<(JsonToken, usize)> {
        let rest = self.text.as_bytes().get(self.start..)?;
        let token = match rest {
            [b'{', ..] => JsonToken::OpenBrace,
            [b'}', ..] => JsonToken::CloseBrace,
            [b'[', ..] => JsonToken::OpenBracket,
            [b']', ..] => JsonToken::CloseBracket,
            [b',', ..] => JsonToken::Comma,
            [b':', ..] => JsonToken::Colon,
            [b'"', inside @ ..] => return Some((JsonToken::Plain, plain(inside)? + "\"\"".len())),
            [b'/', b'/', ..] => return Some((JsonToken::Comment, line(rest))),
            [b'-' | b'0'..=b'9' | b't' | b'f' | b'n', ..] => {
                return Some((JsonToken::Literal, literal(rest)?));
            }
            _ => return None,
        };
        Some((token, 1))
    }

    /// Asks the library for the token that begins here, or behind blanks that are none in JSON.
    fn scan(&mut self, from: usize) -> Result<Option<JsonToken>, SyntaxFault> {
        // The library's scanner begins anew: the tokens before were read here,
        // without it.
        let base = self.start;
        let options = match self.grammar {
            JsonGrammar::Engine => &STRICT,
            JsonGrammar::Lenient => &ScannerOptions::default(),
        };
        let mut scanner = Scanner::new(self.text.get(base..).unwrap_or(""), options);
        let token = scanner.scan();
        self.start = base + scanner.token_start();
        self.end = base + scanner.token_end();
        if self.grammar == JsonGrammar::Engine {
            self.check(from)?;
        }
        match token {
            Ok(token) => Ok(token.as_ref().map(JsonToken::from)),
            Err(error) => {
                let range = error.range();
                Err(SyntaxFault::of(
                    base + range.start..base + range.end,
                    error.kind(),
                ))
            }
        }
    }

    /// Looks for what the scanner lets pass in this token and before it.
    fn check(&self, from: usize) -> Result<(), SyntaxFault> {
        let Range { start, end } = self.range();
        match self.text.as_bytes().get(start) {
            Some(b'"') => {
                strict::symbols(self.text, from..start)?;
                strict::string(self.text, start)
            }
            Some(b'/') | None => strict::symbols(self.text, from..start),
            Some(_) => strict::symbols(self.text, from..end.max(start + 1)),
        }
    }
}

impl From<&Scanned<'_>> for JsonToken {
    fn from(token: &Scanned<'_>) -> Self {
        match token {
            Scanned::OpenBrace => Self::OpenBrace,
            Scanned::CloseBrace => Self::CloseBrace,
            Scanned::OpenBracket => Self::OpenBracket,
            Scanned::CloseBracket => Self::CloseBracket,
            Scanned::Comma => Self::Comma,
            Scanned::Colon => Self::Colon,
            Scanned::String(_) => Self::Escaped,
            Scanned::Boolean(_) | Scanned::Number(_) | Scanned::Null => Self::Literal,
            Scanned::Word(_) => Self::Word,
            Scanned::CommentLine(_) | Scanned::CommentBlock(_) => Self::Comment,
        }
    }
}

/// How long a text is, the first quote not counted, if nothing in it has to be decoded or refused.
fn plain(inside: &[u8]) -> Option<usize> {
    let end = memchr2(b'"', b'\\', inside)?;
    let text = inside.get(..end)?;
    // The least of all is found many bytes at a time.
    // A fold and no search, which would stop at each byte to decide.
    let least = text.iter().copied().fold(b' ', u8::min);
    (least == b' ' && inside.get(end) == Some(&b'"')).then_some(end)
}

/// How long a literal is at most that is recognised here. Without a bound the search for the end of each
/// could take as long as the text.
const LITERAL: usize = 32;

/// How long the literal is that begins here, if it is one of JSON's and plainly ends.
fn literal(rest: &[u8]) -> Option<usize> {
    let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
    let end = rest.iter().take(LITERAL).position(is_end)?;
    let word = rest.get(..end)?;
    (matches!(word, b"true" | b"false" | b"null") || is_number(word)).then_some(end)
}

/// Whether this is a number without an exponent (RFC 8259, section 6).
fn is_number(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let is_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut parts = word.splitn(2, |byte| *byte == b'.');
    let whole = parts.next().unwrap_or(&[]);
    is_digits(whole)
        && (whole == b"0" || !whole.starts_with(b"0"))
        && parts.next().is_none_or(is_digits)
}

/// How long the line is that begins here.
fn line(rest: &[u8]) -> usize {
    memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}
