//! Text → tree, either refusing what the engine would refuse or taking all that can be told apart.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::JsoncError;
use super::fault::Fault;
use super::strict;
use super::tree::{Kind, Member, Node};

/// How many objects and lists may be around a value.
const DEPTH: usize = 256;

/// Parses a text; `None` when it holds no value.
pub(super) fn parse(text: &str) -> Result<Option<Node>, JsoncError> {
    let parsed = Parser::new(text, Grammar::Engine).document();
    match parsed.map_err(|fault| fault.refuse(text))?.root {
        None => Ok(None),
        Some(root) if matches!(root.kind, Kind::Object(_)) => Ok(Some(root)),
        Some(other) => Err(JsoncError::NotAnObject {
            found: other.name(text),
        }),
    }
}

/// A text as the most lenient reading has it, whatever the engine would refuse: words and numbers
/// as keys, no commas, and what else JSON5 has.
pub(crate) struct Leniently {
    /// The value; none in an empty text.
    pub(crate) root: Option<Node>,
    /// Where each comment stands, in their order.
    pub(crate) comments: Vec<Range<usize>>,
}

impl Leniently {
    /// Parses a text; `None` if not even this reading takes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Parser::new(text, Grammar::Lenient).document().ok()
    }

    /// Reads a text between quotes of either kind, out of its source.
    pub(crate) fn string(source: &str) -> Option<Cow<'_, str>> {
        match Scanner::new(source, &ScannerOptions::default()).scan() {
            Ok(Some(Token::String(text))) => Some(text),
            _ => None,
        }
    }
}

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grammar {
    Engine,
    Lenient,
}

/// The engine takes comments and trailing commas; the scanner's own default is nearly JSON5.
const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// A walk over the tokens that builds no more than the tree: the library's own would only be taken
/// apart again, and costs half as much again.
struct Parser<'t> {
    text: &'t str,
    grammar: Grammar,
    scanner: Scanner<'t>,
    /// The token that is looked at; none at the end of the text.
    token: Option<Token<'t>>,
    comments: Vec<Range<usize>>,
}

type Parsed<T> = Result<T, Fault>;

impl<'t> Parser<'t> {
    fn new(text: &'t str, grammar: Grammar) -> Self {
        let options = match grammar {
            Grammar::Engine => &STRICT,
            Grammar::Lenient => &ScannerOptions::default(),
        };
        Self {
            text,
            grammar,
            scanner: Scanner::new(text, options),
            token: None,
            comments: Vec::new(),
        }
    }

    fn document(mut self) -> Parsed<Leniently> {
        let root = self.root()?;
        Ok(Leniently {
            root,
            comments: self.comments,
        })
    }

    fn root(&mut self) -> Parsed<Option<Node>> {
        self.advance()?;
        if self.token.is_none() {
            return Ok(None);
        }
        let root = self.value(0)?;
        self.advance()?;
        match self.token {
            None => Ok(Some(root)),
            Some(_) => Err(self.fault(&ParseErrorKind::MultipleRootJsonValues)),
        }
    }

    /// Reads the value that begins with this token, up to its last token.
    fn value(&mut self, depth: usize) -> Parsed<Node> {
        use ParseErrorKind as K;
        let unexpected = match &self.token {
            Some(Token::OpenBrace) => return self.container(depth, Self::members),
            Some(Token::OpenBracket) => return self.container(depth, Self::items),
            Some(Token::String(_) | Token::Boolean(_) | Token::Number(_) | Token::Null) => {
                return Ok(self.node(self.scanner.token_start(), Kind::Scalar));
            }
            Some(Token::CloseBrace) => K::UnexpectedCloseBrace,
            Some(Token::CloseBracket) => K::UnexpectedCloseBracket,
            Some(Token::Colon) => K::UnexpectedColon,
            Some(Token::Comma) => K::UnexpectedComma,
            Some(Token::Word(_) | Token::CommentLine(_) | Token::CommentBlock(_)) => {
                K::UnexpectedWord
            }
            None => K::ExpectedObjectValue,
        };
        Err(self.fault(&unexpected))
    }

    fn container(
        &mut self,
        depth: usize,
        content: impl FnOnce(&mut Self, usize) -> Parsed<Kind>,
    ) -> Parsed<Node> {
        if depth > DEPTH {
            return Err(Fault::TooDeep);
        }
        let start = self.scanner.token_start();
        self.advance()?;
        let content = content(self, depth + 1)?;
        Ok(self.node(start, content))
    }

