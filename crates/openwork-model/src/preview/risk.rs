//! What a change sets off.

use crate::change::Change;
use crate::plan::Plan;

pub(super) fn assess(_change: &Change, _plan: &Plan) -> (Vec<String>, bool) {
    (Vec::new(), false)
}
