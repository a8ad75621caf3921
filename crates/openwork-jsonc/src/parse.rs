//! Text → tree, either refusing what the engine would refuse or taking all that can be told apart.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::Token as Scanned;
use jsonc_parser::{Scanner, ScannerOptions};

use super::JsoncError;
use super::fault::SyntaxFault;
use super::tokens::{JsonGrammar, JsonToken, TokenStream};
use super::tree::{Node, NodeKind, NodeMember};

/// How many objects and lists may be around a value.
const DEPTH: usize = 256;

/// Parses a text; `None` when it holds no value.
pub(super) fn parse(text: &str) -> Result<Option<Node>, JsoncError> {
    let parsed = TokenParser::new(text, JsonGrammar::Engine, 0..text.len()).document();
    match parsed.map_err(|fault| fault.refuse(text))?.root {
        None => Ok(None),
        Some(root) if matches!(root.kind, NodeKind::Object(_)) => Ok(Some(root)),
        Some(other) => Err(JsoncError::NotAnObject {
            found: other.name(text),
        }),
    }
}

/// A stretch of a text as the most lenient reading has it, whatever the engine would refuse: words
/// and numbers as keys, no commas, and what else JSON5 has.
///
/// A file may be large and a change small. So what lies before the stretch is read and not kept:
/// members are not there, items are, for they are counted, and hold nothing. What lies behind it
/// is not even read: containers end with it.
pub struct LenientText {
    /// The value; none in an empty text.
    pub root: Option<Node>,
    /// Where each comment stands, in their order.
    pub comments: Vec<Range<usize>>,
}

impl LenientText {
    /// Parses a text up to the end of a stretch; `None` if not even this reading takes it.
    pub fn parse(text: &str, within: Range<usize>) -> Option<Self> {
        TokenParser::new(text, JsonGrammar::Lenient, within)
            .document()
            .ok()
    }

    /// Reads a text between quotes of either kind, out of its source.
    pub fn string(source: &str) -> Option<Cow<'_, str>> {
        match Scanner::new(source, &ScannerOptions::default()).scan() {
            Ok(Some(Scanned::String(text))) => Some(text),
            _ => None,
        }
    }
}

/// A walk over the tokens that builds no more than the tree: the library's own would only be taken
/// apart again, and costs half as much again.
struct TokenParser<'t> {
    grammar: JsonGrammar,
    /// Where what is found is kept.
    within: Range<usize>,
    tokens: TokenStream<'t>,
    /// The token that is looked at; none at the end of the text.
    token: Option<JsonToken>,
    comments: Vec<Range<usize>>,
}

type ParsedText<T> = Result<T, SyntaxFault>;

impl<'t> TokenParser<'t> {
    fn new(text: &'t str, grammar: JsonGrammar, within: Range<usize>) -> Self {
        Self {
            grammar,
            tokens: TokenStream::new(text, grammar, within.end),
            within,
            token: None,
            comments: Vec::new(),
        }
    }

    fn document(mut self) -> ParsedText<LenientText> {
        let root = self.root()?;
        Ok(LenientText {
            root,
            comments: self.comments,
        })
    }

