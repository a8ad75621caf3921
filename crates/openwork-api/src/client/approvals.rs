//! The calls of the host.

use crate::ItemList;
use crate::approval::{
    AgentReplyRequest, AmendRequest, ApprovalItem, ApprovalsWithAgents, DiffPageResponse,
    EndedItem, HistoryPage, HistoryQuery, KeepResponse, ReplyRequest, ReplyResponse, RuleItem,
};
use crate::receipt::DoneResponse;
use serde_json::Map;

use super::{ApiAnswer, ApiClient, ClientResult, EventReader, segment};

impl ApiClient {
    /// The requests that wait, in short.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn approvals(&self) -> ClientResult<ApiAnswer<ItemList<ApprovalItem<'static>>>> {
        self.get("/approvals").await
    }

    /// The requests that wait, and what would be written.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn approvals_with_changes(
        &self,
    ) -> ClientResult<ApiAnswer<ItemList<ApprovalItem<'static>>>> {
        self.get("/approvals?include=changes").await
    }

    /// One request in full, perhaps with the secrets of what changes.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn approval(
        &self,
        id: &str,
        reveal: bool,
    ) -> ClientResult<ApiAnswer<ApprovalItem<'static>>> {
        let query = if reveal { "?reveal=true" } else { "" };
        self.get(&format!("/approvals/{}{query}", segment(id)))
            .await
    }

    /// The path of the first page of a file's whole diff, the file by its place
    /// among those that the request changes. Where the server names a path
    /// itself, that one is better.
    pub fn diff_path(id: &str, index: u64) -> String {
        format!("/approvals/{}/files/{index}", segment(id))
    }

    /// A page of the whole diff of one file, by a path that the server gave.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn diff_page(
        &self,
        path: &str,
    ) -> ClientResult<ApiAnswer<DiffPageResponse<'static>>> {
        self.get(path).await
    }

    /// Has a request wait 5 minutes longer, in all an hour at most.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn keep(&self, id: &str) -> ClientResult<ApiAnswer<KeepResponse>> {
        self.post(&format!("/approvals/{}/keep", segment(id)), &Map::new())
            .await
    }

    /// One request as it would be with some of it left out or worded differently.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn amended(
        &self,
        id: &str,
        amend: &AmendRequest<'_>,
    ) -> ClientResult<ApiAnswer<ApprovalItem<'static>>> {
        self.post(&format!("/approvals/{}/amend", segment(id)), amend)
            .await
    }

    /// Answers a request.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn reply(
        &self,
        id: &str,
        reply: &ReplyRequest<'_>,
    ) -> ClientResult<ApiAnswer<ReplyResponse<'static>>> {
        self.post(&format!("/approvals/{}", segment(id)), reply)
            .await
    }

    /// The requests that have ended, the last one first.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn history(
        &self,
        query: &HistoryQuery<'_>,
    ) -> ClientResult<ApiAnswer<HistoryPage<EndedItem<'static>>>> {
        let texts = [
            ("workspace", &query.workspace),
            ("client", &query.client),
            ("level", &query.level),
            ("outcome", &query.outcome),
            ("cursor", &query.cursor),
        ];
        let limit = query.limit.unwrap_or(200);
        let given = texts.into_iter().filter_map(|(name, text)| {
            let text = text.as_deref()?;
            Some(format!("&{name}={}", segment(text)))
        });
        let given: String = given.collect();
        let changes = if query.changes {
            "&include=changes"
        } else {
            ""
        };
        let path = format!("/approvals/history?limit={limit}{given}{changes}");
        self.get(&path).await
    }

    /// The timed allowances.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn rules(&self) -> ClientResult<ApiAnswer<ItemList<RuleItem<'static>>>> {
        self.get("/approvals/rules").await
    }

    /// Takes a timed allowance back.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn revoke(&self, id: &str) -> ClientResult<()> {
        self.delete(&format!("/approvals/rules/{}", segment(id)))
            .await
    }

    /// Opens the stream of what happens to requests. It begins with a snapshot.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn events(&self) -> ClientResult<EventReader> {
        self.stream("/approvals/events").await
    }

    /// Opens the same stream, which also tells what agents wait for.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn events_and_agents(&self) -> ClientResult<EventReader> {
        self.stream("/approvals/events?include=engine").await
    }

    /// The requests that wait, what would be written, and what agents wait for.
    /// Of a server that knows nothing of agents there is nothing of them.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn approvals_and_agents(
        &self,
    ) -> ClientResult<ApiAnswer<ApprovalsWithAgents<'static>>> {
        self.get("/approvals?include=changes,engine").await
    }

    /// Answers what an agent waits for.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn answer_agent(
        &self,
        workspace: &str,
        id: &str,
        reply: &AgentReplyRequest<'_>,
    ) -> ClientResult<ApiAnswer<DoneResponse>> {
        let (workspace, id) = (segment(workspace), segment(id));
        self.post(&format!("/approvals/agent/{workspace}/{id}"), reply)
            .await
    }
}
