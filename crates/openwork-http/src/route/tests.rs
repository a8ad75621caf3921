use super::*;

fn find<'p>(method: &str, path: &'p str) -> Result<MatchedRoute<'p>, Failure> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    Router::new().find(&method, path)
}

#[test]
fn every_row_is_found_under_its_own_path() {
    for row in table() {
        let path = row.path().replace(':', "");
        let matched = find(row.method(), &path).unwrap();
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
    assert_eq!((matched.id(), matched.name()), ("ws_1", "@s/p"));
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
