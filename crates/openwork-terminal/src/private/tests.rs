use std::io::{Read, Write};

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

/// A directory of the user's alone, for one test.
pub(crate) struct PrivateDirectory {
    path: PathBuf,
    _parent: TempDir,
}

impl PrivateDirectory {
    pub(crate) fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("private");
        make_directory(&path).unwrap();
        Self {
            path,
            _parent: parent,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[test]
fn what_is_made_is_the_users_alone() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("a").join("b");
    make_directory(&directory).unwrap();
    make_directory(&directory).unwrap();
    assert!(is_private_directory(&directory).unwrap());
    assert!(is_private_directory(&root.path().join("a")).unwrap());
    let path = directory.join("file");
    create(&path).unwrap().write_all(b"text").unwrap();
    assert!(create(&path).is_err());
    let mut text = String::new();
    let mut file = open(&path).unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "text");
    let metadata = file.metadata().unwrap();
    assert!(!is_open_to_others(&file, &metadata).unwrap());
}

#[test]
fn a_directory_is_no_file() {
    let root = tempfile::tempdir().unwrap();
    assert!(open(root.path()).is_err());
    assert!(open(&root.path().join("missing")).is_err());
}

/// Lets everyone read a file or directory, as its properties would.
#[cfg(windows)]
pub(crate) fn let_everyone_read(path: &Path) {
    use windows_permissions::constants::{SeObjectType, SecurityInformation};
    use windows_permissions::wrappers::{
        ConvertStringSecurityDescriptorToSecurityDescriptor, SetNamedSecurityInfo,
    };

    let list = "D:P(A;;FA;;;OW)(A;;FA;;;BA)(A;;FR;;;WD)";
    let list = ConvertStringSecurityDescriptorToSecurityDescriptor(list).unwrap();
    SetNamedSecurityInfo(
        path.as_os_str(),
        SeObjectType::SE_FILE_OBJECT,
        SecurityInformation::Dacl | SecurityInformation::ProtectedDacl,
        None,
        None,
        list.dacl(),
        None,
    )
    .unwrap();
}

#[cfg(windows)]
#[test]
fn one_more_reader_is_one_too_many() {
    let directory = PrivateDirectory::new();
    let path = directory.path().join("file");
    drop(create(&path).unwrap());
    let_everyone_read(&path);
    let error = open(&path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    let file = File::open(&path).unwrap();
    assert!(is_open_to_others(&file, &file.metadata().unwrap()).unwrap());
    let_everyone_read(directory.path());
    assert!(!is_private_directory(directory.path()).unwrap());
}
