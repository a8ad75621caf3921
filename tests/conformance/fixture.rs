//! Laying out the files of a case.

use std::fs;
use std::path::Path;

use openwork_testkit::sandbox::{Sandbox, make_repository};

use crate::case::{Case, ServerSpec};
use crate::content::{Content, Detailed};
use crate::fault::Fault;
use crate::scope::Scope;
use crate::system;

/// Makes the home, the files and the workspaces of a case.
pub(crate) fn lay_out(sandbox: &Sandbox, scope: &Scope, case: &Case) -> Result<(), Fault> {
    fs::create_dir(sandbox.home())?;
    for (path, content) in &case.files {
        put(sandbox, scope, path, content)?;
    }
    lay_out_workspaces(sandbox, &case.server)
}

fn lay_out_workspaces(sandbox: &Sandbox, spec: &ServerSpec) -> Result<(), Fault> {
    for workspace in std::iter::once("ws").chain(spec.workspaces.iter().map(String::as_str)) {
        let path = sandbox.path(workspace);
        if path.symlink_metadata().is_err() {
            fs::create_dir_all(&path)?;
        }
        let repository = path.join(".git");
        if spec.git && path.is_dir() && repository.symlink_metadata().is_err() {
            make_repository(&repository)?;
        }
    }
    Ok(())
}

/// Puts something into a place, whatever is there.
pub(crate) fn put(
    sandbox: &Sandbox,
    scope: &Scope,
    path: &str,
    content: &Content,
) -> Result<(), Fault> {
    let path = sandbox.path(&scope.text(path)?);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match content {
        Content::Text(text) => fs::write(&path, scope.text(&text.to_text())?)?,
        Content::Detailed(detailed) => put_detailed(scope, &path, detailed)?,
    }
    Ok(())
}

fn put_detailed(scope: &Scope, path: &Path, content: &Detailed) -> Result<(), Fault> {
    if let Some(text) = &content.text {
        let text = scope.text(&text.to_text())?;
        fs::write(
            path,
            if content.crlf {
                text.replace('\n', "\r\n")
            } else {
                text
            },
        )?;
    } else if let Some(json) = &content.json {
        fs::write(path, format!("{:#}\n", scope.fill(json)?))?;
    } else if let Some(target) = &content.symlink {
        system::link(&scope.text(target)?, path)?;
    } else if content.git {
        make_repository(path)?;
    } else if content.dir {
        fs::create_dir_all(path)?;
    } else {
        return Err(Fault::Case(format!("nothing to put at {}", path.display())));
    }
    match &content.mode {
        Some(mode) => Ok(system::set_mode(path, mode)?),
        None => Ok(()),
    }
}
