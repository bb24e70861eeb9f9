use chat_core::Nick;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::cli::Plaintext;
use crate::view::Theme;

fn form() -> Form {
    let offered = Offered {
        nick: Nick::parse("ann").expect("allowed"),
        server: "127.0.0.1:7878".into(),
        listen: ([0, 0, 0, 0], 7878).into(),
        connections_max: 10_000,
    };
    Form::new(&offered, Plaintext::No)
}

/// Keys as words (`Down`, `Enter`) or text, and what they lead to.
#[track_caller]
fn check(keys: &[&str], want: &str) {
    let mut form = form();
    let mut answer = Answer::NotYet;
    for word in keys {
        let codes = match *word {
            "Enter" => vec![KeyCode::Enter],
            "Esc" => vec![KeyCode::Esc],
            "Down" => vec![KeyCode::Down],
            "Tab" => vec![KeyCode::Tab],
            "Up" => vec![KeyCode::Up],
            "Right" => vec![KeyCode::Right],
            "Back" => vec![KeyCode::Backspace],
            text => text.chars().map(KeyCode::Char).collect(),
        };
        for code in codes {
            answer = form.key(KeyEvent::new(code, KeyModifiers::NONE));
        }
    }
    let got = match (answer, form.wrong) {
        (Answer::Chosen(choice), _) => describe(&choice),
        (Answer::NotYet, Some(wrong)) => wrong,
        (Answer::NotYet, None) => "open".into(),
    };
    assert!(got.contains(want), "{keys:?}: {got:?} lacks {want:?}");
}

fn describe(choice: &Choice) -> String {
    match choice {
        Choice::Host { hosting, nick } => {
            let listen = hosting.listen.expect("given");
            let max = hosting.connections_max.expect("given");
            format!("host on {listen} for {max} as {nick}")
        }
        Choice::Join { link, nick } => format!("join {link} as {nick}"),
        Choice::Leave => "leave".into(),
    }
}

#[test]
fn enter_twice_hosts_with_what_is_offered() {
    let offered = "host on 0.0.0.0:7878 for 10000 as ann";
    check(&["Enter"], "open");
    check(&["Enter", "Enter"], offered);
    check(&["Enter", "Back", "Back", "Back", "bob", "Enter"], "as bob");
    check(&["Enter", "bob", "Enter"], "as bob");
    check(&["Down", "Up", "Enter", "Enter"], offered);
    check(&["Esc"], "leave");
}

#[test]
fn address_port_and_connections_are_there_to_be_changed() {
    check(
        &[
            "Enter",
            "Down",
            "127.0.0.1",
            "Down",
            "0",
            "Down",
            "2",
            "Enter",
        ],
        "host on 127.0.0.1:0 for 2 as ann",
    );
    check(&["Tab", "Tab", "::1", "Enter"], "host on [::1]:7878");
    check(
        &["Tab", "Tab", "Tab", "Back", "9", "Enter"],
        "host on 0.0.0.0:7879",
    );
    check(
        &["Tab", "Tab", "localhost", "Enter"],
        "127.0.0.1 for itself",
    );
    check(&["Tab", "Tab", "Tab", "70000", "Enter"], "1 to 65535");
    check(&["Tab", "Tab", "Tab", "Tab", "0", "Enter"], "at least 1");
    // What is wrong is found wherever Enter is pressed.
    check(&["Tab", "Tab", "Tab", "x", "Up", "Enter"], "1 to 65535");
}

#[test]
fn joining_asks_for_the_server_and_the_nick() {
    check(&["Right", "Enter", "Enter"], "open");
    check(
        &["Right", "Enter", "Enter", "Enter"],
        "join chat://127.0.0.1:7878/ as ann",
    );
    check(
        &["Right", "Enter", "chat.example", "Enter", "Enter"],
        "join chat://chat.example:7878/ as ann",
    );
    check(
        &["Down", "Down", "chat.example", "Down", "Enter"],
        "join chat://chat.example:7878/ as ann",
    );
    check(&["j", "Enter", "h:x", "Enter"], "'x' is not a port");
    check(&["j", "Enter", "chat://h/#tls=off", "Enter"], "--plaintext");
    check(
        &["j", "Enter", "h", "Enter", "Back", "Back", "Back", "Enter"],
        "can't be empty",
    );
}

#[test]
fn a_pasted_link_is_joined() {
    let mut form = form();
    form.paste("chat://chat.example:9000/\n");
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    assert_eq!(form.key(enter), Answer::NotYet);
    let Answer::Chosen(Choice::Join { link, .. }) = form.key(enter) else {
        panic!("not joined: {form:?}");
    };
    assert_eq!(link.to_string(), "chat://chat.example:9000/");
}

#[test]
fn what_led_nowhere_is_said_and_what_was_typed_stays() {
    let mut form = form();
    form.paste("chat://chat.example:9000/");
    form.say("cannot reach it".into(), Row::Server);
    assert_eq!(form.wrong.as_deref(), Some("cannot reach it"));
    let field = form.field(Row::Server).expect("a field");
    assert_eq!(field.text(), "chat://chat.example:9000/");
}

/// Draws the form at a size; the rows as text.
fn drawn(form: &Form, width: u16, height: u16) -> String {
    let backend = ratatui::backend::TestBackend::new(width, height);
    let mut terminal = ratatui::Terminal::new(backend).expect("a terminal");
    terminal
        .draw(|frame| form.draw(frame, &Theme::default()))
        .expect("drawn");
    let buffer = terminal.backend().buffer();
    let rows = buffer.content().chunks(usize::from(width));
    let rows = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_is_filled_in_also_on_a_small_terminal() {
    for (width, height) in [(80, 24), (40, 10)] {
        let shown = drawn(&form(), width, height);
        for text in ["0.0.0.0", "7878", "10000", "ann", "Enter go on"] {
            assert!(shown.contains(text), "{text}:\n{shown}");
        }
    }
}

#[test]
fn it_fits_any_terminal() {
    for (width, height) in [(80, 24), (40, 10), (20, 5), (3, 2), (1, 1)] {
        let mut form = form();
        form.row = Row::Server;
        form.paste(&"long".repeat(30));
        drawn(&form, width, height);
    }
}

/// Lines that are typed, and what the last of them leads to.
#[track_caller]
fn check_lines(typed: &[&str], want: &str) {
    let mut steps = Steps::of(form());
    let mut got = steps.question();
    for line in typed {
        got = match steps.answer(line) {
            Said::Ask(lines) => lines.join("\n"),
            Said::Chosen(choice) => describe(&choice),
        };
    }
    assert!(got.contains(want), "{typed:?}: {got:?} lacks {want:?}");
}

#[test]
fn in_lines_an_empty_one_takes_what_is_offered() {
    check_lines(&[], "host or join");
    check_lines(&["", ""], "On which address?");
    check_lines(&["", ""], "(Enter: 0.0.0.0)");
    let offered = "host on 0.0.0.0:7878 for 10000 as ann";
    check_lines(&["", "", "", "", ""], offered);
    check_lines(
        &["host", "bob", "127.0.0.1", "0", "2"],
        "host on 127.0.0.1:0 for 2 as bob",
    );
    check_lines(&["join"], "Enter: 127.0.0.1:7878");
    check_lines(&["join", "h:9", "bob"], "join chat://h:9/ as bob");
    check_lines(&["chat://h:9/", ""], "join chat://h:9/ as ann");
    check_lines(&["what"], "host or join");
    check_lines(&["", "", "x"], "On which address?");
    check_lines(&["", "", "", "", "0"], "at least 1");
}
