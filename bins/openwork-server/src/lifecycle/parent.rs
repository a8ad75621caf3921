//! The process that started this one, on Windows.

use winsafe::co::{ERROR, PROCESS, TH32CS};
use winsafe::{FILETIME, GetCurrentProcessId, HPROCESS, HPROCESSLIST, SysResult};

/// Waits until the process that started this one has ended.
pub(super) fn wait() -> SysResult<()> {
    let Some(id) = id()? else { return Ok(()) };
    let rights = PROCESS::SYNCHRONIZE | PROCESS::QUERY_LIMITED_INFORMATION;
    // While the handle is held, the id is not given to another process.
    let parent = match HPROCESS::OpenProcess(rights, false, id) {
        Ok(parent) => parent,
        // Nobody has that id any more.
        Err(ERROR::INVALID_PARAMETER) => return Ok(()),
        Err(error) => return Err(error),
    };
    // It was given to another one already if that began after this one.
    if started(&parent)? > started(&HPROCESS::GetCurrentProcess())? {
        return Ok(());
    }
    parent.WaitForSingleObject(None).map(drop)
}

/// The id of the process that started this one. Windows keeps it after that
/// process has ended.
fn id() -> SysResult<Option<u32>> {
    let own = GetCurrentProcessId();
    let mut list = HPROCESSLIST::CreateToolhelp32Snapshot(TH32CS::SNAPPROCESS, None)?;
    for process in list.iter_processes() {
        let process = process?;
        if process.th32ProcessID == own {
            return Ok(Some(process.th32ParentProcessID));
        }
    }
    Ok(None)
}

/// When a process began, in the units of the system.
fn started(process: &HPROCESS) -> SysResult<u64> {
    let (
        FILETIME {
            dwLowDateTime,
            dwHighDateTime,
        },
        ..,
    ) = process.GetProcessTimes()?;
    Ok(u64::from(dwHighDateTime) << 32 | u64::from(dwLowDateTime))
}
