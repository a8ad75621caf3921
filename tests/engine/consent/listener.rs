//! A server on the loopback interface that only takes down what it is sent.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::trap::{Trap, names_in};

/// A client that says nothing more has gone.
const PATIENCE: Duration = Duration::from_secs(20);
/// Refused, and no client tries such an answer again.
const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\
    Content-Length: 26\r\nConnection: close\r\n\r\n{\"error\":{\"message\":\"no\"}}";

/// A listener, for as long as the test runs.
pub(super) struct Listener {
    port: u16,
    seen: Arc<Mutex<Seen>>,
}

/// The names of traps that requests held.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    /// In the first line: somebody was told to come here.
    pub(super) called: BTreeSet<String>,
    /// By the text of a planted file.
    pub(super) texts: BTreeSet<String>,
    /// By the value of a planted variable.
    pub(super) values: BTreeSet<String>,
}

impl Listener {
    pub(super) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &seen));
            }
        });
        Ok(Self { port, seen })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What was seen until now.
    pub(super) fn seen(&self) -> Seen {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Seen {
    fn note_request(&mut self, request: &str) {
        let first = request.lines().next().unwrap_or_default();
        self.called.extend(names_in(first, "/"));
        self.note(request);
    }

    /// Takes down what a text holds.
    pub(super) fn note(&mut self, text: &str) {
        self.texts.extend(names_in(text, Trap::TEXT));
        self.values.extend(names_in(text, Trap::VALUE));
    }
}

fn serve(mut stream: TcpStream, seen: &Mutex<Seen>) {
    // A client that breaks off has still said something.
    let mut request = Vec::new();
    let _broken_off = read(&mut stream, &mut request);
    let text = String::from_utf8_lossy(&request);
    seen.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .note_request(&text);
    let _gone = stream.write_all(ANSWER);
}

fn read(stream: &mut TcpStream, request: &mut Vec<u8>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = stream.read(&mut buffer)?;
        request.extend(buffer.iter().take(count));
        if count == 0 || is_whole(request) {
            return Ok(());
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(head) = request.windows(4).position(|end| end == b"\r\n\r\n") else {
        return false;
    };
    let fields = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let field = |name: &str| Some(fields.split_once(name)?.1.lines().next()?.trim().to_owned());
    match field("\r\ncontent-length:").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => request.len() >= head + 4 + length,
        None if field("\r\ntransfer-encoding:").is_some() => request.ends_with(b"\r\n0\r\n\r\n"),
        None => true,
    }
}
