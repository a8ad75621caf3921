//! Keeping secrets out of what is shown, exported and recorded.
//!
//! Secret are the values below `headers`, values whose key resembles key,
//! token, secret, password, authorization, credential or cookie, environment
//! variables of such names, and credentials in addresses and on command lines.
//! What only says where a secret is (`{env:X}`, `{file:p}`) is shown, and so is
//! what a program may run or load, be it called like a secret: a person who is
//! asked has to see it. Names that people give to entries say nothing.
//!
//! [`mask`] replaces them in a value, [`mask_text`] those of URLs in any text;
//! [`unmask`] takes a value back that went out masked.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `key` | which names mean a secret |
//! | `scope` | what the keys that lead to a value say of it |
//! | `variables` | which environment variables are secret, and which load code |
//! | `reference`, `url`, `words` | secrets within one text |
//! | `secret_file` | which files hold secrets by their names |
//! | `code` | what may be program text |
//! | `value`, `jsonc`, `document` | the secrets of a value, and of a file's text |
//! | `unmask` | what a masked value stood for |

mod code;
mod document;
mod jsonc;
mod key;
mod reference;
mod scope;
mod secret_file;
mod splice;
mod unmask;
mod url;
mod value;
mod variables;
mod words;

pub use self::document::mask_document;
pub use self::jsonc::{SecretSpan, secrets as jsonc_secrets};
pub use self::key::is_secret_key;
pub use self::reference::{Reference, references};
pub use self::secret_file::is_secret_file;
pub(crate) use self::secret_file::may_match_secret_file;
pub use self::unmask::is_masked;
pub use self::unmask::{MaskedError, unmask};
pub use self::url::mask_text;
pub use self::url::secrets as url_secrets;
pub use self::value::mask;
pub use self::variables::loads_code;

/// What stands in the place of a secret. An import knows it again.
pub const MASK: &str = "••••••";
