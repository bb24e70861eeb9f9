//! Clicks and the wheel on what lies over the screen.

use chat_core::{Fingerprint, Millis};
use jiff::tz::TimeZone;
use ratatui::layout::{Position, Size};

use super::check;
use super::script::Player;
use crate::app::action::Action;
use crate::app::dialog::{Body, Over, dialog};
use crate::app::layout::{self, Hit};
use crate::app::model::Place;
use crate::app::popup::{Leaving, Popup};
use crate::app::{App, Event, update};

/// Clicks at where `wanted` is said to be in the topmost popup.
#[track_caller]
fn click(player: &mut Player, wanted: Over) {
    let popup = player.app.popup().expect("a popup");
    let dialog = dialog(&player.app, popup);
    let size = player.app.size;
    let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| Position::new(x, y)));
    let at = places
        .into_iter()
        .find(|at| dialog.hit(*at) == wanted)
        .expect("it is on the screen");
    player.play(&format!("click {} {}", at.x, at.y));
}

#[test]
fn a_click_on_an_item_takes_it() {
    let mut player = Player::new();
    player.play(
        "
        online #a #b #c
        keys Ctrl+K
        popup: pick [#b] #c",
    );
    click(&mut player, Over::Item(1));
    player.play(
        "
        popup: none
        list: #a #b [#c]",
    );
}

#[test]
fn a_click_beside_a_popup_closes_it_and_does_nothing_else() {
    check(
        r"
        online #a #b
        keys Ctrl+K
        click 1 2
        popup: none
        list: [#a] #b
        keys F1
        click 0 0
        popup: none
        keys Ctrl+C
        popup: quit? 0
        click 0 0
        popup: none
        ->
        ",
    );
}

#[test]
fn a_stray_click_neither_leaves_nor_trusts() {
    check(
        r"
        certificate
        click 0 0
        popup: certificate?
        ->
        login-refused nick-taken taken => ann2
        click 0 0
        popup: login Nick ann2 (taken)
        ->
        ",
    );
}

#[test]
fn questions_are_answered_by_a_click_on_the_answer() {
    let mut player = Player::new();
    player.play("certificate");
    click(&mut player, Over::Hint(Action::Yes));
    player.play("-> AcceptCertificate");
    player.play("online #a\nkeys Ctrl+C");
    click(&mut player, Over::Hint(Action::No));
    player.play("popup: none\nkeys Ctrl+C");
    click(&mut player, Over::Inside);
    player.play("popup: quit? 0\n->");
    click(&mut player, Over::Hint(Action::Yes));
    player.play("-> Quit");
}

#[test]
fn the_wheel_goes_through_a_list() {
    check(
        r"
        online #a #b #c #d #e #f
        keys Ctrl+K
        wheel-down 40 10
        popup: pick #b #c #d [#e] #f
        wheel-up 40 10
        popup: pick [#b] #c #d #e #f
        ",
    );
}

/// In every size, everything is on the screen, and a question says what it is about.
#[test]
fn popups_fit_every_screen() {
    let fingerprint = Fingerprint([7; 32]);
    let popups = [
        Popup::Certificate { fingerprint },
        Popup::Quit(Leaving {
            others: 3,
            files: 0,
            serves: Some(Place::Here),
            text: None,
        }),
        Popup::Help { scroll: 0 },
    ];
    for popup in popups {
        let mut app = App::new("chat.example.org:7878", TimeZone::UTC, 1);
        let effects = update(&mut app, Event::Tick { now: Millis(1) });
        assert_eq!(effects, []);
        for (width, height) in (0..100).flat_map(|width| (0..30).map(move |height| (width, height)))
        {
            app.size = Size::new(width, height);
            let dialog = dialog(&app, &popup);
            let screen = ratatui::layout::Rect::new(0, 0, width, height);
            assert_eq!(dialog.area.intersection(screen), dialog.area);
            assert_eq!(dialog.inside.intersection(dialog.area), dialog.inside);
            for hint in &dialog.hints {
                assert_eq!(
                    hint.area.intersection(dialog.area),
                    hint.area,
                    "{width}x{height}"
                );
            }
            let Body::Said(said) = &dialog.body else {
                continue;
            };
            if width >= 40 && height >= 6 {
                assert!(
                    said.len() <= usize::from(dialog.inside.height),
                    "{width}x{height}"
                );
                let all: String = said.iter().map(|line| line.text.trim()).collect();
                if let Popup::Certificate { fingerprint } = &popup {
                    assert!(all.contains(&fingerprint.to_string()), "{all}");
                }
                assert_eq!(dialog.hints.len(), 2, "{width}x{height}");
            }
        }
    }
}

#[test]
fn a_click_on_a_way_to_complete_takes_it() {
    check(
        r"
        online #a
        roster #a ann bob bobby bond
        type bo
        keys Tab
        input: bob: |
        click 10 21
        input: bobby: |
        click 10 21
        input: bobby: |
        ",
    );
}

#[test]
fn a_click_on_what_came_below_goes_there() {
    check(
        r"
        online #a:60/60
        feed #a 1-60
        keys PgUp
        say #a bob hi
        below: 1
        click 70 21
        scroll: newest
        ",
    );
}

/// Where something is on the screen.
#[track_caller]
fn place_of(player: &Player, wanted: Hit) -> Option<Position> {
    let size = player.app.size;
    let mut places =
        (0..size.height).flat_map(|y| (0..size.width).map(move |x| Position::new(x, y)));
    places.find(|at| layout::hit(&player.app, *at) == wanted)
}

#[test]
fn a_button_to_send_is_there_once_the_mouse_is_used_and_not_before() {
    let mut player = Player::new();
    player.play(
        "
        online #a
        type hello",
    );
    let before = layout::areas(&player.app).input;
    assert_eq!(place_of(&player, Hit::Send), None);
    player.play("wheel-up 40 10");
    let after = layout::areas(&player.app).input;
    assert!(after.width < before.width);
    let at = place_of(&player, Hit::Send).expect("it is on the screen");
    player.play(&format!(
        r#"
        click {} {}
        -> Post #a Said "hello"
        input: |"#,
        at.x, at.y
    ));
    // Nothing is sent where nothing is typed.
    player.play(&format!("click {} {}\n->", at.x, at.y));
}

#[test]
fn the_button_to_send_has_room_in_every_size_or_is_not_there() {
    let mut player = Player::new();
    player.play("online #a\nwheel-up 0 0");
    for (width, height) in (0..120).flat_map(|width| (0..30).map(move |height| (width, height))) {
        player.app.size = Size::new(width, height);
        let areas = layout::areas(&player.app);
        let screen = ratatui::layout::Rect::new(0, 0, width, height);
        assert_eq!(areas.send.intersection(screen), areas.send);
        assert!(areas.send.is_empty() || !areas.send.intersects(areas.input));
        if width >= 24 && height >= 3 {
            assert!(!areas.send.is_empty(), "{width}x{height}");
        }
    }
}

#[test]
fn what_is_in_the_bar_conversations_and_people_are_clicked() {
    let mut player = Player::new();
    player.play("online #a #b @bob\nroster #a ann bob carol");
    let at = place_of(&player, Hit::Button(Action::Help)).expect("in the bar");
    player.play(&format!("click {} {}\npopup: help 0\nkeys Esc", at.x, at.y));
    let at = place_of(&player, Hit::Conversation(1)).expect("in the list");
    player.play(&format!("click {} {}\nlist: #a [#b] @bob", at.x, at.y));
    player.play("keys Alt+1");
    let bob = place_of(&player, Hit::Person(1)).expect("in the roster");
    player.play(&format!(
        "click {} {}\nlist: #a #b [@bob]\n->",
        bob.x, bob.y
    ));
    // With somebody new a conversation is opened first.
    player.play("keys Alt+1");
    let carol = place_of(&player, Hit::Person(2)).expect("in the roster");
    player.play(&format!("click {} {}\n-> Direct carol", carol.x, carol.y));
}

#[test]
fn a_click_never_deletes_what_is_typed() {
    check(
        r"
        online #a #b
        type precious
        keys Home
        click 28 23
        popup: pick [#b]
        input: |precious
        ",
    );
}
