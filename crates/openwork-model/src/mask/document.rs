//! The text of a configuration file without its secrets.

use super::{MASK, jsonc};

/// A JSONC text with a mask in the place of each secret, comments and all. Of a
/// text that cannot be told apart nothing is left but a mask.
///
/// ```
/// use openwork_model::mask::mask_document;
///
/// let text = "{\n  // mine\n  \"apiKey\": \"abc\",\n  \"model\": \"a/b\",\n}\n";
/// assert_eq!(mask_document(text), text.replace("\"abc\"", "\"••••••\""));
/// assert_eq!(mask_document("{ \"apiKey\": abc"), "••••••");
/// ```
pub fn mask_document(text: &str) -> String {
    let Some(secrets) = jsonc::secrets(text, &(0..text.len())) else {
        return MASK.to_owned();
    };
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for secret in secrets {
        shown.push_str(text.get(from..secret.range.start).unwrap_or(""));
        shown.push_str(&secret.shown(text, |_| MASK));
        from = secret.range.end;
    }
    shown.push_str(text.get(from..).unwrap_or(""));
    shown
}
