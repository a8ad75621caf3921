//! Keeping secrets out of what is shown, exported and recorded.
//!
//! Secret are the values below `headers`, `environment` and `env`, values
//! whose key resembles key, token, secret, password, authorization,
//! credential or cookie, and credentials in URLs and on command lines. What
//! only says where a secret is (`{env:X}`, `{file:p}`) is shown.
//!
//! [`mask`] replaces them in a value, [`mask_text`] those of URLs in any text;
//! [`unmask`] takes a value back that went out masked.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `key` | which names mean a secret |
//! | `scope` | what the keys that lead to a value say of it |
//! | `reference`, `url`, `words` | secrets within one text |
//! | `value`, `jsonc` | the secrets of a value, and of a file's text |

mod jsonc;
mod key;
mod reference;
mod scope;
mod splice;
mod url;
mod value;
mod words;

pub(crate) use self::jsonc::{Secret, secrets as jsonc_secrets};
pub use self::key::is_secret_key;
pub(crate) use self::reference::{Reference, references};
pub use self::url::mask_text;
pub(crate) use self::url::secrets as url_secrets;
pub(crate) use self::value::is_masked;
pub use self::value::{MaskedError, mask, unmask};

/// What stands in the place of a secret. An import knows it again.
pub const MASK: &str = "••••••";
