//! What the parser does not take, in the OpenWork API's terms.

use std::ops::Range;

use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::ParseErrorKind;

use super::place::TextPlace;
use super::{JsoncError, SyntaxProblem};

/// Why a text is not taken.
#[derive(Debug)]
pub(super) enum SyntaxFault {
    /// A stretch of it is wrong.
    Syntax {
        range: Range<usize>,
        code: &'static str,
        message: String,
    },
    /// Its values are nested too deeply.
    TooDeep,
}

impl SyntaxFault {
    pub(super) fn new(range: Range<usize>, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Syntax {
            range,
            code,
            message,
        }
    }

    pub(super) fn of(range: Range<usize>, kind: &ParseErrorKind) -> Self {
        let range = match kind {
            // What is missing is missing at the end, not where its container began.
            ParseErrorKind::UnterminatedArray | ParseErrorKind::UnterminatedObject => {
                range.end..range.end
            }
            _ => range,
        };
        Self::new(range, code(kind), kind.to_string())
    }

    /// Describes the fault for people.
    pub(super) fn refuse(self, text: &str) -> JsoncError {
        let Self::Syntax {
            range,
            code,
            message,
        } = self
        else {
            return JsoncError::TooDeep;
        };
        let TextPlace {
            offset,
            line,
            column,
        } = TextPlace::of(text, range.start);
        let length = text.get(range).map_or(0, |covered| covered.chars().count());
        JsoncError::Syntax {
            problems: vec![SyntaxProblem {
                code,
                offset,
                length,
                line,
                column,
                message,
            }],
        }
    }
}

/// Names an error as the OpenWork API's parser does.
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
        | K::NestingDepthExceeded
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
