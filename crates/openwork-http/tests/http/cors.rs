use crate::world::{Setting, World};

fn listed(origins: &[&str]) -> World {
    let mut setting = Setting::default();
    setting.http.cors_origins = origins.iter().map(|&origin| origin.to_owned()).collect();
    setting.build()
}

#[tokio::test]
async fn preflights_need_neither_token_nor_known_path() {
    let world = World::new();
    for path in ["/no/such/path", "W/config"] {
        let request = world
            .bare("OPTIONS", path)
            .header("origin", "http://example.test");
        let answer = world.send(request, "").await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            answer.header("access-control-allow-methods"),
            Some("GET,POST,PUT,PATCH,DELETE,OPTIONS")
        );
        let headers = answer.header("access-control-allow-headers").unwrap();
        assert!(headers.starts_with(
            "Authorization, Content-Type, X-OpenWork-Host-Token, X-OpenWork-Client-Id"
        ));
    }
}

#[tokio::test]
async fn listed_origins_are_echoed_on_errors_too() {
    let world = listed(&["http://a.test", "tauri://localhost"]);
    for (path, status) in [("/health", 200), ("/nope", 404), ("/capabilities", 401)] {
        for origin in ["http://a.test", "tauri://localhost"] {
            let answer = world
                .send(world.bare("GET", path).header("origin", origin), "")
                .await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
            assert_eq!(answer.header("vary"), Some("Origin"));
        }
    }
}

#[tokio::test]
async fn other_origins_get_their_answer_without_a_grant() {
    let world = listed(&["http://a.test"]);
    for method in ["GET", "OPTIONS"] {
        let foreign = world
            .bare(method, "/health")
            .header("origin", "http://evil.test");
        let foreign = foreign.header("access-control-request-private-network", "true");
        for request in [foreign, world.bare(method, "/health")] {
            let answer = world.send(request, "").await;
            assert!(answer.status.is_success());
            let granted: Vec<_> = answer
                .headers
                .keys()
                .filter(|name| name.as_str().starts_with("access-"))
                .collect();
            assert!(granted.is_empty(), "{granted:?}");
            assert_eq!(answer.header("vary"), Some("Origin"));
        }
    }
}
