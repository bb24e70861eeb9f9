use chat_core::Fingerprint;

use super::*;

/// What a command line means, or the sentence that it gets.
#[track_caller]
fn check(line: &str, want: &str) {
    let got = describe(line);
    assert!(got.contains(want), "{line:?}: {got:?} lacks {want:?}");
}

fn describe(line: &str) -> String {
    let words = std::iter::once("chat-tui").chain(line.split_whitespace());
    match parse(words.map(|w| OsString::from(w.replace('_', " ")))) {
        Ok(invocation) => job(&invocation.job),
        Err(error) => usage_sentence(&error).unwrap_or("help".into()),
    }
}

fn job(job: &Job) -> String {
    let on = |link: &Option<Link>| link.as_ref().map_or("last".into(), Link::to_string);
    match job {
        Job::Start => "start".into(),
        Job::Host(hosting) => {
            let listen = hosting.listen.map_or("default".into(), |l| l.to_string());
            let max = hosting.connections_max;
            format!(
                "host {listen}{}",
                max.map_or(String::new(), |max| format!(" for {max}"))
            )
        }
        Job::Join(link) => format!("join {link}"),
        Job::Send { link, target, what } => {
            let what = match what {
                Sending::Text(text) => text.clone().unwrap_or("stdin".into()),
                Sending::File { path, caption } => format!("{} ({caption})", path.display()),
                Sending::Json => "json".into(),
            };
            format!("send on {} to {}: {what}", on(link), name(target))
        }
        Job::Save {
            link,
            target,
            seq,
            dir,
        } => format!("save on {} {} {seq} {dir:?}", on(link), name(target)),
        Job::Tail {
            link,
            target,
            format,
            since,
        } => format!("tail {} {} {format:?} {since:?}", on(link), name(target)),
    }
}

fn name(target: &Target) -> String {
    match target {
        Target::Room(room) => room.to_string(),
        Target::Person(nick) => format!("@{nick}"),
    }
}

#[test]
fn every_form_of_the_design_is_read() {
    check("", "start");
    check("host", "host default");
    check("host --connections-max 5", "host default for 5");
    check("host --listen 127.0.0.1:0", "host 127.0.0.1:0");
    check("join chat.example", "join chat://chat.example:7878/");
    check("join chat.example:9000", "join chat://chat.example:9000/");
    let link = format!("chat://h:1/#fp={}", Fingerprint([3; 32]));
    check(&format!("join {link}"), &link);
    check(&link, &format!("join {link}"));
    check("chat.example 9000", "join chat://chat.example:9000/");
    check("::1 9000", "join chat://[::1]:9000/");
    check("send #lobby", "send on last to #lobby: stdin");
    check("send lobby hi_there", "send on last to #lobby: hi there");
    check("send h:1 lobby", "send on chat://h:1/ to #lobby: stdin");
    check("send h #lobby", "send on chat://h:7878/ to #lobby: stdin");
    check("send #a #b", "send on last to #a: #b");
    check(
        "send chat://h @bob hi",
        "send on chat://h:7878/ to @bob: hi",
    );
    check("send h lobby hi", "send on chat://h:7878/ to #lobby: hi");
    check("tail lobby", "tail last #lobby Text None");
    check(
        "tail h:1 @bob --json --since 5",
        "tail chat://h:1/ @bob Json Some(Seq(5))",
    );
    check("--help", "help");
    check("--version", "help");
}

#[test]
fn clean_screen_a_pasted_word_is_repeated_without_what_it_hides() {
    check("a 1 \u{202e}\u{1b}[2Jdir", "unexpected value 'dir'");
}

#[test]
fn common_flags_stand_anywhere() {
    let words = ["chat-tui", "--plain", "join", "h", "--nick", "ann"];
    let got = parse(words.map(OsString::from)).expect("valid").common;
    assert_eq!(got.screen, Screen::Lines);
    assert_eq!(got.nick.as_deref(), Some("ann"));
}

#[test]
fn wrong_usage_gets_a_sentence_that_says_what_to_do() {
    check("chat.example", "write chat-tui join chat.example");
    check("join", "LINK|HOST[:PORT]");
    check("join https://x", "it starts with chat://");
    check("join chat://h/#fp=abc", "copy the whole link again");
    check("host --listen x", "such as 127.0.0.1:7878");
    check("host --connections-max 0", "at least 1");
    check("h 99999", "is not a port");
    check("h 1 2", "see chat-tui --help");
    check(
        "send #lobby --file a.png",
        "send on last to #lobby: a.png ()",
    );
    check(
        "send --file a.png h:1 lobby look_here",
        "to #lobby: a.png (look here)",
    );
    check("send --json lobby", "send on last to #lobby: json");
    check("send --json lobby text", "leave 'text' out");
    check("send --json --file a.png lobby", "cannot be used with");
    check("save #lobby 7", "save on last #lobby 7 None");
    check("save lobby 7 dir", "save on last #lobby 7 Some(\"dir\")");
    check("save h:1 @bob 7", "save on chat://h:1/ @bob 7 None");
    check(
        "save h lobby 7 dir",
        "save on chat://h:7878/ #lobby 7 Some(\"dir\")",
    );
    check("save lobby x", "'x' is no number of an entry");
    check("send #lobby hello world", "between quotes");
    check("send #lobby a b c", "between quotes");
    check("send a:b:c", "can't stand in a name");
    check("h 1 join x", "write it behind");
    check("tail #lobby --since x", "--since");
    check("--nope", "see chat-tui --help");
    for line in ["join", "--nope", "h 99999", "host --listen x"] {
        assert_eq!(describe(line).lines().count(), 1, "{line}");
    }
}

#[test]
fn plaintext_to_another_machine_is_asked_for_twice() {
    check("join localhost --plaintext", "#tls=off");
    check("join 127.0.0.1 --plaintext", "#tls=off");
    check("join ::1 --plaintext", "#tls=off");
    check("join chat://localhost/#tls=off", "#tls=off");
    check("join h --plaintext", "give it twice");
    check("join chat://h/#tls=off", "give it twice");
    check("join chat://h/#tls=off --plaintext", "give it twice");
    check("join h --plaintext --plaintext", "#tls=off");
    check("send h:1 lobby x --plaintext", "give it twice");
    check("host --plaintext", "give it twice");
    check("host --plaintext --listen 127.0.0.1:0", "host 127.0.0.1:0");
    check("join localhost", "chat://localhost:7878/");
}
