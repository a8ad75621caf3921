//! The calls about pairing devices.

use bytes::Bytes;
use hyper::Method;

use super::{ApiAnswer, ApiClient, ClientResult};
use crate::pairing::{
    MakePairingRequest, PairPreviewResponse, PairRequest, PairingMadeResponse, PairingResponse,
};
use crate::token::MadeTokenResponse;

impl ApiClient {
    /// The pairing code that is open, without itself.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn pairing(&self) -> ClientResult<ApiAnswer<PairingResponse<'static>>> {
        self.get("/pairing").await
    }

    /// Makes a pairing code, in the place of the one that was open.
    ///
    /// # Errors
    ///
    /// Those of [`pairing`](Self::pairing).
    pub async fn make_pairing(
        &self,
        request: &MakePairingRequest<'_>,
    ) -> ClientResult<ApiAnswer<PairingMadeResponse<'static>>> {
        self.post("/pairing", request).await
    }

    /// Ends the pairing code that is open.
    ///
    /// # Errors
    ///
    /// Those of [`pairing`](Self::pairing).
    pub async fn end_pairing(&self) -> ClientResult<()> {
        self.delete("/pairing").await
    }

    /// What a pairing code grants. Takes no token, and a wrong code counts.
    ///
    /// # Errors
    ///
    /// Those of [`pairing`](Self::pairing).
    pub async fn preview_pairing(
        &self,
        request: &PairRequest<'_>,
    ) -> ClientResult<ApiAnswer<PairPreviewResponse<'static>>> {
        self.post_openly("/pair/preview", request).await
    }

    /// Exchanges a pairing code for a token. Takes no token itself.
    ///
    /// # Errors
    ///
    /// Those of [`pairing`](Self::pairing).
    pub async fn pair(
        &self,
        request: &PairRequest<'_>,
    ) -> ClientResult<ApiAnswer<MadeTokenResponse<'static>>> {
        self.post_openly("/pair", request).await
    }

    /// Posts as somebody who has no token yet.
    async fn post_openly<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> ClientResult<ApiAnswer<T>> {
        let body = serde_json::to_vec(body).map_err(|cause| self.lost(cause))?;
        let request = self.request(Method::POST, path, Bytes::from(body), None)?;
        self.answer(self.exchange(request).await?)
    }
}
