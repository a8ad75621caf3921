use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;
use crate::notice::{NoticeKind, NoticeLevel};

fn notice() -> Notice {
    Notice {
        level: Some(NoticeLevel::High),
        ..Notice::new(NoticeKind::Asked, "7", "Run a plugin: x")
    }
}

/// Answers one request; gives what was sent.
async fn listener(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"}") {
            stream.read_buf(&mut seen).await.unwrap();
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(seen).unwrap()
    });
    (address.to_string(), served)
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn a_notice_is_posted_with_what_the_url_has() {
    let (address, served) = listener(OK).await;
    let url = format!("http://me:h%40sh@{address}/hook/a?b=c#d");
    let hook = HookUrl::parse(&url, NoticeFormat::Json).unwrap();
    assert_eq!(format!("{hook:?}"), "HookUrl(…)");
    assert_eq!(hook.deliver(&notice()).await, Ok(()));
    let seen = served.await.unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /hook/a?b=c HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\nauthorization: Basic bWU6aEBzaA=="),
        "{head}"
    );
    assert!(
        head.contains("\r\ncontent-type: application/json"),
        "{head}"
    );
    assert!(!head.contains("h%40sh"), "{head}");
    assert_eq!(body, notice().json());
}

#[tokio::test]
async fn a_message_goes_to_the_root_of_the_topics_server() {
    for (path, root, authorization) in [
        ("/mine", "/", None),
        ("/mine/", "/", None),
        ("/ntfy/mine?auth=x", "/ntfy/", None),
        ("/m%C3%AFne", "/", Some("Basic OnRrX2E=")),
    ] {
        let (address, served) = listener(OK).await;
        // A token of ntfy is a password without a name.
        let user = authorization.map_or("", |_| ":tk_a@");
        let url = format!("http://{user}{address}{path}");
        let hook = HookUrl::parse(&url, NoticeFormat::Ntfy).unwrap();
        assert_eq!(hook.deliver(&notice()).await, Ok(()));
        let seen = served.await.unwrap();
        assert!(
            seen.starts_with(&format!("POST {root} HTTP/1.1\r\n")),
            "{seen}"
        );
        let sent = seen
            .lines()
            .find_map(|line| line.strip_prefix("authorization: "));
        assert_eq!(sent, authorization);
        let (_, body) = seen.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let topic = if path.contains('%') { "mïne" } else { "mine" };
        assert_eq!(
            (&body["topic"], &body["priority"]),
            (&topic.into(), &5.into())
        );
    }
}

#[tokio::test]
async fn what_is_not_taken_is_a_failure_and_no_other_place_is_called() {
    for (answer, expected) in [
        (
            "HTTP/1.1 500 Oops\r\ncontent-length: 5\r\n\r\nerror",
            "it was answered with status 500",
        ),
        (
            "HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "it was answered with status 307: redirects are not followed",
        ),
        ("HTTP/1.1 204 Fine\r\n\r\n", ""),
    ] {
        let (address, served) = listener(answer).await;
        let hook = HookUrl::parse(&format!("http://{address}/"), NoticeFormat::Json).unwrap();
        let delivered = hook.deliver(&notice()).await;
        let said = delivered
            .err()
            .map_or_else(String::new, |error| error.to_string());
        assert_eq!(said, expected);
        served.await.unwrap();
    }
}

#[tokio::test]
async fn who_does_not_answer_is_unreachable_or_waited_for_by_others() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let hook = HookUrl::parse(&format!("http://{address}/"), NoticeFormat::Json).unwrap();
    let notice = notice();
    let delivered = tokio::time::timeout(Duration::from_millis(200), hook.deliver(&notice));
    assert!(delivered.await.is_err());
    drop(silent);
    let failed = hook.deliver(&notice).await.unwrap_err();
    assert!(
        matches!(&failed, DeliveryError::Unreachable { reason } if reason.contains("refused")),
        "{failed}"
    );
}

#[test]
fn only_urls_that_can_be_called_are_taken() {
    let parse = |text, format| HookUrl::parse(text, format).err();
    for text in [
        "",
        "ntfy.sh/topic",
        "ftp://host/",
        "http://",
        "/path",
        "mailto:a@b",
    ] {
        let refused = Some(HookUrlError::NoUrl);
        assert_eq!(parse(text, NoticeFormat::Json), refused, "{text}");
    }
    for text in ["http://ntfy.sh", "http://ntfy.sh/", "http://ntfy.sh/%ff"] {
        let refused = Some(HookUrlError::NoTopic);
        assert_eq!(parse(text, NoticeFormat::Ntfy), refused, "{text}");
    }
    assert_eq!(parse("http://[::1]:9/x", NoticeFormat::Json), None);
    let secure = parse("https://ntfy.sh/x", NoticeFormat::Ntfy);
    if cfg!(feature = "tls") {
        assert_ne!(secure, Some(HookUrlError::NoTls));
    } else {
        assert_eq!(secure, Some(HookUrlError::NoTls));
    }
}
