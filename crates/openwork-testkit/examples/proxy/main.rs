//! What asking the engine through the server costs, beside a proxy that does
//! nothing but pass on.
//!
//! `just bench-proxy` builds the server and measures it; by hand:
//!
//! ```text
//! cargo run --release -p openwork-testkit --example proxy -- target/release/openwork-server
//! ```
//!
//! Engine, bare proxy and server are processes of their own. The three are
//! asked in turn, round by round, and each figure is the median of the rounds.

#![allow(
    clippy::disallowed_methods,
    reason = "a bench starts its own processes"
)]
#![allow(clippy::print_stdout, reason = "the table is the output")]

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::time::Duration;
use std::{env, fs};

use openwork_testkit::process::{Launch, Process};
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch, TOKEN, listening};

mod bare;
mod engine;
mod load;

use load::{Target, median_of};

/// How often the three are asked in turn.
const ROUNDS: usize = 7;

/// How many streams of events are opened.
const STREAMS: u32 = 500;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["engine"] => engine::serve(),
        ["bare", engine] => bare::serve(engine.parse().map_err(io::Error::other)?),
        [program] => measure(program),
        _ => Err(io::Error::other("usage: proxy SERVER")),
    }
}

fn measure(program: &str) -> io::Result<()> {
    let program = fs::canonicalize(program)?;
    let sandbox = Sandbox::new()?;
    let (_engine, engine) = helper(&sandbox, &["engine"])?;
    let (_bare, bare) = helper(&sandbox, &["bare", &engine.to_string()])?;
    let mut server = ServerLaunch::new(&program, &sandbox)
        .quiet()
        .args(["--opencode-base-url", &format!("http://{engine}")])
        .start()?;
    let through = |rest: &str| server.at_workspace(&format!("opencode{rest}"));
    let targets = [
        Target::new("engine", engine, "/permission"),
        Target::new("bare proxy", bare, "/permission"),
        Target::new("server", server.address(), &through("/permission")),
    ];
    show_answers(&targets)?;
    let (large, events) = (through("/find?pattern=x"), through("/event"));
    show_stream(&mut server, &large)?;
    show_events(&mut server, &events)
}

/// This program in another role, and where it listens.
fn helper(sandbox: &Sandbox, arguments: &[&str]) -> io::Result<(Process, SocketAddr)> {
    let mut process = Launch::new(env::current_exe()?, sandbox.root())
        .args(arguments)
        .start()?;
    let address = listening(&mut process, Duration::from_secs(10))?;
    Ok((process, address))
}

fn show_answers(targets: &[Target; 3]) -> io::Result<()> {
    let mut times = [const { Vec::new() }; 3];
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (target, (times, rates)) in targets.iter().zip(times.iter_mut().zip(&mut rates)) {
            times.push(target.time()?);
            rates.push(target.rate(16)?);
        }
    }
    let (times, rates) = (times.map(median_of), rates.map(median_of));
    println!(
        "{:<12} {:>12} {:>14}",
        "asked", "alone, µs", "16 clients, 1/s"
    );
    for ((target, time), rate) in targets.iter().zip(times).zip(rates) {
        println!("{:<12} {time:>12.0} {rate:>14.0}", target.name);
    }
    let [direct, _, through] = times;
    let [_, bare, server] = rates;
    println!("added to an answer: {:.0} µs", through - direct);
    println!("of the bare proxy's rate: {:.0} %", 100.0 * server / bare);
    Ok(())
}

fn show_stream(server: &mut Server, path: &str) -> io::Result<()> {
    let before = memory(server, "VmHWM")?;
    let begun = std::time::Instant::now();
    let mut answer = load::open(server.address(), path)?;
    let mut scratch = vec![0; 1 << 16];
    let mut taken = 0_u64;
    loop {
        match answer.read(&mut scratch)? {
            0 => break,
            read => taken += read as u64,
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let grown = memory(server, "VmHWM")?.saturating_sub(before);
    println!(
        "{} MB passed in {seconds:.1} s, with {grown} kB more of memory at most",
        taken >> 20
    );
    Ok(())
}

fn show_events(server: &mut Server, path: &str) -> io::Result<()> {
    let before = memory(server, "VmRSS")?;
    let mut streams = Vec::new();
    for _ in 0..STREAMS {
        let mut stream = load::open(server.address(), path)?;
        load::read_event(&mut stream)?;
        streams.push(stream);
    }
    let grown = memory(server, "VmRSS")?.saturating_sub(before);
    println!(
        "{STREAMS} streams of events: {} kB each",
        grown / u64::from(STREAMS)
    );
    Ok(())
}

/// A figure of the server's memory, in kB.
fn memory(server: &mut Server, figure: &str) -> io::Result<u64> {
    let id = server.process().id();
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'));
    let line = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let line = line.ok_or_else(|| io::Error::other("the system does not say"))?;
    line.parse().map_err(io::Error::other)
}

/// The token that all requests carry; engine and bare proxy do not look at it.
fn bearer() -> String {
    format!("Authorization: Bearer {TOKEN}")
}
