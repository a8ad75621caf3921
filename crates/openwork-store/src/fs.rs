//! Reaching files: from handle to handle, never by a path that was checked before.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`disk`] | every system call that is made, as a port |
//! | [`anchor`] | the workspace's directory, opened once |
//! | [`resolve`] | following a path by hand, links included |
//! | [`reader`] | one operation's confined reading of the files |
//! | [`spelling`] | whether the file system ignores case |
//! | [`tree`] | making and removing the directories on the way to a file |

pub(crate) mod anchor;
pub mod disk;
pub(crate) mod reader;
pub(crate) mod resolve;
pub(crate) mod spelling;
pub(crate) mod tree;
pub(crate) mod withheld;
