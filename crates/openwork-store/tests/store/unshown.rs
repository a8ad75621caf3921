//! Tests that only other systems can run, so that they are counted here.

#[test]
#[ignore = "Unix: links, modes, owners, sockets and FIFOs (tests/store/links.rs)"]
fn links() {}

#[test]
#[ignore = "Unix: trees deeper than any path may say (tests/store/deep.rs)"]
fn deep() {}
