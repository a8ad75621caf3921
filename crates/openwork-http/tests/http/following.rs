//! Engines are listened to while somebody watches what their agents wait for.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use openwork_http::ReplyBody;
use openwork_testkit::fake_engine::{
    FakeEngine, SeenRequest, answer, begin_events, chunk, until_gone,
};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::agents::permission;
use crate::proxy::{usual, with_engine};
use crate::world::{PEER, Setting, World};

/// Longer than an engine is left alone after its stream has ended.
const SOON: Duration = Duration::from_secs(5);

/// An engine whose agents wait for what a test says, and what listens to it.
#[derive(Clone)]
struct Asking {
    permissions: Arc<Mutex<Value>>,
    listeners: Arc<Mutex<Vec<TcpStream>>>,
    has_events: bool,
}

impl Asking {
    fn new(command: &str) -> Self {
        Self {
            permissions: Arc::new(Mutex::new(permission(command))),
            listeners: Arc::default(),
            has_events: true,
        }
    }

    fn start(&self) -> FakeEngine {
        let asking = self.clone();
        FakeEngine::start(move |request: &SeenRequest, stream: &mut TcpStream| {
            asking.respond(request, stream)
        })
        .unwrap()
    }

    fn respond(&self, request: &SeenRequest, stream: &mut TcpStream) -> io::Result<()> {
        if request.is("GET /permission?") {
            let now = self.permissions.lock().unwrap().to_string();
            return answer(stream, "200 OK", &now);
        }
        if request.is("GET /question?") {
            return answer(stream, "200 OK", "[]");
        }
        if !request.is("GET /event?") || !self.has_events {
            return usual(request, stream);
        }
        begin_events(stream)?;
        chunk(stream, &event("server.connected"))?;
        self.listeners.lock().unwrap().push(stream.try_clone()?);
        let gone = until_gone(stream);
        self.listeners.lock().unwrap().clear();
        gone
    }

    fn ask(&self, command: &str) {
        *self.permissions.lock().unwrap() = permission(command);
    }

    fn tell(&self, kind: &str) {
        for stream in &mut *self.listeners.lock().unwrap() {
            chunk(stream, &event(kind)).unwrap();
        }
    }

    fn drop_listeners(&self) {
        for stream in self.listeners.lock().unwrap().drain(..) {
            stream.shutdown(Shutdown::Both).unwrap();
        }
    }

