//! The settings, as the doctor wants them.

use openwork_doctor::{
    ExposureFacts, FindingPlace, OddSetting, OverriddenSetting, SettingsFacts, SettingsProblem,
};

use crate::problem::{FilePlace, ProblemPlace, StartFailure, StartProblem};
use crate::settings::origin::SettingOrigin;
use crate::settings::secret::TokenOrigin;
use crate::settings::sources::ReadSources;
use crate::settings::strength::is_loopback;
use crate::settings::table::KEYS;
use crate::settings::{ApprovalModeSetting, Console, Settings, SettingsWarning};
use crate::tls::ServerIdentity;

/// Settings that can be used.
pub(super) fn facts(settings: &Settings, sources: Option<&ReadSources>) -> SettingsFacts {
    let warnings = settings.warnings.iter();
    // A file that is open to others is told with the other files of secrets.
    let warnings = warnings.filter(|one| !matches!(one, SettingsWarning::OpenFile { .. }));
    SettingsFacts {
        odd: warnings.map(|warning| odd(warning, sources)).collect(),
        overridden: sources.map(overridden).unwrap_or_default(),
        exposure: Some(exposure(settings)),
        ..SettingsFacts::default()
    }
}

/// What is wrong with the files for HTTPS, which stops a start as well; all else
/// can be looked at without them.
pub(super) fn of_tls(settings: &Settings) -> Option<SettingsProblem> {
    let read = ServerIdentity::read(settings);
    read.err().as_ref().map(problem)
}

/// Settings that cannot.
pub(super) fn unusable(failure: &StartFailure) -> SettingsFacts {
    SettingsFacts {
        are_unusable: true,
        problems: failure.problems().iter().map(problem).collect(),
        ..SettingsFacts::default()
    }
}

fn problem(problem: &StartProblem) -> SettingsProblem {
    let key = match &problem.place {
        Some(ProblemPlace::File(place)) => place.key.as_ref(),
        _ => None,
    };
    let key = key.map_or_else(String::new, |key| format!(" (key {key})"));
    SettingsProblem {
        message: format!("{}{key}", problem.message),
        place: problem.place.as_ref().map(place),
        help: problem.help.clone(),
    }
}

fn odd(warning: &SettingsWarning, sources: Option<&ReadSources>) -> OddSetting {
    let seen = warning.place().map(in_file);
    let written = || warning.keys().iter().find_map(|key| origin(key, sources?));
    OddSetting {
        message: warning.message(),
        place: seen.or_else(written),
        why: warning.why().to_owned(),
        fix: warning.fix(),
    }
}

/// Where the value of a setting that counts was written.
fn origin(key: &str, sources: &ReadSources) -> Option<FindingPlace> {
    let key = KEYS.iter().find(|known| known.path == key)?;
    sources
        .written(key)
        .first()
        .and_then(|one| of_origin(&one.origin))
}

fn of_origin(origin: &SettingOrigin) -> Option<FindingPlace> {
    match origin {
        SettingOrigin::Default => None,
        SettingOrigin::File { path, line } => Some(FindingPlace::File {
            path: path.clone(),
            line: Some(*line),
        }),
        named @ (SettingOrigin::Variable(_) | SettingOrigin::Flag(_)) => {
            let name = named.to_string();
            Some(FindingPlace::Named { name })
        }
    }
}

fn place(place: &ProblemPlace) -> FindingPlace {
    match place {
        ProblemPlace::File(place) => in_file(place),
        ProblemPlace::Named(name) => FindingPlace::Named { name: name.clone() },
    }
}

fn in_file(place: &FilePlace) -> FindingPlace {
    let (path, line) = (place.path.clone(), place.line);
    FindingPlace::File { path, line }
}

fn overridden(sources: &ReadSources) -> Vec<OverriddenSetting> {
    let mut all = Vec::new();
    for key in KEYS {
        let written = sources.written(key).into_iter();
        // That something differs from the default is what a setting is for, and
        // the default is written nowhere.
        let mut places = written.filter_map(|written| of_origin(&written.origin));
        let Some(counts) = places.next() else {
            continue;
        };
        all.extend(places.map(|place| OverriddenSetting {
            key: key.path.to_owned(),
            counts: counts.to_string(),
            place,
        }));
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
