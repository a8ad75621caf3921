//! The words of a command line, completed by real shells beside a running server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::print_stderr, reason = "what is skipped has to be seen")]

use std::env;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use openwork_testkit::http::Request;
use openwork_testkit::process::Launch;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(20);

/// A server with a token for a phone, and a home whose shells know the program.
struct World {
    server: Server,
    sandbox: Sandbox,
    token_id: String,
}

impl World {
    fn new() -> Self {
        let sandbox = Sandbox::new().unwrap();
        let server = ServerLaunch::new(PROGRAM, &sandbox).start().unwrap();
        let request = Request::new("POST", "/tokens").json(&json!({
            "scope": "viewer", "label": "Anna's phone: $(touch pwned)",
        }));
        let request = request.header("X-OpenWork-Host-Token", HOST_TOKEN);
        let made = server.send(&request).unwrap();
        assert_eq!(made.status, 201, "{made:?}");
        let made: Value = made.json().unwrap();
        assert!(made["token"].as_str().unwrap().starts_with("owt_"));
        let token_id = made["id"].as_str().unwrap().to_owned();
        Self {
            server,
            sandbox,
            token_id,
        }
    }

    fn workspace_id(&self) -> String {
        let path = self.server.at_workspace("");
        path.split('/').nth(2).unwrap().to_owned()
    }

    /// Runs a shell that finds the program in its path.
    fn shell(&self, shell: &str, args: &[&str]) -> Option<Output> {
        let programs = Path::new(PROGRAM).parent().unwrap().to_owned();
        let rest = env::var_os("PATH").unwrap();
        let path = env::join_paths([programs].into_iter().chain(env::split_paths(&rest))).unwrap();
        let ran = Command::new(shell)
            .args(args)
            .current_dir(self.sandbox.root())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.sandbox.home())
            .env("TERM", "xterm")
            .output();
        if ran.is_err() {
            eprintln!("skipped: there is no {shell} here");
        }
        ran.ok()
    }

    /// What a shell offers for a line, once the script is loaded that it was given.
    fn offered(&self, shell: &str, args: &[&str]) -> Option<String> {
        let output = self.shell(shell, args)?;
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(err, "", "{output:?}");
        let out = String::from_utf8(output.stdout).unwrap();
        for token in [TOKEN, HOST_TOKEN, "owt_"] {
            assert!(!out.contains(token), "{out}");
        }
        Some(out.trim().to_owned())
    }

    fn bash(&self, line: &str) -> String {
        let asked = format!(
            "source <(openwork-server completions bash)
            answer=$(complete -p openwork-server | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            COMP_WORDS=({line}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            $answer openwork-server \"${{COMP_WORDS[COMP_CWORD]}}\"
            printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        self.offered("bash", &["--norc", "-c", &asked]).unwrap()
    }
}

#[test]
fn bash_completes_commands_flags_and_ids() {
    let world = World::new();
    assert_eq!(world.bash("openwork-server approvals a"), "allow\nanswer");
    assert_eq!(world.bash("openwork-server tokens revoke --j"), "--json");
    assert_eq!(
        world.bash("openwork-server tokens revoke ''"),
        world.token_id
    );
    let beginning = &world.token_id[..5];
    assert_eq!(
        world.bash(&format!("openwork-server devices rename {beginning}")),
        world.token_id
    );
    let id = world.workspace_id();
    assert_eq!(world.bash("openwork-server workspaces remove ws"), id);
    assert_eq!(world.bash("openwork-server audit list --workspace ''"), id);
    assert!(!world.sandbox.path("pwned").exists());
}

#[test]
fn fish_completes_ids_with_what_they_stand_for() {
    let world = World::new();
    let asked = "openwork-server completions fish | source
        complete -C 'openwork-server devices revoke '";
    let Some(offered) = world.offered("fish", &["--no-config", "-c", asked]) else {
        return;
    };
    let about = "Anna's phone: $(touch pwned), viewer";
    assert_eq!(offered, format!("{}\t{about}", world.token_id));
}

#[test]
fn zsh_completes_ids_at_the_first_key() {
    let world = World::new();
    let Some(script) = world.offered("zsh", &["-f", "-c", "openwork-server completions zsh"])
    else {
        return;
    };
    world
        .sandbox
        .write("home/.zfunc/_openwork-server", script)
        .unwrap();
    // The line is written back by a key of our own, with what was completed.
    let pressed = r#"
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'PS1=; fpath=($HOME/.zfunc $fpath); autoload -U compinit; compinit -u'
        zpty -w shell 'told() { print -r "<<$BUFFER>>" >$HOME/told; BUFFER=; zle accept-line }; zle -N told; bindkey "^T" told; print beg''in'
        zpty -r shell seen '*begin*'
        zpty -w -n shell 'openwork-server tokens revoke '$'\t'
        sleep 2
        zpty -w -n shell $'\x14'
        for i in {1..50}; do [[ -s $HOME/told ]] && break; sleep 0.1; done
        cat $HOME/told
        zpty -d shell"#;
    let told = world.offered("zsh", &["-f", "-c", pressed]).unwrap();
    let expected = format!("<<openwork-server tokens revoke {} >>", world.token_id);
    assert_eq!(told, expected);
}

fn completed(sandbox: &Sandbox, words: &str) -> (Option<i32>, String, String) {
    let launch = Launch::new(PROGRAM, sandbox.root())
        .home(sandbox.home())
        .env("OPENWORK_COMPLETE", "fish")
        .arg("--");
    let mut process = launch.args(words.split(' ')).start().unwrap();
    let status = process.wait(LIMIT).unwrap().expect("it has not ended");
    (status.code(), process.stdout(), process.stderr())
}

#[test]
fn whoever_gets_no_answer_in_time_is_offered_nothing_and_told_nothing() {
    let sandbox = Sandbox::new().unwrap();
    let quiet = |words: &str| {
        let (code, out, err) = completed(&sandbox, words);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{words}: {out}");
        assert!(!out.contains("hush"), "{words}: {out}");
        out
    };
    // Without a server there are the flags, and nothing else.
    let offered = quiet("openwork-server tokens revoke ");
    assert!(offered.starts_with("--url\t"), "{offered}");

    // One that takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let started = Instant::now();
    quiet(&format!(
        "openwork-server tokens revoke --url {url} --host-token hush "
    ));
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(400), "{took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_server_that_inherits_the_variable_still_starts() {
    let sandbox = Sandbox::new().unwrap();
    let server = ServerLaunch::new(PROGRAM, &sandbox).env("OPENWORK_COMPLETE", "bash");
    let server = server.start().unwrap();
    let health = server.send(&Request::new("GET", "/health")).unwrap();
    assert_eq!(health.status, 200);
}
