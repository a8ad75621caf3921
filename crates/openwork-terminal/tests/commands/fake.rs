//! A server that says what a test wants it to say.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use openwork_terminal::ServerSearch;

pub(crate) const HOST_TOKEN: &str = "host-token";

type Body = Either<Full<Bytes>, Channel<Bytes>>;

/// The fake; it ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, (u16, String)>,
    received: Vec<String>,
    snapshot: Value,
    watchers: Vec<Sender<Bytes>>,
    refuses: bool,
}

impl Fake {
    /// Starts a server that knows nothing but its host token.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let fake = Self {
            address,
            state: Arc::default(),
        };
        let served = fake.clone();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let fake = served.clone();
                let service = service_fn(move |request| fake.clone().respond(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
            }
        });
        fake
    }

    /// What is answered to a call such as `GET /approvals/rules`.
    pub(crate) fn answer(&self, call: &str, status: u16, body: &Value) -> &Self {
        self.answer_text(call, status, &body.to_string())
    }

    /// As [`Fake::answer`], with any text.
    pub(crate) fn answer_text(&self, call: &str, status: u16, body: &str) -> &Self {
        let answer = (status, body.to_owned());
        self.state
            .lock()
            .unwrap()
            .answers
            .insert(call.to_owned(), answer);
        self
    }

    /// The requests that wait: listed, shown, and in the snapshot of the stream.
    pub(crate) fn waiting(&self, items: &[Value]) -> &Self {
        self.answer(
            "GET /approvals?include=changes",
            200,
            &json!({ "items": items }),
        );
        self.answer(
            "GET /approvals?include=changes,engine",
            200,
            &json!({ "items": items }),
        );
        let short: Vec<Value> = items.iter().map(seed).collect();
        self.answer("GET /approvals", 200, &json!({ "items": short }));
        for item in items {
            let id = item["id"].as_str().unwrap().replace('-', "%2D");
            self.answer(&format!("GET /approvals/{id}"), 200, item);
        }
        self.state.lock().unwrap().snapshot = json!({
            "now": 1_000_000, "version": "0.1.0", "mode": "manual", "timeoutMs": 30_000,
            "readOnly": false, "workspaces": [], "items": items,
        });
        self
    }

    /// Changes what the snapshot says.
    pub(crate) fn snapshot(&self, key: &str, value: Value) -> &Self {
        self.state.lock().unwrap().snapshot[key] = value;
        self
    }

    /// The calls that came until now with the host token, each with its body.
    pub(crate) fn received(&self) -> Vec<String> {
        self.state.lock().unwrap().received.clone()
    }

    /// Tells all watchers; true if there is one.
    pub(crate) async fn tell(&self, kind: &str, properties: &Value) -> bool {
        let mut watchers = std::mem::take(&mut self.state.lock().unwrap().watchers);
        let is_heard = !watchers.is_empty();
        for watcher in &mut watchers {
            let _has_left = watcher.send_data(message(kind, properties)).await;
        }
        self.state.lock().unwrap().watchers.extend(watchers);
        is_heard
    }

    /// Ends all streams.
    pub(crate) fn drop_watchers(&self) {
        self.state.lock().unwrap().watchers.clear();
    }

    /// Takes the host token no more.
    pub(crate) fn refuse(&self) {
        self.state.lock().unwrap().refuses = true;
    }

    /// Where this server is.
    pub(crate) fn search(&self) -> ServerSearch {
        ServerSearch {
            url: Some(format!("http://{}", self.address)),
            host_token: Some(HOST_TOKEN.to_owned()),
            ..ServerSearch::default()
        }
    }

    async fn respond(self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let call = format!("{} {}", request.method(), request.uri());
        let is_open = ["GET /health", "GET /console"].contains(&call.as_str());
        let token = request.headers().get("X-OpenWork-Host-Token").cloned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let refuses = self.state.lock().unwrap().refuses;
        if !is_open && (refuses || token.is_none_or(|token| token != HOST_TOKEN)) {
            return Ok(plain(
                401,
                r#"{"code":"unauthorized","message":"Invalid host token"}"#,
            ));
        }
        let mut state = self.state.lock().unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        state
            .received
            .push(format!("{call} {body}").trim_end().to_owned());
        if call == "GET /approvals/events?include=engine" {
            return Ok(state.watch());
        }
        Ok(match state.answers.get(&call) {
            Some((status, body)) => plain(*status, body),
            None => plain(404, r#"{"code":"not_found","message":"Not found"}"#),
        })
    }
}

impl State {
    fn watch(&mut self) -> Response<Body> {
        let (mut sender, channel) = Channel::new(100);
        sender
            .try_send(hyper::body::Frame::data(message(
                "snapshot",
                &self.snapshot,
            )))
            .unwrap();
        self.watchers.push(sender);
        Response::new(Either::Right(channel))
    }
}

/// The keys of the OpenWork API.
fn seed(item: &Value) -> Value {
    let mut item = item.clone();
    let keys = [
        "id",
        "workspaceId",
        "action",
        "summary",
        "paths",
        "createdAt",
        "actor",
    ];
    let fields = item.as_object_mut().unwrap();
    fields.retain(|key, _| keys.contains(&key.as_str()));
    item
}

fn message(kind: &str, properties: &Value) -> Bytes {
    format!(
        "data: {}\n\n",
        json!({ "type": kind, "properties": properties })
    )
    .into()
}

fn plain(status: u16, body: &str) -> Response<Body> {
    let body = Either::Left(Full::from(body.to_owned()));
    Response::builder().status(status).body(body).unwrap()
}
