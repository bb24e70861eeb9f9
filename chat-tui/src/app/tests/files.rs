//! Files that are sent and saved.

use chat_client::{Delivered, Transfer, TransferDirection, TransferId, TransferState};
use chat_core::{Body, ContentHash, File, Seq, Text};

use super::script::Player;
use super::world::id;
use crate::app::Event;
use crate::app::event::Probed;

/// Somebody who is online in #a.
fn online() -> Player {
    let mut player = Player::new();
    player.play("online #a");
    player
}

/// Bob has sent a file: the next entry of #a.
fn file(player: &mut Player, name: &str) {
    let file = File {
        hash: ContentHash([7; 32]),
        name: Text::new(name),
        media: Text::new("application/pdf"),
        bytes: 10 << 20,
        caption: Text::new("for tomorrow"),
    };
    player.entry(id("#a"), "bob", None, Body::File(file));
}

/// A transfer of #a is in this state, five of ten MiB done.
fn transfer(player: &mut Player, number: u64, direction: TransferDirection, state: TransferState) {
    player.net(chat_client::Event::Transfer(Transfer {
        id: TransferId(number),
        conversation: id("#a"),
        name: Text::new("plan.pdf"),
        direction,
        bytes: 10 << 20,
        done: 5 << 20,
        state,
    }));
}

fn saving(player: &mut Player, number: u64, seq: u64) {
    player.send(Event::Saving {
        id: TransferId(number),
        conversation: id("#a"),
        seq: Seq(seq),
    });
}

const RUNNING: TransferState = TransferState::Running {
    bytes_per_second: 1 << 20,
};

#[test]
fn a_file_is_sent_and_its_progress_stands_below_the_log() {
    let mut player = online();
    player.play(
        r#"
        type /send
        keys Enter
        notice: write /send PATH [TEXT] to send a file
        keys Ctrl+C
        type /send ~/my\ plan.pdf for tomorrow
        keys Enter
        -> SendFile #a "~/my plan.pdf" "for tomorrow"
        input: |
        "#,
    );
    transfer(&mut player, 1, TransferDirection::Upload, RUNNING);
    player.play(
        "
        log:
          (beginning)
          me: [plan.pdf] (█████░░░░░ 50 % 5.0 MiB of 10.0 MiB · 1.0 MiB/s · 5 s left)
          …
          …
        keys F10
        popup: quit? 0 and 1 files
        keys n
        keys Ctrl+S x
        -> CancelTransfer(TransferId(1))
        ",
    );
    let posted = TransferState::Finished(Delivered::Posted { seq: Seq(1) });
    transfer(&mut player, 1, TransferDirection::Upload, posted);
    player.play(
        "
        log:
          (beginning)
        keys F10
        -> Quit
        ",
    );
}

#[test]
fn a_file_that_was_not_sent_stays_and_says_why() {
    let mut player = online();
    let why = "it is a directory: send its files".to_owned();
    transfer(
        &mut player,
        1,
        TransferDirection::Upload,
        TransferState::Failed { why },
    );
    player.play(
        "
        notice: plan.pdf was not sent: it is a directory: send its files
        log:
          (beginning)
          me: [plan.pdf] (it is a directory: send its files)
          …
        keys Ctrl+S x
        log:
          (beginning)
        ",
    );
}

#[test]
fn a_file_is_saved_from_its_entry() {
    let mut player = online();
    file(&mut player, "plan.pdf");
    player.play(
        r#"
        say #a bob see above
        log:
          (beginning)
          -- 2026-11-20
          bob: [plan.pdf · 10.0 MiB · application/pdf]
          for tomorrow
          …
          …
          bob: see above
        keys Ctrl+S s
        notice: there is no file in it
        keys Up s
        -> SaveFile #a 1 plan.pdf
        "#,
    );
    saving(&mut player, 4, 1);
    transfer(&mut player, 4, TransferDirection::Download, RUNNING);
    player.play(
        "
        type /save
        keys Enter
        notice: it is being saved
        keys Ctrl+C
        type /save other
        keys Enter
        notice: no file here is called like that: scroll up to where it is
        keys Ctrl+C
        type /cancel plan
        keys Enter
        -> CancelTransfer(TransferId(4))
        ",
    );
    let saved = TransferState::Finished(Delivered::Saved {
        path: "/home/ann/Downloads/plan.pdf".into(),
    });
    transfer(&mut player, 4, TransferDirection::Download, saved);
    player.play("notice: saved as /home/ann/Downloads/plan.pdf");
    assert!(player.app.downloads.get(id("#a"), Seq(1)).is_some());
}

#[test]
fn a_path_is_completed_with_what_the_disk_has() {
    let mut player = online();
    player.play(
        r#"
        type /send ./my\ p
        keys Tab
        -> CompletePath("./my p")
        "#,
    );
    let paths = |typed: &str, paths: &[&str]| Event::Paths {
        typed: typed.into(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    };
    player.send(paths("./other", &["./other.txt"]));
    player.play(r"input: /send ./my\ p|");
    player.send(paths("./my p", &["./my plan.pdf", "./my photo.png"]));
    player.play(
        r"
        input: /send ./my\ plan.pdf|
        keys Tab
        input: /send ./my\ photo.png|
        keys Tab
        input: /send ./my\ p|
        type lan.pdf for
        keys Tab
        ->
        ",
    );
}

#[test]
fn a_pasted_path_is_offered_as_a_file() {
    let mut player = online();
    player.play(
        r#"
        paste '/home/ann/my plan.pdf'
        -> Probe { typed: "'/home/ann/my plan.pdf'", path: "/home/ann/my plan.pdf" }
        "#,
    );
    let found = |typed: &str| {
        Event::Probed(Probed {
            typed: typed.into(),
            path: "/home/ann/my plan.pdf".into(),
            name: "my plan.pdf".into(),
            bytes: 70_000,
        })
    };
    player.send(found("something else"));
    player.play("popup: none");
    player.send(found("'/home/ann/my plan.pdf'"));
    player.play(
        r#"
        popup: file? my plan.pdf 68.4 KiB
        keys n
        input: '/home/ann/my plan.pdf'|
        "#,
    );
    player.send(found("'/home/ann/my plan.pdf'"));
    player.play(
        r#"
        keys y
        -> SendFile #a "/home/ann/my plan.pdf" ""
        input: |
        paste /etc/hosts
        input: //etc/hosts|
        -> Probe { typed: "//etc/hosts", path: "/etc/hosts" }
        paste /etc/hosts
        ->
        "#,
    );
}

#[test]
fn a_long_paste_goes_as_a_file() {
    let mut player = online();
    player.play(
        r"
        paste 1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12
        popup: paste? 12 lines, 1 posts
        keys f
        -> SendText #a paste.txt 26 bytes
        input: |
        ",
    );
}
