//! How many event streams there may be.

use http_body_util::Full;
use hyper::Response;
use hyper::http::request::Builder;
use openwork_http::{HttpLimits, ReplyBody};

use crate::world::{Answer, HOST_TOKEN, Setting, World, refused};

fn world(change: impl FnOnce(&mut HttpLimits)) -> World {
    let mut setting = Setting::manual();
    change(&mut setting.http.limits);
    setting.build()
}

/// The events of the workspace, for a client.
fn changes(world: &World) -> Builder {
    let request = world.client("GET", "W/events");
    request.header("accept", "text/event-stream")
}

fn approvals(world: &World) -> Builder {
    world.host("GET", "/approvals/events")
}

/// Opens a stream that nobody reads.
async fn open(world: &World, request: Builder, peer: &str) -> Response<ReplyBody> {
    let request = request.body(Full::<bytes::Bytes>::default()).unwrap();
    let stream = world.service.call(request, peer.parse().unwrap()).await;
    assert_eq!(stream.status(), 200);
    stream
}

async fn refusal(world: &World, request: Builder) -> Answer {
    world.send(request, "").await
}

const HERE: &str = "192.168.1.23:40000";
const THERE: &str = "192.168.1.24:40000";

#[tokio::test]
async fn clients_have_so_many_for_each_address_and_in_all() {
    let world = world(|limits| (limits.streams_per_address, limits.streams) = (2, 3));
    let first = open(&world, changes(&world), HERE).await;
    let _second = open(&world, changes(&world), HERE).await;
    let answer = refusal(&world, changes(&world)).await;
    assert_eq!(answer.code(), refused(429, "too_many_streams"));
    assert_eq!(answer.header("retry-after"), Some("10"));
    let _third = open(&world, changes(&world), THERE).await;
    drop(first);
    let _fourth = open(&world, changes(&world), THERE).await;
    let answer = refusal(&world, changes(&world)).await;
    assert_eq!(answer.code(), refused(503, "too_many_streams"));
    assert_eq!(answer.header("retry-after"), Some("10"));
    // What is asked for once is no stream.
    assert_eq!(world.get("W/events").await.status, 200);
}

#[tokio::test]
async fn clients_take_none_of_the_hosts() {
    let world = world(|limits| (limits.streams, limits.host_streams) = (1, 2));
    let _client = open(&world, changes(&world), HERE).await;
    let _page = open(&world, approvals(&world), HERE).await;
    let both = changes(&world).header("x-openwork-host-token", HOST_TOKEN);
    let followed = open(&world, both, HERE).await;
    let answer = refusal(&world, approvals(&world)).await;
    assert_eq!(answer.code(), refused(503, "too_many_streams"));
    drop(followed);
    let _terminal = open(&world, approvals(&world), HERE).await;
}

#[tokio::test]
async fn a_stream_that_is_refused_for_another_reason_takes_no_place() {
    let world = world(|limits| limits.streams = 1);
    for _ in 0..3 {
        let elsewhere = world.client("GET", "/workspace/x/events");
        let elsewhere = elsewhere.header("accept", "text/event-stream");
        assert_eq!(refusal(&world, elsewhere).await.status, 404);
    }
    let _only = open(&world, changes(&world), HERE).await;
}
