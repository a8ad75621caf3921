//! Tokens where none may be: in what a server prints and logs.

use crate::process::Process;

/// The environment in which a server logs the most it can.
pub const VERBOSE: [(&str, &str); 2] = [
    ("OPENWORK_LOG_LEVEL", "trace"),
    ("OPENWORK_LOG_REQUESTS", "true"),
];

/// How the lines begin in which a start tells tokens that it has made itself.
const ANNOUNCED: [&str; 2] = ["Client token: ", "Host token: "];

/// Lists the lines of a program's output that hold one of these tokens, or one that the start has
/// told; telling is no leak.
pub fn leaks(process: &Process, tokens: &[&str]) -> Vec<String> {
    leaking_lines(&process.stdout(), &process.stderr(), tokens)
}

fn leaking_lines(stdout: &str, stderr: &str, tokens: &[&str]) -> Vec<String> {
    let told = stdout.lines().filter_map(announced);
    let given = tokens.iter().copied().filter(|token| !token.is_empty());
    let tokens: Vec<&str> = told.chain(given).collect();
    let silent = stdout.lines().filter(|line| announced(line).is_none());
    let leaks = |line: &&str| tokens.iter().any(|token| line.contains(token));
    silent
        .chain(stderr.lines())
        .filter(leaks)
        .map(|line| format!("a token is in the output: {line}"))
        .collect()
}

fn announced(line: &str) -> Option<&str> {
    ANNOUNCED
        .iter()
        .find_map(|opening| line.strip_prefix(opening))
}

#[cfg(test)]
mod tests {
    use super::leaking_lines;

    const STDOUT: &str = "listening\nClient token: 1234-5678\nHost token: abcd-efgh\n";

    #[test]
    fn telling_a_token_is_no_leak() {
        assert_eq!(
            leaking_lines(STDOUT, "INFO request\n", &["given", ""]),
            [""; 0]
        );
    }

    #[test]
    fn every_other_line_with_a_token_is_one() {
        let stderr = "DEBUG abcd-efgh\nINFO fine\nINFO x=given\n";
        let stdout = format!("{STDOUT}again 1234-5678\n");
        assert_eq!(
            leaking_lines(&stdout, stderr, &["given"]),
            [
                "a token is in the output: again 1234-5678",
                "a token is in the output: DEBUG abcd-efgh",
                "a token is in the output: INFO x=given",
            ]
        );
    }
}
