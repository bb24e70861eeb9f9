//! Uploads, what is held, quotas, what goes.

use super::check;

/// Ann and bob are in the lobby.
const BOTH: &str = "
    ann logs in
    > ann: welcome ann, in #lobby
    > #lobby v1: came ann
    bob logs in
    > bob: welcome bob, in #lobby
    > #lobby v2: came bob
";

#[test]
fn what_was_uploaded_may_be_posted_anywhere_and_by_its_uploader_only() {
    check(&format!(
        "{BOTH}
        ann posts p1 file x of 10 to #lobby: too soon
        > ann: refused not-uploaded
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        ann posts p1 file x of 10 to #lobby: still too soon
        > ann: refused not-uploaded
        files complete x of ann
        > files: settle x (10 bytes) of ann for ann
        ann posts p1 file x of 10 to #lobby: look
        > #lobby 1 ann sends x: look
        > ann: posted #lobby 1
        ann posts p1 again file x of 10 to #lobby searched 0: look
        > ann: posted #lobby 1
        ann posts p2 file x of 10 to #lobby:
        > #lobby 2 ann sends x:
        > ann: posted #lobby 2
        bob posts file x of 10 to #lobby: a hash gives nobody a file
        > bob: refused not-uploaded
        bob uploads x of 10
        > files: open x (10 bytes) of bob for bob
        files complete x of bob
        > files: settle x (10 bytes) of bob for bob
        bob posts file x of 10 to #lobby: mine too
        > #lobby 3 bob sends x: mine too
        > bob: posted #lobby 3
        ann uploads x of 10
        > files: say that there is x (10 bytes) of ann for ann
    "
    ));
}

#[test]
fn what_cannot_be_a_file_is_refused() {
    check(&format!(
        "
        rule file_mib_max 1
        rule text_bytes 20
        show sentences
        {BOTH}
        ann uploads x of 2MiB
        > ann: refused file-too-large: that file has 2.0 MiB, and 1.0 MiB is the limit here
        ann uploads x of most
        > ann: refused file-too-large: that file has 17592186044416.0 MiB, and 1.0 MiB is the limit here
        ann uploads x of 0
        > files: open x (0 bytes) of ann for ann
        files complete x of ann
        > files: settle x (0 bytes) of ann for ann
        ann uploads x of 5
        > ann: refused not-possible: that content has another length: look at the file again
        ann posts file x of 5 to #lobby: a lie
        > ann: refused not-possible: that file has 0 bytes, and not 5
        ann posts file x of 0 to #lobby: 21 times x
        > ann: refused text-too-long: that message has 21 bytes, and 20 is the limit: send it in parts
        ann posts file x of 0 to #ops: not there
        > ann: refused not-a-member: you are not in that conversation: /join a room or /msg a person first
    "
    ));
    check(&format!(
        "
        rule file_mib_max 0
        show sentences
        {BOTH}
        ann uploads x of 1
        > ann: refused not-possible: this server takes no files
        ann posts file x of 1 to #lobby: x
        > ann: refused not-possible: this server takes no files
    "
    ));
}

#[test]
fn bounded_quotas_count_what_is_under_way_and_a_content_once() {
    check(&format!(
        "
        rule account_mib_max 3
        rule total_mib_max 5
        show sentences
        {BOTH}
        ann uploads x of 2MiB
        > files: open x (2097152 bytes) of ann for ann
        ann uploads y of 2MiB
        > ann: refused quota-full: your files would take more than the 3 MiB that you may have here: take some back first
        bob uploads x of 2MiB
        > files: open x (2097152 bytes) of bob for bob
        files complete x of ann
        > files: settle x (2097152 bytes) of ann for ann
        cid logs in
        > cid: welcome cid, in #lobby
        > #lobby v3: came cid
        cid uploads z of 2MiB
        > cid: refused quota-full: the server has no space for that file: ask whoever runs it
        files complete x of bob
        > files: settle x (2097152 bytes) of bob for bob
        cid uploads z of 2MiB
        > files: open z (2097152 bytes) of cid for cid
        ann uploads y of 1
        > files: open y (1 bytes) of ann for ann
        ann uploads y of 1MiB
        > files: open y (1048576 bytes) of ann for ann
        ann uploads w of 1
        > ann: refused quota-full: your files would take more than the 3 MiB that you may have here: take some back first
    "
    ));
}

