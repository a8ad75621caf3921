//! The examples, run as programs: what they print is what their texts say.
#![expect(
    clippy::disallowed_methods,
    reason = "test fixtures are made outside of the product's store"
)]
#![expect(clippy::print_stderr, reason = "what is skipped is said")]

use std::error::Error as StdError;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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

fn output_of(name: &str, directory: &Path) -> Result<Option<String>, Box<dyn StdError>> {
    let Some(program) = program(name) else {
        return Ok(None);
    };
    let output = Command::new(program).arg(directory).output()?;
    assert!(output.status.success(), "{output:?}");
    Ok(Some(String::from_utf8(output.stdout)?))
}

#[test]
fn a_proposal_is_shown_and_committed() -> TestResult {
    let directory = tempfile::tempdir()?;
    if let Some(printed) = output_of("propose", directory.path())? {
        assert!(printed.contains("+++ opencode.jsonc"), "{printed}");
        let written = std::fs::read_to_string(directory.path().join("opencode.jsonc"))?;
        assert!(written.contains("opencode-foo@1.2.0"), "{written}");
    }
    Ok(())
}

#[test]
fn a_gate_asks_about_anything() -> TestResult {
    let directory = tempfile::tempdir()?;
    if let Some(printed) = output_of("gate", directory.path())? {
        let expected = "a mail goes to anna@example.org\n\
            no mail to mallory@example.com: denied: only to our own people\n";
        assert_eq!(printed, expected);
    }
    Ok(())
}

#[test]
fn a_store_of_ones_own_is_changed_like_a_disk() -> TestResult {
    let directory = tempfile::tempdir()?;
    if let Some(printed) = output_of("own_store", directory.path())? {
        assert!(printed.contains(" // kept"), "{printed}");
        assert!(printed.ends_with("\nopencode-foo@1.2.0\n"), "{printed}");
    }
    Ok(())
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
