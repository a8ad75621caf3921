//! The names of the cases, and what each wants of its server.

/// One case: a function of that name in `page/cases/`.
pub(crate) struct Case {
    /// The file and the function.
    pub(crate) name: &'static str,
    /// What the server is started with.
    pub(crate) arguments: &'static [&'static str],
}

/// Longer than any case takes, so that nothing expires before it is answered.
const PATIENT: &[&str] = &["--approval", "manual", "--approval-timeout", "120000"];
const USUAL: &[&str] = &["--approval", "manual"];
const HASTY: &[&str] = &["--approval", "manual", "--approval-timeout", "2500"];
const AUTO: &[&str] = &["--approval", "auto"];
const READ_ONLY: &[&str] = &["--approval", "manual", "--read-only"];

const fn case(name: &'static str, arguments: &'static [&'static str]) -> Case {
    Case { name, arguments }
}

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case("sign-in/by_fragment",                           PATIENT),
    case("sign-in/by_form",                               PATIENT),
    case("sign-in/wrong_token_is_refused",                PATIENT),
    case("sign-in/signing_out_forgets_everything",        PATIENT),
    case("answer/allow_with_single_keys",                 PATIENT),
    case("answer/allow_with_tab_and_enter",               PATIENT),
    case("answer/allow_is_inert_at_first",                PATIENT),
    case("answer/deny_with_a_message",                    PATIENT),
    case("answer/allow_for_ten_minutes_then_revoke",      PATIENT),
    case("answer/what_runs_code_is_never_allowed_for_a_time", PATIENT),
    case("answer/a_changed_file_conflicts",               PATIENT),
    case("answer/nothing_moves_under_the_pointer",        PATIENT),
    case("live/a_request_appears_with_its_diff",          PATIENT),
    case("live/a_reload_keeps_what_is_pending",           PATIENT),
    case("live/a_second_tab_follows",                     PATIENT),
    case("live/a_restart_of_the_server_reconnects",       PATIENT),
    case("live/what_expires_stays_until_it_was_looked_at", HASTY),
    case("live/the_last_seconds_look_like_the_last",      PATIENT),
    case("live/losing_the_connection_moves_nothing",      PATIENT),
    case("live/a_client_that_leaves_takes_its_request",   PATIENT),
    case("live/the_mode_is_told_auto",                    AUTO),
    case("live/the_mode_is_told_read_only",               READ_ONLY),
    case("shown/secrets_only_when_revealed",              PATIENT),
    case("shown/what_stays_masked_is_not_offered",        PATIENT),
    case("shown/history_tells_how_requests_ended",        PATIENT),
    case("shown/audit_log_tells_what_changed",            PATIENT),
    case("shown/hostile_texts_stay_texts",                PATIENT),
    case("shown/long_lines_hide_nothing",                 PATIENT),
    case("consent/each_level_has_a_sign_a_word_and_a_look", PATIENT),
    case("consent/titles_are_in_plain_words_with_the_record_beside", PATIENT),
    case("consent/effects_are_whole",                     PATIENT),
    case("consent/what_nobody_has_weighed_is_high",        PATIENT),
    case("consent/what_is_high_takes_a_second_step",      PATIENT),
    case("consent/what_is_not_high_takes_one",            PATIENT),
    case("consent/a_denial_takes_one_and_says_where_it_comes_from", PATIENT),
    case("consent/an_allowance_says_what_it_covers",      PATIENT),
    case("consent/nothing_is_allowed_before_all_of_it_was_shown", PATIENT),
    case("consent/what_is_left_out_is_accessible",        PATIENT),
    case("consent/what_cannot_be_shown_cannot_be_allowed", PATIENT),
    case("consent/a_long_change_is_read_to_its_end",      PATIENT),
    case("agents/an_agent_is_allowed_what_it_was_shown_to_want", PATIENT),
    case("agents/a_question_is_answered_by_its_labels",   PATIENT),
    case("agents/what_an_agent_asks_at_length_can_only_be_rejected", PATIENT),
    case("amend/a_part_of_an_import_is_left_out",         PATIENT),
    case("amend/a_text_is_edited_before_it_is_allowed",   PATIENT),
    case("amend/what_answers_later_says_so",              PATIENT),
    case("queue/the_most_dangerous_comes_first",          PATIENT),
    case("queue/several_are_denied_at_once",              PATIENT),
    case("queue/all_of_one_client_are_denied",            PATIENT),
    case("queue/keys_are_enough",                         PATIENT),
    case("queue/a_link_opens_its_request",                PATIENT),
    case("queue/the_last_answer_leads_back_to_the_list",  PATIENT),
    case("queue/sixty_that_wait_scroll_smoothly",         PATIENT),
    case("diff/a_comma_marks_no_other_line",              PATIENT),
    case("diff/what_is_new_in_a_line_is_marked",          PATIENT),
    case("diff/effects_are_rows_with_before_and_after",   PATIENT),
    case("diff/dangerous_files_come_first",               PATIENT),
    case("diff/a_long_file_is_folded_until_it_was_seen",  PATIENT),
    case("devices/a_device_pairs_by_a_code_and_is_revoked", USUAL),
    case("devices/an_owner_s_device_has_all_views",       USUAL),
    case("devices/a_code_is_used_once",                   USUAL),
    case("devices/a_request_is_kept_waiting",             USUAL),
    case("devices/a_change_is_shown_and_undone",          USUAL),
    case("devices/history_is_chosen_from",                USUAL),
    case("devices/history_goes_on",                       USUAL),
    case("install/it_can_be_installed",                   PATIENT),
    case("install/a_notification_names_its_request",      PATIENT),
    case("install/what_the_server_pushes_is_shown",       PATIENT),
    case("install/it_says_why_a_device_is_not_told",      PATIENT),
    case("install/only_the_page_itself_is_kept",          PATIENT),
    case("install/it_opens_without_its_server_and_says_so", PATIENT),
    case("look/fits_320_pixels",                          PATIENT),
    case("look/fits_390_pixels_in_the_dark",              PATIENT),
    case("look/fits_430_pixels",                          PATIENT),
    case("look/large_text_of_the_system_fits",            PATIENT),
    case("look/small_phones_leave_room_for_what_changes", PATIENT),
    case("look/follows_the_theme",                        USUAL),
    case("look/accessible_in_light",                      PATIENT),
    case("look/accessible_in_dark",                       PATIENT),
];
