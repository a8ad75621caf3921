use std::sync::LazyLock;

use hyper::Method;

use super::*;
use crate::error::Failure;

static ROUTER: LazyLock<Router> = LazyLock::new(|| Router::new(table()));

fn find<'p>(method: &str, path: &'p str) -> Result<MatchedRoute<'p>, Failure> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    ROUTER.find(&method, path)
}

#[test]
fn every_row_is_found_under_its_own_path() {
    for (place, row) in table().iter().enumerate() {
        let path = row.path().replace(':', "");
        let matched = find(row.method(), &path).unwrap();
        assert_eq!(matched.row, place);
        assert_eq!(
            matched.endpoint,
            row.endpoint(),
            "{} {}",
            row.method(),
            row.path()
        );
    }
}

#[test]
fn parameters_are_decoded_after_matching() {
    let matched = find("DELETE", "/workspace/ws_1/plugins/%40s%2Fp").unwrap();
    assert_eq!(
        matched.endpoint,
        Endpoint::Write(WriteEndpoint::RemovePlugin)
    );
    assert_eq!(matched.parameter("id").unwrap(), "ws_1");
    assert_eq!(matched.parameter("name").unwrap(), "@s/p");
    assert!(matches!(matched.parameter("n"), Err(Failure::Internal)));
}

#[test]
fn paths_are_compared_exactly() {
    for path in [
        "",
        "/",
        "*",
        "health",
        "/health/",
        "//health",
        "/Health",
        "/h%65alth",
        "/nope",
        "/workspace",
        "/workspace//config",
        "/workspace/x/plugins/",
        "/workspace/x/config/y",
    ] {
        assert!(
            matches!(find("GET", path), Err(Failure::NotFound)),
            "{path:?}"
        );
    }
}

#[test]
fn a_known_path_names_its_methods() {
    for (method, path, allowed) in [
        ("PUT", "/health", "GET, OPTIONS"),
        ("HEAD", "/health", "GET, OPTIONS"),
        ("get", "/health", "GET, OPTIONS"),
        ("POST", "/workspace/x/config", "GET, PATCH, OPTIONS"),
        ("GET", "/workspace/x/mcp/a/enabled", "POST, OPTIONS"),
    ] {
        let Err(Failure::MethodNotAllowed { allow }) = find(method, path) else {
            panic!("{method} {path} ought not to be allowed")
        };
        assert_eq!(allow, allowed);
    }
}

#[test]
fn broken_escapes_are_refused_once_the_route_is_known() {
    assert!(matches!(
        find("GET", "/workspace/%zz/config"),
        Err(Failure::BadEscape)
    ));
    assert!(matches!(find("GET", "/%zz"), Err(Failure::NotFound)));
}

#[test]
fn fixed_words_win_over_parameters() {
    let endpoint = |method, path| find(method, path).unwrap().endpoint;
    assert_eq!(
        endpoint("GET", "/approvals/rules"),
        Endpoint::Approvals(ApprovalsEndpoint::Rules)
    );
    assert_eq!(
        endpoint("GET", "/approvals/x"),
        Endpoint::Approvals(ApprovalsEndpoint::Show)
    );
    assert_eq!(
        endpoint("POST", "/approvals/rules"),
        Endpoint::Approvals(ApprovalsEndpoint::Reply)
    );
}

#[test]
fn a_method_is_named_once_however_many_rows_have_the_path() {
    let Err(Failure::MethodNotAllowed { allow }) = find("PUT", "/approvals/rules") else {
        panic!("PUT ought not to be allowed")
    };
    assert_eq!(allow, "GET, POST, OPTIONS");
}

#[test]
fn the_rest_of_a_path_is_taken_as_it_was_sent() {
    let mut router = Router::new(&[]);
    router
        .add("GET", "/proxy/:id/*path", Endpoint::Health)
        .unwrap();
    let find = |path| router.find(&Method::GET, path);
    let matched = find("/proxy/a%20b/c%2Fd/e%zz").unwrap();
    assert_eq!(matched.parameter("id").unwrap(), "a b");
    assert_eq!(matched.parameter("path").unwrap(), "c%2Fd/e%zz");
    for path in ["/proxy/a", "/proxy/a/", "/proxy//b"] {
        assert!(matches!(find(path), Err(Failure::NotFound)), "{path}");
    }
}

#[test]
fn every_row_of_the_table_can_be_served() {
    let mut router = Router::new(&[]);
    for row in table() {
        let added = router.add(row.method(), row.path(), row.endpoint());
        added.unwrap_or_else(|error| panic!("{} {}: {error}", row.method(), row.path()));
    }
    let again = router.add("GET", "/workspace/:other/config", Endpoint::Health);
    assert!(again.is_err());
}
