//! How often tests do what is only sure after many times.

/// The count that the environment asks for, as `just counts` does, or this one.
pub(crate) fn count(variable: &str, default: usize) -> usize {
    let given = std::env::var(variable).ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(default)
}
