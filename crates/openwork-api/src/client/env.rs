//! The calls for environment variables, which take the host token.

use super::{ApiAnswer, ApiClient, ClientResult, segment};
use crate::ItemList;
use crate::env::{EnvItem, EnvKeysResponse, EnvSetResponse, SetEnvRequest};

impl ApiClient {
    /// The variables that are kept, with their values.
    ///
    /// # Errors
    ///
    /// Fails if no answer comes, or another one than that.
    pub async fn env(&self) -> ClientResult<ApiAnswer<ItemList<EnvItem<'static>>>> {
        self.get("/env").await
    }

    /// Their names.
    ///
    /// # Errors
    ///
    /// Those of [`env`](Self::env).
    pub async fn env_keys(&self) -> ClientResult<ApiAnswer<EnvKeysResponse<'static>>> {
        self.get("/env/keys").await
    }

    /// Sets variables, all or none. One that makes programs load code waits for a
    /// person, longer than this call does.
    ///
    /// # Errors
    ///
    /// Those of [`env`](Self::env), and if the server refuses.
    pub async fn set_env(
        &self,
        request: &SetEnvRequest<'_>,
    ) -> ClientResult<ApiAnswer<EnvSetResponse>> {
        self.put("/env", request).await
    }

    /// Takes a variable away.
    ///
    /// # Errors
    ///
    /// Those of [`set_env`](Self::set_env).
    pub async fn remove_env(&self, key: &str) -> ClientResult<()> {
        self.delete(&format!("/env/{}", segment(key))).await
    }
}
