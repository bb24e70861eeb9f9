//! How it ends: by leaving, and by a connection that is cut.

use chat_core::event::Change;
use vt100::MouseProtocolMode;

use crate::sshd::Sshd;
use crate::visit::{Account, BEFORE};
use crate::world::{Person, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_ssh_connection_leaves_no_client_no_ghost_and_no_lost_draft() {
    let Some(mut world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit(&account).await;
    world.bob.sees("alice", Change::Came).await;
    visit.terminal.types("what I wanted to s");
    visit.terminal.until_shown("> what I wanted to s").await;

    visit.terminal.cut();
    visit.wait_until_gone();
    world.bob.sees("alice", Change::Went).await;

    let mut again = world.visit(&account).await;
    again.terminal.until_shown("> what I wanted to s").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_ssh_connection_ends_a_chat_in_lines() {
    let Some(mut world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit_in_lines(&account);
    world.bob.sees("alice", Change::Came).await;
    visit.terminal.cut();
    visit.wait_until_gone();
    world.bob.sees("alice", Change::Went).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_ssh_connection_ends_a_hosted_server_without_asking() {
    let Some(sshd) = Sshd::start() else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = account.visits(&sshd, "host --listen 127.0.0.1:0");
    let link = visit.terminal.until("a join link", |terminal| {
        let written = terminal.written();
        let (_, link) = written.split_once("join link: ")?;
        let (link, _) = link.split_once("\r\n")?;
        Some(link.parse().expect("a link"))
    });
    let mut bob = Person::join(&link.await, "bob").await;
    visit.terminal.until_shown("● bob").await;
    visit.terminal.cut();
    visit.wait_until_gone();
    bob.loses_the_server().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_gives_the_terminal_back_as_it_was() {
    let Some(mut world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit(&account).await;
    let terminal = &mut visit.terminal;
    assert!(terminal.screen().alternate_screen());
    terminal.types("/quit\r");
    let status = terminal.ends().await;

    assert!(status.success(), "{status}: {}", terminal.rows().join("\n"));
    let screen = terminal.screen();
    assert!(!screen.alternate_screen());
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
    assert!(!screen.bracketed_paste());
    assert!(!screen.hide_cursor());
    assert_eq!(terminal.rows()[0], BEFORE);
    let written = terminal.written();
    for mode in ["?1049", "?1000", "?1006", "?1004", "?2004"] {
        let [on, off] = ["h", "l"].map(|end| written.rfind(&format!("\x1b[{mode}{end}")));
        assert!(
            on.is_some() && on < off,
            "{mode} is on at {on:?}, off at {off:?}"
        );
    }
    let (before, after) = visit.modes();
    assert_eq!(before, after);
    visit.wait_until_gone();
    world.bob.sees("alice", Change::Went).await;
}
