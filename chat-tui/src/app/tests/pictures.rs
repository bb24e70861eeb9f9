//! Pictures of files that are shown in the log.

use std::sync::Arc;

use chat_core::{Body, ContentHash, File, Seq, Text};

use super::script::Player;
use super::world::id;
use crate::app::Event;
use crate::app::pictures::{FILE_BYTES_MAX, Grain, PICTURES_MAX, Raster, Surface};

/// Somebody who is online in #a, at a screen.
fn online() -> Player {
    let mut player = Player::new();
    player.app.pictures.surface = Some(Surface {
        cell: (8, 16),
        grain: Grain::HalfCells,
    });
    player.play("online #a");
    player
}

fn file(player: &mut Player, name: &str, bytes: u64) {
    let file = File {
        hash: ContentHash([7; 32]),
        name: Text::new(name),
        media: Text::default(),
        bytes,
        caption: Text::default(),
    };
    player.entry(id("#a"), "bob", None, Body::File(file));
}

/// The picture of an entry is there: so many pixels.
fn arrives(player: &mut Player, seq: u64, (width, height): (u32, u32)) {
    let rgba = vec![200; 4 * width as usize * height as usize];
    let raster = Raster::new(width, height, rgba).expect("small");
    player.send(Event::Picture {
        conversation: id("#a"),
        seq: Seq(seq),
        picture: Ok(Arc::new(raster)),
    });
}

fn fails(player: &mut Player, seq: u64, why: &str) {
    player.send(Event::Picture {
        conversation: id("#a"),
        seq: Seq(seq),
        picture: Err(why.into()),
    });
}

#[test]
fn a_picture_is_fetched_when_it_is_asked_for_and_hidden_again() {
    let mut player = online();
    file(&mut player, "cat.png", 9_000);
    player.play(
        "
        ->
        keys Ctrl+S v
        -> ShowPicture #a 1 cat.png
        log:
          (beginning)
          -- 2026-11-20
          *bob: [cat.png · 8.8 KiB]
          <fetching the picture …>
        ",
    );
    arrives(&mut player, 1, (20, 8));
    player.play(
        "
        ->
        log:
          (beginning)
          -- 2026-11-20
          *bob: [cat.png · 8.8 KiB]
          <picture 20x4>
          …
          …
          …
        keys v
        ->
        log:
          (beginning)
          -- 2026-11-20
          *bob: [cat.png · 8.8 KiB]
        keys v
        -> ShowPicture #a 1 cat.png
        keys v
        -> DropPicture #a 1
        ",
    );
    // It is not wanted any more.
    arrives(&mut player, 1, (20, 8));
    player.play(
        "
        log:
          (beginning)
          -- 2026-11-20
          *bob: [cat.png · 8.8 KiB]
        ",
    );
}

#[test]
fn view_finds_a_picture_by_its_name() {
    let mut player = online();
    player.play(
        "
        type /view
        keys Enter
        notice: there is no picture here: scroll up to where it is, or /view its name
        keys Ctrl+C
        ",
    );
    file(&mut player, "cat.PNG", 9_000);
    file(&mut player, "dog.jpg", 9_000);
    file(&mut player, "notes.txt", 9_000);
    player.play(
        "
        ->
        type /view
        keys Enter
        -> ShowPicture #a 2 dog.jpg
        input: |
        type /view cat
        keys Enter
        -> ShowPicture #a 1 cat.PNG
        type /view dog
        keys Enter
        -> DropPicture #a 2
        type /view 3
        keys Enter
        -> ShowPicture #a 3 notes.txt
        type /view bird
        keys Enter
        notice: no file here is called like that: scroll up to where it is
        ->
        ",
    );
}

#[test]
fn what_can_not_be_shown_says_so_in_its_place() {
    let mut player = online();
    file(&mut player, "cat.png", 9_000);
    player.play("->\nkeys Ctrl+S v\n-> ShowPicture #a 1 cat.png");
    fails(
        &mut player,
        1,
        "the picture is damaged: s or /save saves it as it is",
    );
    player.play(
        "
        log:
          (beginning)
          -- 2026-11-20
          *bob: [cat.png · 8.8 KiB]
          <the picture is damaged: s or /save saves it as it is>
          …
        keys v
        log:
          (beginning)
          -- 2026-11-20
          *bob: [cat.png · 8.8 KiB]
        ",
    );
    player.play("->\nsay #a bob hi\nkeys Down v\nnotice: there is no file in it\n->");
}

#[test]
fn bounded_files_that_are_too_large_are_not_fetched_to_be_shown() {
    let mut player = online();
    file(&mut player, "cat.png", FILE_BYTES_MAX + 1);
    player.play(
        "
        ->
        keys Ctrl+S v
        ->
        notice: it is too large to be shown (20.0 MiB, at most 20.0 MiB): /save saves it
        ",
    );
}

#[test]
fn bounded_pictures_the_oldest_go() {
    let mut player = online();
    for n in 0..=PICTURES_MAX {
        file(&mut player, &format!("{n}.png"), 10);
    }
    player.play("->");
    for n in 0..PICTURES_MAX {
        player.play(&format!(
            "type /view {n}.png\nkeys Enter\n-> ShowPicture #a {} {n}.png",
            n + 1
        ));
    }
    arrives(&mut player, 1, (8, 8));
    player.play(
        "
        type /view 4.png
        keys Enter
        -> ShowPicture #a 5 4.png
        type /view 3.png
        keys Enter
        -> DropPicture #a 4
        type /view 0.png
        keys Enter
        -> ShowPicture #a 1 0.png
        ",
    );
    assert_eq!(player.app.pictures.all().count(), PICTURES_MAX);
}

#[test]
fn a_picture_above_moves_nothing_that_is_read() {
    let mut player = online();
    file(&mut player, "cat.png", 9_000);
    player.play("feed #a 2-60\nresize 80x24\ntype /view\nkeys Enter");
    player.play("scroll: 1 row 0");
    // Down to where it is not on the screen.
    player.play("keys PgDn\nscroll: 18 row 0");
    arrives(&mut player, 1, (40, 20));
    player.play("scroll: 18 row 0");
    // Above it is as high as it is.
    player.play("keys PgUp\nscroll: 1 Picture");
}

#[test]
fn a_picture_that_is_waited_for_is_shown_as_a_whole() {
    let mut player = online();
    player.play("feed #a 1-40");
    file(&mut player, "cat.png", 9_000);
    player.play("feed #a 42-55\nresize 80x24\nscroll: newest");
    // Near the top of the last screen: it would grow out of it.
    player.play("keys Ctrl+S");
    player.play(&"keys Up\n".repeat(14));
    player.play("keys v\nscroll: newest");
    arrives(&mut player, 41, (40, 20));
    player.play("scroll: 41 row 0");
    player.play("keys v\nkeys Esc Esc\nscroll: newest");
}

#[test]
fn a_picture_goes_with_its_file() {
    let mut player = online();
    file(&mut player, "cat.png", 9_000);
    player.play("keys Ctrl+S v Esc");
    arrives(&mut player, 1, (8, 8));
    player.play("delete #a bob 1");
    assert_eq!(player.app.pictures.all().count(), 0);
    player.play(
        "
        log:
          (beginning)
          -- 2026-11-20
          bob: (taken back)
        ",
    );
}

#[test]
fn without_a_screen_pictures_are_saved() {
    let mut player = online();
    player.app.pictures.surface = None;
    file(&mut player, "cat.png", 9_000);
    player.play(
        "
        ->
        type /view
        keys Enter
        notice: pictures need a screen, and settings that want them: /save saves it
        ->
        ",
    );
}