#[test]
fn bounded_uploads_under_way_and_how_fast_they_are_begun() {
    let mut script = format!("show sentences\n{BOTH}\n");
    for n in 0..16 {
        script += &format!("ann uploads x{n} of 1\n> files: open x{n} (1 bytes) of ann for ann\n");
    }
    script += "
        ann uploads y of 1
        > ann: refused quota-full: 16 uploads of yours are under way or were broken off: finish or cancel one first
        ann cancels x3
        > files: remove the part of x3 of ann
        > ann: done
        ann uploads y of 1
        > files: open y (1 bytes) of ann for ann
    ";
    for _ in 0..42 {
        script += "ann uploads y of 1\n> files: open y (1 bytes) of ann for ann\n";
    }
    script += "
        ann uploads y of 1
        > ann: refused too-fast, in 500 ms: that were many files in a short time: the next one has to wait
        bob uploads y of 1
        > files: open y (1 bytes) of bob for bob
        wait 500 ms
        ann uploads y of 1
        > files: open y (1 bytes) of ann for ann
    ";
    check(&script);
}

#[test]
fn what_is_cancelled_wrong_or_begun_anew_is_not_held() {
    check(&format!(
        "{BOTH}
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        bob cancels x
        > bob: done
        ann cancels x
        > files: remove the part of x of ann
        > ann: done
        ann cancels x
        > ann: done
        files complete x of ann
        > files: refused too-fast, in 1000 ms, x (10 bytes) of ann for ann
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        files complete first x of ann
        > files: refused too-fast, in 1000 ms, x (10 bytes) of ann for ann
        files wrong x of ann
        > files: remove the part of x of ann
        ann posts file x of 10 to #lobby: x
        > ann: refused not-uploaded
    "
    ));
}

#[test]
fn another_session_goes_on_with_an_upload() {
    check(&format!(
        "{BOTH}
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        ann/phone uploads x of 10
        > files: open x (10 bytes) of ann for ann/phone
        files complete x of ann
        > files: settle x (10 bytes) of ann for ann/phone
    "
    ));
}

#[test]
fn an_upload_that_is_asked_for_again_while_it_is_completed_is_held() {
    check(&format!(
        "{BOTH}
        ann/phone logs in
        > ann/phone: welcome ann, in #lobby
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        ann/phone uploads x of 10
        > files: open x (10 bytes) of ann for ann/phone
        files complete first x of ann
        > files: settle x (10 bytes) of ann for ann
    "
    ));
}

#[test]
fn what_nobody_knows_or_wants_is_removed() {
    check(&format!(
        "{BOTH}
        files found old
        > files: remove old
        files found part of old of ann idle 0 hours
        > files: remove the part of old of ann
        ann uploads used of 1
        > files: open used (1 bytes) of ann for ann
        files complete used of ann
        > files: settle used (1 bytes) of ann for ann
        ann posts file used of 1 to #lobby:
        > #lobby 1 ann sends used:
        > ann: posted #lobby 1
        ann uploads idle of 1
        > files: open idle (1 bytes) of ann for ann
        files complete idle of ann
        > files: settle idle (1 bytes) of ann for ann
        ann uploads begun of 1
        > files: open begun (1 bytes) of ann for ann
        ann uploads going of 1
        > files: open going (1 bytes) of ann for ann
        files found used
        files found part of used of ann idle 0 hours
        > files: name used
        files found idle
        files found part of begun of ann idle 0 hours
        wait 86400000 ms
        files are swept
        files found part of going of ann idle 2 hours
        wait 1 ms
        files are swept
        > files: remove the part of begun of ann
        > files: remove idle
        ann posts file idle of 1 to #lobby: gone
        > ann: refused not-uploaded
        wait 79200000 ms
        files are swept
        > files: remove the part of going of ann
        wait 99 days
        files are swept
        files found used
    "
    ));
}

