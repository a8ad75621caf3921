//! What the client asks for is in the table of routes, and what is no answer
//! becomes an error that says why.

#![cfg(feature = "client")]
#![allow(
    clippy::unwrap_used,
    reason = "what a test is set up with has to be there"
)]

use openwork_api::approval::{ReplyRequest, ReplyVerdict};
use openwork_api::client::{ApiClient, BaseUrl, ClientError};
use openwork_api::env::SetEnvRequest;
use openwork_api::route::{RouteAccess, table};
use openwork_api::token::MakeTokenRequest;
use openwork_api::workspace::AddWorkspaceRequest;
use openwork_model::scope::Scope;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A server that says the same to every call, and the calls that it got.
async fn server(answer: &'static str) -> (ApiClient, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = BaseUrl::from(listener.local_addr().unwrap());
    let (calls, received) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let mut socket = BufReader::new(socket);
            let mut line = String::new();
            socket.read_line(&mut line).await.unwrap();
            calls.send(line.clone()).unwrap();
            // The rest of the head, so that the client is not cut off.
            while line != "\r\n" {
                line.clear();
                socket.read_line(&mut line).await.unwrap();
            }
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (ApiClient::new(url, Some("host token".to_owned())), received)
}

/// The row of the table that a call is for.
fn access(line: &str) -> Option<RouteAccess> {
    let (method, rest) = line.split_once(' ')?;
    let path = rest.split([' ', '?']).next()?;
    let fits = |pattern: &str| {
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern
                .zip(path)
                .all(|(own, given)| own == given || own.starts_with(':'))
    };
    let mut rows = table().iter();
    let row = rows.find(|row| row.method() == method && fits(row.path()))?;
    Some(row.access())
}

#[tokio::test]
async fn every_call_of_the_host_is_a_route_for_its_token() {
    let (client, mut calls) = server("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n").await;
    let id = "7d30/../8";
    let reply = ReplyRequest {
        reply: ReplyVerdict::Deny,
        via: None,
        remember: None,
        message: None,
    };
    assert!(client.approvals().await.is_err());
    assert!(client.approvals_with_changes().await.is_err());
    assert!(client.approval(id, true).await.is_err());
    assert!(
        client
            .diff_page(&ApiClient::diff_path(id, 3))
            .await
            .is_err()
    );
    assert!(client.reply(id, &reply).await.is_err());
    assert!(client.history(5).await.is_err());
    assert!(client.rules().await.is_err());
    assert!(client.revoke(id).await.is_err());
    assert!(client.events().await.is_err());
    let entries = Vec::new();
    assert!(client.env().await.is_err());
    assert!(client.env_keys().await.is_err());
    assert!(client.set_env(&SetEnvRequest { entries }).await.is_err());
    assert!(client.remove_env(id).await.is_err());
    let token = MakeTokenRequest {
        scope: Scope::Viewer,
        label: None,
        expires_in_ms: None,
    };
    assert!(client.tokens().await.is_err());
    assert!(client.make_token(&token).await.is_err());
    assert!(client.end_token(id).await.is_err());
    let add = AddWorkspaceRequest {
        folder_path: "/w".into(),
        name: None,
        preset: None,
    };
    assert!(client.workspaces().await.is_err());
    assert!(client.add_workspace(&add).await.is_err());
    assert!(client.activate_workspace(id, true).await.is_err());
    assert!(client.remove_workspace(id).await.is_err());
    for _ in 0..9 {
        let line = calls.recv().await.unwrap();
        let expected = RouteAccess::Host(Scope::Approver);
        assert_eq!(access(&line), Some(expected), "{line}");
    }
    for _ in 0..4 {
        let line = calls.recv().await.unwrap();
        assert_eq!(access(&line), Some(RouteAccess::HostToken), "{line}");
    }
    for _ in 0..3 {
        let line = calls.recv().await.unwrap();
        assert_eq!(
            access(&line),
            Some(RouteAccess::Host(Scope::Owner)),
            "{line}"
        );
    }
    // To list them is a client's, by whose token beside its own the host asks.
    let (list, host) = (
        RouteAccess::Client(Scope::Viewer),
        RouteAccess::Host(Scope::Owner),
    );
    for expected in [list, host, host, host] {
        let line = calls.recv().await.unwrap();
        assert_eq!(access(&line), Some(expected), "{line}");
    }
    assert!(calls.is_empty());
}

#[tokio::test]
async fn what_is_no_answer_says_why() {
    let failed = async |answer| {
        let (client, _calls) = server(answer).await;
        let url = client.url().to_string();
        let error = client.rules().await.unwrap_err();
        error.to_string().replace(&url, "URL")
    };
    for (answer, expected) in [
        (
            "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n",
            "URL refused the host token",
        ),
        (
            "HTTP/1.1 502 x\r\nContent-Length: 2\r\n\r\nno",
            "URL does not answer as an OpenWork server: its answer is 502 Bad Gateway",
        ),
        (
            "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nno",
            "URL does not answer as an OpenWork server: its answer is not JSON",
        ),
        (
            "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{}",
            "URL does not answer as an OpenWork server: its answer has an unknown form, missing field `items`",
        ),
        (
            "SSH-2.0-x\r\n",
            "URL does not answer as an OpenWork server: its answer is not HTTP",
        ),
        (
            "HTTP/1.1 404 x\r\nContent-Length: 47\r\n\r\n{\"code\":\"rule_not_found\",\"message\":\"not there\"}",
            "not there",
        ),
    ] {
        assert_eq!(failed(answer).await, expected);
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let (client, mut calls) = server("").await;
    let client = ApiClient::new(client.url().clone(), None);
    let error = client.approvals().await.unwrap_err();
    assert!(matches!(error, ClientError::NoHostToken { .. }), "{error}");
    assert!(calls.try_recv().is_err());
}
