//! The calls about changes that were made.

use serde_json::{Map, Value};

use super::{ApiAnswer, ApiClient, ClientResult, segment};
use crate::ItemList;
use crate::audit::{AuditEntryResponse, UndoneResponse};

impl ApiClient {
    /// The newest entries of a workspace's audit log, newest first; so many at most.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn audit(
        &self,
        workspace: &str,
        limit: u16,
    ) -> ClientResult<ApiAnswer<ItemList<Value>>> {
        let workspace = segment(workspace);
        self.get(&format!(
            "/approvals/audit?workspace={workspace}&limit={limit}"
        ))
        .await
    }

    /// One change that was made, and what it would be to undo it.
    ///
    /// # Errors
    ///
    /// Those of [`audit`](Self::audit).
    pub async fn audit_entry(
        &self,
        workspace: &str,
        entry: &str,
    ) -> ClientResult<ApiAnswer<AuditEntryResponse<'static>>> {
        let (workspace, entry) = (segment(workspace), segment(entry));
        self.get(&format!("/workspace/{workspace}/audit/{entry}"))
            .await
    }

    /// Undoes a change. Where the host's own writes are asked about, it waits for an
    /// answer, longer than this call does.
    ///
    /// # Errors
    ///
    /// Those of [`audit`](Self::audit).
    pub async fn undo(
        &self,
        workspace: &str,
        entry: &str,
    ) -> ClientResult<ApiAnswer<UndoneResponse<'static>>> {
        let (workspace, entry) = (segment(workspace), segment(entry));
        let nothing = Value::Object(Map::new());
        self.post(
            &format!("/workspace/{workspace}/audit/{entry}/undo"),
            &nothing,
        )
        .await
    }
}
