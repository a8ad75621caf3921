//! Which names say that their value is secret.

/// Words that mark a name wherever they stand in it.
const MARKS: &[&str] = &[
    "key",
    "keys",
    "pass",
    "passcode",
    "pwd",
    "authorization",
    "bearer",
    "jwt",
];

/// Words that do so even at the end of another, in names written without seams: `accesstoken`.
const ENDS: &[&str] = &[
    "token",
    "tokens",
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "credential",
    "credentials",
    "cookie",
    "cookies",
];

/// What stands before `key` in such a name; `monkey` and `hotkey` are none.
const KEY_KINDS: &[&str] = &[
    "access",
    "account",
    "api",
    "app",
    "auth",
    "client",
    "encryption",
    "license",
    "master",
    "private",
    "secret",
    "service",
    "session",
    "shared",
    "signing",
    "storage",
    "subscription",
    "user",
];

/// Last words of names that say where a secret is, not what it is.
const PLACES: &[&str] = &["url", "uri", "endpoint", "path", "file"];

/// Words of names that say what is run. Whoever is asked has to see that.
const PROGRAMS: &[&str] = &[
    "bin",
    "binary",
    "cmd",
    "command",
    "exec",
    "executable",
    "helper",
    "hook",
    "launcher",
    "process",
    "program",
    "script",
    "wrapper",
];

/// Tells whether a value of this name is to be kept secret, with all below it.
///
/// Names are read word by word, whatever joins the words, so `keyboard`,
/// `monkey`, `keybinds` and `tokenizer` are no secrets.
///
/// ```
/// use openwork_model::mask::is_secret_key;
///
/// for name in ["apiKey", "api_key", "X-API-Key", "APIKEY", "clientSecret", "headers"] {
///     assert!(is_secret_key(name), "{name}");
/// }
/// for name in ["keyboard", "monkey", "tokenizer", "tokenEndpoint", "tokenHelper", "env"] {
///     assert!(!is_secret_key(name), "{name}");
/// }
/// ```
pub fn is_secret_key(key: &str) -> bool {
    let words = words(key);
    let last = words.last().map_or("", String::as_str);
    // `tokenUrl` and `keyFile` say where something is. Masking them would hide
    // where data goes.
    if PLACES.contains(&last) {
        return false;
    }
    let is_last = matches!(last, "auth" | "headers");
    let secret = words.iter().rposition(|word| is_mark(word));
    // A `credential-helper` is a program, and a `script-token` is a token.
    let program = words.iter().rposition(|word| is_program(word));
    is_last || secret.is_some() && program < secret
}

fn is_program(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    PROGRAMS.contains(&word.strip_suffix('s').unwrap_or(word)) || PROGRAMS.contains(&word)
}

/// Whether a number of this name counts tokens (`maxTokens`) instead of being one.
pub(super) fn is_count(key: &str) -> bool {
    words(key).last().is_some_and(|word| word == "tokens")
}

/// Which part of a command line the values of a name are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandKey {
    /// All of it: a list of words that begins with the program, or one text.
    Line,
    /// What follows the program.
    Arguments,
}

impl CommandKey {
    /// The part that a key means.
    pub(super) fn of(key: &str) -> Option<Self> {
        match words(key).last()?.as_str() {
            "command" | "cmd" | "shell" | "entrypoint" => Some(Self::Line),
            "args" | "arguments" | "argv" => Some(Self::Arguments),
            _ => None,
        }
    }
}

/// Whether all values below are headers.
pub(super) fn is_headers(key: &str) -> bool {
    words(key).last().is_some_and(|word| word == "headers")
}

/// Whether what is below are environment variables, by their names.
pub(super) fn is_environment(key: &str) -> bool {
    let words = words(key);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [.., "env" | "environment"] | [.., "env" | "environment", "vars" | "variables"]
    )
}

fn is_mark(word: &str) -> bool {
    // `key2` and `token1` are second keys, not other words.
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    MARKS.contains(&word)
        || ENDS.iter().any(|end| word.ends_with(end))
        || word
            .strip_suffix('s')
            .unwrap_or(word)
            .strip_suffix("key")
            .is_some_and(|kind| KEY_KINDS.iter().any(|known| kind.ends_with(known)))
}

/// The words of a name in lower case: `XAPIKey-v2` is `xapi`, `key`, `v2`.
fn words(name: &str) -> Vec<String> {
    let is_seamless = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    // Most names are one lower-case word, and a large file has very many.
    if !name.is_empty() && name.bytes().all(is_seamless) {
        return vec![name.to_owned()];
    }
    let characters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &character) in characters.iter().enumerate() {
        if starts_word(&characters, at) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word starts after a separator, at a capital after a small letter or a
/// digit, and at the last of several capitals before a small letter.
fn starts_word(characters: &[char], at: usize) -> bool {
    let here = characters.get(at).copied().unwrap_or(' ');
    let before = at
        .checked_sub(1)
        .and_then(|at| characters.get(at))
        .copied()
        .unwrap_or(' ');
    let after = characters.get(at + 1).copied().unwrap_or(' ');
    !before.is_alphanumeric()
        || here.is_uppercase() && (!before.is_uppercase() || after.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_apart_where_people_join_them() {
        for (name, expected) in [
            ("apiKey", "api key"),
            ("APIKey", "api key"),
            ("x-api-key", "x api key"),
            ("OPENAI_API_KEY", "openai api key"),
            ("s3Token", "s3 token"),
            ("key2", "key2"),
            ("2nd", "2nd"),
            ("description", "description"),
            (" token ", "token"),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn secret_names() {
        for name in [
            "key",
            "keys",
            "apiKeys",
            "apikeys",
            "accesskey",
            "AWS_SECRET_ACCESS_KEY",
            "token",
            "refreshTokens",
            "access_token",
            "accesstoken",
            "githubToken",
            "secret",
            "clientsecret",
            "client-secret",
            "password",
            "userPassword",
            "dbpasswd",
            "pass",
            "Authorization",
            "proxy-authorization",
            "credentials",
            "Cookie",
            "set-cookie",
            "bearer",
            "_auth",
            "extraHeaders",
            "http_headers",
            "passwordHash",
            "key2",
            "accesstoken1",
            "script_token",
            "PROCESS_API_KEY",
            "helperHeaders",
        ] {
            assert!(is_secret_key(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_look_like_secrets() {
        for name in [
            "keyboard",
            "monkey",
            "hotkey",
            "keybinds",
            "keyword",
            "tokenizer",
            "tokenize",
            "secretary",
            "compass",
            "passive",
            "cookiecutter",
            "author",
            "oauth",
            "header",
            "environment",
            "environments",
            "envVars",
            "tokenUrl",
            "authorizationEndpoint",
            "keyFile",
            "k2",
            "turkeys",
            "token-helper",
            "secret-cmd",
            "CREDENTIAL_HELPER",
            "credential_helper_args",
            "AWS_CREDENTIAL_PROCESS",
            "SECRET_SCRIPT_2",
            "keyProgram",
            "password-exec",
            "",
        ] {
            assert!(!is_secret_key(name), "{name}");
        }
    }
}
