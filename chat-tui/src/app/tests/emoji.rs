//! Emoji: offered while a name is typed, and picked from the list.

use super::check;
use super::script::Player;
use crate::app::{completion, offer};
use crate::text::Emoji;

/// What is offered, with the one that Tab takes in brackets.
#[track_caller]
fn offered(player: &Player, want: &str) {
    let offer = offer::offer(&player.app);
    let items = offer.iter().flat_map(|offer| {
        let picked = offer.selected;
        let items = offer.items.iter().enumerate();
        items.map(move |(index, item)| match index == picked {
            true => format!("[{} {}]", item.emoji, item.name),
            false => format!("{} {}", item.emoji, item.name),
        })
    });
    assert_eq!(items.collect::<Vec<_>>().join(" "), want);
}

#[test]
fn emoji_are_offered_while_a_name_is_typed() {
    let mut player = Player::new();
    player.play("online #a");
    player.play("type so :thu");
    offered(
        &player,
        "[👍 thumbsup] 👎 thumbsdown 🫰 hand_with_index_finger_and_thumb_crossed 🇱🇹 lithuania",
    );
    player.play("keys Down\ninput: so :thu|");
    offered(
        &player,
        "👍 thumbsup [👎 thumbsdown] 🫰 hand_with_index_finger_and_thumb_crossed 🇱🇹 lithuania",
    );
    player.play("keys Tab\ninput: so 👎|\nstored: EmojiUsed 👎");
    offered(&player, "");
    player.play("keys Tab\ninput: so 🫰|");
    // What is typed is sent as it is.
    player.play("keys Ctrl+U\n->\ntype :thu\nkeys Enter\n-> Post #a Said \":thu\"");
}

#[test]
fn what_is_offered_is_waved_away_and_does_not_get_in_the_way() {
    let mut player = Player::new();
    player.play("online #a");
    for typed in [
        "10:30",
        "::",
        ":t",
        ":)",
        ":/etc",
        "std::thumbs",
        ":-D",
        ":no-such",
    ] {
        player.play(&format!("type {typed}"));
        offered(&player, "");
        player.play("keys Ctrl+U");
    }
    player.play("type :tada\nkeys Esc");
    offered(&player, "");
    player.play("input: :tada|\nkeys Backspace");
    offered(&player, "[🎉 tada] 🏟\u{fe0f} stadium");
    // In a list the keys are the list's.
    player.play("keys F3");
    offered(&player, "");
}

#[test]
fn what_is_offered_can_be_clicked() {
    let mut player = Player::new();
    player.play("online #a\ntype so :thu");
    let area = offer::offer(&player.app).expect("offered").area;
    player.play(&format!("click {} {}", area.x + 1, area.y + 1));
    player.play("input: so 👎|");
}

#[test]
fn bounded_what_is_offered_leaves_room_for_the_log() {
    for (size, rows) in [
        ("80x24", 5),
        ("40x10", 2),
        ("20x6", 0),
        ("15x4", 1),
        ("9x3", 0),
    ] {
        let mut player = Player::new();
        player.play(&format!("resize {size}\nonline #a\ntype :sm"));
        let offer = offer::offer(&player.app);
        assert_eq!(offer.map_or(0, |offer| offer.items.len()), rows, "{size}");
    }
}

#[test]
fn an_emoji_is_picked_by_name_and_the_last_used_come_first() {
    check(
        r"
        online #a
        type ok
        keys Alt+E
        type hourglass
        popup: pick [⌛ hourglass] ⏳ hourglass_flowing_sand
        keys Down Enter
        input: ok⏳|
        stored: EmojiUsed ⏳
        keys Alt+E Enter
        input: ok⏳⏳|
        type /emoji
        keys Ctrl+U
        type /emoji
        keys Enter
        type thumbs up
        keys Enter
        input: 👍|
        ",
    );
}

#[test]
fn tab_goes_through_the_categories() {
    let mut player = Player::new();
    player.play("online #a\nkeys Alt+E");
    let first = |player: &Player| match player.app.popup() {
        Some(crate::app::Popup::Picker(picker)) => picker.items[0].label.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(first(&player), "😀 grinning");
    player.play("keys Tab Tab");
    assert_eq!(first(&player), "👋 wave");
    player.play("keys Shift+Tab Shift+Tab Shift+Tab");
    assert_eq!(first(&player), "🏁 checkered_flag");
    player.play("type wave\nkeys Tab Tab Tab\nkeys Enter\ninput: 👋|");
}

#[test]
fn bounded_few_emoji_are_remembered() {
    let mut player = Player::new();
    player.play("online #a");
    for emoji in completion::known_emoji(Emoji::Safe).take(60) {
        player.play("keys Alt+E");
        let name = emoji.shortcode().unwrap_or(emoji.name());
        player.play(&format!("type {name}\nkeys Enter"));
    }
    assert_eq!(player.app.recent_emoji.len(), 24);
}

#[test]
fn emoji_that_a_terminal_may_not_know_are_not_offered_unless_it_does() {
    let newest = |player: &Player| match player.app.popup() {
        Some(crate::app::Popup::Picker(picker)) => {
            let mut labels = picker.items.iter().map(|item| item.label.as_str());
            labels.any(|label| label.starts_with("🫨"))
        }
        other => panic!("{other:?}"),
    };
    let mut player = Player::new();
    player.play("online #a\nkeys Alt+E");
    assert!(!newest(&player), "of 2022");
    player.play("keys Esc\ntype :shaking_f");
    offered(&player, "");
    player.play("settings look\n  emoji = 'full'");
    offered(&player, "[🫨 shaking_face]");
    player.play("keys Alt+E");
    assert!(newest(&player));
}

#[test]
fn the_emoji_of_that_very_name_comes_first() {
    check(
        r"
        online #a
        keys Alt+E
        type heart
        keys Enter
        input: ❤️|
        keys Alt+E
        type CAT
        keys Enter
        input: ❤️🐱|
        ",
    );
}
