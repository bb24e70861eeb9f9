//! The one table of slash commands. It makes the parser, the completion, the help screen and
//! `docs/keys.md`.

use super::path;

/// What was typed, once Enter is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Nothing but white space.
    Nothing,
    /// Something to post.
    Text(String),
    /// A command.
    Command(Command),
    /// A command that can't be understood: what is wrong and what to do.
    Wrong(String),
}

/// A slash command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Change the nick; without one, ask for it.
    Nick(Option<String>),
    /// Write to a person; without a text, open the conversation; without a nick, pick one.
    Msg {
        /// To whom.
        nick: Option<String>,
        /// What.
        text: Option<String>,
    },
    /// Join a room, or open the conversation with `@somebody`.
    Join(String),
    /// Leave this room, with a parting word.
    Part(Option<String>),
    /// List the rooms.
    Rooms,
    /// Set the topic; without one, show it; `-` removes it.
    Topic(Option<String>),
    /// Post something done.
    Me(String),
    /// Send a file.
    Send {
        /// Which, as it was typed.
        path: String,
        /// What is said about it; may be empty.
        caption: String,
    },
    /// Save the newest file, or the one called so.
    Save(Option<String>),
    /// Show the newest picture, or the one called so.
    View(Option<String>),
    /// Stop the newest file on its way, or the one called so.
    Cancel(Option<String>),
    /// Change what was said last; without a text, in the input.
    Edit(Option<String>),
    /// Take back what was said last.
    Delete,
    /// React to what somebody said last; without an emoji, pick one.
    React(Option<String>),
    /// Pick an emoji.
    Emoji,
    /// Who somebody is; without a nick, who is here.
    Who(Option<String>),
    /// Say that one is away, and why.
    Away(Option<String>),
    /// Say that one is back.
    Back,
    /// Mute or unmute this conversation.
    Mute,
    /// Show the join link of the server in this process.
    Link,
    /// Connect anew, now.
    Reconnect,
    /// Show the connection and the servers that are known.
    Servers,
    /// Go to another server; without one, ask.
    Connect(Option<String>),
    /// Show what was missed on the last return.
    Missed,
    /// Do something with the conversation's canvas.
    Canvas(CanvasWanted),
    /// Clear what is shown.
    Clear,
    /// Show the keys and the commands.
    Help,
    /// Leave, with a parting word.
    Quit(Option<String>),
}

/// What to do with a canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CanvasWanted {
    /// Show it, or close it.
    Toggle,
    /// Save it in this file.
    Save(String),
    /// Undo the own last stroke.
    Undo,
    /// Empty it.
    Reset,
    /// Take that back.
    Unreset,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The name, without its slash.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What follows the name: capitals for what is needed, brackets around what is not.
    pub arguments: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What is completed behind the name.
    pub completes: Completes,
    /// Makes the command from what follows the name, trimmed. `None`: something is missing.
    parse: fn(&str) -> Option<Command>,
}

/// What is completed behind a command's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completes {
    /// Nothing but what is completed everywhere.
    Text,
    /// A nick first.
    Nick,
    /// A room.
    Room,
    /// A file of this machine.
    Path,
}

const fn spec(
    name: &'static str,
    arguments: &'static str,
    help: &'static str,
    parse: fn(&str) -> Option<Command>,
) -> Spec {
    Spec {
        name,
        aliases: &[],
        arguments,
        help,
        completes: Completes::Text,
        parse,
    }
}

const fn also(aliases: &'static [&'static str], spec: Spec) -> Spec {
    Spec { aliases, ..spec }
}

const fn completing(completes: Completes, spec: Spec) -> Spec {
    Spec { completes, ..spec }
}

