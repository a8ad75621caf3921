//! The program of the system that opens a URL.

use std::io;
use std::process::{Command, Stdio};

#[cfg(target_os = "macos")]
const OPENER: &[&str] = &["open"];
#[cfg(windows)]
const OPENER: &[&str] = &["rundll32", "url.dll,FileProtocolHandler"];
#[cfg(not(any(target_os = "macos", windows)))]
const OPENER: &[&str] = &["xdg-open"];

/// Opens a URL in the person's browser, and does not wait for it.
pub(super) fn open(url: &str) -> io::Result<()> {
    let (program, arguments) = OPENER.split_first().ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.args(arguments).arg(url);
    // A browser that starts first writes warnings for hours; they are not ours.
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match command.spawn() {
        Ok(_) => Ok(()),
        Err(cause) => Err(io::Error::new(
            cause.kind(),
            format!("`{program}`: {cause}"),
        )),
    }
}
