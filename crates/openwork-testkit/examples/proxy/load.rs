//! Asking again and again, alone or with others.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

#[path = "../load/client.rs"]
mod client;

use client::{Client, micros};

/// How long the clients of one round ask together.
const TOGETHER: Duration = Duration::from_secs(1);

/// Something that is asked for its answer.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    address: SocketAddr,
    request: Vec<u8>,
}

impl Target {
    pub(crate) fn new(name: &'static str, address: SocketAddr, path: &str) -> Self {
        let request = request(path).into_bytes();
        Self {
            name,
            address,
            request,
        }
    }

    /// What an answer takes for one client, in µs.
    pub(crate) fn time(&self) -> io::Result<f64> {
        let mut client = Client::connect(self.address)?;
        Ok(micros(client.median(&self.request)?))
    }

    /// How many answers in a second so many clients get together.
    pub(crate) fn rate(&self, clients: usize) -> io::Result<f64> {
        let ask = || -> io::Result<u32> {
            let mut client = Client::connect(self.address)?;
            let end = Instant::now() + TOGETHER;
            let mut answers = 0;
            while Instant::now() < end {
                client.ask(&self.request)?;
                answers += 1;
            }
            Ok(answers)
        };
        let counts: io::Result<Vec<u32>> = thread::scope(|scope| {
            let asking: Vec<_> = (0..clients).map(|_| scope.spawn(ask)).collect();
            let ended = asking.into_iter().map(ScopedJoinHandle::join);
            ended
                .map(|count| count.map_err(|_| io::Error::other("a client failed"))?)
                .collect()
        });
        Ok(counts?.iter().copied().map(f64::from).sum::<f64>() / TOGETHER.as_secs_f64())
    }
}

/// Asks for something, and leaves the answer for the caller to read.
pub(crate) fn open(address: SocketAddr, path: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    // Without this the large answer would not end.
    let request = request(path).replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

/// Reads to the end of the first event.
pub(crate) fn read_event(stream: &mut TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let found = lines.find(|line| line.as_ref().map_or(true, |line| line.starts_with("data:")));
    found.map_or(Err(io::ErrorKind::UnexpectedEof.into()), |line| {
        line.map(drop)
    })
}

/// The middle one of some figures.
pub(crate) fn median_of(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

fn request(path: &str) -> String {
    let bearer = crate::bearer();
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}\r\n\r\n")
}
