//! Trees that are deeper than any path may say.

use std::fs::{create_dir_all, remove_dir, rename};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

/// Directories called `d`, each in the one before; all are removed when it is
/// dropped, which a path from the top could not do.
pub(crate) struct DeepTree(PathBuf);

impl DeepTree {
    /// Makes so many directories one in another in a directory.
    pub(crate) fn make(top: &Path, depth: usize) -> Self {
        create_dir_all(top).unwrap();
        let mut here = enter(
            &openat(CWD, top, OFlags::DIRECTORY, Mode::empty()).unwrap(),
            ".",
        );
        for _ in 0..depth {
            mkdirat(&here, "d", Mode::RWXU).unwrap();
            here = enter(&here, "d");
        }
        Self(top.to_owned())
    }
}

fn enter(dir: &OwnedFd, name: &str) -> OwnedFd {
    openat(dir, name, OFlags::DIRECTORY, Mode::empty()).unwrap()
}

impl Drop for DeepTree {
    fn drop(&mut self) {
        let (first, next) = (self.0.join("d"), self.0.join("next"));
        while rename(first.join("d"), &next).is_ok() {
            if remove_dir(&first)
                .and_then(|()| rename(&next, &first))
                .is_err()
            {
                return;
            }
        }
    }
}
