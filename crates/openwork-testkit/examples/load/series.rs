//! What grows, and what that costs.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{HOST_TOKEN, Server, ServerLaunch, TOKEN};

use crate::client::{Client, micros};
use crate::request;

/// How a cost grows with a number of things.
pub(crate) struct Series {
    /// What there is more and more of.
    pub(crate) name: &'static str,
    /// What is measured.
    pub(crate) figure: &'static str,
    /// How many, and the cost in µs (or in kB).
    pub(crate) points: Vec<(usize, f64)>,
    /// The same of the original server, as it was measured once elsewhere.
    pub(crate) seed: &'static [(usize, f64)],
}

/// Measures all series.
pub(crate) fn all(program: &Path) -> io::Result<Vec<Series>> {
    Ok(vec![
        Series {
            name: "skills",
            figure: "list, µs",
            points: each(program, &[10, 100, 1_000, 5_000], "skills", skills)?,
            seed: &[(30, 2_900.0), (1_000, 97_000.0), (5_000, 455_000.0)],
        },
        Series {
            name: "commands",
            figure: "list, µs",
            points: each(program, &[10, 50, 200, 1_000], "commands", commands)?,
            seed: &[(50, 3_100.0)],
        },
        Series {
            name: "MCP entries",
            figure: "list, µs",
            points: each(program, &[5, 20, 100, 1_000], "mcp", entries)?,
            seed: &[(20, 1_126.0)],
        },
        Series {
            name: "audit lines",
            figure: "newest 50, µs",
            points: each(program, &[1_000, 10_000, 100_000], "audit?limit=50", lines)?,
            seed: &[(1_000, 293.0), (100_000, 12_000.0), (1_000_000, 245_000.0)],
        },
        Series {
            name: "pending approvals",
            figure: "list, µs",
            points: pending(program, &[1, 10, 100, 1_000])?,
            seed: &[(1_000, 590.0)],
        },
        Series {
            name: "watchers",
            figure: "health, µs",
            points: watchers(program, &[1, 4, 16])?,
            seed: &[],
        },
        Series {
            name: "idle connections",
            figure: "resident memory, kB",
            points: idle(program, &[1, 10, 100, 500])?,
            seed: &[(1_000, 46_080.0)],
        },
    ])
}

/// The median of one read, on workspaces of growing size.
fn each(
    program: &Path,
    sizes: &[usize],
    rest: &str,
    lay_out: fn(&Sandbox, usize) -> io::Result<()>,
) -> io::Result<Vec<(usize, f64)>> {
    let measure = |&size: &usize| {
        let sandbox = Sandbox::new()?;
        lay_out(&sandbox, size)?;
        let server = ServerLaunch::new(program, &sandbox).quiet().start()?;
        // What was written just now is read anew each time.
        sleep(Duration::from_millis(100));
        let request = get(&server.at_workspace(rest));
        Ok((
            size,
            micros(Client::connect(server.address())?.median(&request)?),
        ))
    };
    sizes.iter().map(measure).collect()
}

fn skills(sandbox: &Sandbox, count: usize) -> io::Result<()> {
    (0..count).try_for_each(|n| {
        let text = format!("---\nname: skill-{n}\ndescription: Number {n}.\n---\n\nText.\n");
        sandbox.write(&format!("ws/.opencode/skills/skill-{n}/SKILL.md"), text)
    })
}

fn commands(sandbox: &Sandbox, count: usize) -> io::Result<()> {
    (0..count).try_for_each(|n| {
        let text = format!("---\ndescription: Number {n}.\n---\n\nDo it.\n");
        sandbox.write(&format!("ws/.opencode/commands/command-{n}.md"), text)
    })
}

fn entries(sandbox: &Sandbox, count: usize) -> io::Result<()> {
    let entry = |n| format!("\"entry-{n}\": {{ \"type\": \"local\", \"command\": [\"run\"] }}");
    let entries: Vec<String> = (0..count).map(entry).collect();
    let text = format!("{{ \"mcp\": {{ {} }} }}\n", entries.join(",\n"));
    sandbox.write("ws/opencode.jsonc", text)
}

