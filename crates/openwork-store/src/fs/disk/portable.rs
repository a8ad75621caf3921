//! Other systems: cap-std's directory handles, one component at a time.
//!
//! There are no advisory locks and no promise of local answers here, so views
//! are not cached and two servers do not see each other. Compiled and tested
//! on Unix as well, where nothing else uses it.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use cap_fs_ext::{DirExt as _, FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir as CapDir, File as CapFile, FileType, Metadata, OpenOptions};

use super::{Disk, DiskDir, DiskFile, DiskLock, FileAccess, FileKind, FileStat, NodeId};

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
#[allow(unreachable_pub, reason = "public where it is the disk of the system")]
pub struct PortableDisk;

impl Disk for PortableDisk {
    fn top(&self, path: &Path) -> io::Result<Arc<dyn DiskDir>> {
        let is_top = |c: &Component<'_>| matches!(c, Component::Prefix(_) | Component::RootDir);
        let top: PathBuf = path.components().take_while(is_top).collect();
        Ok(Arc::new(PortableDir(CapDir::open_ambient_dir(
            top,
            ambient_authority(),
        )?)))
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        let dir = CapDir::open_ambient_dir(path, ambient_authority())?;
        stat(&dir.dir_metadata()?)
    }
}

#[derive(Debug)]
struct PortableDir(CapDir);

impl PortableDir {
    /// Opens the directory that holds the last component.
    fn parent<'p>(&self, path: &'p str) -> io::Result<(Option<CapDir>, &'p str)> {
        let Some((way, name)) = path.rsplit_once('/') else {
            return Ok((None, path));
        };
        let mut here = self.0.try_clone()?;
        for component in way.split('/') {
            here = here.open_dir_nofollow(component)?;
        }
        Ok((Some(here), name))
    }

    fn open(&self, path: &str, options: &mut OpenOptions) -> io::Result<Box<dyn DiskFile>> {
        let (parent, name) = self.parent(path)?;
        let dir = parent.as_ref().unwrap_or(&self.0);
        let file = dir.open_with(name, options.follow(FollowSymlinks::No))?;
        Ok(Box::new(PortableFile(Mutex::new(file))))
    }
}

impl DiskDir for PortableDir {
    fn open_dir(&self, path: &str) -> io::Result<Arc<dyn DiskDir>> {
        let (parent, name) = self.parent(path)?;
        let dir = parent.as_ref().unwrap_or(&self.0);
        Ok(Arc::new(Self(dir.open_dir_nofollow(name)?)))
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        let (parent, name) = self.parent(path)?;
        let dir = parent.as_ref().unwrap_or(&self.0);
        // Looked at first: opening a FIFO would wait for its writer.
        if !dir.symlink_metadata(name)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.open(path, OpenOptions::new().read(true))
    }

    fn stat_self(&self) -> io::Result<FileStat> {
        stat(&self.0.dir_metadata()?)
    }

    fn stat(&self, path: &str) -> io::Result<FileStat> {
        let (parent, name) = self.parent(path)?;
        stat(&parent.as_ref().unwrap_or(&self.0).symlink_metadata(name)?)
    }

    fn read_link(&self, name: &str) -> io::Result<PathBuf> {
        self.0.read_link_contents(name)
    }

    fn list(&self) -> io::Result<Vec<(String, FileKind)>> {
        let mut entries = Vec::new();
        for entry in self.0.entries()? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push((name, kind(entry.file_type()?)));
            }
        }
        Ok(entries)
    }

    fn create(&self, name: &str, _access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.open(name, OpenOptions::new().write(true).create_new(true))
    }

    fn append(&self, name: &str, _access: FileAccess) -> io::Result<Box<dyn DiskFile>> {
        self.open(
            name,
            OpenOptions::new().read(true).append(true).create(true),
        )
    }

    fn make_dir(&self, name: &str) -> io::Result<()> {
        self.0.create_dir(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, &self.0, to)
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        self.0.remove_file_or_symlink(name)
    }

    fn remove_dir(&self, name: &str) -> io::Result<()> {
        self.0.remove_dir(name)
    }

    fn sync(&self) -> io::Result<()> {
        // Windows has no such call; elsewhere a handle opened for reading is needed.
        if cfg!(windows) {
            Ok(())
        } else {
            self.0.open(".")?.into_std().sync_all()
        }
    }

    fn try_lock(&self) -> io::Result<DiskLock> {
        Ok(DiskLock::Unsupported)
    }

    fn unlock(&self) -> io::Result<()> {
        Ok(())
    }

    fn is_local(&self) -> bool {
        false
    }
}

