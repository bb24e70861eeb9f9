//! The tables of keys and commands: what they say holds, and the docs say the same.

use crate::app::help;
use crate::app::keymap::{self, KEYS};
use crate::app::model::Focus;

const ALL: [Focus; 9] = [
    Focus::Input,
    Focus::Select,
    Focus::Canvas,
    Focus::Lettering,
    Focus::List,
    Focus::Prompt,
    Focus::Question,
    Focus::Paste,
    Focus::Reader,
];

#[test]
fn no_key_means_two_things_in_one_place() {
    for focus in ALL {
        let mut seen = Vec::new();
        let bindings = KEYS.iter().flat_map(|section| section.bindings);
        for binding in bindings.filter(|binding| binding.focus.contains(&focus)) {
            for key in binding.keys {
                assert!(!seen.contains(key), "{key} twice in {focus:?}");
                seen.push(*key);
            }
        }
    }
}

#[test]
fn every_place_says_how_to_leave_it() {
    for focus in ALL {
        assert!(!keymap::bar(focus).is_empty(), "{focus:?}");
    }
}

#[test]
fn the_docs_are_the_tables() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/keys.md");
    let want = help::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &want).expect("docs/keys.md can be written");
    }
    let got = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        got.replace("\r\n", "\n") == want,
        "docs/keys.md differs from the tables: run this test with UPDATE_DOCS=1"
    );
}
