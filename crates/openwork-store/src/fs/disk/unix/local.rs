//! Which file systems answer from this machine alone.

use std::os::fd::BorrowedFd;

/// The magic numbers of the file systems that are known to be local
/// (statfs(2)). FUSE is not: what stands behind it may be a network.
#[cfg(target_os = "linux")]
const LOCAL: [u64; 11] = [
    0xef53,      // ext2, ext3, ext4
    0x5846_5342, // xfs
    0x9123_683e, // btrfs
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
    0x794c_7630, // overlayfs
    0x2fc1_2fc1, // zfs
    0xf2f5_2010, // f2fs
    0xca45_1a4e, // bcachefs
    0x4d44,      // vfat
    0x2011_bab0, // exfat
];

#[cfg(target_os = "linux")]
#[allow(
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    reason = "the type differs between processors"
)]
pub(super) fn is_local(dir: BorrowedFd<'_>) -> bool {
    // The magic is 32 bits wide, sign-extended on some systems.
    rustix::fs::fstatfs(dir).is_ok_and(|fs| LOCAL.contains(&(fs.f_type as u64 & 0xffff_ffff)))
}

#[cfg(target_vendor = "apple")]
pub(super) fn is_local(dir: BorrowedFd<'_>) -> bool {
    /// `MNT_LOCAL` of `sys/mount.h`.
    const LOCAL: u32 = 0x1000;
    rustix::fs::fstatfs(dir).is_ok_and(|fs| fs.f_flags & LOCAL != 0)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(super) fn is_local(_dir: BorrowedFd<'_>) -> bool {
    false
}