    fn members(&mut self, depth: usize) -> Parsed<Kind> {
        use ParseErrorKind as K;
        let mut members = Vec::new();
        loop {
            let name = match self.token.take() {
                Some(Token::CloseBrace) => return Ok(Kind::Object(members)),
                Some(Token::String(name)) => name,
                Some(loose) if self.is_lenient() => self.loose_name(&loose)?,
                Some(Token::Word(_) | Token::Number(_) | Token::Boolean(_) | Token::Null) => {
                    return Err(self.fault(&K::ExpectedStringObjectProperty));
                }
                Some(_) => return Err(self.fault(&K::UnexpectedTokenInObject)),
                None => return Err(self.fault(&K::UnterminatedObject)),
            };
            members.push(self.member(&name, depth)?);
            self.separator()?;
        }
    }

    /// The name that stands there without quotes.
    fn loose_name(&self, token: &Token<'t>) -> Parsed<Cow<'t, str>> {
        match token {
            Token::Word(_) | Token::Number(_) | Token::Boolean(_) | Token::Null => {
                let range = self.scanner.token_start()..self.scanner.token_end();
                Ok(self.text.get(range).unwrap_or_default().into())
            }
            _ => Err(self.fault(&ParseErrorKind::UnexpectedTokenInObject)),
        }
    }

    /// Reads the rest of a member whose name is this token.
    fn member(&mut self, name: &str, depth: usize) -> Parsed<Member> {
        let key = self.scanner.token_start()..self.scanner.token_end();
        self.advance()?;
        if self.token != Some(Token::Colon) {
            return Err(self.fault(&ParseErrorKind::ExpectedColonAfterObjectKey));
        }
        self.advance()?;
        let value = self.value(depth)?;
        Ok(Member::new(self.text, name, key, value))
    }

    fn items(&mut self, depth: usize) -> Parsed<Kind> {
        let mut items = Vec::new();
        loop {
            match self.token {
                Some(Token::CloseBracket) => return Ok(Kind::Array(items)),
                Some(_) => items.push(self.value(depth)?),
                None => return Err(self.fault(&ParseErrorKind::UnterminatedArray)),
            }
            self.separator()?;
        }
    }

    /// Goes on behind a value of a container, over the comma that has to be there before another.
    fn separator(&mut self) -> Parsed<()> {
        let end = self.scanner.token_end();
        self.advance()?;
        match self.token {
            Some(Token::Comma) => self.advance(),
            Some(Token::CloseBrace | Token::CloseBracket) | None => Ok(()),
            Some(_) if self.is_lenient() => Ok(()),
            Some(_) => Err(Fault::of(end..end, &ParseErrorKind::ExpectedComma)),
        }
    }

    /// Goes on to the next token that is no comment.
    fn advance(&mut self) -> Parsed<()> {
        loop {
            let from = self.scanner.token_end();
            let scanned = self.scanner.scan();
            self.check(from)?;
            self.token = scanned?;
            if !matches!(
                self.token,
                Some(Token::CommentLine(_) | Token::CommentBlock(_))
            ) {
                return Ok(());
            }
            let comment = self.scanner.token_start()..self.scanner.token_end();
            self.comments.push(comment);
        }
    }

    /// Looks for what the scanner lets pass in this token and before it.
    fn check(&self, from: usize) -> Parsed<()> {
        if self.is_lenient() {
            return Ok(());
        }
        let (start, end) = (self.scanner.token_start(), self.scanner.token_end());
        match self.text.as_bytes().get(start) {
            Some(b'"') => {
                strict::symbols(self.text, from..start)?;
                strict::string(self.text, start)
            }
            Some(b'/') | None => strict::symbols(self.text, from..start),
            Some(_) => strict::symbols(self.text, from..end.max(start + 1)),
        }
    }

    fn is_lenient(&self) -> bool {
        self.grammar == Grammar::Lenient
    }

    /// What stands from a byte to the end of this token.
    fn node(&self, start: usize, kind: Kind) -> Node {
        Node {
            start,
            end: self.scanner.token_end(),
            kind,
        }
    }

    /// This token is wrong.
    fn fault(&self, kind: &ParseErrorKind) -> Fault {
        Fault::of(self.scanner.token_start()..self.scanner.token_end(), kind)
    }
}

#[cfg(test)]
mod tests;
