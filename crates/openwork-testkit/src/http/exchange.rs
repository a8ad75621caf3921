//! Sending a request and reading its answer.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::{Answer, Body, Request, generated};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The connection failed or took too long.
    #[error("no answer: {0}")]
    Io(#[from] io::Error),
    /// What came back is no HTTP/1.1 answer.
    #[error("no HTTP answer: {0}")]
    Malformed(&'static str),
}

/// Sends one request on a new connection and reads the whole answer.
pub fn send(server: SocketAddr, request: &Request) -> Result<Answer, ExchangeError> {
    let end = Instant::now() + request.limit;
    let mut stream = TcpStream::connect_timeout(&server, request.limit)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(request.limit))?;
    let head = request.head(&server.to_string());
    // A server that refuses early may close while this side still sends; its answer counts.
    let _refused_early = write(&mut stream, &head, &request.body, end);
    Reader {
        stream,
        end,
        bytes: Vec::new(),
    }
    .answer(&request.method)
}

fn write(stream: &mut TcpStream, head: &[u8], body: &Body, end: Instant) -> io::Result<()> {
    match body {
        Body::Empty => stream.write_all(head),
        Body::Bytes(bytes) => stream.write_all(&[head, bytes].concat()),
        Body::Generated { size, chunked } => {
            stream.write_all(head)?;
            generated::send(stream, *size, *chunked, end)
        }
    }
}

struct Reader {
    stream: TcpStream,
    end: Instant,
    bytes: Vec<u8>,
}

impl Reader {
    fn answer(mut self, method: &str) -> Result<Answer, ExchangeError> {
        let mut answer = self.head()?;
        while answer.status / 100 == 1 {
            answer = self.head()?;
        }
        if method != "HEAD" && !matches!(answer.status, 204 | 304) {
            answer.body = self.body(&answer)?;
        }
        Ok(answer)
    }

    fn head(&mut self) -> Result<Answer, ExchangeError> {
        let head = self.take_until(b"\r\n\r\n")?;
        let head = String::from_utf8(head).map_err(|_| ExchangeError::Malformed("its head"))?;
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(status_of)
            .ok_or(ExchangeError::Malformed("its status line"))?;
        let headers = lines
            .map(|line| {
                line.split_once(':')
                    .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            })
            .collect::<Option<_>>()
            .ok_or(ExchangeError::Malformed("a header field"))?;
        Ok(Answer {
            status,
            headers,
            body: Vec::new(),
        })
    }

    fn body(&mut self, answer: &Answer) -> Result<Vec<u8>, ExchangeError> {
        if answer
            .header("Transfer-Encoding")
            .is_some_and(|coding| coding.ends_with("chunked"))
        {
            return self.chunks();
        }
        match answer.header("Content-Length") {
            Some(length) => self.take(
                length
                    .parse()
                    .map_err(|_| ExchangeError::Malformed("its length"))?,
            ),
            None => self.rest(),
        }
    }

    fn chunks(&mut self) -> Result<Vec<u8>, ExchangeError> {
        let mut body = Vec::new();
        loop {
            let line = self.take_until(b"\r\n")?;
            let size = std::str::from_utf8(&line)
                .ok()
                .and_then(|line| line.split(';').next())
                .and_then(|digits| usize::from_str_radix(digits.trim(), 16).ok())
                .ok_or(ExchangeError::Malformed("a chunk size"))?;
            body.extend(self.take(size)?);
            self.take_until(b"\r\n")?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn take_until(&mut self, mark: &[u8]) -> Result<Vec<u8>, ExchangeError> {
        loop {
            if let Some(at) = self
                .bytes
                .windows(mark.len())
                .position(|window| window == mark)
            {
                let taken = self.take(at)?;
                self.take(mark.len())?;
                return Ok(taken);
            }
            self.more()?;
        }
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>, ExchangeError> {
        while self.bytes.len() < count {
            self.more()?;
        }
        let rest = self.bytes.split_off(count);
        Ok(std::mem::replace(&mut self.bytes, rest))
    }

    fn rest(&mut self) -> Result<Vec<u8>, ExchangeError> {
        loop {
            match self.more() {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Ok(std::mem::take(&mut self.bytes));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let left = self.end.saturating_duration_since(Instant::now());
        self.stream
            .set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.bytes.extend(buffer.iter().take(count));
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Err(ErrorKind::TimedOut.into()),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn status_of(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/1.1 ")?;
    rest.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one connection with fixed bytes and hands back what the client sent.
    fn exchange(
        reply: &'static [u8],
        request: &Request,
    ) -> (Result<Answer, ExchangeError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = vec![0; 4096];
            let count = stream.read(&mut seen).unwrap();
            stream.write_all(reply).unwrap();
            String::from_utf8_lossy(&seen[..count]).into_owned()
        });
        let answer = send(address, request);
        (answer, server.join().unwrap())
    }

    #[test]
    fn content_ends_where_its_length_says() {
        let reply = b"HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nContent-Length: 2\r\n\r\nhi there";
        let (answer, sent) = exchange(reply, &Request::new("GET", "/x?y=%20"));
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (200, "hi"));
        assert_eq!(answer.header("a").as_deref(), Some("1, 2"));
        assert!(sent.starts_with("GET /x?y=%20 HTTP/1.1\r\nHost: 127.0.0.1:"));
    }

    #[test]
    fn chunks_are_joined() {
        let reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
        assert_eq!(
            exchange(reply, &Request::new("GET", "/")).0.unwrap().text(),
            "abcde"
        );
    }

    #[test]
    fn content_without_a_length_ends_with_the_connection() {
        let reply = b"HTTP/1.1 404 Not Found\r\n\r\ngone";
        assert_eq!(
            exchange(reply, &Request::new("GET", "/"))
                .0
                .unwrap()
                .summary(),
            "404 gone"
        );
    }

    #[test]
    fn a_cut_answer_is_no_answer() {
        let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi";
        assert!(exchange(reply, &Request::new("GET", "/")).0.is_err());
    }

    #[test]
    fn silence_ends_at_the_limit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let request = Request::new("GET", "/").within(Duration::from_millis(50));
        let error = send(listener.local_addr().unwrap(), &request).unwrap_err();
        assert!(matches!(error, ExchangeError::Io(error) if error.kind() == ErrorKind::TimedOut));
    }
}