/// Every command.
pub const COMMANDS: &[Spec] = &[
    spec("nick", "[NICK]", "change your nick", |rest| {
        Some(Command::Nick(some(rest)))
    }),
    completing(
        Completes::Nick,
        also(
            &["m", "query", "dm"],
            spec("msg", "[NICK [TEXT]]", "write to a person", |rest| {
                let (nick, text) = split(rest);
                Some(Command::Msg {
                    nick: some(nick),
                    text: some(text),
                })
            }),
        ),
    ),
    completing(
        Completes::Room,
        also(
            &["j"],
            spec(
                "join",
                "ROOM",
                "join a room; it is made if there is none",
                |rest| some(rest).map(Command::Join),
            ),
        ),
    ),
    also(
        &["leave"],
        spec("part", "[TEXT]", "leave this room", |rest| {
            Some(Command::Part(some(rest)))
        }),
    ),
    also(
        &["list"],
        spec("rooms", "", "list the rooms, and join one", |_| {
            Some(Command::Rooms)
        }),
    ),
    spec(
        "topic",
        "[TEXT]",
        "set this room's topic; '-' removes it",
        |rest| Some(Command::Topic(some(rest))),
    ),
    spec("me", "TEXT", "say what you do: '/me waves'", |rest| {
        some(rest).map(Command::Me)
    }),
    spec(
        "edit",
        "[TEXT]",
        "change what you said last, to this text or in the input",
        |rest| Some(Command::Edit(some(rest))),
    ),
    also(
        &["remove"],
        spec("delete", "", "take back what you said last", |_| {
            Some(Command::Delete)
        }),
    ),
    spec(
        "react",
        "[EMOJI]",
        "react to what somebody said last: '/react :thumbsup:'; again takes it back",
        |rest| Some(Command::React(some(rest))),
    ),
    spec("emoji", "", "pick an emoji", |_| Some(Command::Emoji)),
    completing(
        Completes::Path,
        also(
            &["file", "upload"],
            spec("send", "PATH [TEXT]", "send a file", |rest| {
                let (path, caption) = path::split(rest);
                Some(Command::Send {
                    path: some(&path)?,
                    caption: caption.to_owned(),
                })
            }),
        ),
    ),
    also(
        &["download"],
        spec(
            "save",
            "[NAME]",
            "save the newest file, or the one called so",
            |rest| Some(Command::Save(some(rest))),
        ),
    ),
    spec(
        "view",
        "[NAME]",
        "show the newest picture, or the one called so; again hides it",
        |rest| Some(Command::View(some(rest))),
    ),
    spec(
        "cancel",
        "[NAME]",
        "stop the newest file on its way, or the one called so",
        |rest| Some(Command::Cancel(some(rest))),
    ),
    completing(
        Completes::Nick,
        also(
            &["whois", "names"],
            spec("who", "[NICK]", "who is here, or who somebody is", |rest| {
                Some(Command::Who(some(rest)))
            }),
        ),
    ),
    spec("away", "[TEXT]", "say that you are away", |rest| {
        Some(Command::Away(some(rest)))
    }),
    spec("back", "", "say that you are back", |_| Some(Command::Back)),
    also(
        &["unmute"],
        spec("mute", "", "mute this conversation, or no longer", |_| {
            Some(Command::Mute)
        }),
    ),
    spec(
        "link",
        "",
        "show the link that others join with, when hosting",
        |_| Some(Command::Link),
    ),
    also(
        &["away-log"],
        spec("missed", "", "what happened since you were away", |_| {
            Some(Command::Missed)
        }),
    ),
    spec(
        "canvas",
        "[save FILE | undo | reset | unreset]",
        "draw together; save it as FILE.png, FILE.svg or FILE.txt",
        |rest| {
            let (word, file) = split(rest);
            let wanted = match (word, file) {
                ("", "") => CanvasWanted::Toggle,
                ("save", file) => CanvasWanted::Save(some(&path::split(file).0)?),
                ("undo", "") => CanvasWanted::Undo,
                ("reset", "") => CanvasWanted::Reset,
                ("unreset", "") => CanvasWanted::Unreset,
                _ => return None,
            };
            Some(Command::Canvas(wanted))
        },
    ),
    spec(
        "clear",
        "",
        "clear what is shown; scrolling up brings it back",
        |_| Some(Command::Clear),
    ),
    also(
        &["server", "connection"],
        spec(
            "servers",
            "",
            "the connection, and other servers to go to",
            |_| Some(Command::Servers),
        ),
    ),
    spec(
        "connect",
        "[LINK|HOST[:PORT]]",
        "go to another server",
        |rest| Some(Command::Connect(some(rest))),
    ),
    spec("reconnect", "", "connect anew, now", |_| {
        Some(Command::Reconnect)
    }),
    also(
        &["h", "commands", "keys"],
        spec("help", "", "show the keys and the commands", |_| {
            Some(Command::Help)
        }),
    ),
    also(
        &["q", "exit", "bye"],
        spec("quit", "[TEXT]", "leave", |rest| {
            Some(Command::Quit(some(rest)))
        }),
    ),
];

