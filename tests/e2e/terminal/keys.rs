//! Single keys in front of a pseudo-terminal.

use std::thread;
use std::time::Duration;

use openwork_testkit::process::poll;
use rustix::process::Signal;
use rustix::termios::LocalModes;
use serde_json::json;

use super::pty::Pty;
use super::{LIMIT, World, command};

/// Longer than a person is given to read.
const READ: Duration = Duration::from_millis(600);
const QUESTION: &str = "[a]llow [d]eny [m]essage [s]how [e]xtend [n]ext [?] (";

fn watch(world: &World, variables: &[(&str, &str)]) -> Pty {
    let mut command = command(&world.sandbox);
    command
        .args(["approvals", "watch"])
        .env("TERM", "xterm")
        .envs(variables.iter().copied());
    Pty::start(&mut command).unwrap()
}

/// Whether the terminal is set for lines, and shows what is typed.
fn is_for_lines(pty: &Pty) -> bool {
    let modes = pty.modes().local_modes;
    modes.contains(LocalModes::ICANON | LocalModes::ECHO)
}

#[test]
fn one_key_allows_and_what_was_typed_before_does_not() {
    let world = World::new();
    let mut pty = watch(&world, &[]);
    pty.wait_for("Waiting for requests.");
    assert!(!is_for_lines(&pty));
    // Typed ahead, in one piece and key by key.
    pty.type_in("aaaa");
    pty.type_in("a");
    let client = world.ask_for_a_skill("one");
    let id = world.only_id();
    pty.wait_for(QUESTION);
    thread::sleep(READ);
    // Pasted.
    pty.type_in("daa");
    pty.wait_for("Several keys came at once");
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);
    thread::sleep(READ);
    pty.type_in("a");
    pty.wait_for(&format!("{} allowed and written", &id[..8]));
    assert_eq!(client.join().unwrap().status, 200);
    pty.type_in("q");
    assert_eq!(pty.wait().code(), Some(0));
    assert!(is_for_lines(&pty));
}

#[test]
fn the_time_that_is_left_counts_down_in_its_place() {
    let world = World::new();
    let client = world.ask_for_a_skill("one");
    let id = world.only_id();
    let mut pty = watch(&world, &[]);
    pty.wait_for("min 58 s left)");
    let shown = pty.text();
    let (_, counted) = shown.split_once(QUESTION).unwrap();
    assert!(!counted.contains('\n'), "it scrolls: {counted:?}");
    assert_eq!(
        counted.matches('\r').count(),
        counted.matches("\r\u{1b}[K").count()
    );
    pty.type_in("e");
    pty.wait_for("(9 min 5");
    pty.type_in("m");
    pty.wait_for("message to the client: (");
    // A key of its own ends a line: what comes with others was pasted.
    pty.type_in("not today");
    pty.wait_for(") not today");
    pty.type_in("\r");
    pty.wait_for(&format!("{} denied, nothing was written", &id[..8]));
    assert_eq!(client.join().unwrap().status, 403);
}

#[test]
fn a_signal_or_the_end_of_the_server_leaves_the_terminal_as_it_was() {
    let world = World::new();
    let mut pty = watch(&world, &[]);
    pty.wait_for("Waiting for requests.");
    assert!(!is_for_lines(&pty));
    let is_set = |for_lines| {
        poll(LIMIT, || {
            Ok::<_, ()>((is_for_lines(&pty) == for_lines).then_some(()))
        })
    };
    pty.signal(Signal::TSTP);
    assert!(
        is_set(true).unwrap().is_some(),
        "it stopped with the terminal set"
    );
    pty.signal(Signal::CONT);
    assert!(is_set(false).unwrap().is_some(), "it went on without keys");
    pty.signal(Signal::TERM);
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&pty.wait()),
        Some(15)
    );
    assert!(is_for_lines(&pty));

    let mut pty = watch(&world, &[]);
    pty.wait_for("Waiting for requests.");
    drop(world.server);
    pty.wait_for("Connection lost. Trying again.");
    // It tries for 16 seconds.
    let ended = poll(LIMIT * 3, || pty.try_wait()).unwrap();
    assert_eq!(ended.expect("it has not ended").code(), Some(3));
    assert!(is_for_lines(&pty));
}

#[test]
fn a_pager_of_ones_own_has_the_keyboard_for_itself() {
    let world = World::new();
    let lines: Vec<String> = (1..=60).map(|line| format!("line {line}\n")).collect();
    let script = "cat > \"$1\"; echo PAGED; read answer <&2; echo \"got $answer\"\n";
    world.sandbox.write("pager.sh", script).unwrap();
    let output = world.sandbox.path("paged");
    let pager = format!(
        "/bin/sh {} {}",
        world.sandbox.path("pager.sh").display(),
        output.display()
    );
    let _client = world.ask(
        "skills",
        &json!({ "name": "one", "content": lines.concat(), "description": "Audits" }),
    );
    world.only_id();
    let mut pty = watch(&world, &[("PAGER", &pager)]);
    pty.wait_for(QUESTION);
    pty.type_in("s");
    pty.wait_for("PAGED\n");
    assert!(is_for_lines(&pty));
    // Keys that the pager is meant for do not deny.
    pty.type_in("d\n");
    pty.wait_for("got d\n");
    pty.wait_for_count(QUESTION, 2);
    let text = world.sandbox.read("paged").unwrap();
    assert!(text.starts_with("● medium  "), "{text}");
    assert!(text.contains("\n+line 60\n"), "{text}");
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);
    assert!(!is_for_lines(&pty));
}
