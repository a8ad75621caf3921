//! What durable writes cost, beside the least that the disk asks for them.
//!
//! The bare sequence is a temporary file, its sync, its renaming and the sync
//! of its directory. It and the server's answers are measured in turn, so that
//! a disk that is slow for a while is so for both.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};

use crate::chart::as_f64;
use crate::client::{Client, median};
use crate::request;

/// How many answers of one client are timed.
const TIMED: usize = 200;
/// How many clients write at once, and for how long.
const CLIENTS: usize = 16;
const SPELL: Duration = Duration::from_millis(1_500);

/// What one kind of write costs.
pub(crate) struct Written {
    /// Its name.
    pub(crate) name: &'static str,
    /// The median of the bare sequence.
    pub(crate) bare: Duration,
    /// The median answer to one client.
    pub(crate) alone: Duration,
    /// Answers in a second to sixteen clients.
    pub(crate) together: f64,
}

/// A kind of write: the request of a client's turn, and its bare sequence.
struct Kind {
    name: &'static str,
    request: fn(&Server, usize, usize) -> Vec<u8>,
    bare: fn(&Path, usize) -> io::Result<()>,
}

/// Measures all kinds of writes.
pub(crate) fn all(program: &Path) -> io::Result<Vec<Written>> {
    let kinds = [
        Kind {
            name: "setting of 3 KB",
            request: patch,
            bare: replaced,
        },
        Kind {
            name: "plugin in 3 KB",
            request: plugin,
            bare: replaced,
        },
        Kind {
            name: "new skill",
            request: skill,
            bare: added,
        },
    ];
    kinds.iter().map(|kind| measure(program, kind)).collect()
}

fn measure(program: &Path, kind: &Kind) -> io::Result<Written> {
    let sandbox = Sandbox::new()?;
    sandbox.write("ws/opencode.jsonc", configuration())?;
    let place = sandbox.path("bare");
    fs::create_dir(&place)?;
    let server = ServerLaunch::new(program, &sandbox)
        .quiet()
        .args(["--approval", "auto"])
        .start()?;
    let mut client = Client::connect(server.address())?;
    let (mut bare, mut alone) = (Vec::new(), Vec::new());
    for turn in 0..TIMED {
        bare.push(timed(|| (kind.bare)(&place, turn))?);
        let request = (kind.request)(&server, CLIENTS, turn);
        alone.push(timed(|| client.ask(&request).map(drop))?);
    }
    Ok(Written {
        name: kind.name,
        bare: median(bare),
        alone: median(alone),
        together: together(&server, kind)?,
    })
}

fn together(server: &Server, kind: &Kind) -> io::Result<f64> {
    let begun = Instant::now();
    let write = |number| -> io::Result<usize> {
        let mut client = Client::connect(server.address())?;
        let mut turns = 0;
        while begun.elapsed() < SPELL {
            client.ask(&(kind.request)(server, number, turns))?;
            turns += 1;
        }
        Ok(turns)
    };
    let answers: io::Result<usize> = thread::scope(|scope| {
        let clients = (0..CLIENTS).map(|number| scope.spawn(move || write(number)));
        let clients: Vec<_> = clients.collect();
        let ended = clients.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .map(|turns| turns.unwrap_or_else(|_| Err(io::ErrorKind::Other.into())))
            .sum()
    });
    Ok(as_f64(answers?) / begun.elapsed().as_secs_f64())
}

fn patch(server: &Server, client: usize, turn: usize) -> Vec<u8> {
    let body = format!("{{\"opencode\":{{\"model\":\"bench/model-{client}-{turn}\"}}}}");
    request(server, "PATCH", "config", &body)
}

/// Adds the client's plugin and takes it away again in turn.
fn plugin(server: &Server, client: usize, turn: usize) -> Vec<u8> {
    let name = format!("plugin-{client}");
    if turn.is_multiple_of(2) {
        request(
            server,
            "POST",
            "plugins",
            &format!("{{\"spec\":\"{name}\"}}"),
        )
    } else {
        request(server, "DELETE", &format!("plugins/{name}"), "")
    }
}

fn skill(server: &Server, client: usize, turn: usize) -> Vec<u8> {
    let content = "Do what is asked.\\n".repeat(100);
    let body = format!(
        "{{\"name\":\"skill-{client}-{turn}\",\"description\":\"Number {turn}\",\"content\":\"{content}\"}}"
    );
    request(server, "POST", "skills", &body)
}

/// A configuration as people have it, of some 3 KB.
fn configuration() -> String {
    let agent = |n| {
        format!(
            "    \"agent-{n}\": {{ \"description\": \"Looks after part {n}\", \"mode\": \"subagent\" }}, // of the team\n"
        )
    };
    let agents: String = (0..34).map(agent).collect();
    format!(
        "{{\n  \"model\": \"a/b\", // the default\n  \"plugin\": [\"one\", \"two\"],\n  \"agent\": {{\n{agents}  }}\n}}\n"
    )
}

/// Replaces one file.
fn replaced(place: &Path, _turn: usize) -> io::Result<()> {
    write_in(place, "opencode.jsonc")?;
    File::open(place)?.sync_all()
}

/// Makes a directory with a file.
fn added(place: &Path, turn: usize) -> io::Result<()> {
    let directory = place.join(format!("skill-{turn}"));
    fs::create_dir(&directory)?;
    write_in(&directory, "SKILL.md")?;
    File::open(&directory)?.sync_all()?;
    File::open(place)?.sync_all()
}

fn write_in(directory: &Path, name: &str) -> io::Result<()> {
    let temporary = directory.join("temporary");
    let mut file = File::create_new(&temporary)?;
    file.write_all(&[b'x'; 3_000])?;
    file.sync_all()?;
    fs::rename(temporary, directory.join(name))
}

fn timed(act: impl FnOnce() -> io::Result<()>) -> io::Result<Duration> {
    let begun = Instant::now();
    act()?;
    Ok(begun.elapsed())
}
