//! Where a workspace's engine is, and how it lets us in.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::{Authority, Scheme};
use openwork_host::EngineError;
use openwork_model::workspace::{EngineLogin, Workspace};

/// Who the engine (1.18) takes a client for that names nobody.
const USERNAME: &str = "opencode";

/// Where requests for a workspace go.
#[derive(Debug, PartialEq)]
pub(crate) struct EngineTarget {
    /// Name and port.
    authority: Authority,
    /// The path that all others begin with.
    base: String,
    /// The directory that the engine is to work in.
    pub(crate) directory: String,
    /// Basic credentials, where there is a password.
    pub(crate) authorization: Option<HeaderValue>,
}

impl EngineTarget {
    /// Where a workspace's engine is; without credentials of its own it is let in
    /// by those of the server.
    ///
    /// # Errors
    ///
    /// [`EngineError::Url`] if there is no URL, or none that can be called.
    pub(crate) fn of(workspace: &Workspace, login: &EngineLogin) -> Result<Self, EngineError> {
        let refused = |reason| EngineError::Url { reason };
        let url = workspace.base_url.as_deref();
        let url = url.ok_or(refused("there is none"))?;
        let url: Uri = url.trim().parse().map_err(|_| refused("it is no URL"))?;
        // Engines speak plain HTTP, mostly on this machine; TLS would take a
        // library of its own.
        if url.scheme_str() != Some("http") {
            return Err(refused("only http:// can be called"));
        }
        let authority = url.authority().ok_or(refused("it names no host"))?;
        let own = basic(&workspace.login)?;
        let authorization = match own {
            // A workspace's own goes first: engines differ.
            Some(own) => Some(own),
            None => basic(login)?,
        };
        let path = workspace.path.to_string_lossy();
        Ok(Self {
            authority: without_user(authority).ok_or(refused("it names no host"))?,
            base: url.path().trim_end_matches('/').to_owned(),
            directory: workspace
                .directory
                .clone()
                .unwrap_or_else(|| path.into_owned()),
            authorization,
        })
    }

    /// The URI of a path below the engine's, with its query.
    ///
    /// # Errors
    ///
    /// [`EngineError::Url`] if that makes none.
    pub(crate) fn uri(&self, path: &str, query: &str) -> Result<Uri, EngineError> {
        let below = [&*self.base, path, "?", query].concat();
        // Put together from parts: else each call would read the authority again.
        let uri = Uri::builder().scheme(Scheme::HTTP);
        let uri = uri.authority(self.authority.clone());
        let uri = uri.path_and_query(below).build();
        uri.map_err(|_| EngineError::Url {
            reason: "it cannot be put into a request",
        })
    }
}

/// The name and port of an authority; none if it has no name.
fn without_user(authority: &Authority) -> Option<Authority> {
    match authority.as_str().rsplit_once('@') {
        None => Some(authority.clone()),
        Some((_, rest)) => rest.parse().ok(),
    }
}

/// Basic credentials (RFC 7617); none without a password.
fn basic(login: &EngineLogin) -> Result<Option<HeaderValue>, EngineError> {
    let username = login.username.as_deref().unwrap_or(USERNAME);
    let Some(password) = login.password.as_deref() else {
        return Ok(None);
    };
    let credentials = BASE64_STANDARD.encode(format!("{username}:{password}"));
    let value = HeaderValue::try_from(format!("Basic {credentials}"));
    let mut value = value.map_err(|_| EngineError::Url {
        reason: "its credentials cannot be put into a request",
    })?;
    value.set_sensitive(true);
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn target(url: &str) -> Result<EngineTarget, EngineError> {
        let workspace = Workspace {
            base_url: Some(url.to_owned()),
            ..Workspace::at("/srv/my ws".as_ref())
        };
        EngineTarget::of(&workspace, &EngineLogin::default())
    }

    #[test]
    fn requests_go_where_the_url_says() {
        for (url, authority, base) in [
            ("http://127.0.0.1:4096", "127.0.0.1:4096", ""),
            ("http://engine.test/", "engine.test", ""),
            ("http://[::1]:5/sub/", "[::1]:5", "/sub"),
            ("http://u:p@h:6", "h:6", ""),
        ] {
            let target = target(url).unwrap();
            let found = (target.authority.as_str(), &*target.base);
            assert_eq!(found, (authority, base), "{url}");
            // Compared as paths: other systems have another separator.
            assert_eq!(Path::new(&target.directory), Path::new("/srv/my ws"));
            let uri = target.uri("/session", "directory=%2Fa").unwrap();
            assert_eq!(
                uri.to_string(),
                format!("http://{authority}{base}/session?directory=%2Fa")
            );
        }
    }

    #[test]
    fn other_urls_cannot_be_called() {
        for url in [
            "",
            "/only/a/path",
            "https://engine.test",
            "engine.test:80",
            "http://",
        ] {
            assert!(matches!(target(url), Err(EngineError::Url { .. })), "{url}");
        }
    }

    #[test]
    fn credentials_are_basic_and_the_workspaces_own_go_first() {
        let login = |username: Option<&str>, password: Option<&str>| EngineLogin {
            username: username.map(str::to_owned),
            password: password.map(str::to_owned),
        };
        let of = |own: EngineLogin, servers: EngineLogin| {
            let workspace = Workspace {
                base_url: Some("http://h".to_owned()),
                login: own,
                directory: Some("/other".to_owned()),
                ..Workspace::at("/srv/ws".as_ref())
            };
            let target = EngineTarget::of(&workspace, &servers).unwrap();
            assert_eq!(target.directory, "/other");
            target.authorization
        };
        let none = login(None, None);
        let anna = login(Some("anna"), Some("secret"));
        let value = |text: &'static str| Some(HeaderValue::from_static(text));
        assert_eq!(
            of(none.clone(), anna.clone()),
            value("Basic YW5uYTpzZWNyZXQ=")
        );
        let unnamed = login(None, Some("secret"));
        assert_eq!(of(unnamed, anna), value("Basic b3BlbmNvZGU6c2VjcmV0"));
        assert_eq!(of(none, login(Some("anna"), None)), None);
    }
}
