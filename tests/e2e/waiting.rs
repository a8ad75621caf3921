//! Large requests that wait, or have waited, fill neither the memory nor the host's view.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use openwork_testkit::approval::Approver;
use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch, TOKEN};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");

/// Long enough for a busy machine and a build without optimisations.
const LIMIT: Duration = Duration::from_secs(60);

/// What the server may take at most, in KiB.
const MOST: u64 = 150 << 10;

fn start(sandbox: &Sandbox) -> Server {
    let launch = ServerLaunch::new(PROGRAM, sandbox).quiet();
    let args = ["--approval", "manual", "--approval-timeout", "600000"];
    launch.args(args).start().unwrap()
}

/// As many items as an import may have, 6 MB of them.
fn import() -> String {
    let template = "x".repeat(1_200);
    let items: Vec<Value> = (0..5_000)
        .map(|n| json!({ "name": format!("c{n}"), "template": template }))
        .collect();
    json!({ "commands": items }).to_string()
}

/// Sends an import as a client of this name.
fn send(server: &Server, client: usize, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\n\
         X-OpenWork-Client-Id: {client}\r\nContent-Length: {}\r\n\r\n",
        server.at_workspace("import"),
        server.address(),
        body.len()
    );
    // One that is refused at once need not be read to its end.
    let _ = stream.write_all(&[head.as_bytes(), body.as_bytes()].concat());
    stream.set_nonblocking(true).unwrap();
    stream
}

/// Waits until so many requests wait.
fn wait_for(approver: &Approver, count: usize) {
    let reached = poll(LIMIT, || {
        Ok::<_, std::io::Error>((approver.pending()?.len() == count).then_some(()))
    });
    assert!(reached.unwrap().is_some(), "{count} requests were expected");
}

/// Waits until one more request waits, or this one is refused.
fn waits(approver: &Approver, stream: &mut TcpStream, before: usize) -> bool {
    let settled = poll(LIMIT, || {
        if approver.pending()?.len() > before {
            return Ok(Some(true));
        }
        match stream.read(&mut [0; 1 << 10]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            _ => Ok::<_, std::io::Error>(Some(false)),
        }
    });
    settled.unwrap().unwrap()
}

/// The most memory that the server held, in KiB.
fn high_water(server: &mut Server) -> u64 {
    let pid = server.process().id();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

#[test]
fn imports_that_were_withdrawn_are_let_go_of() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    let (approver, body) = (server.approver(), import());
    for _ in 0..24 {
        let stream = send(&server, 0, &body);
        wait_for(&approver, 1);
        drop(stream);
        wait_for(&approver, 0);
    }
    let most = high_water(&mut server);
    eprintln!("24 withdrawn imports of 6 MB: {most} KiB");
    assert!(most < MOST, "{most} KiB");
}

#[test]
fn imports_that_wait_leave_the_host_its_memory_and_its_view() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = start(&sandbox);
    let (approver, body) = (server.approver(), import());
    let (mut streams, mut waiting) = (Vec::new(), 0);
    for client in 0..40 {
        let mut stream = send(&server, client, &body);
        waiting += usize::from(waits(&approver, &mut stream, waiting));
        streams.push(stream);
    }
    assert!((2..40).contains(&waiting), "{waiting} wait");
    let most = high_water(&mut server);
    eprintln!("{waiting} of 40 imports of 6 MB wait: {most} KiB");
    assert!(most < MOST, "{most} KiB");

    let before = Instant::now();
    let items = approver.pending().unwrap();
    let id = items[0]["id"].as_str().unwrap();
    assert_eq!(items[0]["paths"].as_array().unwrap().len(), 20);
    assert_eq!(items[0]["morePaths"], 4_982);
    assert_eq!(approver.reply(id, "deny").unwrap().status, 200);
    let took = before.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(approver.pending().unwrap().len(), waiting - 1);
}
