use super::decode::Decoder;
use crate::app::Event;

/// What is heard, in words.
fn said(heard: Vec<Event>) -> String {
    let word = |heard| match heard {
        Event::Margins => "margins".to_owned(),
        Event::Key(key) => match key.modifiers.is_empty() {
            true => format!("{:?}", key.code),
            false => format!("{:?}+{:?}", key.modifiers, key.code).replace("KeyModifiers", ""),
        },
        Event::Mouse(mouse) => {
            format!("{:?} {},{}", mouse.kind, mouse.column, mouse.row)
        }
        event => format!("{event:?}"),
    };
    heard.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(bytes: &[u8], want: &str) {
    let mut decoder = Decoder::default();
    let mut heard = decoder.take(bytes);
    heard.extend(decoder.give_up());
    assert_eq!(said(heard), want, "{:?}", String::from_utf8_lossy(bytes));
    // However it is cut into pieces.
    let mut decoder = Decoder::default();
    let mut heard: Vec<Event> = bytes
        .iter()
        .flat_map(|byte| decoder.take(&[*byte]))
        .collect();
    heard.extend(decoder.give_up());
    assert_eq!(said(heard), want, "byte by byte");
}

#[test]
fn characters_are_what_they_are() {
    check(
        "aZé小🦀".as_bytes(),
        "Char('a') (SHIFT)+Char('Z') Char('é') Char('小') Char('🦀')",
    );
    check(b"\r\t\x7f", "Enter Tab Backspace");
    check(
        b"\x01\n\x1a",
        "(CONTROL)+Char('a') (CONTROL)+Char('j') (CONTROL)+Char('z')",
    );
    check(b"\0\x1c", "(CONTROL)+Char(' ') (CONTROL)+Char('4')");
    check(b"a\xffb\xe5x", "Char('a') Char('b') Char('x')");
}

#[test]
fn an_escape_is_one_when_nothing_follows() {
    check(b"\x1b", "Esc");
    check(b"\x1b\x1b", "Esc Esc");
    check(b"\x1bx\x1b\r", "(ALT)+Char('x') (ALT)+Enter");
    check(b"\x1b\x1b[A", "(ALT)+Up");
    check(b"\x1b[", "(ALT)+Char('[')");
    let mut decoder = Decoder::default();
    assert!(decoder.take(b"\x1b").is_empty() && decoder.is_waiting());
    assert!(decoder.take(b"").is_empty());
    assert_eq!(said(decoder.take(b"[B")), "Down");
    assert!(!decoder.is_waiting());
}

#[test]
fn keys_have_sequences() {
    check(
        b"\x1b[A\x1bOB\x1b[H\x1bOF\x1b[E",
        "Up Down Home End KeypadBegin",
    );
    check(
        b"\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~",
        "Home Insert Delete End PageUp PageDown",
    );
    check(
        b"\x1bOP\x1b[[B\x1b[13~\x1b[S\x1b[15~",
        "F(1) F(2) F(3) F(4) F(5)",
    );
    check(
        b"\x1b[17~\x1b[21~\x1b[24~\x1b[34~",
        "F(6) F(10) F(12) F(20)",
    );
    check(
        b"\x1b[1;5C\x1b[5;3~\x1b[1;2P",
        "(CONTROL)+Right (ALT)+PageUp (SHIFT)+F(1)",
    );
    check(b"\x1b[Z\x1bOM", "(SHIFT)+BackTab Enter");
    check(
        b"\x1b[13;3u\x1b[27;5;109~",
        "(ALT)+Enter (CONTROL)+Char('m')",
    );
    check(b"\x1b[97;5:1u\x1b[97;5:3u", "(CONTROL)+Char('a')");
}

#[test]
fn the_mouse_the_focus_and_pastes_are_heard() {
    check(b"\x1b[<0;3;4M\x1b[<0;3;4m", "Down(Left) 2,3 Up(Left) 2,3");
    check(b"\x1b[<32;3;4M\x1b[<64;1;1M", "Drag(Left) 2,3 ScrollUp 0,0");
    check(b"\x1b[M #$a", "Down(Left) 2,3 Char('a')");
    check(b"\x1b[I\x1b[O", "FocusGained FocusLost");
    check(
        b"\x1b[200~a\x1b[Ab\r\x1b[201~c",
        "Paste(\"a\\u{1b}[Ab\\r\") Char('c')",
    );
}

#[test]
fn clean_screen_answers_are_never_typed() {
    check(b"a\x1b[?69;2$yb", "Char('a') margins Char('b')");
    check(b"\x1b[?69;0$y\x1b[?69;4$y\x1b[?2026;2$y", "");
    check(b"\x1b[?62;22c\x1b[>1;2;3c\x1b[24;80t\x1b[?1u", "");
    check(b"\x1b[12\rx", "Enter Char('x')");
    let long = [b"\x1b[".as_slice(), &[b'1'; 100], b"x"].concat();
    assert!(Decoder::default().take(&long).len() < 100);
}
