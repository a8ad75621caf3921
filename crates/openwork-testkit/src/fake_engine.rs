//! An engine that answers as a test wants it to, and keeps what it was asked.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// The most of a body that is kept, in bytes; the rest is only counted.
const KEPT: usize = 1 << 20;

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// The method and the target, as `GET /config?directory=x`.
    pub line: String,
    /// The header fields in their order, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body, at most 1 MiB.
    pub body: Vec<u8>,
    /// How many bytes of the body came.
    pub length: usize,
    /// Whether the body came to its end.
    pub is_whole: bool,
}

impl SeenRequest {
    /// Returns the value of a header field; of several, the first.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether the line begins with this.
    pub fn is(&self, line: &str) -> bool {
        self.line.starts_with(line)
    }
}

type Handler = dyn Fn(&SeenRequest, &mut TcpStream) -> io::Result<()> + Send + Sync;

/// A running engine; killed when dropped.
pub struct FakeEngine {
    address: SocketAddr,
    state: Arc<EngineState>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

struct EngineState {
    handler: Box<Handler>,
    seen: Mutex<Vec<SeenRequest>>,
    streams: Mutex<Vec<TcpStream>>,
    connections: AtomicUsize,
    killed: AtomicBool,
}

impl FakeEngine {
    /// Starts an engine whose answers are written by `handler`, one for each request. A
    /// connection ends when that fails.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub fn start(
        handler: impl Fn(&SeenRequest, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(EngineState {
            handler: Box::new(handler),
            seen: Mutex::default(),
            streams: Mutex::default(),
            connections: AtomicUsize::new(0),
            killed: AtomicBool::new(false),
        });
        let serving = Arc::clone(&state);
        let accepting = thread::spawn(move || {
            serving.accept(&listener);
        });
        Ok(Self {
            address,
            state,
            accepting: Mutex::new(Some(accepting)),
        })
    }

    /// Returns the URL that it is reached under.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns all requests that have come so far.
    pub fn seen(&self) -> Vec<SeenRequest> {
        lock(&self.state.seen).clone()
    }

    /// Returns the lines of all requests that have come so far.
    pub fn lines(&self) -> Vec<String> {
        let seen = self.seen().into_iter();
        seen.map(|request| request.line).collect()
    }

    /// Returns how many connections are open.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Ends all connections, and takes no more, as if the program had been killed.
    pub fn kill(&self) {
        if self.state.killed.swap(true, Ordering::SeqCst) {
            return;
        }
        for stream in lock(&self.state.streams).drain(..) {
            let _already_closed = stream.shutdown(Shutdown::Both);
        }
        // Wakes the thread that accepts, which ends then.
        let _nobody_listens = TcpStream::connect(self.address);
        // Until then the system would take connections for it.
        if let Some(accepting) = lock(&self.accepting).take() {
            let _panicked = accepting.join();
        }
    }
}

impl Drop for FakeEngine {
    fn drop(&mut self) {
        self.kill();
    }
}

impl EngineState {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.killed.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            if let Ok(kept) = stream.try_clone() {
                lock(&self.streams).push(kept);
            }
            let state = Arc::clone(self);
            thread::spawn(move || {
                state.connections.fetch_add(1, Ordering::SeqCst);
                let _ended = state.serve(&stream);
                let _already_closed = stream.shutdown(Shutdown::Both);
                state.connections.fetch_sub(1, Ordering::SeqCst);
            });
        }
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream.try_clone()?;
        while let Some(request) = request(&mut reader)? {
            lock(&self.seen).push(request.clone());
            if !request.is_whole {
                return Ok(());
            }
            (self.handler)(&request, &mut writer)?;
        }
        Ok(())
    }
}

/// Writes an answer in JSON.
///
/// # Errors
///
/// If the peer has gone.
pub fn answer(stream: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// Writes the head of a stream of events.
///
/// # Errors
///
/// If the peer has gone.
pub fn begin_events(stream: &mut TcpStream) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
}

/// Writes one chunk of a stream.
///
/// # Errors
///
/// If the peer has gone.
pub fn chunk(stream: &mut TcpStream, data: &[u8]) -> io::Result<()> {
    let mut whole = format!("{:x}\r\n", data.len()).into_bytes();
    whole.extend_from_slice(data);
    whole.extend_from_slice(b"\r\n");
    stream.write_all(&whole)
}

/// Waits until the peer has closed the connection.
///
/// # Errors
///
/// If it was closed by a reset.
pub fn until_gone(stream: &mut TcpStream) -> io::Result<()> {
    let mut scratch = [0; 1024];
    while stream.read(&mut scratch)? > 0 {}
    Ok(())
}

fn request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<SeenRequest>> {
    let first = line(reader)?;
    let Some((line_, _version)) = first.rsplit_once(' ') else {
        return Ok(None);
    };
    let mut seen = SeenRequest {
        line: line_.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        length: 0,
        is_whole: true,
    };
    loop {
        let field = line(reader)?;
        let Some((name, value)) = field.split_once(':') else {
            break;
        };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        seen.headers.push((name, value));
    }
    seen.is_whole = read_body(reader, &mut seen).is_ok();
    Ok(Some(seen))
}

fn read_body(reader: &mut BufReader<TcpStream>, seen: &mut SeenRequest) -> io::Result<()> {
    if seen.header("transfer-encoding") == Some("chunked") {
        loop {
            let digits = line(reader)?;
            let size = usize::from_str_radix(&digits, 16).map_err(io::Error::other)?;
            read_part(reader, seen, size)?;
            line(reader)?;
            if size == 0 {
                return Ok(());
            }
        }
    }
    let length = seen.header("content-length").unwrap_or("0").parse();
    read_part(reader, seen, length.map_err(io::Error::other)?)
}

fn read_part(
    reader: &mut BufReader<TcpStream>,
    seen: &mut SeenRequest,
    mut left: usize,
) -> io::Result<()> {
    let mut scratch = vec![0; 64 << 10];
    while left > 0 {
        let most = left.min(scratch.len());
        let read = reader.read(&mut scratch[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let room = KEPT.saturating_sub(seen.body.len()).min(read);
        seen.body.extend_from_slice(&scratch[..room]);
        seen.length += read;
        left -= read;
    }
    Ok(())
}

fn line(reader: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
