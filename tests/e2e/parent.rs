//! A server that ends with the process that started it, on every system.

use std::io;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use openwork_testkit::leak::VERBOSE;
use openwork_testkit::process::{Launch, Signal, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, TOKEN, listening};

const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn it_ends_with_its_parent() {
    let sandbox = Sandbox::new().unwrap();
    let launch = Launch::new(std::env::current_exe().unwrap(), sandbox.workspace())
        .home(sandbox.home())
        .args(["--ignored", "--exact", "parent::a_parent"]);
    let launch = VERBOSE
        .iter()
        .fold(launch, |launch, (name, value)| launch.env(name, value));
    let mut parent = launch.start().unwrap();
    // The server writes to the outputs of the one that started it.
    let address = listening(&mut parent, LIMIT).unwrap();
    assert!(TcpStream::connect(address).is_ok());
    parent.signal(Signal::Kill).unwrap();
    let is_gone = || TcpStream::connect(address).is_err().then_some(());
    let gone = poll(LIMIT, || Ok::<_, io::Error>(is_gone())).unwrap();
    assert!(gone.is_some(), "{}", parent.stderr());
    assert!(
        parent
            .stderr()
            .contains("the process that started this one has ended")
    );
}

/// Starts a server and stays until it is killed.
#[test]
#[ignore = "it is a process of `it_ends_with_its_parent`"]
fn a_parent() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_openwork-server"))
        .args(["--port", "0", "--token", TOKEN, "--host-token", HOST_TOKEN])
        .arg("--exit-with-parent")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(LIMIT * 3);
    // Nobody has killed this process, so that the test has failed already.
    server.kill().unwrap();
    server.wait().unwrap();
}