fn lines(sandbox: &Sandbox, count: usize) -> io::Result<()> {
    let mut text = String::new();
    for n in 0..count {
        let _ = writeln!(
            text,
            "{{\"id\":\"{n:08x}-0000-4000-8000-000000000000\",\"workspaceId\":\"ws\",\"actor\":{{\"type\":\"remote\"}},\"action\":\"plugins.add\",\"target\":\"opencode.json\",\"summary\":\"Added {n}\",\"timestamp\":{n}}}"
        );
    }
    sandbox.write("ws/.opencode/openwork/audit.jsonl", text)
}

/// The median of the list of approvals, with more and more waiting.
fn pending(program: &Path, sizes: &[usize]) -> io::Result<Vec<(usize, f64)>> {
    let sandbox = Sandbox::new()?;
    let server = ServerLaunch::new(program, &sandbox)
        .quiet()
        .args(["--approval", "manual", "--approval-timeout", "600000"])
        .env("OPENWORK_APPROVAL_MAX_PENDING", "2000")
        .env("OPENWORK_APPROVAL_MAX_PENDING_PER_CLIENT", "2000")
        .start()?;
    let mut host = Client::connect(server.address())?;
    let (mut waiting, mut points) = (Vec::new(), Vec::new());
    for &size in sizes {
        while waiting.len() < size {
            let mut client = Client::connect(server.address())?;
            client.send(&add_plugin(&server, waiting.len()))?;
            waiting.push(client);
        }
        until(|| listed(&mut host).map(|count| count >= size))?;
        points.push((size, micros(host.median(&approvals())?)));
    }
    Ok(points)
}

fn add_plugin(server: &Server, number: usize) -> Vec<u8> {
    let body = format!("{{\"spec\":\"plugin-{number}\"}}");
    request(server, "POST", "plugins", &body)
}

fn listed(host: &mut Client) -> io::Result<usize> {
    let list: serde_json::Value = serde_json::from_slice(&host.ask(&approvals())?)?;
    let items = list.get("items").and_then(serde_json::Value::as_array);
    Ok(items.map_or(0, Vec::len))
}

/// The median of `GET /health`, with more and more that follow the approvals.
fn watchers(program: &Path, sizes: &[usize]) -> io::Result<Vec<(usize, f64)>> {
    let sandbox = Sandbox::new()?;
    let server = ServerLaunch::new(program, &sandbox).quiet().start()?;
    let follow = host_get("/approvals/events");
    let (mut following, mut points) = (Vec::new(), Vec::new());
    for &size in sizes {
        while following.len() < size {
            let mut client = Client::connect(server.address())?;
            client.send(&follow)?;
            following.push(client);
        }
        sleep(Duration::from_millis(50));
        points.push((size, health(&server)?));
    }
    Ok(points)
}

fn health(server: &Server) -> io::Result<f64> {
    let mut client = Client::connect(server.address())?;
    Ok(micros(client.median(&get("/health"))?))
}

/// The server's resident memory, with more and more connections that were
/// used once.
fn idle(program: &Path, sizes: &[usize]) -> io::Result<Vec<(usize, f64)>> {
    let sandbox = Sandbox::new()?;
    let mut server = ServerLaunch::new(program, &sandbox).quiet().start()?;
    let (mut open, mut points) = (Vec::new(), Vec::new());
    for &size in sizes {
        while open.len() < size {
            let mut client = Client::connect(server.address())?;
            client.ask(&get("/health"))?;
            open.push(client);
        }
        sleep(Duration::from_millis(100));
        points.push((size, resident(server.process().id())?));
    }
    Ok(points)
}

fn resident(id: u32) -> io::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| io::Error::other("the system does not tell how much memory is resident"))
}

fn until(mut reached: impl FnMut() -> io::Result<bool>) -> io::Result<()> {
    for _ in 0..1_000 {
        if reached()? {
            return Ok(());
        }
        sleep(Duration::from_millis(10));
    }
    Err(io::ErrorKind::TimedOut.into())
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n")
        .into_bytes()
}

fn host_get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-OpenWork-Host-Token: {HOST_TOKEN}\r\n\r\n")
        .into_bytes()
}

fn approvals() -> Vec<u8> {
    host_get("/approvals")
}
