//! The user's own configuration file of the engine, which lies in no workspace.
//!
//! A change of it goes the way of every other: planned, asked about with its
//! diff and its effects, recorded in the workspace through which it was asked
//! for, written only if the file is as it was shown.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_change::change::{Change, ConfigText};
use openwork_change::effect::{Effect, EffectKind, Level};
use openwork_change::plan::{Plan, PlanError, plan_global};
use openwork_change::preview::{DIFF_BYTES, Preview, preview};
use openwork_change::store::StoreError;
use openwork_model::config::ConfigTextView;
use openwork_model::files::FileContents;

use crate::access::Writable;
use crate::error::{HostError, SubmitError};
use crate::grant::Requester;
use crate::host::Host;
use crate::state::{StateError, StateFile, StateReading};
use crate::subject::Subject;

/// What the person is told before all else.
const FOR_ALL: &str = "Holds for every workspace of this user, not only for this one.";

/// A file that the user's configuration may stand in.
#[derive(Clone)]
pub struct GlobalConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its contents.
    pub file: Arc<dyn StateFile>,
}

/// Why the user's configuration was not read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GlobalConfigError {
    /// It was refused, or may not be written.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The file could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<HostError> for GlobalConfigError {
    fn from(error: HostError) -> Self {
        Self::Submit(error.into())
    }
}

/// The file as it was found.
struct FoundConfig {
    file: GlobalConfigFile,
    contents: Option<FileContents>,
}

impl Host {
    /// Reads the user's own configuration file: the first that is there of those
    /// that it may stand in, else the one that would be created.
    ///
    /// # Errors
    ///
    /// [`GlobalConfigError::State`] if it cannot be read, or there is no place for
    /// one; a [`HostError`] if it is no text.
    pub async fn global_config(&self) -> Result<ConfigTextView, GlobalConfigError> {
        let FoundConfig { file, contents } = self.find_global_config().await?;
        let view = ConfigTextView::of(file.path, contents.as_deref());
        Ok(view.map_err(StoreError::from).map_err(HostError::from)?)
    }

    /// Writes the user's own configuration file as a whole; gives where it is.
    /// The entry of the audit log is one of the workspace that is named.
    ///
    /// Dropping the future before a person has answered withdraws it.
    ///
    /// # Errors
    ///
    /// A [`GlobalConfigError`]; the file is then as it was.
    pub async fn write_global_config(
        &self,
        at: Writable,
        requester: Requester,
        text: ConfigText,
    ) -> Result<PathBuf, GlobalConfigError> {
        let FoundConfig { file, contents } = self.find_global_config().await?;
        let planned = plan_global(&text, &file.path, contents.clone());
        let plan = planned.map_err(HostError::from)?;
        let GlobalConfigFile { path, file } = file;
        if plan.is_noop() {
            return Ok(path);
        }
        let shown = told(&text, &plan).map_err(HostError::from)?;
        let action = plan.action.as_str();
        let asked = Subject::of_call(
            at.workspace(),
            &requester,
            action,
            plan.summary.clone(),
            shown,
        );
        let subject = Subject {
            paths: vec![path.clone()],
            ..asked
        };
        let recorded = (plan.action, plan.audit.clone());
        let (pool, limiter) = (Arc::clone(&self.pool), Arc::clone(&self.own_files));
        let moved = StoreError::Conflict { path: path.clone() };
        let done = async move {
            let work = move || replace(&*file, contents.as_deref(), plan);
            // Not abandoned once it is begun, like a commit.
            let replaced = pool.run_unbounded(&limiter, work).await??;
            if replaced {
                Ok(())
            } else {
                Err(HostError::from(moved).into())
            }
        };
        self.carry_out_call::<(), GlobalConfigError>(at, requester, subject, recorded, done)
            .await?;
        Ok(path)
    }

    async fn find_global_config(&self) -> Result<FoundConfig, GlobalConfigError> {
        let files = self.options.global_config.clone();
        let find = move || {
            let first = files.first().cloned().ok_or(StateError::NoPlace)?;
            for file in files {
                if let StateReading::Read {
                    bytes: Some(bytes), ..
                } = file.file.read(None)?
                {
                    let contents = Some(bytes.into());
                    return Ok(FoundConfig { file, contents });
                }
            }
            Ok(FoundConfig {
                file: first,
                contents: None,
            })
        };
        self.pool.run(&self.own_files, find).await?
    }
}

/// Puts what was planned in the place of what was shown; false if that is not
/// there any more.
fn replace(file: &dyn StateFile, shown: Option<&[u8]>, plan: Plan) -> Result<bool, StateError> {
    let after = plan.edits.into_iter().next().and_then(|edit| edit.after);
    let mut is_same = false;
    file.update(&mut |bytes| {
        is_same = bytes == shown;
        Ok(after.as_deref().filter(|_| is_same).map(<[u8]>::to_vec))
    })?;
    Ok(is_same)
}

/// What a person is told: the diff and the effects of the file, and for whom it
/// holds. What cannot be shown whole is not asked about, as there are no pages of
/// what lies outside of a workspace.
fn told(text: &ConfigText, plan: &Plan) -> Result<Preview, PlanError> {
    let told = preview(&Change::WriteConfig(text.clone()), plan);
    if told.changes.iter().any(|change| change.truncated) {
        let path = plan.audit.target.clone().into();
        let limit = DIFF_BYTES as u64;
        return Err(PlanError::TooLarge { path, limit });
    }
    let for_all = Effect::new(EffectKind::Unknown, Level::High, FOR_ALL);
    let effects: Vec<_> = std::iter::once(for_all).chain(told.effects).collect();
    Ok(Preview {
        title: "Change the engine's configuration for all workspaces".to_owned(),
        level: Level::High,
        risk: effects.iter().map(|effect| effect.text.clone()).collect(),
        effects,
        rememberable: false,
        covers: String::new(),
        ..told
    })
}
