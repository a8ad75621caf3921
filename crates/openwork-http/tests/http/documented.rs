//! The document of the API says what the code does.

use std::collections::BTreeSet;

use openwork_api::ErrorCode;
use openwork_http::route::{RouteAccess, table};
use openwork_model::scope::Scope;

const DOCUMENT: &str = include_str!("../../../../docs/api.md");

const ERRORS: [&str; 15] = [
    include_str!(
        "../../src/error/snapshots/openwork_http__error__push__tests__devices_that_are_not_told.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__answer__tests__answers_of_notifications_that_do_not_count.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__amend__tests__amendments_that_do_not_fit.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__undo__tests__undos_that_are_refused_say_what_is_in_the_way.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__drops__tests__files_that_are_not_brought_or_fetched.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__env__tests__variables_that_are_not_set_or_deleted.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__engine__tests__calls_that_came_to_nothing.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__tokens__tests__tokens_that_are_not_made_or_ended.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__pairing__tests__devices_that_are_not_paired.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__reload__tests__reloads_that_did_not_happen.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__tests__answers_that_do_not_count.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__tests__changes_that_the_host_did_not_allow.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__tests__requests_that_are_wrong_whatever_the_files_say.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__tests__requests_that_no_workspace_sees.snap"
    ),
    include_str!(
        "../../src/error/snapshots/openwork_http__error__tests__workspaces_that_cannot_be_read_or_written.snap"
    ),
];

/// The cells of the table below a heading.
fn rows(heading: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let section = DOCUMENT
        .split("\n## ")
        .find(|section| section.starts_with(heading));
    let lines = section
        .unwrap_or_default()
        .lines()
        .filter(|line| line.starts_with('|'));
    lines.skip(2).map(|line| {
        line.trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().trim_matches('`'))
            .collect()
    })
}

#[test]
fn every_route_is_documented_and_no_other() {
    let token = |access: RouteAccess| match access {
        RouteAccess::AnyToken => "any",
        RouteAccess::HostToken => "host",
        access => access.least().map_or("none", Scope::as_str),
    };
    let served: BTreeSet<_> = table()
        .iter()
        .map(|row| (row.method(), row.path(), token(row.access())))
        .collect();
    let documented: BTreeSet<_> = rows("Routes")
        .map(|cells| (cells[0], cells[1], cells[2]))
        .collect();
    assert_eq!(documented, served);
}

#[test]
fn every_error_is_documented_and_no_other() {
    let status_and_code = |line: &'static str| {
        let (head, _) = line.split_once(": ")?;
        let (status, code) = head.split_once(' ')?;
        status.parse::<u16>().ok()?;
        Some((status, code))
    };
    let lines = ERRORS.iter().flat_map(|snapshot| snapshot.lines());
    let answered: BTreeSet<_> = lines.filter_map(status_and_code).collect();
    let documented: BTreeSet<_> = rows("Errors").map(|cells| (cells[0], cells[1])).collect();
    assert_eq!(documented, answered);
    let codes = ErrorCode::ALL.iter();
    let codes: Vec<_> = codes.map(|code| (code.status(), code.as_str())).collect();
    let documented: BTreeSet<_> = documented
        .into_iter()
        .filter_map(|(status, code)| Some((status.parse::<u16>().ok()?, code)))
        .collect();
    assert_eq!(documented, codes.into_iter().collect());
}
