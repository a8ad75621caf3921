//! Opening what lies below a directory without passing a link.

use std::fs::File;
use std::io;

use fs_at::OpenOptions;
use fs_at::os::windows::OpenOptionsExt as _;
use openwork_model::file_name::NameRules;

use super::{FileKind, look};

/// `FILE_SHARE_READ`, `_WRITE` and `_DELETE`: others may do all of it.
pub(super) const SHARE_ALL: u32 = 7;

/// What a handle is for (`winnt.h`).
pub(super) mod access {
    /// `FILE_READ_ATTRIBUTES`.
    pub(in super::super) const LOOK: u32 = 0x80;
    /// `SYNCHRONIZE`: calls return when they are done.
    pub(in super::super) const WAIT: u32 = 0x10_0000;
    /// `FILE_LIST_DIRECTORY`.
    pub(in super::super) const LIST: u32 = 0x1;
    /// `FILE_TRAVERSE`.
    pub(in super::super) const PASS: u32 = 0x20;
    /// `FILE_GENERIC_READ`.
    pub(in super::super) const READ: u32 = 0x12_0089;
    /// `FILE_GENERIC_WRITE`.
    pub(in super::super) const WRITE: u32 = 0x12_0116;
    /// `FILE_GENERIC_WRITE` without `FILE_WRITE_DATA`: each write goes to the
    /// end, wherever that is by then.
    pub(in super::super) const APPEND: u32 = 0x12_0114;
    /// `READ_CONTROL`.
    pub(in super::super) const READ_LIST: u32 = 0x2_0000;
    /// `WRITE_DAC`.
    pub(in super::super) const SET_LIST: u32 = 0x4_0000;
    /// `DELETE`.
    pub(in super::super) const REMOVE: u32 = 0x1_0000;
}

/// What may be opened (`ntifs.h`).
pub(super) mod option {
    /// `FILE_DIRECTORY_FILE`.
    pub(in super::super) const DIRECTORY: u32 = 0x1;
    /// `FILE_NON_DIRECTORY_FILE`.
    pub(in super::super) const NO_DIRECTORY: u32 = 0x40;
    /// `FILE_OPEN_REPARSE_POINT`.
    pub(in super::super) const LINK_ITSELF: u32 = 0x20_0000;
}

/// Whether something is made where nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Making {
    Never,
    IfAbsent,
    /// And what is there already is an error.
    New,
}

/// Opens one name, whatever it is.
pub(super) fn entry(
    dir: &File,
    name: &str,
    wanted: u32,
    options: u32,
    making: Making,
) -> io::Result<File> {
    /// `OBJ_CASE_INSENSITIVE`: as every other program looks names up.
    const ANY_CASE: u32 = 0x40;
    let mut opening = OpenOptions::default();
    opening
        .desired_access(wanted | access::LOOK)
        .create_options(options)
        .object_attributes(ANY_CASE)
        .create(making == Making::IfAbsent)
        .create_new(making == Making::New);
    opening.open_path_at(dir, name)
}

/// Opens one name to be looked at; of a link the link itself.
pub(super) fn itself(dir: &File, name: &str) -> io::Result<File> {
    check(name)?;
    let file = entry(dir, name, access::LOOK, option::LINK_ITSELF, Making::Never)?;
    is_spelt_out(&file, name)?;
    Ok(file)
}

/// Opens a directory; one that may be passed but not read is still a way.
pub(super) fn directory(dir: &File, name: &str) -> io::Result<File> {
    check(name)?;
    let open = |wanted| plain(dir, name, wanted, option::DIRECTORY, Making::Never);
    match open(access::LIST | access::PASS) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => open(access::PASS),
        opened => opened,
    }
}

/// Opens one name, which must be no link.
pub(super) fn plain(
    dir: &File,
    name: &str,
    wanted: u32,
    options: u32,
    making: Making,
) -> io::Result<File> {
    check(name)?;
    let file = entry(dir, name, wanted, options | option::LINK_ITSELF, making)?;
    is_spelt_out(&file, name)?;
    let found = look::at(&file)?;
    if found.kind == FileKind::Link {
        return Err(link());
    }
    if !look::is_handled_elsewhere(&file)? {
        return Ok(file);
    }
    // A file that OneDrive and the like have not fetched yet. Only a handle that
    // asks for no link has it fetched; should a link have come in its place
    // meanwhile, this handle is open on something else.
    let fetched = entry(dir, name, wanted, options, Making::Never)?;
    if look::at(&fetched)?.id.inode == found.id.inode {
        Ok(fetched)
    } else {
        Err(link())
    }
}

/// Opens the directory that holds the last name of a relative path; `None` if
/// that is the one that is there already.
pub(super) fn walk<'p>(dir: &File, path: &'p str) -> io::Result<(Option<File>, &'p str)> {
    let Some((way, name)) = path.rsplit_once('/') else {
        return Ok((None, path));
    };
    let mut here: Option<File> = None;
    for component in way.split('/') {
        here = Some(directory(here.as_ref().unwrap_or(dir), component)?);
    }
    Ok((here, name))
}

/// Refuses what is no name, and names that no file has. `NtCreateFile` itself
/// would take them: a colon for a stream, `aux` for a file that no other
/// program could open.
pub(super) fn check(name: &str) -> io::Result<()> {
    let is_name = !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', '\0']);
    if is_name && NameRules::WINDOWS.check(name).is_ok() {
        Ok(())
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The same for a name that is to be made.
pub(super) fn check_new(name: &str) -> io::Result<()> {
    check(name).map_err(|_| io::ErrorKind::InvalidFilename.into())
}

/// Refuses the short name that Windows gives a file besides its own, such as
/// `OPENCO~1.JSO`: two names for one file would get round every rule that goes
/// by names.
fn is_spelt_out(file: &File, name: &str) -> io::Result<()> {
    if !name.contains('~') {
        return Ok(());
    }
    let path = winx::file::get_file_path(file)?;
    let own = path.file_name().and_then(|own| own.to_str());
    if own.is_some_and(|own| NameRules::WINDOWS.is_same(own, name)) {
        Ok(())
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Whether a call failed because the file system does not know it.
pub(super) fn is_unsupported(error: &io::Error) -> bool {
    /// `ERROR_INVALID_FUNCTION`, `_NOT_SUPPORTED`, `_INVALID_PARAMETER`.
    const CODES: [i32; 3] = [1, 50, 87];
    error
        .raw_os_error()
        .is_some_and(|code| CODES.contains(&code))
}

fn link() -> io::Error {
    /// `ERROR_CANT_RESOLVE_FILENAME`, as a file that Windows cannot follow.
    const CANT_RESOLVE: i32 = 1921;
    io::Error::from_raw_os_error(CANT_RESOLVE)
}
