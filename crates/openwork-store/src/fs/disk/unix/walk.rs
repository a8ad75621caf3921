//! Opening what lies below a directory without passing a link.

use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};

/// Opens a directory as a way only, where the system knows such a thing.
#[cfg(target_os = "linux")]
pub(super) const PASSAGE: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
pub(super) const PASSAGE: OFlags = super::DIR;

#[cfg(target_os = "linux")]
pub(super) const NO_AUTOMOUNT: AtFlags = AtFlags::NO_AUTOMOUNT;
#[cfg(not(target_os = "linux"))]
pub(super) const NO_AUTOMOUNT: AtFlags = AtFlags::empty();

/// Opens a relative path; a link in any component is an error.
#[cfg(target_os = "linux")]
pub(super) fn open(dir: BorrowedFd<'_>, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    use rustix::fs::ResolveFlags;

    const CONFINED: ResolveFlags = ResolveFlags::BENEATH
        .union(ResolveFlags::NO_SYMLINKS)
        .union(ResolveFlags::NO_MAGICLINKS);
    check(path)?;
    let opened = retry_on_intr(|| {
        rustix::fs::openat2(dir, path, flags | OFlags::NOFOLLOW, Mode::empty(), CONFINED)
    });
    match opened {
        // Kernels before 5.6 and some sandboxes do not have the call; a rename
        // somewhere in the tree may make the kernel unsure (openat2(2), EAGAIN).
        Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => step_by_step(dir, path, flags),
        opened => opened,
    }
}

/// Opens a relative path; a link in any component is an error.
#[cfg(not(target_os = "linux"))]
pub(super) fn open(dir: BorrowedFd<'_>, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    step_by_step(dir, path, flags)
}

/// Refuses what climbs, and what is no relative path.
fn check(path: &str) -> Result<(), Errno> {
    if path.split('/').any(|name| matches!(name, "" | "..")) {
        Err(Errno::INVAL)
    } else {
        Ok(())
    }
}

fn step_by_step(dir: BorrowedFd<'_>, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    check(path)?;
    let mut components = path.split('/').peekable();
    let mut here: Option<OwnedFd> = None;
    while let Some(component) = components.next() {
        // On the way a directory need not be readable, only passable.
        let is_last = components.peek().is_none();
        let flags = if is_last { flags } else { PASSAGE };
        let above = here.as_ref().map_or(dir, OwnedFd::as_fd);
        here = Some(open_component(above, component, flags)?);
    }
    here.ok_or(Errno::INVAL)
}

fn open_component(dir: BorrowedFd<'_>, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    retry_on_intr(|| rustix::fs::openat(dir, name, flags | OFlags::NOFOLLOW, Mode::empty()))
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "tests lay out their files themselves"
)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::{DIR, READ};
    use super::*;

    #[test]
    fn both_ways_refuse_the_same_paths() {
        let tree = tempfile::tempdir().unwrap();
        let at = |path: &str| tree.path().join(path);
        std::fs::create_dir_all(at("a/b")).unwrap();
        std::fs::write(at("a/b/f"), "x").unwrap();
        symlink("a", at("link")).unwrap();
        symlink("f", at("a/b/g")).unwrap();
        symlink("/", at("top")).unwrap();
        let dir = rustix::fs::open(tree.path(), DIR, Mode::empty()).unwrap();
        for path in [
            "a/b/f",
            "a/b/g",
            "link/b/f",
            "top/etc/passwd",
            "a/../a/b/f",
            "a/none/f",
            "",
            "a/b/f/x",
            "/etc/passwd",
        ] {
            let fast = open(dir.as_fd(), path, READ).is_ok();
            let slow = step_by_step(dir.as_fd(), path, READ).is_ok();
            assert_eq!((fast, slow), (path == "a/b/f", path == "a/b/f"), "{path:?}");
        }
    }
}
