//! Owners and access lists.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use windows_permissions::constants::{SeObjectType, SecurityInformation};
use windows_permissions::utilities::current_process_sid;
use windows_permissions::wrappers::{
    ConvertSecurityDescriptorToStringSecurityDescriptor, ConvertSidToStringSid,
    ConvertStringSecurityDescriptorToSecurityDescriptor, GetSecurityInfo, SetSecurityInfo,
};
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::access_list::{self, AccessList};

// CreateFileW, and the access rights of files.
const GENERIC_WRITE: u32 = 0x4000_0000;
const READ_CONTROL: u32 = 0x0002_0000;
const WRITE_DAC: u32 = 0x0004_0000;
const FILE_READ_ATTRIBUTES: u32 = 0x0080;
const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
/// Without it directories cannot be opened.
const BACKUP_SEMANTICS: u32 = 0x0200_0000;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_directory(parent)?;
    }
    match fs::create_dir(path) {
        Ok(()) => restrict(&mut open_directory(path, WRITE_DAC)?),
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .access_mode(GENERIC_WRITE | READ_CONTROL | WRITE_DAC)
        .write(true)
        .create_new(true)
        // Nobody opens it before its list is set: a handle would outlast that.
        .share_mode(0)
        .open(path)?;
    restrict(&mut file)?;
    Ok(file)
}

pub(super) fn open(path: &Path) -> io::Result<File> {
    // A link is opened as itself, and is no regular file.
    OpenOptions::new()
        .read(true)
        .custom_flags(OPEN_REPARSE_POINT)
        .open(path)
}

pub(super) fn is_private(file: &File, _: &Metadata) -> io::Result<bool> {
    let own = own_list()?;
    Ok(AccessList::parse(&text(file)?).is_some_and(|list| list.admits_only(&own)))
}

pub(super) fn is_private_directory(path: &Path) -> io::Result<bool> {
    let directory = open_directory(path, FILE_READ_ATTRIBUTES)?;
    let metadata = directory.metadata()?;
    Ok(!metadata.file_type().is_symlink() && is_private(&directory, &metadata)?)
}

pub(super) fn is_open_to_others(file: &File, metadata: &Metadata) -> io::Result<bool> {
    Ok(!is_private(file, metadata)?)
}

pub(super) fn command_to_close(path: &str) -> String {
    format!("icacls \"{path}\" /inheritance:r /grant:r \"%USERNAME%\":F")
}

fn open_directory(path: &Path, access: u32) -> io::Result<File> {
    OpenOptions::new()
        .access_mode(access | READ_CONTROL)
        .custom_flags(BACKUP_SEMANTICS | OPEN_REPARSE_POINT)
        .open(path)
}

/// Lets nobody into an open file but the user, administrators and the system,
/// whatever the directory above passes on.
///
/// # Errors
///
/// Those of the system, among them that the handle was opened without
/// `WRITE_DAC` and that the file system has no access lists.
pub fn restrict(file: &mut File) -> io::Result<()> {
    let list = own_descriptor()?;
    set(file, &list, true)
}

/// The access list that somebody has given an open file, as text; `None` if all
/// of it comes from the directory above, or there is none.
///
/// # Errors
///
/// Those of the system.
pub fn own_access_list(file: &File) -> io::Result<Option<String>> {
    Ok(access_list::own_part(&text(file)?))
}

/// Gives an open file the access list that another one [had](own_access_list).
///
/// # Errors
///
/// As [`restrict`].
pub fn set_access_list(file: &mut File, list: &str) -> io::Result<()> {
    let descriptor = ConvertStringSecurityDescriptorToSecurityDescriptor(list)?;
    set(file, &descriptor, access_list::is_protected(list))
}

fn set(file: &mut File, list: &SecurityDescriptor, is_protected: bool) -> io::Result<()> {
    let protection = if is_protected {
        SecurityInformation::ProtectedDacl
    } else {
        SecurityInformation::UnprotectedDacl
    };
    SetSecurityInfo(
        file,
        SeObjectType::SE_FILE_OBJECT,
        SecurityInformation::Dacl | protection,
        None,
        None,
        list.dacl(),
        None,
    )
}

/// What a file of the user's alone says, as the system writes it: well-known
/// users have short names there.
fn own_list() -> io::Result<AccessList> {
    let descriptor = own_descriptor()?;
    let text = spelled(&descriptor)?;
    AccessList::parse(&text).ok_or_else(|| io::Error::other(format!("not understood: {text}")))
}

fn own_descriptor() -> io::Result<LocalBox<SecurityDescriptor>> {
    let user = current_process_sid()?;
    let user = ConvertSidToStringSid(&user)?;
    let user = user.to_string_lossy();
    // `SY` is the system, `BA` the administrators; what is below inherits it.
    let text = format!("O:{user}D:P(A;OICI;FA;;;{user})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");
    ConvertStringSecurityDescriptorToSecurityDescriptor(&text)
}

fn text(file: &File) -> io::Result<String> {
    let wanted = SecurityInformation::Owner | SecurityInformation::Dacl;
    let descriptor = GetSecurityInfo(file, SeObjectType::SE_FILE_OBJECT, wanted)?;
    spelled(&descriptor)
}

/// Owner and list of a descriptor as text.
fn spelled(descriptor: &SecurityDescriptor) -> io::Result<String> {
    let wanted = SecurityInformation::Owner | SecurityInformation::Dacl;
    let text = ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, wanted)?;
    Ok(text.to_string_lossy().into_owned())
}
