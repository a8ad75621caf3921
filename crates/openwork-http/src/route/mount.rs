//! One workspace as if it were the whole server: `/w/A/workspace/A/…`.

use openwork_model::workspace::WorkspaceId;

use crate::error::Failure;

/// The path that is meant: what is mounted on the workspace that it names is
/// the path without the mount. All others stay.
///
/// # Errors
///
/// [`Failure::NotFound`] if a path names another workspace than the one that
/// it is mounted on.
pub(crate) fn unmounted(path: &str) -> Result<&str, Failure> {
    let Some((mount, rest)) = path
        .strip_prefix("/w/")
        .and_then(|rest| rest.split_once('/'))
    else {
        return Ok(path);
    };
    let Some(named) = rest.strip_prefix("workspace/") else {
        return Ok(path);
    };
    let id = named.split_once('/').map_or(named, |(id, _)| id);
    if WorkspaceId::plain(id) != WorkspaceId::plain(mount) {
        return Err(Failure::NotFound);
    }
    // From the slash before `workspace` on.
    Ok(&path[path.len() - rest.len() - 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_taken_off_where_it_is_the_workspace_itself() {
        for (path, meant) in [
            ("/w/ws_1/workspace/ws_1/config", "/workspace/ws_1/config"),
            ("/w/rem_a/workspace/a/mcp", "/workspace/a/mcp"),
            ("/w/a/workspace/rem_a/mcp", "/workspace/rem_a/mcp"),
            ("/w/a/health", "/w/a/health"),
            ("/w/a", "/w/a"),
            ("/workspace/a/config", "/workspace/a/config"),
            ("/health", "/health"),
        ] {
            assert_eq!(unmounted(path).unwrap(), meant);
        }
        for path in [
            "/w/a/workspace/b/config",
            "/w/a/workspace/",
            "/w/a/workspace/A/config",
        ] {
            assert!(matches!(unmounted(path), Err(Failure::NotFound)), "{path}");
        }
    }
}
