//! `approvals watch` as a person has it, in a shell in tmux.

use std::thread;
use std::time::Duration;

use serde_json::json;

use super::tmux::TmuxScreen;
use super::{PROGRAM, World};

/// Longer than a person is given to read.
const READ: Duration = Duration::from_millis(600);
const QUESTION: &str = "[a]llow [d]eny [m]essage [s]how [e]xtend [n]ext [?] (";
const WAITING: &str = "Waiting for requests.";

/// Starts the command, and has the terminal described before and after it.
fn watch(screen: &TmuxScreen) {
    screen.run("stty -a > before");
    // Not after a command of the interactive shell: that one mends the terminal itself.
    let after = "trap : INT; \"$0\" approvals watch; stty -a > after";
    screen.run(&format!("sh -c '{after}' {PROGRAM}"));
    screen.wait_for("Watching http://127.0.0.1");
}

/// The command has ended, and the terminal is as it was.
fn assert_given_back(world: &World, screen: &TmuxScreen) {
    screen.wait_for_last("ready$");
    let modes = |name: &str| world.sandbox.read(name).unwrap();
    assert_eq!(modes("before"), modes("after"));
    assert_usable(screen);
}

fn assert_usable(screen: &TmuxScreen) {
    screen.wait_for_last("ready$");
    screen.run("echo se''en");
    screen.wait_for("\nseen");
}

#[test]
fn requests_are_answered_with_single_keys() {
    let world = World::new();
    let Some(screen) = TmuxScreen::start(&world.sandbox, 100, 30) else {
        return;
    };
    watch(&screen);
    screen.wait_for_last(WAITING);
    // Before there is anything to answer.
    screen.type_in("a");
    screen.press("a");
    let (plugin, id) = world.ask_for_a_plugin();
    screen.wait_for_last(QUESTION);
    thread::sleep(READ);
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);
    screen.press("a");
    screen.wait_for_last("type `allow` to allow it: (");
    thread::sleep(READ);
    screen.type_in("allow");
    screen.press("Enter");
    screen.wait_for(&format!("{} allowed and written", &id[..8]));
    assert_eq!(plugin.join().unwrap().status, 200);

    let skill = world.ask_for_a_skill("one");
    screen.wait_for_last(QUESTION);
    screen.press("e");
    screen.wait_for_last("(9 min 5");
    let before = screen.last_line();
    screen.wait_until("another time", |seen| {
        let last = seen.lines().next_back().unwrap_or_default();
        last.contains(QUESTION) && last != before
    });
    // Drawn in its place.
    assert_eq!(
        screen.text().matches(QUESTION).count(),
        1,
        "{}",
        screen.text()
    );
    screen.press("m");
    screen.wait_for_last("message to the client: (");
    screen.type_in("not today");
    screen.press("Enter");
    let answer = skill.join().unwrap();
    assert_eq!(answer.status, 403);
    let told = answer.json().unwrap()["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(told.contains("not today"), "{told}");
    screen.wait_for_last(WAITING);
    screen.press("q");
    assert_given_back(&world, &screen);
}

#[test]
fn ctrl_c_and_ctrl_z_leave_the_terminal_as_it_was() {
    let world = World::new();
    let Some(screen) = TmuxScreen::start(&world.sandbox, 100, 30) else {
        return;
    };
    watch(&screen);
    screen.wait_for_last(WAITING);
    screen.press("C-z");
    screen.wait_for("Stopped");
    assert_usable(&screen);
    screen.run("fg");
    screen.wait_for_last(WAITING);
    let _client = world.ask_for_a_skill("one");
    screen.wait_for_last(QUESTION);
    screen.press("m");
    screen.wait_for_last("message to the client: (");
    screen.press("C-c");
    assert_given_back(&world, &screen);
    assert_eq!(world.server.approver().pending().unwrap().len(), 1);

    // One that is stopped can be ended from the shell.
    screen.run(&format!("{PROGRAM} approvals watch"));
    screen.wait_for_last(QUESTION);
    screen.press("C-z");
    screen.wait_until("a second stop", |seen| seen.matches("Stopped").count() == 2);
    screen.run("kill %1");
    thread::sleep(READ);
    // A shell tells with its next prompt.
    screen.run("");
    screen.wait_for("Terminated");
}

#[test]
fn a_long_request_is_read_to_its_end_on_any_screen() {
    let world = World::new();
    let Some(screen) = TmuxScreen::start(&world.sandbox, 100, 20) else {
        return;
    };
    let lines: Vec<String> = (1..=60).map(|line| format!("line {line}\n")).collect();
    let client = world.ask(
        "skills",
        &json!({ "name": "one", "content": lines.concat(), "description": "Audits" }),
    );
    watch(&screen);
    let seen = screen.wait_for_last(QUESTION);
    // Its end and what it comes down to are both in sight.
    let (_, end) = seen.rsplit_once("+line 60\n").unwrap();
    assert!(end.starts_with("\n● medium  "), "{end}");
    screen.press("s");
    screen.wait_for_last("lines: [space] on [b]ack [G] all [q] done");
    // Narrower than the question is long.
    screen.resize(40, 12);
    screen.press("G");
    screen.wait_for_last("[space] done");
    screen.press("Space");
    let seen = screen.wait_for_last("a d m s e n ? (");
    assert!(
        seen.lines().next_back().unwrap().chars().count() < 40,
        "{seen}"
    );
    screen.resize(100, 20);
    screen.wait_for_last(QUESTION);
    thread::sleep(READ);
    screen.press("d");
    assert_eq!(client.join().unwrap().status, 403);
    screen.press("q");
    assert_given_back(&world, &screen);
}
