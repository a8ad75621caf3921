//! The examples, run as programs: what they print is what their texts say.
#![expect(
    clippy::disallowed_methods,
    reason = "test fixtures are made outside of the product's store"
)]
#![expect(clippy::print_stderr, reason = "what is skipped is said")]

use std::error::Error as StdError;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

type TestResult = Result<(), Box<dyn StdError>>;

/// The program of an example: `cargo test` builds all of them, `cargo test
/// --test examples` may not have.
fn program(name: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let program = test.parent()?.parent()?.join("examples").join(name);
    let is_there = program.is_file();
    if !is_there {
        eprintln!("skipped: the example {name} was not built");
    }
    is_there.then_some(program)
}

/// What an example prints when it is run in a directory and reads this.
fn output_of(name: &str, directory: &Path, input: &str) -> Result<Option<Output>, io::Error> {
    let Some(program) = program(name) else {
        return Ok(None);
    };
    let mut command = Command::new(program);
    command.current_dir(directory);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = command.stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = running.stdin.take() {
        // One that reads nothing may have ended before.
        let _ = stdin.write_all(input.as_bytes());
    }
    running.wait_with_output().map(Some)
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_proposal_is_shown_and_committed() -> TestResult {
    let directory = tempfile::tempdir()?;
    let workspace = directory.path().join("ws");
    std::fs::create_dir(&workspace)?;
    if let Some(output) = output_of("propose", directory.path(), "")? {
        let printed = printed(&output);
        assert!(printed.contains("+++ opencode.jsonc"), "{printed}");
        let written = std::fs::read_to_string(workspace.join("opencode.jsonc"))?;
        assert!(written.contains("opencode-foo@1.2.0"), "{written}");
    }
    Ok(())
}

#[test]
fn a_gate_asks_about_anything() -> TestResult {
    const ASKED: &str = "terraform apply -auto-approve in infra? [y/n]\n";
    let directory = tempfile::tempdir()?;
    if let Some(output) = output_of("gate", directory.path(), "y\n")? {
        let expected = format!("{ASKED}running terraform apply -auto-approve\n");
        assert_eq!(printed(&output), expected);
    }
    if let Some(output) = output_of("gate", directory.path(), "n\n")? {
        assert!(!output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stdout), ASKED);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("not now"), "{told}");
    }
    Ok(())
}

#[test]
fn a_store_of_ones_own_is_changed_like_a_disk() -> TestResult {
    let directory = tempfile::tempdir()?;
    if let Some(output) = output_of("own_store", directory.path(), "")? {
        let printed = printed(&output);
        assert!(printed.contains(" // kept"), "{printed}");
        assert!(printed.ends_with("\nopencode-foo@1.2.0\n"), "{printed}");
    }
    Ok(())
}

/// The front pages show what the examples run: each line of their programs is
/// one of the example, in the same order and whatever the layout.
#[test]
fn the_front_pages_show_what_the_examples_run() -> TestResult {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = [
        std::fs::read_to_string(package.join("README.md"))?,
        std::fs::read_to_string(package.join("src/lib.rs"))?.replace("//! ", ""),
    ];
    for page in pages {
        for (name, first) in [
            (
                "propose",
                "let workspace = openwork::Workspace::open(\"ws\")?;",
            ),
            ("serve", "let server = openwork::Server::builder()"),
            ("gate", "let gate = openwork::approval::Gate::builder()"),
        ] {
            let example = std::fs::read_to_string(package.join(format!("examples/{name}.rs")))?;
            let example = bare(&example);
            let program = &page[page.find(first).ok_or(first)?..];
            let program = &program[..program.find("```").ok_or("the block has no end")?];
            let mut at = 0;
            let lines = program.lines().filter(|line| !line.starts_with("# "));
            for line in lines.map(bare) {
                let found = example[at..].find(&line);
                at += found.ok_or_else(|| format!("{name} lacks `{line}`"))? + line.len();
            }
        }
    }
    Ok(())
}

/// Code without its comments and blanks.
fn bare(code: &str) -> String {
    let line = |line: &str| line.split("//").next().unwrap_or(line).to_owned();
    let code: String = code.lines().map(line).collect();
    code.split_whitespace().collect()
}

#[test]
fn a_server_answers_where_it_says() -> TestResult {
    serves("serve", &["/health"])
}

#[test]
fn axum_answers_its_own_routes_and_those_of_the_server() -> TestResult {
    serves("axum", &["/hello", "/health"])
}

/// Ends the program with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serves(name: &str, paths: &[&str]) -> TestResult {
    let Some(program) = program(name) else {
        return Ok(());
    };
    let directory = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.arg(directory.path()).stdout(Stdio::piped());
    let mut running = Running(command.spawn()?);
    let stdout = running.0.stdout.take().ok_or("its output is piped")?;
    let mut address = String::new();
    BufReader::new(stdout).read_line(&mut address)?;
    for path in paths {
        let mut socket = TcpStream::connect(address.trim())?;
        let head = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
        socket.write_all(head.as_bytes())?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n"),
            "{path}: {answer}"
        );
    }
    Ok(())
}
