//! The settings, as the doctor wants them.

use openwork_doctor::{ExposureFacts, OverriddenSetting, SettingsFacts, SettingsProblem};

use crate::problem::{StartFailure, StartProblem};
use crate::settings::origin::SettingOrigin;
use crate::settings::secret::TokenOrigin;
use crate::settings::sources::ReadSources;
use crate::settings::strength::is_loopback;
use crate::settings::table::KEYS;
use crate::settings::{ApprovalModeSetting, Console, Settings};

/// Settings that can be used.
pub(super) fn facts(settings: &Settings, sources: Option<&ReadSources>) -> SettingsFacts {
    SettingsFacts {
        problems: Vec::new(),
        warnings: settings.warnings.clone(),
        overridden: sources.map(overridden).unwrap_or_default(),
        exposure: Some(exposure(settings)),
    }
}

/// Settings that cannot.
pub(super) fn unusable(failure: &StartFailure) -> SettingsFacts {
    let problem = |problem: &StartProblem| SettingsProblem {
        message: problem.message.clone(),
        place: problem.place.clone(),
        help: problem.help.clone(),
    };
    SettingsFacts {
        problems: failure.problems().iter().map(problem).collect(),
        ..SettingsFacts::default()
    }
}

fn overridden(sources: &ReadSources) -> Vec<OverriddenSetting> {
    let mut all = Vec::new();
    for key in KEYS {
        let written = sources.written(key).into_iter();
        let mut origins = written
            .map(|written| written.origin)
            // That something differs from the default is what a setting is for.
            .filter(|origin| *origin != SettingOrigin::Default);
        let counts = origins.next();
        let others: Vec<String> = origins.map(|origin| origin.to_string()).collect();
        if let Some(counts) = counts.filter(|_| !others.is_empty()) {
            all.push(OverriddenSetting {
                key: key.path.to_owned(),
                counts: counts.to_string(),
                others,
            });
        }
    }
    all
}

fn exposure(settings: &Settings) -> ExposureFacts {
    let token = &settings.token;
    let is_given = token.origin == TokenOrigin::Given;
    ExposureFacts {
        host: settings.host.clone(),
        is_loopback: is_loopback(&settings.host),
        has_tls: settings.tls.cert.is_some(),
        allows_all: settings.approval.mode == ApprovalModeSetting::Auto,
        is_read_only: settings.read_only,
        console_on_network: settings.console == Console::Lan,
        token_length: is_given.then(|| token.value.expose().chars().count()),
    }
}
