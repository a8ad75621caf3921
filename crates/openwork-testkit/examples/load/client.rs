//! One kept connection, and the figures of asking over it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection that is asked again and again.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects.
    pub(crate) fn connect(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends a request and leaves what comes back for later.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(request)
    }

    /// Sends a request and reads its answer; anything but 200 is an error.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        self.send(request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let is_ok = line.starts_with("HTTP/1.1 200 ");
        let status = line.trim_end().to_owned();
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        is_ok
            .then_some(body)
            .ok_or_else(|| io::Error::other(status))
    }

    /// The median time of an answer, from at most 300 of them or half a second.
    pub(crate) fn median(&mut self, request: &[u8]) -> io::Result<Duration> {
        self.ask(request)?;
        let begun = Instant::now();
        let mut times = Vec::new();
        while times.len() < 300 && (times.len() < 5 || begun.elapsed() < Duration::from_millis(500))
        {
            let asked = Instant::now();
            self.ask(request)?;
            times.push(asked.elapsed());
        }
        Ok(median(times))
    }
}

/// The middle one of some times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A time in µs.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
