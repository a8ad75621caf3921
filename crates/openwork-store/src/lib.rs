//! OpenWork files on disk: confined reads, atomic commits, audit log.
