//! Who may use a file: its user alone, or others as well.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A directory of the user's alone, for one test.
#[derive(Debug)]
pub struct PrivateDirectory {
    path: PathBuf,
    _parent: TempDir,
}

impl PrivateDirectory {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn new() -> io::Result<Self> {
        let parent = tempfile::tempdir()?;
        let path = parent.path().join("private");
        openwork_private::make_directory(&path)?;
        Ok(Self {
            path,
            _parent: parent,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Whether a file is its user's alone.
///
/// # Errors
///
/// Those of the system.
pub fn is_private(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    Ok(!openwork_private::is_open_to_others(
        &file,
        &file.metadata()?,
    )?)
}

/// Lets everyone read a file or directory, as its properties would.
///
/// # Errors
///
/// Those of the system.
pub fn let_others_read(path: &Path) -> io::Result<()> {
    system::let_others_read(path)
}

/// Keeps everyone but its user out of a file.
///
/// # Errors
///
/// Those of the system.
pub fn keep_others_out(path: &Path) -> io::Result<()> {
    system::keep_others_out(path)
}

#[cfg(unix)]
mod system {
    use std::fs::{Permissions, set_permissions};
    use std::io;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    pub(super) fn let_others_read(path: &Path) -> io::Result<()> {
        set_permissions(path, Permissions::from_mode(0o744))
    }

    pub(super) fn keep_others_out(path: &Path) -> io::Result<()> {
        set_permissions(path, Permissions::from_mode(0o600))
    }
}

#[cfg(windows)]
mod system {
    use std::fs::File;
    use std::io;
    use std::os::windows::fs::OpenOptionsExt;
    use std::path::Path;

    use windows_permissions::constants::{SeObjectType, SecurityInformation};
    use windows_permissions::utilities::current_process_sid;
    use windows_permissions::wrappers::{
        ConvertSidToStringSid, ConvertStringSecurityDescriptorToSecurityDescriptor,
        SetNamedSecurityInfo,
    };

    /// By path: a directory is not opened without further ado.
    pub(super) fn let_others_read(path: &Path) -> io::Result<()> {
        let user = current_process_sid()?;
        let user = ConvertSidToStringSid(&user)?;
        let user = user.to_string_lossy();
        // Its user, administrators, and everyone to read.
        let list = format!("D:P(A;;FA;;;{user})(A;;FA;;;BA)(A;;FR;;;WD)");
        let list = ConvertStringSecurityDescriptorToSecurityDescriptor(&list)?;
        SetNamedSecurityInfo(
            path.as_os_str(),
            SeObjectType::SE_FILE_OBJECT,
            SecurityInformation::Dacl | SecurityInformation::ProtectedDacl,
            None,
            None,
            list.dacl(),
            None,
        )
    }

    pub(super) fn keep_others_out(path: &Path) -> io::Result<()> {
        /// `READ_CONTROL` and `WRITE_DAC`.
        const LIST: u32 = 0x6_0000;
        let mut file = File::options().access_mode(LIST).open(path)?;
        openwork_private::restrict(&mut file)
    }
}