/// A file with a position, as not every system reads at an offset.
#[derive(Debug)]
struct PortableFile(Mutex<CapFile>);

impl PortableFile {
    fn with<T>(&self, act: impl FnOnce(&mut CapFile) -> io::Result<T>) -> io::Result<T> {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl DiskFile for PortableFile {
    fn stat(&self) -> io::Result<FileStat> {
        self.with(|file| stat(&file.metadata()?))
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.with(|file| {
            file.seek(SeekFrom::Start(offset))?;
            file.read(buffer)
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|file| file.write(bytes))
    }

    fn adopt(&self, _other: &FileStat) -> io::Result<()> {
        Ok(())
    }

    fn set_executable(&self, _executable: bool) -> io::Result<()> {
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.with(|file| file.sync_all())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.with(|file| file.sync_data())
    }
}

fn kind(file_type: FileType) -> FileKind {
    if file_type.is_file() {
        FileKind::File
    } else if file_type.is_dir() {
        FileKind::Dir
    } else if file_type.is_symlink() {
        FileKind::Link
    } else {
        FileKind::Special
    }
}

fn stat(metadata: &Metadata) -> io::Result<FileStat> {
    let modified = metadata
        .modified()?
        .into_std()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let modified = i64::try_from(modified.as_nanos()).unwrap_or(i64::MAX);
    Ok(FileStat {
        kind: kind(metadata.file_type()),
        id: NodeId {
            device: metadata.dev(),
            inode: metadata.ino(),
        },
        size: metadata.len(),
        modified,
        changed: modified,
        mode: 0,
        owner: (0, 0),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use openwork_change::change::{Change, Fields, SkillDraft};
    use openwork_change::query::{Query, View};
    use openwork_change::store::{Order, Store as _, StoreError};
    use openwork_model::actor::{Actor, ActorKind, TokenHash};
    use openwork_model::audit::ApprovedBy;
    use openwork_model::name::SkillName;
    use openwork_model::workspace::Workspace;
    use openwork_testkit::sandbox::Sandbox;

    use super::*;
    use crate::{FsOptions, FsStore};

    fn store(sandbox: &Sandbox) -> FsStore {
        let options = FsOptions::new(Workspace::at(&sandbox.workspace()));
        FsStore::open(FsOptions {
            disk: Arc::new(PortableDisk),
            ..options
        })
        .unwrap()
    }

    fn skills(store: &FsStore) -> Vec<String> {
        let answer = store
            .view(&Query::Skills {
                include_global: false,
                skipped: false,
            })
            .unwrap();
        let View::Skills(skills) = &answer.view else {
            unreachable!()
        };
        skills.items.iter().map(|item| item.name.clone()).collect()
    }

    fn commit(store: &FsStore, change: Change) -> Result<(), StoreError> {
        let actor = Actor {
            kind: ActorKind::Host,
            client_id: None,
            token_hash: TokenHash::of("t"),
        };
        let order = Order {
            proposal: Arc::new(change.into()),
            shown: None,
            actor,
            approval: ApprovedBy::Auto.into(),
        };
        store.commit(vec![order]).remove(0).map(drop)
    }

    fn skill(name: &str) -> Change {
        let fields = serde_json::json!({ "name": name, "content": "x", "description": "d" });
        let fields: Fields = serde_json::from_value(fields).unwrap();
        Change::UpsertSkill(SkillDraft::from_fields(&fields).unwrap())
    }

    #[test]
    fn a_store_works_on_it() {
        let sandbox = Sandbox::new().unwrap();
        let store = store(&sandbox);
        commit(&store, skill("s")).unwrap();
        commit(&store, skill("t")).unwrap();
        commit(&store, Change::DeleteSkill(SkillName::parse("s").unwrap())).unwrap();
        assert_eq!(skills(&store), ["t"]);
        assert_eq!(store.audit(9).unwrap().len(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_are_neither_read_nor_written() {
        let sandbox = Sandbox::new().unwrap();
        sandbox
            .write(
                "outside/skills/s/SKILL.md",
                "---\nname: s\ndescription: d\n---\n",
            )
            .unwrap();
        std::os::unix::fs::symlink(sandbox.path("outside"), sandbox.path("ws/.opencode")).unwrap();
        let store = store(&sandbox);
        assert_eq!(skills(&store), Vec::<String>::new());
        assert!(commit(&store, skill("s")).is_err());
        assert!(commit(&store, skill("new")).is_err());
        let names: Vec<_> = std::fs::read_dir(sandbox.path("outside"))
            .unwrap()
            .collect();
        assert_eq!(names.len(), 1);
    }
}
