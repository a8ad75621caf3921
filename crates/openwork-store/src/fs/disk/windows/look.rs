//! What a handle is open on.

use std::fs::File;
use std::io;

use super::{FileKind, FileStat, NodeId};

/// The mode of a file that may not be written to.
pub(super) const READ_ONLY: u32 = 0o444;
const WRITABLE: u32 = 0o644;

/// Attributes of files (`winnt.h`).
mod attribute {
    pub(super) const READ_ONLY: u64 = 0x1;
    pub(super) const DIRECTORY: u64 = 0x10;
    pub(super) const DEVICE: u64 = 0x40;
    pub(super) const REPARSE_POINT: u64 = 0x400;
}

/// Looks at what lies on the volume of that number.
///
/// Wine finds a volume by the file's name, and tells 0 while that changes.
pub(super) fn on(device: u64, file: &File) -> io::Result<FileStat> {
    let mut found = at(file)?;
    found.id.device = device;
    Ok(found)
}

/// Looks at an open file or directory.
pub(super) fn at(file: &File) -> io::Result<FileStat> {
    let found = winapi_util::file::information(file)?;
    let attributes = found.file_attributes();
    let has = |attribute| attributes & attribute != 0;
    // Only what stands for another name is a link: files that OneDrive keeps
    // elsewhere are reparse points, too. Which it is, the library knows.
    let kind = if has(attribute::REPARSE_POINT) && file.metadata()?.is_symlink() {
        FileKind::Link
    } else if has(attribute::DIRECTORY) {
        FileKind::Dir
    } else if has(attribute::DEVICE) {
        FileKind::Special
    } else {
        FileKind::File
    };
    let modified = since_1970(found.last_write_time().unwrap_or(0));
    Ok(FileStat {
        kind,
        id: NodeId {
            device: found.volume_serial_number(),
            inode: found.file_index(),
        },
        size: found.file_size(),
        modified,
        // The time at which anything changed has no safe interface. A program
        // that sets the other one back hides a change of the same size.
        changed: modified,
        mode: if has(attribute::READ_ONLY) {
            READ_ONLY
        } else {
            WRITABLE
        },
        owner: (0, 0),
    })
}

/// Whether a driver besides the file system decides what is read here.
pub(super) fn is_handled_elsewhere(file: &File) -> io::Result<bool> {
    let attributes = winapi_util::file::information(file)?.file_attributes();
    Ok(attributes & attribute::REPARSE_POINT != 0)
}

/// From steps of 100 ns since 1601 to ns since 1970.
fn since_1970(time: u64) -> i64 {
    /// 1970 in steps since 1601.
    const EPOCH: i128 = 116_444_736_000_000_000;
    let nanos = (i128::from(time) - EPOCH) * 100;
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_from_1970() {
        assert_eq!(since_1970(116_444_736_000_000_000), 0);
        assert_eq!(since_1970(116_444_736_000_000_001), 100);
        assert_eq!(since_1970(116_444_735_999_999_999), -100);
        assert_eq!(since_1970(0), i64::MIN);
        assert_eq!(since_1970(u64::MAX), i64::MAX);
    }
}
