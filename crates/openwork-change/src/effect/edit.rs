//! Which rules the edit of one file is weighed by.

use std::borrow::Cow;

use super::findings::Findings;
use super::text::{self, WrittenText};
use super::{Effect, EffectKind, Level, agent, config, openwork};
use crate::plan::FileEdit;
use openwork_model::layout::{
    FolderContent, FolderFile, SKILL_FILE, WorkspacePlace, is_config_file, skill_folders,
};
use openwork_model::path::RelPath;

/// What a file is to the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileRole {
    /// Settings of the engine.
    Config,
    /// Settings of OpenWork.
    Openwork,
    /// The text of a skill, by the name of its folder.
    Skill(String),
    /// Another file of a skill's folder.
    SkillFile,
    /// The text of a command, by its name.
    Command(String),
    /// The text of an agent, by its name.
    Agent(String),
    /// Nothing that is known.
    Other,
}

impl FileRole {
    /// Whether the file holds settings.
    pub(super) fn is_settings(&self) -> bool {
        matches!(self, Self::Config | Self::Openwork)
    }
}

/// Weighs what an edit writes. Files that go are counted elsewhere, except for
/// settings and the headers of agents: each that goes is weighed.
pub(super) fn weigh(findings: &mut Findings, edit: &FileEdit) {
    let role = role(&edit.path);
    // Settings that go are not only gone: a rule that forbade something no longer
    // does.
    match (&edit.after, &role) {
        (None, FileRole::Agent(name)) => return weigh_gone_agent(findings, name, edit),
        (None, role) if !role.is_settings() => return,
        _ => {}
    }
    findings.guard(
        |findings| weigh_as(findings, &role, edit),
        || unknown(&edit.path),
    );
}

fn weigh_as(findings: &mut Findings, role: &FileRole, edit: &FileEdit) {
    let (before, after) = (edit.held(), edit.after.as_deref());
    let written = WrittenText {
        path: &edit.path,
        before: &lossy(before),
        after: &lossy(after),
    };
    match role {
        FileRole::Config => config::weigh(findings, &edit.path, before, after),
        FileRole::Openwork => openwork::weigh(findings, &edit.path, before, after),
        FileRole::Skill(name) => text::weigh_skill(findings, name, &written),
        FileRole::Command(name) => text::weigh_command(findings, name, &written),
        FileRole::Agent(name) => text::weigh_agent(findings, name, &written),
        FileRole::SkillFile => weigh_skill_file(findings, edit),
        FileRole::Other => {}
    }
}

fn weigh_gone_agent(findings: &mut Findings, name: &str, edit: &FileEdit) {
    let Some(before) = edit.held() else {
        // It was too large to be read, so nobody knows what it forbade.
        let (title, effect) = unknown(&edit.path);
        return findings.add(title, effect);
    };
    let written = WrittenText {
        path: &edit.path,
        before: &lossy(Some(before)),
        after: "",
    };
    agent::weigh_gone(findings, name, &written);
}

fn weigh_skill_file(findings: &mut Findings, edit: &FileEdit) {
    let path = &edit.path;
    let is_written = edit.held() != edit.after.as_deref();
    let (text, title) = match (is_written, edit.executable) {
        (false, Some(true)) => (
            format!("Makes `{path}` a program, which agents may run as a part of a skill."),
            format!("Make the file {path} of a skill a program"),
        ),
        (false, _) => (
            format!(
                "Makes `{path}` no program any more; agents may still read it as a part of a skill."
            ),
            format!("Make the file {path} of a skill no program"),
        ),
        (true, mark) => {
            let program = match mark {
                Some(true) => " as a program",
                Some(false) => " as no program any more",
                None => "",
            };
            (
                format!(
                    "Writes `{path}`{program}, which agents may read and run as a part of a skill."
                ),
                format!("Write the file {path} of a skill"),
            )
        }
    };
    let effect = Effect::new(EffectKind::LoadsCode, Level::High, text);
    findings.add(title, effect.about(path.as_str()));
}

fn unknown(path: &RelPath) -> (String, Effect) {
    let text = format!("Changes `{path}`, and this server does not know what that sets off.");
    let effect = Effect::new(EffectKind::Unknown, Level::High, text).about(path.as_str());
    (format!("Change the file {path}"), effect)
}

/// What a file of the workspace is.
pub(super) fn role(path: &RelPath) -> FileRole {
    if is_config_file(path) {
        return FileRole::Config;
    }
    if *path == WorkspacePlace::OpenworkJson.path() {
        return FileRole::Openwork;
    }
    if path.file_name() == Some(SKILL_FILE) {
        let folder = path.parent();
        let name = folder.as_ref().and_then(RelPath::file_name);
        return FileRole::Skill(name.unwrap_or("").to_owned());
    }
    if skill_folders().any(|folder| path.is_below(&folder)) {
        return FileRole::SkillFile;
    }
    // A file that the engine would pass over is weighed all the same: to be
    // wrong about that would let an instruction pass as harmless.
    let file = FolderFile::of_path(path);
    let prompt = file.and_then(|file| Some((file.folder.content, file.stem()?)));
    match prompt {
        Some((FolderContent::Commands, name)) => FileRole::Command(name),
        Some((FolderContent::Agents | FolderContent::Modes, name)) => FileRole::Agent(name),
        Some((FolderContent::Plugins | FolderContent::Skills, _)) | None => FileRole::Other,
    }
}

/// Bytes as the engine reads them as a text.
pub(super) fn lossy(bytes: Option<&[u8]>) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.unwrap_or(&[]))
}
