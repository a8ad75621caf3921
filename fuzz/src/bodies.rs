//! Request bodies: whatever they say, planning them is safe.

use openwork_change::change::{Fields, read};
use openwork_change::plan::plan;
use openwork_model::files::MemoryFiles;

/// Reads a body as each kind of request and plans what is valid.
pub fn feed(data: &[u8]) {
    let Ok(fields) = serde_json::from_slice::<Fields>(data) else {
        return;
    };
    let files = MemoryFiles::new()
        .with(
            "opencode.json",
            "{ \"plugin\": [\"a\"], \"mcp\": { \"m\": { \"enabled\": true } } }\n",
        )
        .with(
            ".opencode/skills/s/SKILL.md",
            "---\nname: s\ndescription: d\n---\n",
        );
    let changes = [
        read::patch_config(&fields),
        read::add_plugin(&fields),
        read::upsert_skill(&fields),
        read::add_mcp(&fields),
        read::set_mcp_enabled("m", &fields),
        read::upsert_command(&fields),
        read::import(&fields),
    ];
    for change in changes.into_iter().flatten() {
        let _ = plan(&change.into(), &files);
    }
}
