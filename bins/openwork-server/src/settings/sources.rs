//! All sources of settings, read and not yet laid over each other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use figment::Figment;
use figment::value::Value;

use super::document::SettingsDocument;
use super::file::TextLocation;
use super::key::SettingKey;
use super::layer::{SettingSource, SettingsLayer};
use super::merged::{self, MergedSettings};
use super::origin::SettingOrigin;
use super::table::KEYS;
use super::{PathBases, Settings, SettingsWarning, flags, paths, reach, strength, variables};
use crate::args::GivenFlags;
use crate::environment::Environment;
use crate::problem::{StartFailure, StartProblem};

/// What the file of tokens is called beside the configuration file.
const TOKENS: &str = "tokens.json";
/// And that of environment variables.
const ENV: &str = "env.json";

/// What each source says, every value of the right type.
pub(crate) struct ReadSources {
    defaults: SettingsLayer,
    file: SettingsFile,
    variables: SettingsLayer,
    flags: SettingsLayer,
}

/// A setting as one source has it.
#[derive(Debug)]
pub(crate) struct WrittenSetting<'s> {
    /// Where it stands.
    pub(crate) origin: SettingOrigin,
    /// What it says.
    pub(crate) value: &'s Value,
}

impl ReadSources {
    /// Reads all sources; says everything that is wrong at once.
    pub(crate) fn read(
        flags: &GivenFlags,
        environment: &Environment,
    ) -> Result<Self, StartFailure> {
        let mut problems = Vec::new();
        let sources = Self {
            defaults: SettingsLayer::of_defaults(),
            flags: self::flags::read(flags, &mut problems),
            variables: variables::read(environment, &mut problems),
            file: SettingsFile::read(flags, environment, &mut problems),
        };
        // All sources are read before one is refused: whoever mends a start wants
        // the whole list, not one line per try.
        if problems.is_empty() {
            Ok(sources)
        } else {
            Err(StartFailure::Usage(problems))
        }
    }

    /// Lays them over each other.
    pub(crate) fn settings(&self, environment: &Environment) -> Result<Settings, StartFailure> {
        let figment = Figment::from(&self.defaults)
            .merge(&self.file.layer)
            .merge(&self.variables)
            .merge(&self.flags);
        let merged = MergedSettings::extract(&figment)?;
        let sources = sources(&figment)?;
        let bases = PathBases {
            cwd: &environment.cwd,
            file: self.file.path.as_deref(),
            sources: &sources,
        };
        let mut settings = merged.into_settings(&bases);
        let beside = |name| {
            let directory = self.file.directory.as_ref();
            directory.map(|directory| directory.join(name))
        };
        settings.token_store = settings.token_store.or_else(|| beside(TOKENS));
        settings.env_store = settings.env_store.or_else(|| beside(ENV));
        settings
            .warnings
            .splice(..0, self.file.warnings.iter().cloned());
        settings.file.clone_from(&self.file.path);
        settings.sources = sources;
        // Last, as it needs the address and the token, which may come from two sources.
        match strength::problem(&settings).or_else(|| reach::problem(&settings)) {
            Some(problem) => Err(problem.into()),
            None => Ok(settings),
        }
    }

    /// What the sources say of a setting; the one that counts comes first.
    pub(crate) fn written(&self, key: &'static SettingKey) -> Vec<WrittenSetting<'_>> {
        let layers = [
            &self.flags,
            &self.variables,
            &self.file.layer,
            &self.defaults,
        ];
        let written = layers.into_iter().filter_map(|layer| {
            let value = layer.value(key)?;
            let origin = SettingOrigin::of(key, layer.source(), value, &self.file);
            Some(WrittenSetting { origin, value })
        });
        written.collect()
    }
}

/// The file's part in the settings.
pub(crate) struct SettingsFile {
    /// The file that was read, if there was one.
    pub(super) path: Option<PathBuf>,
    /// The directory that it is in, or would be.
    directory: Option<PathBuf>,
    layer: SettingsLayer,
    /// The line of each setting in it.
    pub(super) lines: BTreeMap<&'static str, usize>,
    warnings: Vec<SettingsWarning>,
}

impl SettingsFile {
    fn read(
        flags: &GivenFlags,
        environment: &Environment,
        problems: &mut Vec<StartProblem>,
    ) -> Self {
        match Self::try_read(flags, environment, problems) {
            Ok(Some(file)) => file,
            Ok(None) => Self::absent(),
            Err(problem) => {
                problems.push(problem);
                Self::absent()
            }
        }
    }

    fn try_read(
        flags: &GivenFlags,
        environment: &Environment,
        problems: &mut Vec<StartProblem>,
    ) -> Result<Option<Self>, StartProblem> {
        let Some(location) = TextLocation::find(flags, environment)? else {
            return Ok(None);
        };
        let directory = location
            .path
            .parent()
            .map(|path| paths::absolute(path, "."));
        let Some(contents) = location.read()? else {
            return Ok(Some(Self {
                directory,
                ..Self::absent()
            }));
        };
        let mut document = SettingsDocument::read(&location.path, &contents.text);
        problems.append(&mut document.problems);
        let (layer, lines) = (document.layer, document.lines);
        let mut warnings = document.warnings;
        if contents.is_open_to_others && layer.holds_secrets() {
            let path = location.path.clone();
            warnings.push(SettingsWarning::OpenFile { path });
        }
        Ok(Some(Self {
            path: Some(location.path),
            directory,
            layer,
            lines,
            warnings,
        }))
    }

    fn absent() -> Self {
        Self {
            path: None,
            directory: None,
            layer: SettingsLayer::new(SettingSource::File),
            lines: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }
}

fn sources(figment: &Figment) -> Result<BTreeMap<&'static str, SettingSource>, StartProblem> {
    let merged = figment
        .find_value("")
        .map_err(|error| merged::unreadable(&error))?;
    let source = |path: &str| {
        let metadata = figment.get_metadata(merged.find_ref(path)?.tag())?;
        SettingSource::named(&metadata.name)
    };
    Ok(KEYS
        .iter()
        .filter_map(|key| Some((key.path, source(key.path)?)))
        .collect())
}
