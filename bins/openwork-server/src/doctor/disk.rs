//! How much room there is to write.

use std::path::Path;

use openwork_doctor::DiskRoom;

use crate::environment::Environment;
use crate::settings::Settings;

/// The disks that the server writes to, each once.
pub(super) fn all(settings: &Settings, environment: &Environment) -> Vec<DiskRoom> {
    let workspaces = settings.workspaces.iter().map(|one| one.path.clone());
    let own = [settings.token_store.clone(), environment.state_directory()];
    let mut disks: Vec<(u64, DiskRoom)> = Vec::new();
    for path in workspaces.chain(own.into_iter().flatten()) {
        // What is yet to be made is made on the disk of what is above it.
        let Some((disk, room)) = path.ancestors().find_map(room) else {
            continue;
        };
        if disks.iter().all(|(known, _)| *known != disk) {
            disks.push((disk, room));
        }
    }
    disks.into_iter().map(|(_, room)| room).collect()
}

#[cfg(unix)]
fn room(path: &Path) -> Option<(u64, DiskRoom)> {
    let facts = rustix::fs::statvfs(path).ok()?;
    let free_bytes = facts.f_bavail.saturating_mul(facts.f_frsize);
    let path = path.to_path_buf();
    Some((facts.f_fsid, DiskRoom { path, free_bytes }))
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<(u64, DiskRoom)> {
    None
}
