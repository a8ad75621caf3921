//! Times as people write them: `90s`, `5m`, `1h`.

use std::fmt;
use std::str::FromStr;

/// The units, from the longest, with their ms.
const UNITS: [(&str, u64); 5] = [
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    // After the others, as a text that ends in `ms` ends in `s` too.
    ("ms", 1),
];

/// A span of time in whole milliseconds.
///
/// ```
/// use openwork_model::time_span::TimeSpan;
///
/// let span: TimeSpan = "90s".parse()?;
/// assert_eq!(span.milliseconds(), 90_000);
/// assert_eq!(TimeSpan::of_milliseconds(3_600_000).to_string(), "1h");
/// # Ok::<(), openwork_model::time_span::NoTimeSpan>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeSpan(u64);

/// A text is no span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a time as a whole number and its unit, such as 500ms, 90s, 5m, 1h or 2d")]
pub struct NoTimeSpan;

impl TimeSpan {
    /// The span of so many milliseconds.
    pub const fn of_milliseconds(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// How many milliseconds it has.
    pub const fn milliseconds(self) -> u64 {
        self.0
    }
}

impl FromStr for TimeSpan {
    type Err = NoTimeSpan;

    /// Reads a whole number and one of `ms`, `s`, `m`, `h` and `d`, without a space.
    fn from_str(text: &str) -> Result<Self, NoTimeSpan> {
        let end_of_digits = text.find(|character: char| !character.is_ascii_digit());
        let (digits, unit) = text.split_at(end_of_digits.ok_or(NoTimeSpan)?);
        let known = UNITS.iter().find(|(name, _)| *name == unit);
        let (_, milliseconds) = known.ok_or(NoTimeSpan)?;
        let count: u64 = digits.parse().map_err(|_| NoTimeSpan)?;
        count.checked_mul(*milliseconds).map(Self).ok_or(NoTimeSpan)
    }
}

/// In the longest unit that leaves nothing over.
impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, unit): &&(&str, u64)| self.0 > 0 && self.0.is_multiple_of(*unit);
        match UNITS.iter().find(whole) {
            Some((name, unit)) => write!(f, "{}{name}", self.0 / unit),
            None => f.write_str("0s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_read_and_written() {
        for (text, milliseconds) in [
            ("0s", 0),
            ("1ms", 1),
            ("500ms", 500),
            ("1500ms", 1_500),
            ("90s", 90_000),
            ("5m", 300_000),
            ("36h", 129_600_000),
            ("2d", 172_800_000),
        ] {
            let span = TimeSpan::of_milliseconds(milliseconds);
            assert_eq!(text.parse(), Ok(span), "{text}");
            assert_eq!(span.to_string(), text);
        }
        assert_eq!("60m".parse(), Ok(TimeSpan::of_milliseconds(3_600_000)));
        assert_eq!("007m".parse(), Ok(TimeSpan::of_milliseconds(420_000)));
    }

    #[test]
    fn nothing_else_is_a_time() {
        for text in [
            "",
            "5",
            "m",
            "-5m",
            "+5m",
            "1.5h",
            "5 m",
            " 5m",
            "5m ",
            "5M",
            "5min",
            "1h30m",
            "1dd",
            "٣s",
            "99999999999999999999s",
            "99999999999999999d",
        ] {
            assert_eq!(text.parse::<TimeSpan>(), Err(NoTimeSpan), "{text:?}");
        }
    }
}
