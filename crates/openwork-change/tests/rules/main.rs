//! What every change does to a workspace and what every query shows of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "`json!` literals read best where they are used"
)]

mod accept;
mod agent;
mod amend;
mod both_files;
mod command;
mod command_edit;
mod command_places;
mod command_setting;
mod config;
mod config_text;
mod import;
mod layer;
mod mcp;
mod mcp_layers;
mod names;
mod newer_forms;
mod outcome;
mod places;
mod plugin;
mod plugin_layers;
mod properties;
mod removal;
mod shown;
mod single_settings;
mod skill;
mod skill_deletion;
mod skill_files;
mod skill_places;
mod skill_standing;
mod warning;
mod workspace_file;
