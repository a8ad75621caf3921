//! Warnings on the wire.

use openwork_change::plan::Warning;
use serde::Serialize;

/// What may keep a change from having the effect that was wanted; no field
/// where there is nothing to tell.
#[derive(Serialize)]
pub(crate) struct WarningList<'w> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningBody<'w>>,
}

#[derive(Serialize)]
struct WarningBody<'w> {
    code: &'static str,
    message: &'w str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// An answer with warnings.
#[derive(Serialize)]
pub(crate) struct WarnedResponse<'w, T> {
    #[serde(flatten)]
    answer: T,
    #[serde(flatten)]
    warnings: WarningList<'w>,
}

impl<'w> WarningList<'w> {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.warnings.is_empty()
    }

    /// The same, and that a change was made whose list was not.
    pub(crate) fn without_list(mut self) -> Self {
        self.warnings.push(WarningBody {
            code: "list_unavailable",
            message: "The change was made, but the list could not be; ask for it again",
            path: None,
        });
        self
    }

    /// Adds the warnings to an answer.
    pub(crate) fn on<T>(self, answer: T) -> WarnedResponse<'w, T> {
        WarnedResponse {
            answer,
            warnings: self,
        }
    }
}

impl<'w> From<&'w [Warning]> for WarningList<'w> {
    fn from(warnings: &'w [Warning]) -> Self {
        let body = |warning: &'w Warning| WarningBody {
            code: warning.code.as_str(),
            message: &warning.message,
            path: Some(warning.path.to_string_lossy().into_owned()),
        };
        Self {
            warnings: warnings.iter().map(body).collect(),
        }
    }
}
