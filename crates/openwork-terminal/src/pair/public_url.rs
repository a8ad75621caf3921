//! The address that other devices reach a server by.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use openwork_api::client::BaseUrl;

/// The URL of a server as another device sees it: `http://` or `https://`, a
/// host and perhaps a port. It may be that of a proxy in front.
///
/// ```
/// use openwork_terminal::PublicUrl;
///
/// let url: PublicUrl = "https://box.tail1234.ts.net/".parse()?;
/// assert_eq!(url.to_string(), "https://box.tail1234.ts.net");
/// assert!("http://127.0.0.1:8787".parse::<PublicUrl>().is_err());
/// # Ok::<(), openwork_terminal::NoPublicUrl>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    is_secure: bool,
    /// Host and port; one that goes without saying is not said.
    authority: String,
}

/// A text is no address that another device could reach a server by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPublicUrl {
    /// It is not written as one.
    #[error("write it as the device does, such as https://NAME or http://ADDRESS:PORT")]
    Malformed,
    /// Each device takes it for its own.
    #[error("on another device that address is the device itself")]
    Loopback,
}

impl PublicUrl {
    /// The address of a server that is reached without a proxy.
    pub(crate) fn direct(url: &BaseUrl, is_secure: bool) -> Self {
        Self {
            is_secure,
            authority: url.authority(),
        }
    }

    /// The name or the address in it, without a port.
    pub fn host(&self) -> &str {
        let authority = self.authority.as_str();
        // A colon within brackets is a part of the address.
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }

    /// Whether nobody on the way can read what is sent.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }
}

impl FromStr for PublicUrl {
    type Err = NoPublicUrl;

    fn from_str(text: &str) -> Result<Self, NoPublicUrl> {
        let (scheme, rest) = text
            .trim()
            .split_once("://")
            .ok_or(NoPublicUrl::Malformed)?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(NoPublicUrl::Malformed),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(NoPublicUrl::Malformed);
        }
        // Beside the scheme it has to be what the server's own URLs are.
        let checked = BaseUrl::parse(&format!("http://{authority}"));
        let checked = checked.map_err(|_| NoPublicUrl::Malformed)?;
        let is_any = |ip: IpAddr| ip.is_unspecified();
        if checked.is_local() || checked.host().parse().is_ok_and(is_any) {
            return Err(NoPublicUrl::Loopback);
        }
        // As it was written, for `BaseUrl` says a port, which is not that of HTTPS.
        let authority = authority.to_ascii_lowercase();
        Ok(Self {
            is_secure,
            authority,
        })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_told_without_its_port() {
        for (text, expected) in [
            ("https://box.ts.net", "box.ts.net"),
            ("http://box.local:8787", "box.local"),
            ("http://192.0.2.7:8787", "192.0.2.7"),
            ("https://[2001:db8::7]", "[2001:db8::7]"),
            ("https://[2001:db8::7]:8443", "[2001:db8::7]"),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!(url.host(), expected, "{text}");
        }
    }

    #[test]
    fn only_what_another_device_could_reach_is_taken() {
        for (text, expected) in [
            ("https://Box.tail1.ts.net/", Ok("https://box.tail1.ts.net")),
            ("HTTP://192.0.2.7:8787", Ok("http://192.0.2.7:8787")),
            (
                "https://[2001:db8::7]:8443",
                Ok("https://[2001:db8::7]:8443"),
            ),
            ("http://127.0.0.1:8787", Err(NoPublicUrl::Loopback)),
            ("https://localhost", Err(NoPublicUrl::Loopback)),
            ("http://[::1]:1", Err(NoPublicUrl::Loopback)),
            ("http://0.0.0.0:8787", Err(NoPublicUrl::Loopback)),
            ("box.ts.net", Err(NoPublicUrl::Malformed)),
            ("ftp://box", Err(NoPublicUrl::Malformed)),
            ("https://", Err(NoPublicUrl::Malformed)),
            ("https://u@box", Err(NoPublicUrl::Malformed)),
            ("https://box/console", Err(NoPublicUrl::Malformed)),
            ("https://box#pair=x", Err(NoPublicUrl::Malformed)),
        ] {
            let read = text.parse().map(|url: PublicUrl| url.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{text}");
        }
    }
}
