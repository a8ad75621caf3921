//! The calls about tokens that are made for somebody.

use super::{ApiAnswer, ApiClient, ClientResult, segment};
use crate::ItemList;
use crate::token::{MadeTokenResponse, MakeTokenRequest, RenameTokenRequest, TokenItem};

impl ApiClient {
    /// The tokens that were made, the newest first.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn tokens(&self) -> ClientResult<ApiAnswer<ItemList<TokenItem<'static>>>> {
        self.get("/tokens").await
    }

    /// Makes a token; only this answer has it.
    ///
    /// # Errors
    ///
    /// Those of [`tokens`](Self::tokens).
    pub async fn make_token(
        &self,
        request: &MakeTokenRequest<'_>,
    ) -> ClientResult<ApiAnswer<MadeTokenResponse<'static>>> {
        self.post("/tokens", request).await
    }

    /// Calls a token something else.
    ///
    /// # Errors
    ///
    /// Those of [`tokens`](Self::tokens).
    pub async fn rename_token(
        &self,
        id: &str,
        request: &RenameTokenRequest<'_>,
    ) -> ClientResult<ApiAnswer<TokenItem<'static>>> {
        let path = format!("/tokens/{}", segment(id));
        self.patch(&path, request).await
    }

    /// Ends a token, and what its holder has open.
    ///
    /// # Errors
    ///
    /// Those of [`tokens`](Self::tokens).
    pub async fn end_token(&self, id: &str) -> ClientResult<()> {
        self.delete(&format!("/tokens/{}", segment(id))).await
    }
}
