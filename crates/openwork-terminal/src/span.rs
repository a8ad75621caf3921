//! Spans of time in words. There are no dates: what a person asks here is how
//! long is left, or how long ago it was.

/// A span in milliseconds, such as `24 s` or `2 min 5 s`, to the nearest second.
pub fn words(milliseconds: u64) -> String {
    let seconds = match milliseconds {
        // Only what is over has `0 s` left.
        1..1000 => 1,
        // Two clocks are never quite the same: what is given five minutes has a few ms
        // more or less here, and is to be shown with five.
        _ => (milliseconds + 500) / 1000,
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 if seconds.is_multiple_of(60) => format!("{minutes} min"),
        60..3600 => format!("{minutes} min {} s", seconds % 60),
        // Whoever has days left does not count hours.
        172_800.. => format!("{days} d"),
        _ if minutes.is_multiple_of(60) => format!("{hours} h"),
        _ => format!("{hours} h {} min", minutes % 60),
    }
}

/// How long before `now` a moment was.
pub(crate) fn ago(now: u64, then: u64) -> String {
    match now.saturating_sub(then) / 1000 {
        0..5 => "just now".to_owned(),
        seconds @ 5..60 => format!("{seconds} s ago"),
        seconds @ 60..3600 => format!("{} min ago", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h ago", seconds / 3600),
        seconds => format!("{} d ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        for (milliseconds, expected) in [
            (0, "0 s"),
            (1, "1 s"),
            (499, "1 s"),
            (1_499, "1 s"),
            (24_000, "24 s"),
            (299_996, "5 min"),
            (300_004, "5 min"),
            (60_000, "1 min"),
            (125_000, "2 min 5 s"),
            (3_600_000, "1 h"),
            (3_661_000, "1 h 1 min"),
            (129_600_000, "36 h"),
            (7_776_000_000, "90 d"),
        ] {
            assert_eq!(words(milliseconds), expected);
        }
    }

    #[test]
    fn the_past_is_told_in_one_unit() {
        for (past, expected) in [
            (0, "just now"),
            (5_000, "5 s ago"),
            (119_000, "1 min ago"),
            (7_200_000, "2 h ago"),
            (200_000_000, "2 d ago"),
        ] {
            assert_eq!(ago(1_000_000_000, 1_000_000_000 - past), expected);
        }
        assert_eq!(ago(1, 2), "just now");
    }
}
