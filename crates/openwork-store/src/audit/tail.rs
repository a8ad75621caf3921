//! Reading lines from the end of a file, at a cost that does not grow with it.

use std::io;

use crate::fs::disk::DiskFile;

const CHUNK: usize = 16 << 10;
const PASSING_CHUNK: usize = 1 << 20;
/// A longer line is nothing that the store wrote; it is passed over.
const LONGEST: usize = 8 << 20;

/// The lines of a file, last first, without their line feeds.
pub(crate) struct LogTail<'f> {
    file: &'f dyn DiskFile,
    /// Where the unread part ends.
    unread: u64,
    read: Vec<u8>,
    longest: usize,
    passing_over: bool,
    at_start: bool,
}

impl<'f> LogTail<'f> {
    /// Starts at the end of a file of `size` bytes.
    pub(crate) fn new(file: &'f dyn DiskFile, size: u64) -> Self {
        Self {
            file,
            unread: size,
            read: Vec::new(),
            longest: LONGEST,
            passing_over: false,
            at_start: false,
        }
    }

    /// The line before; what follows the last line feed comes first, even if
    /// it is empty. `None` at the start of the file.
    pub(crate) fn before(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.read.iter().rposition(|byte| *byte == b'\n') {
                let line = self.read.split_off(end + 1);
                self.read.pop();
                if !std::mem::take(&mut self.passing_over) {
                    return Ok(Some(line));
                }
            } else if self.unread > 0 {
                self.fill()?;
            } else if std::mem::replace(&mut self.at_start, true) || self.passing_over {
                return Ok(None);
            } else {
                return Ok(Some(std::mem::take(&mut self.read)));
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.passing_over |= self.read.len() > self.longest;
        if self.passing_over {
            self.read.clear();
        }
        // As much again as there is already, so that long lines cost no more per byte.
        let least = if self.passing_over {
            PASSING_CHUNK
        } else {
            CHUNK
        };
        let wanted = self.read.len().max(least) as u64;
        let start = self.unread.saturating_sub(wanted);
        let mut chunk = vec![0; usize::try_from(self.unread - start).unwrap_or(CHUNK)];
        read_exact_at(self.file, &mut chunk, start)?;
        chunk.append(&mut self.read);
        self.read = chunk;
        self.unread = start;
        Ok(())
    }
}

fn read_exact_at(file: &dyn DiskFile, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match file.read_at(buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                buffer = buffer.get_mut(read..).ok_or(io::ErrorKind::InvalidData)?;
                offset += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fs::disk::{Disk as _, FileAccess, NativeDisk};
    use crate::fs::resolve::ResolvedPath;

    fn lines_backwards(text: &[u8]) -> Vec<Vec<u8>> {
        let place = tempfile::tempdir().unwrap();
        let way = ResolvedPath::to(&NativeDisk, place.path())
            .unwrap()
            .unwrap();
        let dir = way.dir().unwrap();
        crate::fs::disk::write_all(&mut *dir.create("f", FileAccess::Default).unwrap(), text)
            .unwrap();
        let file = dir.open_file("f").unwrap();
        let size = NativeDisk.stat(&place.path().join("f")).unwrap().size;
        let mut tail = LogTail {
            longest: 4 * CHUNK,
            ..LogTail::new(&*file, size)
        };
        std::iter::from_fn(|| tail.before().unwrap()).collect()
    }

    fn expected(text: &[u8]) -> Vec<Vec<u8>> {
        text.rsplit(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    }

    #[test]
    fn lines_longer_than_a_chunk_come_whole() {
        let text = [
            vec![b'a'; 3 * CHUNK],
            b"\n".to_vec(),
            vec![b'b'; CHUNK],
            b"\nc".to_vec(),
        ]
        .concat();
        assert_eq!(lines_backwards(&text), expected(&text));
    }

    #[test]
    fn a_line_that_is_too_long_hides_no_other() {
        let text = [b"a\n".to_vec(), vec![b'x'; 16 * CHUNK], b"\nb\n".to_vec()].concat();
        assert_eq!(
            lines_backwards(&text),
            [b"".to_vec(), b"b".to_vec(), b"a".to_vec()]
        );
        let text = [vec![b'x'; 16 * CHUNK], b"\nb\n".to_vec()].concat();
        assert_eq!(lines_backwards(&text), [b"".to_vec(), b"b".to_vec()]);
    }

    proptest! {
        #[test]
        fn lines_are_those_read_forwards(text in "[ab\n]{0,40}") {
            prop_assert_eq!(lines_backwards(text.as_bytes()), expected(text.as_bytes()));
        }
    }
}
