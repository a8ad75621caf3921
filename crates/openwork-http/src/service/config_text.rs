//! The engine's configuration as the text of a file: the workspace's, or the
//! user's own.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::receipt::ConfigWritten;
use openwork_api::view::ConfigTextResponse;
use openwork_change::change::{Change, ConfigText, Fields, JsonObject};
use openwork_host::Writable;
use openwork_model::invalid::Invalid;
use openwork_model::scope::Scope;

use super::write::submission;
use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::RouteAccess;

/// Whose file is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConfigOwner {
    Project,
    Global,
}

impl ConfigOwner {
    /// The scope of a word; without one the workspace's.
    fn of(word: Option<&str>) -> Result<Self, Invalid> {
        match word.map(|word| word.trim().to_ascii_lowercase()).as_deref() {
            None | Some("" | "project") => Ok(Self::Project),
            Some("global") => Ok(Self::Global),
            Some(_) => Err(Invalid::WrongType {
                field: "scope".to_owned(),
                expected: "project or global",
            }),
        }
    }
}

impl ServiceState {
    /// Whether a request is for the user's own file, which only owners see.
    pub(super) fn asks_for_global_config(context: &RequestContext<'_>) -> Result<bool, Failure> {
        let word = context.parameters().get("scope");
        match ConfigOwner::of(word.as_deref())? {
            ConfigOwner::Project => Ok(false),
            ConfigOwner::Global => {
                context.caller.reaches(RouteAccess::Client(Scope::Owner))?;
                Ok(true)
            }
        }
    }

    pub(super) async fn global_config(&self) -> Result<Response<ReplyBody>, Failure> {
        let view = self.host.global_config().await?;
        reply::json(&ConfigTextResponse::from(&view))
    }

    pub(super) async fn write_config_text<B>(
        &self,
        at: Writable,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let made = body::made(body, self.usual_bounds(), |fields| wanted(&fields)).await?;
        let (scope, text) = made.value?;
        if scope == ConfigOwner::Project {
            let submission = submission(Change::WriteConfig(text), context)?;
            let outcome = self.host.submit_holding(at, submission, made.held).await?;
            return reply::outcome(&outcome, &self.renders);
        }
        context.caller.reaches(RouteAccess::Client(Scope::Owner))?;
        let requester = context.requester()?;
        let path = self.host.write_global_config(at, requester, text).await?;
        reply::json(&ConfigWritten::new(&path))
    }
}

/// Reads `{ "scope"?, "content" }`.
fn wanted(fields: &Fields) -> Result<(ConfigOwner, ConfigText), Invalid> {
    let scope = ConfigOwner::of(JsonObject::new(fields).text("scope")?)?;
    Ok((scope, ConfigText::from_fields(fields)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_one_of_two_words() {
        for (word, expected) in [
            (None, Some(ConfigOwner::Project)),
            (Some("project"), Some(ConfigOwner::Project)),
            (Some(" Global "), Some(ConfigOwner::Global)),
            (Some("user"), None),
        ] {
            assert_eq!(ConfigOwner::of(word).ok(), expected, "{word:?}");
        }
    }
}
