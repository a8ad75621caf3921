//! What is sent.

use std::time::Duration;

use serde_json::Value;

/// A request, sent byte for byte as described.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) limit: Duration,
}

/// The content of a request.
#[derive(Debug, Clone)]
pub enum Body {
    /// No content.
    Empty,
    /// Content that is there.
    Bytes(Vec<u8>),
    /// A JSON object of `size` bytes, made while it is sent, until the server answers.
    Generated {
        /// The number of bytes.
        size: usize,
        /// Whether the length stays unsaid.
        chunked: bool,
    },
}

impl Request {
    /// Describes a request without content that may take 10 seconds.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Body::Empty,
            limit: Duration::from_secs(10),
        }
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the content.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets JSON as the content.
    #[must_use]
    pub fn json(self, value: &Value) -> Self {
        self.header("Content-Type", "application/json")
            .body(Body::Bytes(value.to_string().into_bytes()))
    }

    /// Sets how long the exchange may take.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Builds the request line and the fields, up to the blank line.
    pub(super) fn head(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let length = self.length_field();
        let given = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let added = [
            ("Host", Some(host)),
            ("Connection", Some("close")),
            (length.0, length.1.as_deref()),
        ];
        let added = added
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        for (name, value) in added.filter(|(name, _)| !self.has(name)).chain(given) {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    fn length_field(&self) -> (&'static str, Option<String>) {
        match &self.body {
            Body::Generated { chunked: true, .. } => {
                ("Transfer-Encoding", Some("chunked".to_owned()))
            }
            Body::Generated { size, .. } => ("Content-Length", Some(size.to_string())),
            Body::Bytes(bytes) => ("Content-Length", Some(bytes.len().to_string())),
            Body::Empty => {
                let expected = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
                ("Content-Length", expected.then(|| "0".to_owned()))
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(given, _)| given.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(request: &Request) -> String {
        String::from_utf8(request.head("h:1")).unwrap()
    }

    #[test]
    fn a_request_without_content_says_so_only_where_one_is_usual() {
        assert_eq!(
            head(&Request::new("GET", "/a")),
            "GET /a HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n"
        );
        assert!(head(&Request::new("POST", "/a")).contains("Content-Length: 0\r\n"));
    }

    #[test]
    fn given_fields_replace_the_usual_ones() {
        let request = Request::new("GET", "/")
            .header("host", "other")
            .header("X", "1");
        assert_eq!(
            head(&request),
            "GET / HTTP/1.1\r\nConnection: close\r\nhost: other\r\nX: 1\r\n\r\n"
        );
    }
}
