//! What modes and links could do.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

#[test]
fn what_others_could_have_planted_is_not_read() {
    let directory = PrivateDirectory::new().unwrap();
    let own = record(std::process::id(), 1);
    let _file = RunFile::write(directory.path(), &own).unwrap();
    let path = directory.path().join(format!("{}.json", own.pid));

    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(running(directory.path()), []);
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(running(directory.path()).len(), 1);

    let elsewhere = directory.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    assert_eq!(running(directory.path()), []);
    fs::remove_file(&path).unwrap();
    fs::rename(&elsewhere, &path).unwrap();

    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(running(directory.path()), []);
    assert!(RunFile::write(directory.path(), &own).is_err());
}

#[test]
fn a_link_to_a_directory_is_refused() {
    let parent = PrivateDirectory::new().unwrap();
    let (real, link) = (parent.path().join("real"), parent.path().join("link"));
    let _file = RunFile::write(&real, &record(std::process::id(), 1)).unwrap();
    symlink(&real, &link).unwrap();
    assert_eq!(running(&link), []);
    let error = RunFile::write(&link, &record(1, 1)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}
