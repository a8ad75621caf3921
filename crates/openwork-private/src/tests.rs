use std::io::{Read, Write};

use openwork_testkit::private::{PrivateDirectory, let_others_read};

use super::*;

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

#[test]
fn one_more_reader_is_one_too_many() {
    let directory = PrivateDirectory::new().unwrap();
    let path = directory.path().join("file");
    drop(create(&path).unwrap());
    let_others_read(&path).unwrap();
    let error = open(&path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    let file = File::open(&path).unwrap();
    assert!(is_open_to_others(&file, &file.metadata().unwrap()).unwrap());
    let_others_read(directory.path()).unwrap();
    assert!(!is_private_directory(directory.path()).unwrap());
}

#[cfg(windows)]
#[test]
fn a_list_is_given_to_another_file() {
    use std::os::windows::fs::OpenOptionsExt as _;

    let directory = PrivateDirectory::new().unwrap();
    let (one, other) = (directory.path().join("one"), directory.path().join("other"));
    drop(create(&one).unwrap());
    drop(create(&other).unwrap());
    let_others_read(&one).unwrap();
    let list = own_access_list(&File::open(&one).unwrap())
        .unwrap()
        .unwrap();
    // FILE_GENERIC_READ and WRITE_DAC.
    let mut file = File::options().access_mode(0x16_0089).open(&other).unwrap();
    set_access_list(&mut file, &list).unwrap();
    assert_eq!(own_access_list(&file).unwrap(), Some(list));
    assert!(is_open_to_others(&file, &file.metadata().unwrap()).unwrap());
    restrict(&mut file).unwrap();
    assert!(!is_open_to_others(&file, &file.metadata().unwrap()).unwrap());
}
