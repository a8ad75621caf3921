//! Whether the engines answer.

use openwork_doctor::{EngineAnswer, EngineFacts};
use openwork_host::EngineError;
use openwork_http::engine::HttpEngine;
use openwork_model::mask::mask_text;
use tokio::runtime::Builder;

use super::workspace::FoundWorkspace;
use crate::problem::{StartFailure, StartProblem};
use crate::serve;
use crate::settings::Settings;

/// Asks the engine of each workspace that has one for its version.
pub(super) fn ask_all(
    settings: &Settings,
    workspaces: &mut [FoundWorkspace],
) -> Result<(), StartFailure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| {
        StartFailure::Start(StartProblem::new(format!("no threads to run on: {cause}")))
    })?;
    let engine = serve::engine(&settings.engine);
    for found in workspaces {
        if let Some(url) = &found.workspace.base_url {
            let answer = runtime.block_on(ask(&engine, found));
            let url = mask_text(url).into_owned();
            found.engine = Some(EngineFacts { url, answer });
        }
    }
    Ok(())
}

async fn ask(engine: &HttpEngine, found: &FoundWorkspace) -> EngineAnswer {
    let silent = |message: String| EngineAnswer::Silent { message };
    match engine.health(&found.workspace).await {
        Ok(Some(version)) => EngineAnswer::Version(version),
        Ok(None) => silent("what answers there is no engine".to_owned()),
        Err(EngineError::Refused { status: 401 | 403 }) => EngineAnswer::Refused,
        Err(EngineError::Unreachable { reason }) => silent(reason),
        Err(other) => silent(other.to_string()),
    }
}
