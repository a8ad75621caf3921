//! A page in a file of the user's alone, that leads the browser on.

use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::run_file::PrivateFile;

use super::COMPONENT;

/// What stays as it is in the path of a `file` URL (RFC 8089).
const PATH: &AsciiSet = &COMPONENT.remove(b'/').remove(b':');

/// The file; removed when dropped.
pub(super) struct LinkLetter {
    file: PrivateFile,
}

impl LinkLetter {
    /// Writes a page that leads on to an address, into the first directory
    /// that is there or can be made.
    pub(super) fn write(directories: &[PathBuf], address: &str) -> io::Result<Self> {
        let name = format!("console-{}.html", uuid::Uuid::new_v4());
        let page = format!(
            "<!doctype html>\n<meta charset=\"utf-8\">\n<title>OpenWork approvals</title>\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta http-equiv=\"refresh\" content=\"0;url={address}\">\n"
        );
        // The first may be there and not be the user's alone; the next may do.
        let mut failed = io::ErrorKind::NotFound.into();
        for directory in directories {
            match PrivateFile::write(directory, &name, page.as_bytes()) {
                Ok(file) => return Ok(Self { file }),
                Err(cause) => failed = cause,
            }
        }
        Err(failed)
    }

    /// Its URL.
    pub(super) fn url(&self) -> String {
        url(self.file.path())
    }
}

fn url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = path.trim_start_matches('/');
    format!("file:///{}", utf8_percent_encode(path, PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_a_url() {
        for (path, expected) in [
            ("/run/user/1/a b.html", "file:///run/user/1/a%20b.html"),
            (r"C:\Users\ö\x.html", "file:///C:/Users/%C3%B6/x.html"),
            ("/a%20#?.html", "file:///a%2520%23%3F.html"),
        ] {
            assert_eq!(url(Path::new(path)), expected);
        }
    }
}
