//! Tokens that are too short, and files that show them.

use super::Start;
#[cfg(unix)]
use super::told_of;

fn is_refused(host: &str, token: &str) -> bool {
    let args = ["--host", host, "--host-token", token];
    Start::new().args(&args).load().is_err()
}

#[test]
fn host_tokens_are_as_long_as_who_may_guess_them_asks_for() {
    for (host, token, expected) in [
        ("127.0.0.1", "seven-7", true),
        ("127.0.0.1", "eight--8", false),
        ("127.0.0.1", "äöüäöüä", true),
        ("[::1]", "fifteen-------5", false),
        ("0.0.0.0", "fifteen-------5", true),
        ("0.0.0.0", "sixteen--------6", false),
        ("::", "fifteen-------5", true),
        ("192.0.2.7", "seven-7", true),
        ("anna.example", "fifteen-------5", true),
    ] {
        assert_eq!(is_refused(host, token), expected, "{host} {token}");
    }
}

#[test]
fn a_token_that_does_not_count_may_be_short() {
    let start = Start::new()
        .file(r#"{ "hostToken": "short" }"#)
        .var("OPENWORK_HOST_TOKEN", "long-enough");
    assert_eq!(start.settings().host_token.value.expose(), "long-enough");
}

#[test]
fn generated_tokens_are_long_enough_everywhere() {
    Start::new().args(&["--host", "0.0.0.0"]).settings();
}

#[cfg(unix)]
#[test]
fn a_file_with_tokens_that_others_can_use_is_named() {
    for (text, mode, expected) in [
        (r#"{ "token": "t" }"#, 0o644, true),
        (r#"{ "token": "t" }"#, 0o620, true),
        (r#"{ "token": "t" }"#, 0o602, true),
        (r#"{ "hostToken": "long-enough" }"#, 0o666, true),
        (r#"{ "opencodePassword": "p" }"#, 0o604, true),
        (r#"{ "token": "t" }"#, 0o600, false),
        (r#"{ "token": "t" }"#, 0o400, false),
        (r#"{ "port": 1 }"#, 0o666, false),
    ] {
        let start = Start::new().file(text).mode(mode);
        let path = start.default_file();
        let path = path.display();
        let warnings = told_of(&start.settings());
        let named = format!(
            "others can read or write {path}, which holds tokens; keep them out with `chmod 600 {path}`"
        );
        let named: &[String] = if expected { &[named] } else { &[] };
        assert_eq!(warnings, named, "{text} {mode:o}");
    }
}
