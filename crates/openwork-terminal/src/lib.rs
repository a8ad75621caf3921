//! The host operator's commands: answer approvals from a terminal.
