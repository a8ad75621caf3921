//! JSON pointers (RFC 6901).

/// The pointer of a member or an item of the value at another pointer.
///
/// ```
/// use openwork_jsonc::pointer_below;
///
/// assert_eq!(pointer_below("/mcp", "a/b~c"), "/mcp/a~1b~0c");
/// ```
pub fn pointer_below(pointer: &str, key: &str) -> String {
    let mut below = String::with_capacity(pointer.len() + 1 + key.len());
    below.push_str(pointer);
    below.push('/');
    for character in key.chars() {
        match character {
            '~' => below.push_str("~0"),
            '/' => below.push_str("~1"),
            other => below.push(other),
        }
    }
    below
}

/// The pointer of the value that a path of keys leads to.
pub fn pointer_of<'k>(path: impl IntoIterator<Item = &'k str>) -> String {
    let path = path.into_iter();
    path.fold(String::new(), |pointer, key| pointer_below(&pointer, key))
}