    async fn has_listeners(&self, count: usize) {
        for _ in 0..500 {
            if self.listeners.lock().unwrap().len() == count {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("there are not {count} listeners");
    }
}

fn event(kind: &str) -> Vec<u8> {
    let event = json!({ "id": "evt_1", "type": kind, "properties": {} });
    format!("data: {event}\n\n").into_bytes()
}

/// What somebody who watches is told of agents.
struct AgentWatch(ReplyBody);

impl AgentWatch {
    async fn begin(world: &World) -> Self {
        let request = world.host("GET", "/approvals/events?include=engine");
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let peer = PEER.parse().unwrap();
        let mut watch = Self(world.service.call(request, peer).await.into_body());
        assert_eq!(watch.next().await["type"], "snapshot");
        watch
    }

    async fn next(&mut self) -> Value {
        let frame = timeout(SOON, self.0.frame()).await;
        let frame = frame.unwrap().unwrap().unwrap().into_data().unwrap();
        let text = std::str::from_utf8(&frame).unwrap();
        serde_json::from_str(text.strip_prefix("data: ").unwrap()).unwrap()
    }

    async fn inbox(&mut self) -> Value {
        let event = self.next().await;
        assert_eq!(event["type"], "agent.requests");
        event["properties"].clone()
    }

    /// The command that the only agent wants to run.
    async fn command(&mut self) -> Value {
        self.inbox().await["items"][0]["patterns"][0].clone()
    }

    async fn hears_nothing_for(&mut self, span: Duration) {
        let frame = timeout(span, self.0.frame()).await;
        assert!(frame.is_err(), "{frame:?}");
    }
}

fn looks(engine: &FakeEngine) -> usize {
    let lines = engine.lines();
    let looks = lines
        .iter()
        .filter(|line| line.starts_with("GET /permission?"));
    looks.count()
}

#[tokio::test]
async fn an_engine_is_asked_again_when_it_says_so_and_not_before() {
    let asking = Asking::new("ls");
    let engine = asking.start();
    let world = with_engine(&engine, Setting::default()).build();
    let mut watch = AgentWatch::begin(&world).await;
    assert_eq!(watch.command().await, "ls");
    asking.has_listeners(1).await;
    watch.hears_nothing_for(Duration::from_millis(300)).await;
    // Once for whoever came, and once as its events began.
    assert_eq!(looks(&engine), 2);

    asking.ask("rm -rf build");
    asking.tell("server.heartbeat");
    asking.tell("message.part.updated");
    watch.hears_nothing_for(Duration::from_millis(1_300)).await;
    assert_eq!(looks(&engine), 2);

    for kind in ["permission.asked", "permission.replied", "question.asked"] {
        asking.tell(kind);
    }
    assert_eq!(watch.command().await, "rm -rf build");
    asking.ask("make");
    asking.tell("question.rejected");
    assert_eq!(watch.command().await, "make");
    // News that come together are one question.
    assert!(looks(&engine) <= 6, "{:?}", engine.lines());
}

#[tokio::test]
async fn nobody_listens_when_nobody_watches() {
    let asking = Asking::new("ls");
    let engine = asking.start();
    let world = with_engine(&engine, Setting::default()).build();
    let (mut first, mut second) = (
        AgentWatch::begin(&world).await,
        AgentWatch::begin(&world).await,
    );
    assert_eq!(first.command().await, "ls");
    assert_eq!(second.command().await, "ls");
    asking.has_listeners(1).await;
    drop(first);
    asking.ask("make");
    asking.tell("permission.asked");
    assert_eq!(second.command().await, "make");
    drop(second);
    asking.has_listeners(0).await;

    asking.ask("make install");
    let mut later = AgentWatch::begin(&world).await;
    assert_eq!(later.command().await, "make install");
    asking.has_listeners(1).await;
}

#[tokio::test]
async fn what_was_asked_while_the_stream_was_away_is_told() {
    let asking = Asking::new("ls");
    let engine = asking.start();
    let world = with_engine(&engine, Setting::default()).build();
    let mut watch = AgentWatch::begin(&world).await;
    assert_eq!(watch.command().await, "ls");
    asking.has_listeners(1).await;
    asking.ask("make");
    asking.drop_listeners();
    assert_eq!(watch.command().await, "make");
    asking.has_listeners(1).await;
    asking.ask("make install");
    asking.tell("permission.v2.asked");
    assert_eq!(watch.command().await, "make install");
}

#[tokio::test]
async fn an_engine_that_has_gone_is_said_to_be() {
    let asking = Asking::new("ls");
    let engine = asking.start();
    let world = with_engine(&engine, Setting::default()).build();
    let mut watch = AgentWatch::begin(&world).await;
    assert_eq!(watch.command().await, "ls");
    asking.has_listeners(1).await;
    engine.kill();
    let gone = json!({ "items": [], "unreachable": [world.id] });
    assert_eq!(watch.inbox().await, gone);
}

#[tokio::test]
async fn an_engine_without_events_is_asked_now_and_then() {
    let asking = Asking {
        has_events: false,
        ..Asking::new("ls")
    };
    let engine = asking.start();
    let world = with_engine(&engine, Setting::default()).build();
    let mut watch = AgentWatch::begin(&world).await;
    assert_eq!(watch.command().await, "ls");
    asking.ask("make");
    assert_eq!(watch.command().await, "make");
}
