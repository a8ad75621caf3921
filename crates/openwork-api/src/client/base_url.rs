//! The address of a server: `http://HOST:PORT`, and nothing else.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use hyper::Uri;

/// The URL of a server, checked and in one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// An IPv6 address is in brackets here (RFC 3986, section 3.2.2).
    host: String,
    port: u16,
}

/// A text is no URL of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is no server URL: {reason}")]
pub struct BaseUrlError {
    /// The text.
    url: String,
    /// What is wrong with it.
    reason: &'static str,
}

impl BaseUrl {
    /// Reads a URL. There is no `https`: the server does not speak it itself.
    ///
    /// ```
    /// use openwork_api::client::BaseUrl;
    ///
    /// let url = BaseUrl::parse("HTTP://LocalHost:8787/")?;
    /// assert_eq!(url.to_string(), "http://localhost:8787");
    /// assert!(BaseUrl::parse("https://localhost:8787").is_err());
    /// # Ok::<(), openwork_api::client::BaseUrlError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the text is anything but `http://`, a host and perhaps a port.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        read(text).map_err(|reason| BaseUrlError {
            url: text.to_owned(),
            reason,
        })
    }

    /// The host, an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the `Host` header says.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether two URLs lead to the same server, by all that the texts tell.
    pub fn leads_to(&self, other: &Self) -> bool {
        // All names of this machine are one. Other names are compared as text:
        // what they resolve to may change between two looks.
        let is_same_host = self.host == other.host || (self.is_local() && other.is_local());
        is_same_host && self.port == other.port
    }

    /// Whether only this machine's own programs reach it.
    pub fn is_local(&self) -> bool {
        let is_loopback = |address: IpAddr| address.is_loopback();
        self.host == "localhost" || self.host().parse().is_ok_and(is_loopback)
    }
}

impl From<SocketAddr> for BaseUrl {
    fn from(address: SocketAddr) -> Self {
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self {
            host,
            port: address.port(),
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host, self.port)
    }
}

fn read(text: &str) -> Result<BaseUrl, &'static str> {
    let uri: Uri = text
        .trim()
        .parse()
        .map_err(|_| "it is not written as one")?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => return Err("the server speaks plain HTTP"),
        _ => return Err("it does not begin with `http://`"),
    }
    let authority = uri.authority().ok_or("it names no host")?;
    // A name before `@` can look like the host: `http://127.0.0.1@evil.example`.
    if authority.as_str().contains('@') {
        return Err("a user name has no place in it");
    }
    if uri.path() != "/" || uri.query().is_some() {
        return Err("it goes on after the port");
    }
    let host = authority.host().to_ascii_lowercase();
    let port = match authority.port_u16() {
        Some(port) => port,
        // A port that is no number is none to the parser, and the default port
        // would be the wrong server.
        None if authority.as_str().len() > authority.host().len() => {
            return Err("its port is no port");
        }
        None => 80,
    };
    if host.is_empty() || port == 0 {
        return Err("it names no host and port");
    }
    Ok(BaseUrl { host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_http_url_is_taken() {
        for (text, expected) in [
            ("http://127.0.0.1:8787", Ok("http://127.0.0.1:8787")),
            ("http://nas.example/", Ok("http://nas.example:80")),
            ("http://[::1]:1", Ok("http://[::1]:1")),
            ("https://a:1", Err("the server speaks plain HTTP")),
            ("127.0.0.1:8787", Err("it does not begin with `http://`")),
            ("localhost", Err("it does not begin with `http://`")),
            ("http://u:p@a:1", Err("a user name has no place in it")),
            ("http://a:1/x", Err("it goes on after the port")),
            ("http://a:1?x", Err("it goes on after the port")),
            ("http://a:0", Err("it names no host and port")),
            ("http://a:99999", Err("its port is no port")),
            ("", Err("it is not written as one")),
        ] {
            let found = read(text).map(|url| url.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn names_of_this_machine_are_one() {
        let url = |text| BaseUrl::parse(text).unwrap();
        assert!(url("http://localhost:1").leads_to(&url("http://127.0.0.1:1")));
        assert!(url("http://[::1]:1").leads_to(&url("http://127.0.0.1:1")));
        assert!(!url("http://localhost:1").leads_to(&url("http://127.0.0.1:2")));
        assert!(!url("http://192.0.2.1:1").leads_to(&url("http://127.0.0.1:1")));
        assert_eq!(url("http://[::1]:1").host(), "::1");
    }
}
