//! Connections of a port that speaks TLS.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

use super::socket::{PeerSocket, PeerWatch};
use crate::options::HttpLimits;
use crate::tls::TlsIdentity;

/// What a TLS client sends first: a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// The answer to plain HTTP from another machine.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: application/json\r\n\
    content-length: 94\r\n\
    connection: close\r\n\r\n\
    {\"code\":\"tls_required\",\"message\":\"This port speaks HTTPS: ask again with https:// in the URL\"}";

/// A connection once it is known how its peer speaks.
pub(super) enum Spoken {
    /// TLS, with the handshake behind it.
    Tls(Box<TlsStream<PeerSocket>>, PeerWatch),
    /// Plain HTTP, from this machine.
    Plain(TcpStream),
}

/// Finds out how a peer speaks, and greets it. `None` if that came to nothing;
/// a peer may take as long as for the head of a request.
pub(super) async fn greet(
    stream: TcpStream,
    peer: SocketAddr,
    identity: &TlsIdentity,
    limits: &HttpLimits,
) -> Option<Spoken> {
    let greeted = greet_in_any_time(stream, peer, identity, limits.write_deadline);
    match timeout(limits.head_deadline, greeted).await {
        Ok(Ok(spoken)) => spoken,
        Ok(Err(error)) => {
            tracing::debug!(%peer, %error, "a peer was not greeted");
            None
        }
        Err(_) => None,
    }
}

async fn greet_in_any_time(
    stream: TcpStream,
    peer: SocketAddr,
    identity: &TlsIdentity,
    write_deadline: Duration,
) -> io::Result<Option<Spoken>> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 0 {
        return Ok(None);
    }
    if first[0] != HANDSHAKE {
        if is_this_machine(&stream, peer) {
            return Ok(Some(Spoken::Plain(stream)));
        }
        stream.try_write(SPEAK_TLS)?;
        return Ok(None);
    }
    let (socket, watch) = PeerSocket::new(stream, write_deadline);
    let secured = identity.acceptor().accept(socket).await?;
    Ok(Some(Spoken::Tls(Box::new(secured), watch)))
}

/// Whether a peer is a program on this machine: it comes from a loopback
/// address, or from the one that it has reached.
fn is_this_machine(stream: &TcpStream, peer: SocketAddr) -> bool {
    let peer = peer.ip().to_canonical();
    let own = stream.local_addr().map(|own| own.ip().to_canonical());
    peer.is_loopback() || own.is_ok_and(|own| own == peer)
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn plain_http_of_other_machines_is_sent_to_https() {
        let own = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (own.cert.pem(), own.signing_key.serialize_pem());
        let identity = TlsIdentity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let neighbour = "192.0.2.9:4000".parse().unwrap();
        let greeted = greet(stream, neighbour, &identity, &HttpLimits::default()).await;
        assert!(greeted.is_none());
        let mut answer = Vec::new();
        // The request lies unread, so the system may cut the connection off after
        // the answer.
        let _ = client.read_to_end(&mut answer).await;
        assert_eq!(answer, SPEAK_TLS);
    }

    #[test]
    fn the_answer_to_plain_http_is_whole() {
        let text = std::str::from_utf8(SPEAK_TLS).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let length = format!("\r\ncontent-length: {}\r\n", body.len());
        assert!(head.contains(&length), "{head}");
        let error: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(error["code"], "tls_required");
    }
}
