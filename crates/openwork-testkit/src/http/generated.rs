//! Content that is too large to keep, made while it is sent.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const PREFIX: &[u8] = br#"{"name":"big","content":""#;
const SUFFIX: &[u8] = br#""}"#;
const PIECE: usize = 64 * 1024;
/// How long one write may block before the connection is looked at for an early answer.
const PATIENCE: Duration = Duration::from_millis(20);

/// Sends `size` bytes of a JSON object, and stops early when the server answers or hangs up.
pub(super) fn send(
    stream: &mut TcpStream,
    size: usize,
    chunked: bool,
    end: Instant,
) -> std::io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    for piece in pieces(size) {
        let framed = if chunked { frame(&piece) } else { piece };
        if !send_piece(stream, &framed, end)? {
            return Ok(());
        }
    }
    if chunked {
        send_piece(stream, b"0\r\n\r\n", end)?;
    }
    Ok(())
}

fn pieces(size: usize) -> impl Iterator<Item = Vec<u8>> {
    let filling = size.saturating_sub(PREFIX.len() + SUFFIX.len());
    let full = (0..filling / PIECE).map(|_| vec![b'x'; PIECE]);
    let last = [vec![b'x'; filling % PIECE].as_slice(), SUFFIX].concat();
    std::iter::once(PREFIX.to_vec())
        .chain(full)
        .chain(std::iter::once(last))
}

fn frame(piece: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
}

/// Sends one piece; false says that the server no longer wants any.
fn send_piece(stream: &mut TcpStream, piece: &[u8], end: Instant) -> std::io::Result<bool> {
    let mut rest = piece;
    while !rest.is_empty() {
        if answered(stream)? || Instant::now() >= end {
            return Ok(false);
        }
        match stream.write(rest) {
            Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // The answer may be there all the same.
            Err(_) => return Ok(false),
        }
    }
    Ok(true)
}

fn answered(stream: &TcpStream) -> std::io::Result<bool> {
    stream.set_nonblocking(true)?;
    let waiting = stream.peek(&mut [0]).is_ok();
    stream.set_nonblocking(false)?;
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_make_an_object_of_the_size() {
        for size in [27, 28, PIECE, PIECE + 27, 3 * PIECE + 1] {
            let whole: Vec<u8> = pieces(size).flatten().collect();
            assert_eq!(whole.len(), size);
            assert!(
                serde_json::from_slice::<serde_json::Value>(&whole)
                    .unwrap()
                    .is_object()
            );
        }
    }
}
