//! Calls of an engine that a person is asked about.

use std::net::IpAddr;
use std::sync::Arc;

use openwork_approval::AnswerMeans;
use openwork_change::change::{Action, read};
use openwork_change::effect::{Effect, EffectKind, Level, weigh};
use openwork_change::plan::{PlanError, plan};
use openwork_change::preview::Preview;
use openwork_model::actor::Actor;
use openwork_model::audit::{Approval, AuditNote};
use openwork_model::fields::Fields;
use openwork_model::files::MemoryFiles;
use openwork_model::mask::{mask, mask_text};
use openwork_model::workspace::Workspace;
use serde_json::Value;

use super::asked::AskedCall;
use super::beyond::BeyondTalk;
use crate::access::Writable;
use crate::consent::approved_by;
use crate::error::{HostError, SubmitError};
use crate::grant::Requester;
use crate::host::Host;
use crate::record::short;
use crate::subject::{LeftOut, Subject};

/// A call as a person is asked about it.
#[derive(Debug, Clone)]
pub struct EngineAsk {
    title: &'static str,
    summary: String,
    effects: Vec<Effect>,
}

impl EngineAsk {
    /// Describes a call: its method and path, and its body.
    ///
    /// # Errors
    ///
    /// [`HostError::Store`] if the body has to be a configuration and is none
    /// that the engine would take.
    pub fn new(
        call: &AskedCall,
        method: &str,
        path: &str,
        body: &Fields,
    ) -> Result<Self, HostError> {
        let told = call.effects.iter();
        let mut effects: Vec<Effect> = told
            .map(|(kind, text)| Effect::new(*kind, Level::High, *text).at(path))
            .collect();
        if call.is_config {
            effects.extend(effects_of_config(body)?);
        }
        if !body.is_empty() {
            let text = told_body(call, body);
            effects.push(Effect::new(EffectKind::Unknown, Level::High, text));
        }
        Ok(Self {
            title: call.title,
            summary: mask_text(&format!("{}: {method} {path}", call.title)).into_owned(),
            effects,
        })
    }

    /// Describes what a call does beyond talking to an agent.
    pub fn beyond_talk(method: &str, path: &str, beyond: BeyondTalk) -> Self {
        const TITLE: &str = "Do more than talk to an agent";

        let effects = beyond.effects.into_iter();
        Self {
            title: TITLE,
            summary: mask_text(&format!("{TITLE}: {method} {path}")).into_owned(),
            effects: effects.map(|effect| effect.at(path)).collect(),
        }
    }

    fn subject(self, workspace: &Workspace, actor: Actor, address: Option<IpAddr>) -> Subject {
        let Self {
            title,
            summary,
            effects,
        } = self;
        Subject {
            workspace: workspace.id.clone(),
            workspace_name: workspace.name.clone(),
            action: Action::EngineCall.as_str(),
            summary,
            paths: Vec::new(),
            actor,
            address,
            amended: Vec::new(),
            digest: None,
            preview: Preview {
                changes: Vec::new(),
                title: title.to_owned(),
                level: Level::High,
                risk: effects.iter().map(|effect| effect.text.clone()).collect(),
                effects,
                rememberable: false,
                covers: String::new(),
            },
            shown: None,
            left_out: LeftOut::default(),
        }
    }
}

/// What a configuration sets off, as if it were written into an empty file:
/// what is there already is not known here.
fn effects_of_config(body: &Fields) -> Result<Vec<Effect>, HostError> {
    let section = Fields::from_iter([("opencode".to_owned(), Value::Object(body.clone()))]);
    let change = read::merge_config(&section).map_err(PlanError::from)?;
    let planned = plan(&change.clone().into(), &MemoryFiles::new())?;
    Ok(weigh(&change, &planned).effects)
}

/// All that is sent, but for secrets.
fn told_body(call: &AskedCall, body: &Fields) -> String {
    if call.shows_body {
        return format!("Sends the engine: {}", mask(&Value::Object(body.clone())));
    }
    let names: Vec<&str> = body.keys().map(String::as_str).collect();
    format!("Sends the engine values of: {}", names.join(", "))
}

impl Host {
    /// Records what somebody answers an agent, before it is sent.
    ///
    /// # Errors
    ///
    /// A [`HostError`] if it cannot be recorded; it is not to be sent then.
    pub async fn note_answer(
        &self,
        at: &Writable,
        requester: &Requester,
        means: AnswerMeans,
        summary: &str,
    ) -> Result<(), HostError> {
        let note = AuditNote {
            target: "agent".to_owned(),
            summary: short(&mask_text(summary)),
        };
        let approval = Approval {
            by: approved_by(means),
            address: requester.address(),
            rule_id: None,
            request_id: None,
            answered_at: Some(self.options.clock.now_ms()),
        };
        let recorded = (Action::EngineCall, note);
        let handle = Arc::clone(&at.handle);
        self.note_call(handle, requester.actor(), recorded, approval)
            .await
    }

    /// Asks about a call, records it, and makes it by `done`.
    ///
    /// Dropping the future before a person has answered withdraws the call;
    /// afterwards it is made, whether or not the caller waits for it.
    ///
    /// # Errors
    ///
    /// A [`SubmitError`] if the person did not allow it or it could not be
    /// recorded; then it was not made. Otherwise what `done` gives.
    pub async fn call_engine<T, E>(
        &self,
        at: Writable,
        requester: Requester,
        ask: EngineAsk,
        done: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<SubmitError> + ToString + Send + 'static,
    {
        let note = AuditNote {
            target: "engine".to_owned(),
            summary: ask.summary.clone(),
        };
        let subject = ask.subject(&at.handle.workspace, requester.actor(), requester.address());
        let recorded = (Action::EngineCall, note);
        self.carry_out_call(at, requester, subject, recorded, done)
            .await
    }
}
