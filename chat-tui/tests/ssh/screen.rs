//! What one sees and does: colours, sizes, the mouse, the clipboard.

use data_encoding::BASE64;
use vt100::{Color, MouseProtocolEncoding, MouseProtocolMode};

use crate::terminal::Terminal;
use crate::visit::Account;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn over_ssh_the_screen_has_its_panes_and_colours() {
    let Some(world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit(&account).await;
    world.bob.says("hi there").await;
    let terminal = &mut visit.terminal;
    terminal.until_shown("hi there").await;

    let rows = terminal.rows();
    assert!(
        rows[1].starts_with("┌ conversations ┬ #lobby ─"),
        "{rows:?}"
    );
    assert!(rows[1].contains("┬ online 2 ─"), "{rows:?}");
    assert!(rows[23].contains("F1 help"), "{rows:?}");

    let in_roster = colour(terminal, terminal.find("● bob"), 2);
    let in_log = colour(terminal, terminal.find("bob      hi there"), 0);
    // TERM, all that ssh passes on, promises 256 of them.
    assert!(matches!(in_roster, Color::Idx(_)), "{in_roster:?}");
    assert_eq!(in_log, in_roster);
}

/// The colour of a text's cell.
fn colour(terminal: &Terminal, at: Option<(u16, u16)>, behind: u16) -> Color {
    let (row, column) = at.expect("it is on the screen");
    let cell = terminal.screen().cell(row, column + behind);
    cell.expect("within the screen").fgcolor()
}

#[tokio::test(flavor = "multi_thread")]
async fn over_ssh_the_mouse_presses_and_opens() {
    let Some(world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit(&account).await;
    let terminal = &mut visit.terminal;
    let mode = terminal.screen().mouse_protocol_mode();
    // With motion while a button is held: the canvas is drawn on.
    assert_eq!(mode, MouseProtocolMode::ButtonMotion);
    let encoding = terminal.screen().mouse_protocol_encoding();
    assert_eq!(encoding, MouseProtocolEncoding::Sgr);

    terminal.types("/join #ops\r");
    terminal.until_shown("┬ #ops ─").await;
    let lobby = terminal.find("#lobby").expect("a conversation");
    terminal.clicks(lobby);
    terminal.until_shown("┬ #lobby ─").await;

    let f1 = terminal.find("F1 help").expect("in the bar");
    terminal.clicks(f1);
    terminal.until_shown("─ help ─").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_ssh_the_screen_follows_the_window() {
    let Some(world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit(&account).await;
    for (width, height) in [(120, 40), (40, 10), (80, 24)] {
        visit.terminal.resize(width, height);
        let corner = |row: u16, text: &str, terminal: &Terminal| {
            let cell = terminal.screen().cell(row, width - 1);
            cell.is_some_and(|cell| cell.contents() == text)
        };
        let fits = |terminal: &Terminal| {
            let found = corner(1, "┐", terminal) && corner(height - 1, "┘", terminal);
            found.then_some(())
        };
        let what = format!("a screen of {width}×{height}");
        visit.terminal.until(&what, fits).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_ssh_a_message_is_copied_to_the_own_clipboard() {
    let Some(world) = World::start().await else {
        return;
    };
    let account = Account::new("alice");
    let mut visit = world.visit(&account).await;
    let said = "from here: naïve 日本 👍\nto here, and nothing of the panes beside it";
    world.bob.says(said).await;
    let terminal = &mut visit.terminal;
    terminal.until_shown("to here, and").await;
    assert_eq!(terminal.copied(), []);

    terminal.types("\x13y");
    terminal
        .until("a copy", |terminal| terminal.copied().first().map(drop))
        .await;
    let copy = ("c".to_owned(), BASE64.encode(said.as_bytes()).into_bytes());
    assert_eq!(terminal.copied(), [copy]);
}
