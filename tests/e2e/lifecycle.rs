//! What ends the server, and what its end must not lose.

use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use openwork_testkit::http::Request;
use openwork_testkit::process::{Signal, poll};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(10);

fn automatic(sandbox: &Sandbox) -> Server {
    let launch = ServerLaunch::new(PROGRAM, sandbox).args(["--approval", "auto"]);
    launch.start().unwrap()
}

fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn await_end(pid: u32) {
    let ended = poll(LIMIT, || Ok::<_, ()>((!is_running(pid)).then_some(())));
    assert!(matches!(ended, Ok(Some(()))), "{pid} still runs");
}

/// A shell that starts the server, says its process id and then waits for its
/// own standard input to close.
fn started_by_a_shell(sandbox: &Sandbox, flag: &str, input: &str) -> (std::process::Child, u32) {
    let script = format!(
        "'{PROGRAM}' --port 0 --token t --host-token host-token {flag} <{input} >log 2>&1 & echo $!; read -r line"
    );
    let mut shell = Command::new("sh")
        .args(["-c", &script])
        .current_dir(sandbox.root())
        .env("HOME", sandbox.home())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let output = shell.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
    let log = sandbox.path("log");
    let listening = poll(LIMIT, || {
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        Ok::<_, ()>(log.contains("listening on").then_some(()))
    });
    assert!(matches!(listening, Ok(Some(()))));
    (shell, line.trim().parse().unwrap())
}

#[test]
fn with_its_parent_gone_it_leaves() {
    let sandbox = Sandbox::new().unwrap();
    let (mut shell, server) = started_by_a_shell(&sandbox, "--exit-with-parent", "/dev/null");
    assert!(is_running(server));
    shell.kill().unwrap();
    shell.wait().unwrap();
    await_end(server);
}

#[test]
fn with_its_standard_input_closed_it_leaves() {
    let sandbox = Sandbox::new().unwrap();
    Command::new("mkfifo")
        .arg(sandbox.path("pipe"))
        .status()
        .unwrap();
    // Opened for reading and writing, so that neither side waits for the other.
    let mut writer = std::fs::OpenOptions::new();
    let writer = writer
        .read(true)
        .write(true)
        .open(sandbox.path("pipe"))
        .unwrap();
    let (mut shell, server) = started_by_a_shell(&sandbox, "--exit-on-stdin-close", "pipe");
    thread::sleep(Duration::from_millis(200));
    assert!(is_running(server));
    drop(writer);
    await_end(server);
    drop(shell.stdin.take());
    shell.wait().unwrap();
}

#[test]
fn a_signal_under_load_loses_nothing_that_was_acknowledged() {
    let sandbox = Sandbox::new().unwrap();
    for round in 0..3 {
        let mut server = automatic(&sandbox);
        let writers: Vec<_> = (0..4)
            .map(|writer| write_until_refused(&server, round, writer))
            .collect();
        thread::sleep(Duration::from_millis(150));
        server.process().signal(Signal::Term).unwrap();
        let status = server.process().wait(Duration::from_secs(5)).unwrap();
        assert_eq!(status.and_then(|status| status.code()), Some(0));
        let acknowledged: Vec<String> = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect();
        assert!(!acknowledged.is_empty());
        let config = sandbox.read("ws/opencode.jsonc").unwrap();
        let parsed: Value = serde_json::from_str(&config).unwrap();
        for spec in acknowledged {
            let plugins = parsed["plugin"].as_array().unwrap();
            assert!(plugins.contains(&json!(spec)), "{spec} was lost");
        }
    }
}

