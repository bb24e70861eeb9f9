//! Pictures of files: one sends some, the other looks at them.

use std::path::Path;

use image::{Rgb, RgbImage};

use crate::rig::Place;
use crate::terminal::{Terminal, USUAL};

/// Red above and blue below: 20 by 12.
fn picture(at: &Path) -> String {
    let colour = |y| if y < 6 { [255, 0, 0] } else { [0, 0, 255] };
    let image = RgbImage::from_fn(20, 12, |_, y| Rgb(colour(y)));
    image.save(at).expect("written");
    at.display().to_string()
}

/// How many cells show this in these colours (of the 256).
fn cells(terminal: &Terminal, symbol: &str, colours: (u8, u8)) -> usize {
    let screen = terminal.screen();
    let (rows, columns) = screen.size();
    let want = (vt100::Color::Idx(colours.0), vt100::Color::Idx(colours.1));
    let all = (0..rows.get()).flat_map(|y| (0..columns.get()).map(move |x| (y, x)));
    all.filter_map(|(y, x)| screen.cell(y, x))
        .filter(|cell| cell.contents() == symbol && (cell.fgcolor(), cell.bgcolor()) == want)
        .count()
}

#[test]
fn one_sends_a_picture_and_the_other_looks_at_it() {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", USUAL);
    let mut bob = place.join("bob", USUAL, &link);
    let path = picture(&place.of("flag.png"));
    ann.line(&format!("/send {path} look"));
    bob.sees("[flag.png");
    bob.sees("look");
    assert!(!bob.shown().contains('▀'), "not asked for");
    // Pick it, and look.
    bob.keys("\x13");
    bob.sees("reply");
    bob.keys("v");
    // 20 by 12 pixels are 20 by 6 cells, red and blue.
    let whole = |bob: &Terminal| {
        cells(bob, "▀", (196, 196)) == 3 * 20 && cells(bob, "▀", (21, 21)) == 3 * 20
    };
    bob.wait("the picture", whole);
    let before = bob.raw.len();
    bob.settle();
    assert_eq!(
        bob.raw.len(),
        before,
        "a picture that is there costs nothing"
    );
    bob.keys("v");
    bob.wait("no picture", |bob| !bob.shown().contains('▀'));
    bob.keys("\x1b");
    bob.wait("nothing picked", |bob| !bob.shown().contains("reply"));
    // By its name, and while more is said.
    bob.line("/view flag");
    bob.wait("the picture", whole);
    ann.line("a flag, isn't it");
    bob.sees("isn't it");
    bob.wait("the picture", whole);
    // What is no picture says so.
    let text = place.of("notes.png");
    std::fs::write(&text, "\x1b]0;owned\x07 no picture").expect("written");
    ann.line(&format!("/send {}", text.display()));
    bob.sees("[notes.png");
    bob.line("/view notes");
    bob.sees("it is no picture that can be");
    assert!(!String::from_utf8_lossy(&bob.raw).contains("owned"));
    bob.line("/quit");
    assert_eq!(bob.ends(), 0);
    bob.is_restored();
}

/// Somebody whose settings say this of pictures.
fn looks(place: &Place, name: &str, way: &str, link: &str) -> Terminal {
    let settings = place.of(&format!("{name}.toml"));
    std::fs::write(&settings, format!("[look]\npictures = \"{way}\"\n")).expect("written");
    let settings = settings.display().to_string();
    let arguments = ["join", link, "--nick", name, "--config", &settings];
    let mut terminal = Terminal::chat(USUAL, &place.of(name), &arguments);
    terminal.sees("#lobby");
    terminal
}

#[test]
fn terminals_get_pictures_in_their_own_way() {
    let place = Place::new();
    let (mut ann, link) = place.host("ann", USUAL);
    let path = picture(&place.of("flag.png"));
    ann.line(&format!("/send {path}"));
    ann.sees("[flag.png");
    for (name, way, begins, ends) in [
        ("kim", "kitty", "\x1b_Gq=2,i=", "\x1b\\"),
        ("ivo", "iterm", "\x1b]1337;File=inline=1;", "\x07"),
        ("sam", "sixel", "\x1bP", "\x1b\\"),
    ] {
        let mut viewer = looks(&place, name, way, &link);
        viewer.sees("[flag.png");
        viewer.line("/view");
        viewer.wrote(begins);
        viewer.wait("all of it", |viewer| {
            let raw = String::from_utf8_lossy(&viewer.raw);
            let sent = raw.split_once(begins).map(|(_, rest)| rest.contains(ends));
            sent == Some(true)
        });
        if way == "kitty" {
            viewer.sees("\u{10eeee}");
        }
        viewer.settle();
        let before = viewer.raw.len();
        // What is said below moves nothing here: it isn't sent again.
        viewer.keys("typed");
        viewer.sees("> typed");
        let more = String::from_utf8_lossy(&viewer.raw[before..]).into_owned();
        assert!(!more.contains(begins), "{way}: {more:?}");
        assert!(
            more.len() < 100,
            "{way}: five keys cost {} bytes",
            more.len()
        );
        // A list over it, and away again.
        viewer.keys("\x1bOP");
        viewer.sees("Esc: back");
        viewer.keys("\x1b");
        viewer.sees("F1 help");
        viewer.keys("\x15");
        viewer.sees("> type here");
        viewer.line("/quit");
        assert_eq!(viewer.ends(), 0);
        viewer.is_restored();
        if way == "kitty" {
            viewer.wrote("a=d,d=I");
        }
    }
}
