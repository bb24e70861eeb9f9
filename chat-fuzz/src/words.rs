//! Texts, file names, emoji, nicks and room names.

use chat_core::limits::{COMBINING_MARKS, EMOJI_BYTES, FILE_NAME_BYTES, NICK_CHARS, ROOM_CHARS};
use chat_core::{Nick, RoomName, Text, emoji, file, text};

use crate::Target;
use crate::oracle;

/// A text that somebody sends, also as a line, a reaction and the name of a file.
pub(crate) const TEXT: Target = Target {
    name: "text",
    run: any_text,
    bytes_max: 1_024,
    words: &[
        "\u{1b}[",
        "\u{1b}]",
        "\u{7}",
        "\u{1b}\\",
        "\u{9b}",
        "\u{9d}",
        "\u{9c}",
        "\r\n",
        "\t",
        "\u{2028}",
        "\u{301}",
        "\u{200d}",
        "\u{202e}",
        "\u{e0041}",
        "\u{feff}",
        "👍",
        "🏽",
        "../",
        "..\\",
        "C:\\",
        ".",
        " ",
        "-",
        "~",
        "con",
        "NUL.txt",
        "COM1",
        "\u{fff9}",
        "\u{20e3}",
        "\u{fe0f}",
    ],
};

/// A nick or a room's name that somebody wishes.
pub(crate) const NAME: Target = Target {
    name: "name",
    run: any_name,
    bytes_max: 256,
    words: &[
        "@", "#", "_", "-", ".", "İ", "ß", "ſ", "Σ", "ς", "ﬁ", "１", "0", "O", "l", "1", "I", "а",
        "小", "\u{301}", "\u{327}", "\u{200d}", "\u{200c}", "\u{1b}[m", "\u{345}", "한", "ᄒ", "ά",
        "Ⅷ", "\u{3000}",
    ],
};

fn any_text(data: &[u8]) {
    let raw = oracle::text(data);
    let clean = Text::new(&raw);
    oracle::clean(clean.as_str());
    marks_are_few(clean.as_str());
    assert!(clean.len() <= raw.len(), "cleaning adds nothing");
    assert_eq!(
        Text::new(clean.as_str()),
        clean,
        "clean once is clean for good"
    );
    assert_eq!(text::clean(clean.as_str()), clean.as_str());

    for max in [0, 1, 40, 400] {
        let line = text::line(&raw, max);
        oracle::clean_line(&line);
        assert!(line.len() <= max);
        assert_eq!(text::line(&line, max), line);
        // What was cut is a clean text as well.
        assert_eq!(Text::new(&line).as_str(), line);
    }
    if let Ok(one) = emoji::parse(&raw) {
        oracle::clean_line(one.as_str());
        assert!((1..=EMOJI_BYTES).contains(&one.len()));
        assert_eq!(emoji::parse(one.as_str()), Ok(one));
    }
    harmless_file(&raw);
}

fn marks_are_few(text: &str) {
    let mut marks = 0;
    for c in text.chars() {
        match c {
            '\u{300}'..='\u{36f}' => marks += 1,
            '\u{200b}'..='\u{200d}' | '\u{2060}' => {}
            _ => marks = 0,
        }
        assert!(marks <= COMBINING_MARKS);
    }
}

/// The name is one component that no system gives a meaning to.
fn harmless_file(raw: &str) {
    let name = file::saved_as(raw);
    oracle::clean_line(&name);
    assert!((1..=FILE_NAME_BYTES - 10).contains(&name.len()), "{name:?}");
    let bad = |c: char| {
        matches!(
            c,
            '/' | '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*' | '\0'
        )
    };
    assert!(!name.contains(bad), "{name:?}");
    assert!(!name.starts_with(['.', '-', '~', ' ']), "{name:?}");
    assert!(!name.ends_with(['.', ' ']), "{name:?}");
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_lowercase();
    let devices = ["con", "prn", "aux", "nul", "com1", "lpt9", "com¹", "conin$"];
    assert!(!devices.contains(&stem.as_str()), "{name:?}");
    assert_eq!(file::saved_as(&name), name, "harmless already");
}

fn any_name(data: &[u8]) {
    let raw = oracle::text(data);
    match Nick::parse(&raw) {
        Ok(nick) => a_nick(&nick),
        Err(error) => oracle::sentence(&error.to_string()),
    }
    match RoomName::parse(&raw) {
        Ok(room) => {
            oracle::clean_line(room.as_str());
            assert!((2..=ROOM_CHARS).contains(&room.as_str().chars().count()));
            assert_eq!(RoomName::parse(room.as_str()), Ok(room.clone()));
            assert_eq!(RoomName::stored(room.as_str()), room);
        }
        Err(error) => oracle::sentence(&error.to_string()),
    }
    let received = Nick::received(&raw);
    oracle::clean_line(received.as_str());
    assert_eq!(Nick::received(received.as_str()), received);
}

fn a_nick(nick: &Nick) {
    oracle::clean_line(nick.as_str());
    assert!(!nick.as_str().contains(char::is_whitespace));
    assert!((1..=NICK_CHARS).contains(&nick.as_str().chars().count()));
    assert_eq!(Nick::parse(nick.as_str()).as_ref(), Ok(nick));
    assert_eq!(&Nick::received(nick.as_str()), nick);
    // However it is written, it is the same.
    for other in [nick.as_str().to_lowercase(), nick.as_str().to_uppercase()] {
        if let Ok(other) = Nick::parse(&other) {
            assert_eq!(other.key(), nick.key(), "{other} and {nick}");
        }
    }
    // What is proposed in its place can be taken.
    for n in [2, 10, 4_294_967_295] {
        let proposed = nick.numbered(n);
        assert_eq!(
            Nick::parse(proposed.as_str()),
            Ok(proposed.clone()),
            "of {nick}"
        );
    }
}