fn write_until_refused(
    server: &Server,
    round: usize,
    writer: usize,
) -> thread::JoinHandle<Vec<String>> {
    let (address, path) = (server.address(), server.at_workspace("plugins"));
    thread::spawn(move || {
        let mut acknowledged = Vec::new();
        for n in 0..500 {
            let spec = format!("plugin-{round}-{writer}-{n}");
            let request = Request::new("POST", &path)
                .header(
                    "Authorization",
                    &format!("Bearer {}", openwork_testkit::server::TOKEN),
                )
                .json(&json!({ "spec": spec }));
            match openwork_testkit::http::send(address, &request) {
                Ok(answer) if answer.status == 200 => acknowledged.push(spec),
                _ => break,
            }
        }
        acknowledged
    })
}

#[test]
fn it_survives_running_out_of_file_handles() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = automatic(&sandbox);
    let pid = server.process().id();
    let limited = Command::new("prlimit")
        .args(["--pid", &pid.to_string(), "--nofile=40:40"])
        .status();
    if !limited.is_ok_and(|status| status.success()) {
        eprintln!("skipped: prlimit is not here");
        return;
    }
    let crowd: Vec<_> = (0..80)
        .filter_map(|_| TcpStream::connect(server.address()).ok())
        .collect();
    let before = cpu_ticks(pid);
    thread::sleep(Duration::from_secs(1));
    // A tick is 10 ms: a fifth of the second at the most.
    assert!(cpu_ticks(pid) - before <= 20, "the accept loop spins");
    drop(crowd);
    let relieved = Instant::now();
    let healthy = poll(Duration::from_secs(5), || {
        let answer = server.send(&Request::new("GET", "/health").within(Duration::from_secs(1)));
        Ok::<_, ()>(
            answer
                .is_ok_and(|answer| answer.status == 200)
                .then_some(()),
        )
    });
    assert!(
        matches!(healthy, Ok(Some(()))),
        "not healthy {:?} after relief",
        relieved.elapsed()
    );
}

/// The processor time of a process, in ticks (proc(5)).
fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u64>().unwrap())
        .sum()
}

#[test]
fn mixed_requests_cost_neither_memory_nor_handles() {
    let count: usize = std::env::var("OPENWORK_SOAK")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(600);
    let sandbox = Sandbox::new().unwrap();
    let mut server = automatic(&sandbox);
    let pid = server.process().id();
    soak(&server, count / 4);
    let (memory, handles) = (resident_kib(pid), open_handles(pid));
    soak(&server, count);
    assert!(
        resident_kib(pid) <= memory + (10 << 10),
        "from {memory} to {} KiB",
        resident_kib(pid)
    );
    // The handle of the last connection goes a moment after its answer came.
    let released = poll(LIMIT, || {
        Ok::<_, ()>((open_handles(pid) <= handles).then_some(()))
    });
    assert!(
        matches!(released, Ok(Some(()))),
        "{handles} grew to {}",
        open_handles(pid)
    );
}

fn soak(server: &Server, count: usize) {
    for n in 0..count {
        let request = match n % 6 {
            0 => Request::new("POST", &server.at_workspace("plugins"))
                .json(&json!({ "spec": format!("p{}@{n}", n % 10) })),
            1 => Request::new("GET", &server.at_workspace("config")),
            2 => Request::new("GET", &server.at_workspace("skills")),
            3 => Request::new(
                "DELETE",
                &server.at_workspace(&format!("plugins/p{}", n % 10)),
            ),
            4 => Request::new("GET", &server.at_workspace("audit?limit=5")),
            _ => Request::new("POST", &server.at_workspace("skills"))
                .json(&json!({ "name": "Bad", "content": "x" })),
        };
        let expected = if n % 6 == 5 { 400 } else { 200 };
        assert_eq!(server.as_client(request).unwrap().status, expected);
    }
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn open_handles(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .count()
}

#[test]
fn the_clock_of_a_stop_is_short_even_with_idle_clients() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = automatic(&sandbox);
    let mut idle = TcpStream::connect(server.address()).unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\n").unwrap();
    server.process().signal(Signal::Int).unwrap();
    let status = server.process().wait(Duration::from_secs(5)).unwrap();
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}
