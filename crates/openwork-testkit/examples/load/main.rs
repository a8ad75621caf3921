//! What the server's writes cost, and how all costs grow: two tables, and a
//! picture of the second.
//!
//! `just bench-server` builds the server and measures it; by hand:
//!
//! ```text
//! cargo run --release -p openwork-testkit --example load -- target/release/openwork-server docs/img/growth.svg
//! ```
//!
//! One connection asks again and again; each figure is a median. The figures
//! of the original server come from another machine and are there for the slope.

#![allow(clippy::disallowed_methods, reason = "a bench lays out its own files")]
#![allow(clippy::print_stdout, reason = "the table is the output")]

use std::path::Path;
use std::{env, fs, io};

use openwork_testkit::server::{Server, TOKEN};

mod chart;
mod client;
mod series;
mod writes;

use client::micros;
use series::Series;
use writes::Written;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [program, picture @ ..] = arguments.as_slice() else {
        return Err(io::Error::other("usage: load SERVER [PICTURE.svg]"));
    };
    let program = fs::canonicalize(program)?;
    println!(
        "{:<18} {:>12} {:>12} {:>8} {:>16}",
        "durable write", "bare, µs", "here, µs", "ratio", "16 clients, 1/s"
    );
    writes::all(&program)?.iter().for_each(show_written);
    let series = series::all(&program)?;
    println!(
        "\n{:<18} {:<20} {:>9} {:>12} {:>12}",
        "of", "figure", "count", "here", "seed"
    );
    series.iter().for_each(show);
    match picture.first() {
        Some(path) => save(Path::new(path), &chart::draw(&series)),
        None => Ok(()),
    }
}

fn show_written(written: &Written) {
    let (bare, alone) = (micros(written.bare), micros(written.alone));
    println!(
        "{:<18} {bare:>12.0} {alone:>12.0} {:>8.2} {:>16.0}",
        written.name,
        alone / bare,
        written.together
    );
}

fn show(series: &Series) {
    let mut counts: Vec<usize> = series
        .points
        .iter()
        .chain(series.seed)
        .map(|(count, _)| *count)
        .collect();
    counts.sort_unstable();
    counts.dedup();
    for count in counts {
        let here = figure(&series.points, count);
        let seed = figure(series.seed, count);
        println!(
            "{:<18} {:<20} {count:>9} {here:>12} {seed:>12}",
            series.name, series.figure
        );
    }
}

fn figure(points: &[(usize, f64)], count: usize) -> String {
    let found = points.iter().find(|(there, _)| *there == count);
    found.map_or_else(String::new, |(_, cost)| format!("{cost:.0}"))
}

fn save(path: &Path, svg: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, svg)
}

/// A request to the workspace as its client.
pub(crate) fn request(server: &Server, method: &str, rest: &str, body: &str) -> Vec<u8> {
    let path = server.at_workspace(rest);
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