    fn root(&mut self) -> ParsedText<Option<Node>> {
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
    fn value(&mut self, depth: usize) -> ParsedText<Node> {
        use ParseErrorKind as K;
        let unexpected = match self.token {
            Some(JsonToken::OpenBrace) => return self.container(depth, Self::members),
            Some(JsonToken::OpenBracket) => return self.container(depth, Self::items),
            Some(JsonToken::Plain | JsonToken::Escaped | JsonToken::Literal) => {
                return Ok(self.node(self.tokens.range().start, NodeKind::Scalar));
            }
            Some(JsonToken::CloseBrace) => K::UnexpectedCloseBrace,
            Some(JsonToken::CloseBracket) => K::UnexpectedCloseBracket,
            Some(JsonToken::Colon) => K::UnexpectedColon,
            Some(JsonToken::Comma) => K::UnexpectedComma,
            Some(JsonToken::Word | JsonToken::Comment) => K::UnexpectedWord,
            None if self.tokens.is_cut() => {
                return Ok(self.node(self.within.end, NodeKind::Scalar));
            }
            None => K::ExpectedObjectValue,
        };
        Err(self.fault(&unexpected))
    }

    fn container(
        &mut self,
        depth: usize,
        content: impl FnOnce(&mut Self, usize) -> ParsedText<NodeKind>,
    ) -> ParsedText<Node> {
        if depth > DEPTH {
            return Err(SyntaxFault::TooDeep);
        }
        let start = self.tokens.range().start;
        self.advance()?;
        let content = content(self, depth + 1)?;
        Ok(self.node(start, content))
    }

    fn members(&mut self, depth: usize) -> ParsedText<NodeKind> {
        use ParseErrorKind as K;
        let mut members = Vec::new();
        loop {
            let decoded = match self.token {
                Some(JsonToken::CloseBrace) => return Ok(NodeKind::Object(members)),
                Some(JsonToken::Plain) => None,
                Some(JsonToken::Escaped) => Some(self.decoded()),
                Some(JsonToken::Word | JsonToken::Literal) if self.is_lenient() => {
                    Some(self.decoded())
                }
                Some(JsonToken::Word | JsonToken::Literal) => {
                    return Err(self.fault(&K::ExpectedStringObjectProperty));
                }
                Some(_) => return Err(self.fault(&K::UnexpectedTokenInObject)),
                None if self.tokens.is_cut() => return Ok(NodeKind::Object(members)),
                None => return Err(self.fault(&K::UnterminatedObject)),
            };
            let member = self.member(decoded, depth)?;
            if self.is_kept(&(member.key.start..member.value.end)) {
                members.push(member);
            }
            self.separator()?;
        }
    }

    /// What this token says, be it without quotes.
    fn decoded(&self) -> Box<str> {
        let source = self.tokens.source();
        LenientText::string(source).map_or_else(|| source.into(), Cow::into)
    }

    /// Reads the rest of a member whose name is this token.
    fn member(&mut self, decoded: Option<Box<str>>, depth: usize) -> ParsedText<NodeMember> {
        let key = self.tokens.range();
        self.advance()?;
        match self.token {
            Some(JsonToken::Colon) => self.advance()?,
            None if self.tokens.is_cut() => {}
            _ => return Err(self.fault(&ParseErrorKind::ExpectedColonAfterObjectKey)),
        }
        let value = self.value(depth)?;
        Ok(NodeMember {
            key,
            value,
            decoded,
        })
    }

    fn items(&mut self, depth: usize) -> ParsedText<NodeKind> {
        let mut items = Vec::new();
        loop {
            match self.token {
                Some(JsonToken::CloseBracket) => return Ok(NodeKind::Array(items)),
                Some(_) => {
                    let mut item = self.value(depth)?;
                    if !self.is_kept(&(item.start..item.end)) {
                        item.empty();
                    }
                    items.push(item);
                }
                None if self.tokens.is_cut() => return Ok(NodeKind::Array(items)),
                None => return Err(self.fault(&ParseErrorKind::UnterminatedArray)),
            }
            self.separator()?;
        }
    }

    /// Goes on behind a value of a container, over the comma that has to be there before another.
    fn separator(&mut self) -> ParsedText<()> {
        let end = self.tokens.range().end;
        self.advance()?;
        match self.token {
            Some(JsonToken::Comma) => self.advance(),
            Some(JsonToken::CloseBrace | JsonToken::CloseBracket) | None => Ok(()),
            Some(_) if self.is_lenient() => Ok(()),
            Some(_) => Err(SyntaxFault::of(end..end, &ParseErrorKind::ExpectedComma)),
        }
    }

    /// Goes on to the next token that is no comment.
    fn advance(&mut self) -> ParsedText<()> {
        loop {
            self.token = self.tokens.advance()?;
            if self.token != Some(JsonToken::Comment) {
                return Ok(());
            }
            let comment = self.tokens.range();
            if self.is_lenient() && self.is_kept(&comment) {
                self.comments.push(comment);
            }
        }
    }

    fn is_kept(&self, range: &Range<usize>) -> bool {
        range.start < self.within.end && self.within.start < range.end
    }

    fn is_lenient(&self) -> bool {
        self.grammar == JsonGrammar::Lenient
    }

    /// What stands from a byte to the end of this token, or reaches beyond the stretch.
    fn node(&self, start: usize, kind: NodeKind) -> Node {
        let beyond = usize::from(self.tokens.is_cut());
        let end = self.tokens.range().end + beyond;
        Node { start, end, kind }
    }

    /// This token is wrong.
    fn fault(&self, kind: &ParseErrorKind) -> SyntaxFault {
        SyntaxFault::of(self.tokens.range(), kind)
    }
}

#[cfg(test)]
mod tests;
