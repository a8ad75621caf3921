//! Serves OpenWork workspaces.
fn main() {}
