//! What an unquoted value means to the readers of YAML 1.1 (the engine's) and 1.2.

use super::HeaderField;

/// Resolves an unquoted scalar; text is what neither kind of reader takes for anything else.
pub(super) fn resolve(scalar: &str) -> HeaderField {
    match scalar {
        "" | "~" | "null" | "Null" | "NULL" => HeaderField::Null,
        // `yes` and `on` count as texts, as the engine reads them. They are written
        // in quotes, as other readers of YAML 1.1 take them for truth values.
        "true" | "True" | "TRUE" => HeaderField::Bool(true),
        "false" | "False" | "FALSE" => HeaderField::Bool(false),
        _ if is_number(scalar) || is_time(scalar) => HeaderField::Other,
        text => HeaderField::Text(text.to_owned()),
    }
}

/// Tells whether a text is a word that some reader takes for a boolean, null or number.
pub(super) fn is_reserved_word(text: &str) -> bool {
    const WORDS: [&str; 15] = [
        "null",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "t",
        "f",
        "nan",
        "inf",
        "infinity",
        "undefined",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Matches integers of any base with underscores, base 60, and floats.
fn is_number(scalar: &str) -> bool {
    let body = scalar.strip_prefix(['+', '-']).unwrap_or(scalar);
    let digits =
        |base: fn(u8) -> bool| move |rest: &str| all(rest, |byte| base(byte) || byte == b'_');
    let prefixed =
        |prefix: &str, base: fn(u8) -> bool| body.strip_prefix(prefix).is_some_and(digits(base));
    prefixed("0b", |byte| matches!(byte, b'0' | b'1'))
        || prefixed("0o", |byte| matches!(byte, b'0'..=b'7'))
        || prefixed("0x", |byte| byte.is_ascii_hexdigit())
        || matches!(body, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
        || is_decimal(body)
        || is_base_60(body)
}

fn is_decimal(body: &str) -> bool {
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let begins_so = match fraction {
        Some(fraction) if whole.is_empty() => all(fraction, is_digit_or_underscore),
        Some(fraction) => is_whole(whole) && fraction.bytes().all(is_digit_or_underscore),
        None => is_whole(whole),
    };
    let ends_so = exponent.is_none_or(|exponent| {
        all(
            exponent.strip_prefix(['+', '-']).unwrap_or(exponent),
            |byte| byte.is_ascii_digit(),
        )
    });
    begins_so && ends_so
}

/// Matches `12:30`, which YAML 1.1 reads as 750.
fn is_base_60(body: &str) -> bool {
    let whole = body.split_once('.').map_or(body, |(whole, _)| whole);
    let mut places = whole.split(':');
    let first = places.next().is_some_and(is_whole);
    let rest: Vec<&str> = places.collect();
    let is_place =
        |place: &&str| matches!(place.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    let fraction = body
        .get(whole.len()..)
        .unwrap_or("")
        .trim_start_matches('.');
    first
        && !rest.is_empty()
        && rest.iter().all(is_place)
        && fraction.bytes().all(is_digit_or_underscore)
}

/// Matches dates, and dates with a time and perhaps a zone.
fn is_time(scalar: &str) -> bool {
    let Some((date, time)) = scalar.split_at_checked(10) else {
        return short_date(scalar).is_some_and(is_clock);
    };
    is_date(date) && time.is_empty() || short_date(scalar).is_some_and(is_clock)
}

fn is_date(date: &str) -> bool {
    let is = |at: usize, byte: u8| {
        if matches!(at, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    date.len() == 10 && date.bytes().enumerate().all(|(at, byte)| is(at, byte))
}

/// Returns what follows the date of a point in time, whose month and day may have one digit.
fn short_date(scalar: &str) -> Option<&str> {
    let (year, rest) = scalar.split_once('-')?;
    let (month, rest) = rest.split_once('-')?;
    let day_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let fits = |text: &str, sizes: &[usize]| {
        sizes.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (day, rest) = rest.split_at_checked(day_digits)?;
    (fits(year, &[4]) && fits(month, &[1, 2]) && fits(day, &[1, 2])).then_some(rest)
}

/// Matches what a time of day can begin with; its rest is digits, colons and a zone.
fn is_clock(rest: &str) -> bool {
    let time = rest
        .strip_prefix(['t', 'T'])
        .unwrap_or_else(|| rest.trim_start_matches([' ', '\t']));
    let separated = time.len() < rest.len();
    let known = |byte: u8| byte.is_ascii_digit() || b":.+- \tZ".contains(&byte);
    separated
        && time.starts_with(|first: char| first.is_ascii_digit())
        && time.contains(':')
        && time.bytes().all(known)
}

fn is_whole(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(is_digit_or_underscore)
}

fn is_digit_or_underscore(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use crate::HeaderField;

    #[test]
    fn numbers_and_times_of_either_version_are_no_text() {
        for scalar in [
            "0",
            "12",
            "-7",
            "+1",
            "1_000",
            "012",
            "089",
            "0o7",
            "0b11",
            "0x1F",
            "0xff_ff",
            "1.5",
            "1.",
            ".5",
            "-.5",
            "1e3",
            "1E+3",
            "1.5e-3",
            "12:30",
            "1:2:03",
            "190:20:30.15",
            "-12:30",
            ".inf",
            "-.INF",
            "+.Inf",
            ".nan",
            ".NaN",
            "2024-01-01",
            "2024-01-01T12:30:00Z",
            "2024-1-2 3:04:05",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43.10 -5",
            "2024-01-01  10:00:00 +01:00",
        ] {
            assert_eq!(resolve(scalar), HeaderField::Other, "{scalar}");
        }
    }

    #[test]
    fn all_else_is_text() {
        for scalar in [
            "yes",
            "No",
            "on",
            "y",
            "tRUE",
            "nULL",
            "3d",
            "1.2.3",
            "12:",
            "12:60",
            "12:3a",
            "v1",
            "2024-01-01 release",
            "2024-1-1",
            "2024-01",
            "24-01-01",
            "1e",
            "e3",
            "1e+",
            "0b12",
            "0b",
            "0o8",
            "0xg",
            "-",
            "+",
            "_1",
            "inf",
            ".infinity",
            "2024-01-01T",
            "é",
            "1é",
            "2024-01-é",
            "10:é",
        ] {
            assert_eq!(
                resolve(scalar),
                HeaderField::Text(scalar.to_owned()),
                "{scalar}"
            );
        }
    }

    #[test]
    fn three_words_are_special() {
        assert_eq!(resolve(""), HeaderField::Null);
        assert_eq!(resolve("~"), HeaderField::Null);
        assert_eq!(resolve("Null"), HeaderField::Null);
        assert_eq!(resolve("TRUE"), HeaderField::Bool(true));
        assert_eq!(resolve("False"), HeaderField::Bool(false));
    }
}
