//! The server's own TLS, by rustls.

use std::fmt;
use std::sync::Arc;

use rustls_pki_types::pem::{self, PemObject as _};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig, crypto};

/// A certificate and its key: with them the server speaks HTTPS.
///
/// The same port goes on speaking plain HTTP with programs on this machine,
/// which nobody on the network can read: they look for the server by its
/// address and have no means to check a certificate for a name.
#[derive(Clone)]
pub struct TlsIdentity(Arc<ServerConfig>);

/// Why a certificate and a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// There is no certificate in the text.
    #[error(
        "there is no certificate in it; a PEM file with `-----BEGIN CERTIFICATE-----` is expected"
    )]
    NoCertificate,
    /// A certificate cannot be read.
    #[error("the certificate cannot be read: {0}")]
    Certificate(#[source] pem::Error),
    /// There is no key that can be read.
    #[error(
        "the key cannot be read: {0}; a PEM file with `-----BEGIN PRIVATE KEY-----` and without a password is expected"
    )]
    Key(#[source] pem::Error),
    /// The two do not fit each other, or are of a kind that is not known.
    #[error("certificate and key cannot be used: {0}")]
    Unfit(#[from] rustls::Error),
}

impl TlsIdentity {
    /// Reads a chain of certificates, the server's own first, and its key.
    ///
    /// # Errors
    ///
    /// A [`TlsError`] that says what is wrong with which of the two.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.map_err(TlsError::Certificate)?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsError::Key)?;
        // Named here: a process-wide default would be the embedder's to choose.
        let provider = Arc::new(crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

/// Without the key.
impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity").finish_non_exhaustive()
    }
}
