//! Tells a service manager that the server is ready (systemd's `sd_notify`).

use std::ffi::OsStr;
use std::io;

/// Sends `READY=1` to the notify socket, where there is one.
pub(crate) fn tell(socket: Option<&OsStr>) {
    let Some(socket) = socket else { return };
    if let Err(error) = send(socket) {
        tracing::warn!(%error, "the service manager could not be told that the server is ready");
    }
}

#[cfg(target_os = "linux")]
fn send(socket: &OsStr) -> io::Result<()> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    // systemd writes an abstract socket with `@` where its name has a zero byte.
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?
        .send_to_addr(b"READY=1\n", &address)
        .map(drop)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
fn send(_: &OsStr) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::net::UnixDatagram;

    use super::*;

    #[test]
    fn the_socket_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        tell(Some(path.as_os_str()));
        let mut buffer = [0; 32];
        let count = manager.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..count], b"READY=1\n");
    }
}
