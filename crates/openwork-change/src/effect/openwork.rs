//! What the settings of OpenWork do.

use super::EffectKind;
use super::config::{self, harmless, leaf};
use super::findings::Findings;
use openwork_model::path::RelPath;

/// Settings that are known to be grave.
const GRAVE: &[(&str, leaf::SettingMeaning)] = &[(
    "authorizedRoots",
    leaf::SettingMeaning {
        kind: EffectKind::Permission,
        does: "which may open directories of this machine to OpenWork",
    },
)];

/// Weighs the settings that differ.
pub(super) fn weigh(
    findings: &mut Findings,
    path: &RelPath,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) {
    config::differing(findings, path, before, after, |findings, setting| {
        let known = GRAVE.iter().find(|(key, _)| *key == setting.path.key);
        let meaning = known.map_or(leaf::UNKNOWN, |(_, meaning)| *meaning);
        leaf::weigh(findings, setting, harmless::OPENWORK, meaning);
    });
}
