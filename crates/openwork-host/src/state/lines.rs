//! State that is a log: one line of JSON for each entry, the newest last.

use openwork_model::audit::AuditLine;
use serde_json::value::RawValue;

/// The log with some lines more, and without its older half if it grew beyond
/// `most` bytes.
pub fn append_lines(before: &[u8], lines: &str, most: usize) -> Vec<u8> {
    let begin = match before.len() + lines.len() {
        short if short < most => 0,
        _ => before.len().saturating_sub(most / 2),
    };
    let kept = before.get(begin..).unwrap_or_default();
    // From the beginning of a line, or half of one would look like a broken one.
    let cut = if begin == 0 {
        0
    } else {
        let end = kept.iter().position(|byte| *byte == b'\n');
        end.map_or(kept.len(), |end| end + 1)
    };
    let mut log = kept.get(cut..).unwrap_or_default().to_vec();
    if log.last().is_some_and(|last| *last != b'\n') {
        log.push(b'\n');
    }
    log.extend_from_slice(lines.as_bytes());
    log.push(b'\n');
    log
}

/// The lines that are JSON objects, newest first: what somebody else wrote there
/// is left alone.
pub fn newest_lines(log: &[u8]) -> impl Iterator<Item = AuditLine> {
    let lines = log.rsplit(|byte| *byte == b'\n');
    lines.filter_map(|line| {
        let line = serde_json::from_slice::<Box<RawValue>>(line).ok()?;
        line.get().starts_with('{').then(|| line.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1 << 20;

    fn appended(before: &[u8], line: &str) -> Vec<u8> {
        append_lines(before, line, MOST)
    }

    fn texts(log: &[u8], limit: usize) -> Vec<String> {
        let lines = newest_lines(log).take(limit);
        lines.map(|line| line.get().to_owned()).collect()
    }

    #[test]
    fn the_last_lines_come_first_and_broken_ones_not_at_all() {
        let log = appended(b"{\"n\":1}\nnot json\n{\"torn\":", "{\"n\":2}");
        assert_eq!(log, b"{\"n\":1}\nnot json\n{\"torn\":\n{\"n\":2}\n");
        assert_eq!(texts(&log, 9), ["{\"n\":2}", "{\"n\":1}"]);
        assert_eq!(texts(&log, 1), ["{\"n\":2}"]);
        assert_eq!(texts(b"", 9), Vec::<String>::new());
    }

    #[test]
    fn a_long_log_loses_its_older_half_by_whole_lines() {
        let line = format!("{{\"n\":\"{}\"}}\n", "x".repeat(1_000));
        let filled = line.repeat(MOST / line.len() + 1);
        let log = appended(filled.as_bytes(), "{\"n\":\"last\"}");
        assert!(log.len() < MOST / 2 + 2 * line.len());
        assert!(log.starts_with(line.as_bytes()));
        assert_eq!(texts(&log, 1), ["{\"n\":\"last\"}"]);
    }
}
