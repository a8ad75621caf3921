//! The tree of byte ranges that edits work on.

use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, ParseStringErrorKind, parse_to_ast};
use serde_json::{Map, Value};

use super::{JsoncError, strict};

/// One value and where it stands in its text.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a node is made of.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Scalar,
}

/// One key with its value.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) key: Range<usize>,
    pub(super) value: Node,
}

impl Node {
    /// Returns the node's own bytes.
    pub(super) fn source<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads the node; of a repeated key the last value counts, at the place of the first.
    ///
    /// A number beyond all floats reads as null, as JavaScript writes infinity.
    pub(super) fn value(&self, text: &str) -> Value {
        match &self.kind {
            Kind::Object(members) => Value::Object(object(members, text)),
            Kind::Array(items) => items.iter().map(|item| item.value(text)).collect(),
            Kind::Scalar => scalar(self.source(text)),
        }
    }
}

/// Reads a scalar; the parser has found it in order.
fn scalar(source: &str) -> Value {
    match source {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => unescaped(source)
            .map(Value::from)
            .or_else(|| serde_json::from_str(source).ok())
            .unwrap_or_default(),
    }
}

/// Returns a text between its quotes when it needs no decoding.
fn unescaped(source: &str) -> Option<&str> {
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

fn object(members: &[Member], text: &str) -> Map<String, Value> {
    members
        .iter()
        .map(|member| (member.name.clone(), member.value.value(text)))
        .collect()
}

/// Parses a text; `None` when it holds no value.
pub(super) fn parse(text: &str) -> Result<Option<Node>, JsoncError> {
    strict::check(text)?;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict_options())
        .map_err(|error| refused(text, &error))?;
    match parsed.value {
        None => Ok(None),
        Some(ast::Value::Object(root)) => Ok(Some(object_node(root))),
        Some(other) => Err(JsoncError::NotAnObject {
            found: name_of(&other),
        }),
    }
}

/// The engine takes comments and trailing commas; the parser's own default is nearly JSON5.
fn strict_options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn node(value: ast::Value<'_>) -> Node {
    match value {
        ast::Value::Object(object) => object_node(object),
        ast::Value::Array(array) => Node {
            start: array.range.start,
            end: array.range.end,
            kind: Kind::Array(array.elements.into_iter().map(node).collect()),
        },
        scalar => Node {
            start: scalar.start(),
            end: scalar.end(),
            kind: Kind::Scalar,
        },
    }
}

fn object_node(object: ast::Object<'_>) -> Node {
    Node {
        start: object.range.start,
        end: object.range.end,
        kind: Kind::Object(object.properties.into_iter().map(member).collect()),
    }
}

fn member(property: ast::ObjectProp<'_>) -> Member {
    Member {
        key: property.name.start()..property.name.end(),
        name: property.name.into_string(),
        value: node(property.value),
    }
}

fn name_of(value: &ast::Value<'_>) -> &'static str {
    match value {
        ast::Value::StringLit(_) => "a text",
        ast::Value::NumberLit(_) => "a number",
        ast::Value::BooleanLit(_) => "a boolean",
        ast::Value::Object(_) => "an object",
        ast::Value::Array(_) => "a list",
        ast::Value::NullKeyword(_) => "null",
    }
}

fn refused(text: &str, error: &ParseError) -> JsoncError {
    let range = error.range();
    match code(error.kind()) {
        "NestingDepthExceeded" => JsoncError::TooDeep,
        // What is missing is missing at the end, not where its container began.
        code @ ("CloseBraceExpected" | "CloseBracketExpected") => {
            strict::syntax(text, code, range.end..range.end, error.kind().to_string())
        }
        code => strict::syntax(text, code, range.start..range.end, error.kind().to_string()),
    }
}

/// Names an error as the seed API's parser does.
fn code(kind: &ParseErrorKind) -> &'static str {
    use ParseErrorKind as K;
    match kind {
        K::BareDecimalPointNumbersNotAllowed
        | K::ExpectedDigit
        | K::ExpectedDigitFollowingNegativeSign
        | K::ExpectedPlusMinusOrDigitInNumberLiteral => "UnexpectedEndOfNumber",
        K::HexadecimalNumbersNotAllowed
        | K::UnaryPlusNumbersNotAllowed
        | K::NonFiniteNumbersNotAllowed
        | K::SingleQuotedStringsNotAllowed
        | K::UnexpectedToken
        | K::UnexpectedWord
        | K::Custom(_) => "InvalidSymbol",
        K::ExpectedObjectValue
        | K::TrailingCommasNotAllowed
        | K::UnexpectedCloseBrace
        | K::UnexpectedCloseBracket
        | K::UnexpectedColon
        | K::UnexpectedComma => "ValueExpected",
        K::ExpectedStringObjectProperty | K::UnexpectedTokenInObject => "PropertyNameExpected",
        K::ExpectedColonAfterObjectKey => "ColonExpected",
        K::ExpectedComma => "CommaExpected",
        K::CommentsNotAllowed => "InvalidCommentToken",
        K::UnterminatedCommentBlock => "UnexpectedEndOfComment",
        K::MultipleRootJsonValues => "EndOfFileExpected",
        K::UnterminatedArray => "CloseBracketExpected",
        K::UnterminatedObject => "CloseBraceExpected",
        K::NestingDepthExceeded => "NestingDepthExceeded",
        K::String(kind) => string_code(kind),
    }
}

fn string_code(kind: &ParseStringErrorKind) -> &'static str {
    use ParseStringErrorKind as K;
    match kind {
        K::UnterminatedStringLiteral => "UnexpectedEndOfString",
        K::ExpectedFourHexDigits | K::ExpectedTwoHexDigits | K::InvalidUnicodeEscapeSequence(_) => {
            "InvalidUnicode"
        }
        K::InvalidEscape
        | K::InvalidEscapeInSingleQuoteString
        | K::InvalidEscapeInDoubleQuoteString => "InvalidEscapeCharacter",
    }
}
