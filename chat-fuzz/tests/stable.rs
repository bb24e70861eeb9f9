//! The entry points as ordinary tests: the stored corpora, and mutations of them.

use std::fs;
use std::path::Path;

use chat_fuzz::explore::{corpus_dir, explore};
use chat_fuzz::{TARGETS, target};

/// A test for each name.
macro_rules! explored {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            explore(target(stringify!($name)));
        })*

        /// The tests of this file. What counts allocations has a file of its own.
        const HERE: &[&str] = &[$(stringify!($name)),*];
    };
}

explored!(
    frames,
    body,
    link,
    cli,
    input,
    text,
    name,
    server_config,
    client_config,
    stroke,
    canvas,
    session,
    client,
    screen,
    hub,
);

#[test]
fn every_entry_point_is_a_test_and_a_target_with_a_corpus() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("it is there");
    for target in TARGETS {
        let name = target.name;
        assert!(HERE.contains(&name) || name == "allocation", "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let file = fuzz.join(format!("fuzz_targets/{name}.rs"));
        let source = fs::read_to_string(file).expect("it is there");
        assert!(source.contains(&format!("target(\"{name}\")")), "{name}");
        assert!(corpus_dir(name).is_dir(), "{name}");
    }
    assert_eq!(HERE.len() + 1, TARGETS.len());
}
