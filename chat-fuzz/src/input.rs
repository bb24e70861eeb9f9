//! What a person types or pastes into the client: slash commands, paths, smileys.

use chat_tui::app::command::{self, Command, Typed};
use chat_tui::app::{path, smileys};

use crate::Target;
use crate::oracle;

/// A line of input.
pub(crate) const INPUT: Target = Target {
    name: "input",
    run: input,
    bytes_max: 1_024,
    words: &[
        "/",
        "//",
        "/msg ",
        "/send ",
        "/join ",
        "/canvas save ",
        "/me ",
        "/topic ",
        "/react ",
        "/quit",
        "\\",
        "\\ ",
        "\"",
        "'",
        " ",
        "\n",
        "\t",
        "~/",
        "file://",
        "%20",
        "%C3%A9",
        "C:\\",
        ":)",
        ":-(",
        "`",
        "```",
        "\u{1b}[m",
        "\u{a0}",
        "\u{3000}",
        "İ",
    ],
};

fn input(data: &[u8]) {
    let typed = oracle::text(data);
    commands(&typed);
    paths(&typed);
    if let Some(path) = path::pasted(&typed) {
        assert!(!path.is_empty());
        assert!(path.len() <= typed.len());
    }
    let smiling = smileys::replaced(&typed);
    assert_eq!(smiling.lines().count(), typed.lines().count());
    assert_eq!(smileys::replaced(&smiling), smiling, "replaced once");
}

fn commands(typed: &str) {
    match command::parse(typed) {
        Typed::Nothing => assert!(typed.trim().is_empty()),
        Typed::Text(text) => {
            assert!(!text.trim().is_empty());
            assert!(typed.contains(&text));
            // As it was meant: a text that looks like a command is one that was escaped.
            let again = match text.starts_with('/') {
                true => format!("/{text}"),
                false => text.clone(),
            };
            assert_eq!(command::parse(&again), Typed::Text(text));
        }
        Typed::Command(Command::Send { path, caption }) => {
            assert!(!path.is_empty());
            assert!(typed.contains(&caption));
            // White space at the end of an input goes, and some names leave no quotes to keep it.
            let quoted = path.contains('"') && path.contains('\'');
            if !(quoted && path.ends_with(char::is_whitespace)) {
                let again = format!("/send {} {caption}", path::typed(&path));
                let send = Typed::Command(Command::Send { path, caption });
                assert_eq!(command::parse(&again), send);
            }
        }
        Typed::Command(_) => assert!(typed.starts_with('/')),
        Typed::Wrong(why) => oracle::sentence(&why),
    }
}

fn paths(text: &str) {
    let (path, rest) = path::split(text);
    assert!(path.len() <= text.len());
    assert!(text.ends_with(rest));
    // Whatever a file is called, it can be written so that it is that one.
    for name in [text, &path] {
        let typed = path::typed(name);
        assert!(typed.len() <= 2 + 2 * name.len());
        let (read, rest) = (format!("{typed} rest"), "rest");
        assert_eq!(path::split(&read), (name.to_owned(), rest), "{read:?}");
    }
}
