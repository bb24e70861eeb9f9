//! What was missed while away.

use ratatui::layout::Position;

use super::check;
use super::script::Player;
use crate::app::layout::{self, Hit};

/// Away with mentions, direct messages and something in rooms; everything has come but the last.
const AWAY: &str = "
        online #a:2/2 #b:4/1 @bob:2/0 @carol:1/0
        feed #a 1-2
        past #b 2 carol nothing special
        past #b 3 carol ann: look\\nat this
        past #b 4 ann said from elsewhere
        past @bob 1 bob are you there?
        past @carol 1 carol psst
        popup: none";

const LAST: &str = "past @bob 2 bob hello?";

const SEEN: &str = "popup: menu since you were away: you were mentioned / \
                    [#b carol: ann: look …] / written to you / carol: psst / \
                    bob: are you there? / bob: hello? / new in / #b  2 new, 1 names you / @bob  2 new / \
                    @carol  1 new";

/// Back again, with everything there.
fn back(settings: &str) -> Player {
    let mut player = Player::new();
    player.play("resize 80x24");
    player.play(&format!("settings look\n  returning = '{settings}'"));
    player.play(AWAY);
    player.play(LAST);
    player
}

#[test]
fn what_was_missed_is_listed_on_return_once_all_of_it_is_there() {
    let mut player = back("view");
    player.play(SEEN);
    player.play("keys Esc\npopup: none\nkeys F7");
    player.play(SEEN);
    player.play("keys F7\npopup: none\ntype /away-log\nkeys Enter");
    player.play(SEEN);
}

#[test]
fn each_line_leads_there() {
    let mut player = back("view");
    player.play("keys Enter\npopup: none\nlist: #a [#b] @bob 2!2 @carol 1!1");
    player.play("keys F7 Down Enter\nlist: #a #b @bob 2!2 [@carol]");
    player.play("keys F7 Down Down Down Down Down Enter\nlist: #a #b [@bob] @carol");
    // What stands below the last one.
    player.play("keys F7 PgDn Down Down Down Down Down Down Down Down Enter");
    player.play("list: #a #b @bob [@carol]");
}

#[test]
fn lines_are_clicked() {
    use crate::app::dialog::{Over, dialog};
    let mut player = back("view");
    let popup = player.app.popup().expect("it is open");
    let dialog = dialog(&player.app, popup);
    let mut places = (0..24).flat_map(|y| (0..80).map(move |x| Position::new(x, y)));
    let at = places.find(|at| dialog.hit(*at) == Over::Item(1));
    let at = at.expect("on the screen");
    player.play(&format!("click {} {}", at.x, at.y));
    player.play("popup: none\nlist: #a #b 2!1 @bob 2!2 [@carol]");
}

#[test]
fn who_has_begun_to_type_is_not_interrupted() {
    let mut player = Player::new();
    player.play("resize 80x24\nsettings look\n  returning = 'view'");
    player.play(AWAY);
    player.play("type half a wo");
    player.play(LAST);
    player.play("popup: none\ntype rd\ninput: half a word|");
    let size = player.app.size;
    let mut places =
        (0..size.height).flat_map(|y| (0..size.width).map(move |x| Position::new(x, y)));
    let at = places.find(|at| layout::hit(&player.app, *at) == Hit::Missed);
    let at = at.expect("it is offered");
    player.play(&format!("click {} {}", at.x, at.y));
    player.play(SEEN);
    player.play("keys Esc\ninput: half a word|");
    assert_eq!(layout::hit(&player.app, at), Hit::Nothing, "offered once");
}

#[test]
fn a_hint_is_enough_where_that_is_wished() {
    let mut player = back("hint");
    player.play("popup: none\nkeys F7");
    player.play(SEEN);
    let mut player = back("hint");
    player.play("keys Esc");
    let offered = |y| layout::hit(&player.app, Position::new(5, y)) == Hit::Missed;
    assert!(!(0..24).any(offered), "Esc takes it away");
    let mut player = back("off");
    player.play("popup: none\nkeys F7");
    player.play(SEEN);
}

#[test]
fn nothing_is_shown_where_nothing_was_missed() {
    check(
        r"
        settings look
          returning = 'view'
        online #a:2/2 @bob:1/1
        feed #a 1-2
        feed @bob 1-1
        popup: none
        offline 1000
        online #a:2/2 @bob:1/1
        popup: none
        keys F7
        popup: none
        notice: nothing was missed while you were away
        ",
    );
}

#[test]
fn an_outage_that_all_can_be_seen_of_needs_no_list() {
    check(
        r"
        settings look
          returning = 'view'
        online #a:2/2 #b:1/1
        feed #a 1-2
        feed #b 1-1
        offline 1000
        online #a:3/2 #b:1/1
        past #a 3 bob hi all
        popup: none
        keys F7
        popup: menu since you were away: new in / [#a  1 new]
        keys Esc
        offline 1000
        online #a:3/3 #b:2/1
        past #b 2 bob hi there
        popup: menu since you were away: new in / [#b  1 new]
        ",
    );
}

#[test]
fn an_outage_without_anything_new_is_no_absence() {
    check(
        r"
        settings look
          returning = 'view'
        online #a:2/2 #b:2/1
        feed #a 1-2
        feed #b 1-2
        popup: menu since you were away: new in / [#b  1 new]
        keys Esc
        offline 1000
        online #a:2/2 #b:2/1
        popup: none
        offline 1000
        online #a:2/2 #b:3/1
        past #b 3 ann own
        popup: none
        offline 1000
        online #a:2/2 #b:4/1
        past #b 4 bob hi ann
        popup: menu since you were away: you were mentioned / [#b bob: hi ann] / new in / #b  2 new, 1 names you
        ",
    );
}

#[test]
fn mentions_are_found_in_what_is_not_sent_by_itself() {
    let mut player = Player::new();
    player.play(
        "
        resize 80x24
        settings look
          returning = 'view'
        online #a:0/0 #b:500/10
        skip #b 10-301
        feed #b 301-500
        -> History #b before 301
        page 101-300
        -> History #b before 101
        popup: none",
    );
    // The oldest of them.
    player.page_with(11, 100, 11, "ann: look");
    player.play(
        "
        popup: menu since you were away: you were mentioned / [#b bob: ann: look] / new in / #b  490 new, 1 names you",
    );
}

#[test]
fn bounded_what_is_fetched_to_be_looked_through() {
    let mut player = Player::new();
    player.play(
        "
        resize 80x24
        settings look
          returning = 'view'
        online #a:0/0 #b:9000/0
        skip #b 0-8801
        feed #b 8801-8999
        past #b 9000 bob ann: hi
        -> History #b before 8801",
    );
    for page in 1..=9 {
        let before = 8801 - page * 200;
        player.play(&format!("page {before}-{}", before + 199));
        player.play(&format!("-> History #b before {before}"));
    }
    player.play(
        "
        page 6801-7000
        ->
        popup: menu since you were away: you were mentioned / [#b bob: ann: hi] / 6800 older messages were not looked through for your name / new in / #b  9000 new, 1 names you",
    );
}

#[test]
fn a_server_that_gives_no_page_is_not_asked_for_ever() {
    check(
        r"
        settings look
          returning = 'view'
        online #a:0/0 #b:500/10
        skip #b 10-301
        feed #b 301-500
        -> History #b before 301
        refused not now
        popup: menu since you were away: 290 older messages were not looked through for your name / new in / [#b  490 new]
        ",
    );
}
