//! `user:password@host:path`: addresses as scp and git take them.

use std::ops::Range;

/// What tokens of code hosts begin with. They take the place of a user alone.
const TOKENS: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "npm_",
    "ATBB",
    "ATCTT",
];

/// What package managers write before a name, which is no user then.
const REGISTRIES: &[&str] = &["npm", "jsr", "github", "gitlab", "bitbucket", "gist"];

/// Where users with passwords, and tokens in the place of users, stand.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let user = user_before(text, from, at);
        from = at + 1;
        let is_secret = text.get(user.clone()).is_some_and(is_secret);
        if is_secret && text.get(at + 1..).is_some_and(begins_with_host) {
            found.push(user);
        }
    }
    found
}

/// What may be a user: from the last end of a word on.
fn user_before(text: &str, from: usize, at: usize) -> Range<usize> {
    let before = text.get(from..at).unwrap_or("");
    let is_end = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(
                c,
                '/' | '\\' | '"' | '\'' | '<' | '>' | '`' | '=' | '(' | '[' | '{' | ','
            )
    };
    let start = before
        .char_indices()
        .rev()
        .find(|&(_, c)| is_end(c))
        .map_or(0, |(start, c)| start + c.len_utf8());
    from + start..at
}

fn is_secret(user: &str) -> bool {
    match user.split_once(':') {
        Some((name, password)) => {
            !name.is_empty() && !password.is_empty() && !REGISTRIES.contains(&name)
        }
        None => TOKENS.iter().any(|token| user.starts_with(token)),
    }
}

/// Whether a host with a domain comes, and then a path.
fn begins_with_host(text: &str) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let end = text.find(|c| !is_host(c)).unwrap_or(text.len());
    let (host, rest) = text.split_at(end);
    let domain = host.rsplit_once('.').map(|(_, domain)| domain);
    let is_named = domain.is_some_and(|domain| {
        domain.len() > 1 && domain.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    (is_named || host == "localhost") && rest.starts_with([':', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        let found = secrets(text).into_iter();
        found.map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn only_users_with_passwords_and_tokens_are_secret() {
        for (text, expected) in [
            ("me:pw@git.example.com:a/b.git", &["me:pw"][..]),
            ("see me:pw@localhost:a, or x:y@h.org/z", &["me:pw", "x:y"]),
            ("ghp_abc@github.com:a/b", &["ghp_abc"]),
            ("name@me:pw@host.example:a", &["me:pw"]),
            ("git@github.com:a/b.git", &[]),
            ("anna@example.com: hello", &[]),
            ("alias@npm:package@1.2", &[]),
            ("alias@npm:@scope/package@1.2.3", &[]),
            ("npm:package@host.example/x", &[]),
            ("at 10:30@example.com", &[]),
            ("a:b@c", &[]),
        ] {
            assert_eq!(hidden(text), expected, "{text}");
        }
    }
}