/// What a typed text means. Two slashes at its start stand for one, and make it text.
#[must_use]
pub fn parse(typed: &str) -> Typed {
    let text = typed.trim_end();
    if text.trim_start().is_empty() {
        return Typed::Nothing;
    }
    let Some(rest) = text.strip_prefix('/') else {
        return Typed::Text(text.to_owned());
    };
    if rest.starts_with('/') {
        return Typed::Text(rest.to_owned());
    }
    let (name, arguments) = split(rest);
    let Some(spec) = find(name) else {
        return Typed::Wrong(unknown(name));
    };
    match (spec.parse)(arguments) {
        Some(command) => Typed::Command(command),
        None => Typed::Wrong(format!("write {} to {}", spec.usage(), spec.help)),
    }
}

/// The command of that name or alias, in whatever case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Spec> {
    let name = name.to_lowercase();
    COMMANDS
        .iter()
        .find(|spec| spec.name == name || spec.aliases.contains(&name.as_str()))
}

impl Spec {
    /// How it is written: `/msg [NICK [TEXT]]`.
    #[must_use]
    pub fn usage(&self) -> String {
        match self.arguments {
            "" => format!("/{}", self.name),
            arguments => format!("/{} {arguments}", self.name),
        }
    }
}

fn unknown(name: &str) -> String {
    let typed = name.to_lowercase();
    let names = COMMANDS
        .iter()
        .flat_map(|spec| std::iter::once(&spec.name).chain(spec.aliases));
    // Aliases of one letter are near to everything.
    let nearest = names
        .filter(|known| known.len() > 1)
        .map(|known| (strsim::damerau_levenshtein(&typed, known), known))
        // With most letters wrong, it is not a slip.
        .filter(|(slips, known)| slips * 2 <= known.len())
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known);
    let shown = chat_core::text::line(name, 40);
    match nearest {
        Some(nearest) => format!(
            "there is no /{shown}: the nearest is /{nearest}. To post it as text, start with //"
        ),
        None => format!(
            "there is no /{shown}: /help lists what there is. To post it as text, start with //"
        ),
    }
}

/// The first word, and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, want: Typed) {
        assert_eq!(parse(typed), want, "{typed:?}");
    }

    #[test]
    fn text_is_text() {
        check(" \n ", Typed::Nothing);
        check("hi there ", Typed::Text("hi there".into()));
        check("  indented", Typed::Text("  indented".into()));
        check("//usr/bin", Typed::Text("/usr/bin".into()));
        check(" /quit", Typed::Text(" /quit".into()));
    }

    #[test]
    fn commands_have_names_aliases_and_arguments() {
        check(
            "/nick bob",
            Typed::Command(Command::Nick(Some("bob".into()))),
        );
        check("/NICK", Typed::Command(Command::Nick(None)));
        check(
            "/m bob  see you\nthere",
            Typed::Command(Command::Msg {
                nick: Some("bob".into()),
                text: Some("see you\nthere".into()),
            }),
        );
        check("/q", Typed::Command(Command::Quit(None)));
        check(
            "/join",
            Typed::Wrong("write /join ROOM to join a room; it is made if there is none".into()),
        );
    }

    #[test]
    fn an_unknown_command_names_the_nearest() {
        #[track_caller]
        fn near(typed: &str, want: &str) {
            match parse(typed) {
                Typed::Wrong(why) => assert!(why.contains(&format!("/{want}.")), "{why}"),
                other => panic!("{other:?}"),
            }
        }
        near("/nikc bob", "nick");
        near("/joni x", "join");
        near("/quti", "quit");
        near("/topci x", "topic");
        near("/quite", "quit");
        let Typed::Wrong(why) = parse("/frobnicate now") else {
            panic!("a command");
        };
        assert!(why.contains("/help"), "{why}");
    }

    #[test]
    fn every_name_is_there_once() {
        let names: Vec<_> = COMMANDS
            .iter()
            .flat_map(|spec| std::iter::once(spec.name).chain(spec.aliases.iter().copied()))
            .collect();
        for name in &names {
            assert_eq!(
                names.iter().filter(|other| *other == name).count(),
                1,
                "{name}"
            );
        }
    }
}
