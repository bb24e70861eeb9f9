//! That the simulation finds bugs: each way to break the model is found within some seeds, by the check
//! of the invariant that it breaks.

use crate::fault::Fault;
use crate::run::first_failure;
use crate::store::Beside;

/// Seeds within which a fault must be found.
const FAULT_SEEDS: u64 = 1_000;

#[track_caller]
fn check_found(fault: Fault, invariants: &[&str]) {
    let counts = |violation: &crate::violation::Violation| invariants.contains(&violation.kind());
    let (found, _) = first_failure(fault, Beside::Nothing, 0..FAULT_SEEDS, counts);
    let found = found.unwrap_or_else(|| panic!("{fault:?} is not found"));
    let said: String = found.violation.to_string().chars().take(120).collect();
    println!("{fault:?} is found in seed {}: {said}", found.seed);
}

#[test]
fn durable_before_visible_is_checked() {
    check_found(Fault::DeliverBeforeCommit, &["durable before visible"]);
    check_found(Fault::AnswerBeforeCommit, &["durable before visible"]);
    check_found(
        Fault::AnswerFailed,
        &["durable before visible", "exactly once"],
    );
}

#[test]
fn order_is_checked() {
    check_found(Fault::DropWhenFull, &["order"]);
    check_found(Fault::SwapEntries, &["order"]);
    check_found(Fault::LoseTail, &["order"]);
}

#[test]
fn exactly_once_is_checked() {
    check_found(Fault::ForgetIds, &["exactly once"]);
}

#[test]
fn key_not_name_is_checked() {
    check_found(Fault::KeepFollowing, &["key, not name"]);
    check_found(Fault::FileToAnyone, &["key, not name"]);
}

#[test]
fn crash_safe_is_checked() {
    check_found(Fault::LoseCommit, &["durable", "durable before visible"]);
    check_found(Fault::IgnoreGeneration, &["order"]);
    check_found(Fault::ForgetSync, &["durable"]);
    check_found(Fault::FilesBeforeCommit, &["durable"]);
}

#[test]
fn that_nothing_waits_for_ever_is_checked() {
    check_found(Fault::ForgetToRefuse, &["liveness"]);
    check_found(Fault::SkipRoom, &["liveness"]);
    check_found(Fault::SkipResume, &["liveness"]);
    check_found(Fault::SkipCredits, &["liveness"]);
    check_found(Fault::SkipLate, &["liveness"]);
}

#[test]
fn bounded_is_checked() {
    check_found(Fault::IgnoreBusy, &["bounded", "liveness"]);
}

#[test]
fn what_is_said_about_entries_is_checked() {
    check_found(Fault::ForgetNotes, &["about"]);
    check_found(Fault::KeepDeleted, &["taken back"]);
}

#[test]
fn rosters_and_read_markers_are_checked() {
    check_found(Fault::RosterTwice, &["rosters"]);
    check_found(Fault::LoseRoster, &["rosters"]);
    check_found(Fault::LoseMarkers, &["read markers"]);
}

#[test]
fn canvases_are_checked() {
    check_found(Fault::MergeTooFar, &["canvas"]);
}

#[test]
fn quotas_are_checked() {
    check_found(Fault::ForgetDropped, &["quotas"]);
    check_found(Fault::ForgetSweep, &["quotas"]);
}