#[test]
fn a_file_goes_with_the_last_message_that_has_it() {
    check(&format!(
        "{BOTH}
        ann uploads x of 10
        > files: open x (10 bytes) of ann for ann
        files complete x of ann
        > files: settle x (10 bytes) of ann for ann
        bob uploads x of 10
        > files: open x (10 bytes) of bob for bob
        files complete x of bob
        > files: settle x (10 bytes) of bob for bob
        ann posts file x of 10 to #lobby:
        > #lobby 1 ann sends x:
        > ann: posted #lobby 1
        ann posts file x of 10 to #lobby:
        > #lobby 2 ann sends x:
        > ann: posted #lobby 2
        bob posts file x of 10 to #lobby:
        > #lobby 3 bob sends x:
        > bob: posted #lobby 3
        bob deletes 1 of #lobby
        > bob: refused not-yours
        ann deletes 1 of #lobby
        > #lobby 4 ann takes 1 back
        > ann: posted #lobby 4
        ann deletes 2 of #lobby
        > #lobby 5 ann takes 2 back
        > ann: posted #lobby 5
        ann posts file x of 10 to #lobby: it is no longer hers
        > ann: refused not-uploaded
        bob deletes 3 of #lobby
        > files: remove x
        > #lobby 6 bob takes 3 back
        > bob: posted #lobby 6
    "
    ));
}

#[test]
fn what_is_offered_again_counts_as_new() {
    check(&format!(
        "{BOTH}
        ann uploads x of 1
        > files: open x (1 bytes) of ann for ann
        files complete x of ann
        > files: settle x (1 bytes) of ann for ann
        wait 86400000 ms
        ann uploads x of 1
        > files: say that there is x (1 bytes) of ann for ann
        wait 86400000 ms
        files are swept
        wait 1 ms
        files are swept
        > files: remove x
    "
    ));
}

#[test]
fn what_is_missing_on_the_disk_is_uploaded_again() {
    check(&format!(
        "{BOTH}
        ann uploads x of 1
        > files: open x (1 bytes) of ann for ann
        files complete x of ann
        > files: settle x (1 bytes) of ann for ann
        ann posts file x of 1 to #lobby:
        > #lobby 1 ann sends x:
        > ann: posted #lobby 1
        files miss x
        ann posts file x of 1 to #lobby:
        > ann: refused not-uploaded
        ann uploads x of 1
        > files: open x (1 bytes) of ann for ann
        files complete x of ann
        > files: settle x (1 bytes) of ann for ann
        ann posts file x of 1 to #lobby:
        > ann: refused not-uploaded
        files have x
        ann posts file x of 1 to #lobby:
        > #lobby 2 ann sends x:
        > ann: posted #lobby 2
    "
    ));
}

#[test]
fn crash_safe_what_was_not_committed_is_not_held() {
    check(&format!(
        "{BOTH}
        ann uploads x of 1
        > files: open x (1 bytes) of ann for ann
        store commits
        files complete x of ann
        > files: settle x (1 bytes) of ann for ann
        store fails
        > #lobby v4:
        ann uploads y of 1
        > ann: refused storage, in 1000 ms
        wait 1000 ms
        ann posts file x of 1 to #lobby:
        > ann: refused not-uploaded
        ann uploads x of 1
        > files: open x (1 bytes) of ann for ann
        files complete x of ann
        > files: settle x (1 bytes) of ann for ann
    "
    ));
}

#[test]
fn bounded_what_is_dropped_at_once() {
    let mut script = String::new();
    for person in 0..17 {
        script += &format!("p{person} logs in\n> p{person}: welcome p{person}, in #lobby\n");
        script += &format!("> #lobby v{}: came p{person}\n", person + 1);
        for n in 0..16 {
            script += &format!(
                "p{person} uploads x{n} of 1\n> files: open x{n} (1 bytes) of p{person} for p{person}\n"
            );
        }
    }
    script += "wait 1 days\nwait 1 ms\nfiles are swept\n";
    let removed = |from: usize, to: usize| {
        let each = (from..to).map(|n| {
            let (person, content) = (n / 16, n % 16);
            // Those of the same moment go by account, then by content, whose names are texts.
            let mut names: Vec<String> = (0..16).map(|n| format!("x{n}")).collect();
            names.sort();
            format!(
                "> files: remove the part of {} of p{person}\n",
                names[content]
            )
        });
        each.collect::<String>()
    };
    script += &removed(0, 256);
    script += "> files: sweep again\nfiles are swept\n";
    script += &removed(256, 272);
    check(&script);
}
