//! Ending a program, as each system does it.

use std::io;
use std::process::{Child, Command};

/// How a program is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// It is asked to: SIGTERM, or Ctrl-Break on Windows.
    Term,
    /// It is interrupted: SIGINT. Windows cannot send Ctrl-C to one program
    /// alone, so there it is Ctrl-Break as well.
    Int,
    /// It is ended without being asked.
    Kill,
}

/// Makes a program one that can be told to end without its parent.
#[cfg(unix)]
pub(super) fn prepare(command: &mut Command) -> &mut Command {
    command
}

#[cfg(unix)]
pub(super) fn send(child: &mut Child, signal: Signal) -> io::Result<()> {
    use rustix::process::{Pid, Signal as System, kill_process};

    let signal = match signal {
        Signal::Term => System::TERM,
        Signal::Int => System::INT,
        Signal::Kill => System::KILL,
    };
    Ok(kill_process(Pid::from_child(child), signal)?)
}

/// Makes a program one that can be told to end without its parent: an event of
/// the console goes to every program of a group.
#[cfg(windows)]
pub(super) fn prepare(command: &mut Command) -> &mut Command {
    use std::os::windows::process::CommandExt;

    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP)
}

#[cfg(windows)]
pub(super) fn send(child: &mut Child, signal: Signal) -> io::Result<()> {
    use send_ctrlc::Interruptible;

    struct Group(u32);

    impl Interruptible for Group {
        fn pid(&mut self) -> io::Result<Option<u32>> {
            Ok(Some(self.0))
        }
    }

    match signal {
        Signal::Term | Signal::Int => Group(child.id()).terminate(),
        Signal::Kill => child.kill(),
    }
}
