//! The table itself.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{ALT, Binding, CTRL, Chord, Section};
use crate::app::action::Action;
use crate::app::model::Focus;
use crate::editor::Edit;

pub(super) const fn key(code: KeyCode) -> Chord {
    Chord {
        code,
        modifiers: KeyModifiers::NONE,
    }
}

pub(super) const fn plain(c: char) -> Chord {
    key(KeyCode::Char(c))
}

pub(super) const fn ctrl(c: char) -> Chord {
    with(KeyCode::Char(c), KeyModifiers::CONTROL)
}

const fn alt(c: char) -> Chord {
    with(KeyCode::Char(c), KeyModifiers::ALT)
}

pub(super) const fn with(code: KeyCode, modifiers: KeyModifiers) -> Chord {
    Chord { code, modifiers }
}

pub(super) const fn bind(
    focus: &'static [Focus],
    keys: &'static [Chord],
    action: Action,
    help: &'static str,
) -> Binding {
    Binding {
        focus,
        keys,
        action,
        help,
        bar: None,
    }
}

pub(super) const fn in_bar(binding: Binding, key: &'static str, label: &'static str) -> Binding {
    Binding {
        bar: Some((key, label)),
        ..binding
    }
}

use Focus::{Canvas, Input, Lettering, List, Menu, Paste, Prompt, Question, Reader, Select};

const ANY: &[Focus] = &[
    Input, Select, Canvas, Lettering, List, Menu, Prompt, Question, Paste, Reader,
];
/// Everywhere but where Ctrl+Z undoes.
const BESIDE_CANVAS: &[Focus] = &[
    Input, Select, Lettering, List, Menu, Prompt, Question, Paste, Reader,
];
/// The screen with nothing over it.
const SCREEN: &[Focus] = &[Input, Select, Canvas];
/// Where text is typed.
pub(super) const TYPING: &[Focus] = &[Input, List, Prompt, Lettering];

/// Every key.
pub const KEYS: &[Section] = &[
    Section {
        title: "Go",
        bindings: &[
            in_bar(
                bind(SCREEN, &[key(KeyCode::F(1))], Action::Help, "this help"),
                "F1",
                "help",
            ),
            in_bar(
                bind(
                    &[Input],
                    &[key(KeyCode::F(2)), alt('r')],
                    Action::PromptNick,
                    "another nick",
                ),
                "F2",
                "nick",
            ),
            in_bar(
                bind(
                    &[Input],
                    &[key(KeyCode::F(3)), alt('m')],
                    Action::PickPerson,
                    "pick a person, then write to them",
                ),
                "F3",
                "msg",
            ),
            in_bar(
                bind(
                    &[Input],
                    &[ctrl('k')],
                    Action::GoTo,
                    "go to a conversation or a person (with text in the input: delete to the end)",
                ),
                "^K",
                "go to",
            ),
            in_bar(
                bind(
                    &[Input],
                    &[ctrl('f')],
                    Action::Search,
                    "search in this conversation; again: in all",
                ),
                "^F",
                "search",
            ),
            bind(&[List], &[ctrl('f')], Action::Search, ""),
            bind(
                SCREEN,
                &[ctrl('n'), with(KeyCode::Right, ALT)],
                Action::NextConversation,
                "next conversation",
            ),
            bind(
                SCREEN,
                &[ctrl('p'), with(KeyCode::Left, ALT)],
                Action::PreviousConversation,
                "previous conversation",
            ),
            bind(
                SCREEN,
                &[alt('1')],
                Action::Conversation(1),
                "first conversation; so to Alt+9",
            ),
            bind(SCREEN, &[alt('2')], Action::Conversation(2), ""),
            bind(SCREEN, &[alt('3')], Action::Conversation(3), ""),
            bind(SCREEN, &[alt('4')], Action::Conversation(4), ""),
            bind(SCREEN, &[alt('5')], Action::Conversation(5), ""),
            bind(SCREEN, &[alt('6')], Action::Conversation(6), ""),
            bind(SCREEN, &[alt('7')], Action::Conversation(7), ""),
            bind(SCREEN, &[alt('8')], Action::Conversation(8), ""),
            bind(SCREEN, &[alt('9')], Action::Conversation(9), ""),
            bind(
                SCREEN,
                &[alt('a')],
                Action::NextNew,
                "next with something new: mentions first, then others, then back",
            ),
            bind(
                SCREEN,
                &[key(KeyCode::F(7))],
                Action::Missed,
                "what happened since you were away",
            ),
            bind(
                &[Menu],
                &[key(KeyCode::F(7)), key(KeyCode::F(4)), plain('q')],
                Action::Escape,
                "",
            ),
        ],
    },
    Section {
        title: "Read",
        bindings: &[
            in_bar(
                bind(
                    &[Input],
                    &[key(KeyCode::PageUp)],
                    Action::PageUp,
                    "scroll up, also the wheel",
                ),
                "PgUp",
                "history",
            ),
            bind(
                &[Select, Reader, List, Menu],
                &[key(KeyCode::PageUp)],
                Action::PageUp,
                "",
            ),
            bind(
                SCREEN,
                &[key(KeyCode::PageDown)],
                Action::PageDown,
                "scroll down",
            ),
            bind(
                &[Reader, List, Menu],
                &[key(KeyCode::PageDown), plain(' ')],
                Action::PageDown,
                "",
            ),
            bind(
                SCREEN,
                &[with(KeyCode::End, ALT)],
                Action::Newest,
                "newest, also Esc",
            ),
            bind(
                SCREEN,
                &[alt('u')],
                Action::UnreadLine,
                "where reading stopped",
            ),
            bind(
                &[Input],
                &[ctrl('s')],
                Action::Select,
                "pick an entry; then ↑ ↓ and one of these:",
            ),
            in_bar(
                bind(&[Select], &[plain('r')], Action::Reply, "   answer it"),
                "r",
                "reply",
            ),
            in_bar(
                bind(&[Select], &[plain('y')], Action::Copy, "   copy its text"),
                "y",
                "copy",
            ),
            in_bar(
                bind(
                    &[Select],
                    &[plain('o')],
                    Action::OpenLink,
                    "   open its link",
                ),
                "o",
                "open link",
            ),
            bind(
                &[Select],
                &[key(KeyCode::Enter)],
                Action::Accept,
                "   send it again, if it was refused",
            ),
            bind(
                &[Select],
                &[plain('x'), key(KeyCode::Delete)],
                Action::Drop,
                "   drop it, if it was refused; stop its file",
            ),
            in_bar(
                bind(
                    &[Select],
                    &[plain('e')],
                    Action::EditEntry,
                    "   change what it says, if it is yours",
                ),
                "e",
                "edit",
            ),
            in_bar(
                bind(
                    &[Select],
                    &[plain('d')],
                    Action::TakeBack,
                    "   take it back, if it is yours",
                ),
                "d",
                "delete",
            ),
            in_bar(
                bind(
                    &[Select],
                    &[plain('+')],
                    Action::React,
                    "   react with an emoji; a click on one joins in or takes it back",
                ),
                "+",
                "react",
            ),
            in_bar(
                bind(&[Select], &[plain('s')], Action::Save, "   save its file"),
                "s",
                "save file",
            ),
            bind(
                &[Select],
                &[plain('v')],
                Action::View,
                "   show the picture that its file is, or hide it",
            ),
            bind(
                &[Select, Reader, Menu],
                &[key(KeyCode::Up), plain('k')],
                Action::Up,
                "",
            ),
            bind(
                &[Select, Reader, Menu],
                &[key(KeyCode::Down), plain('j')],
                Action::Down,
                "",
            ),
            bind(&[Select], &[ctrl('s'), plain('q')], Action::Escape, ""),
            bind(
                &[Reader],
                &[plain('q'), key(KeyCode::Enter), key(KeyCode::F(1))],
                Action::Escape,
                "",
            ),
        ],
    },
    Section {
        title: "Write",
        bindings: &[
            bind(&[Input], &[key(KeyCode::Enter)], Action::Accept, "send"),
            bind(
                &[Input],
                &[
                    with(KeyCode::Enter, ALT),
                    ctrl('j'),
                    with(KeyCode::Enter, KeyModifiers::SHIFT),
                ],
                Action::Edit(Edit::Newline),
                "new line",
            ),
            bind(
                &[Input],
                &[key(KeyCode::Tab)],
                Action::Complete,
                "complete a command, a nick, a #room or an :emoji:",
            ),
            bind(
                &[Input],
                &[key(KeyCode::BackTab)],
                Action::CompleteBack,
                "the completion before",
            ),
            bind(&[Input], &[alt('e')], Action::PickEmoji, "pick an emoji"),
            bind(
                &[Input],
                &[key(KeyCode::Up)],
                Action::Up,
                "a line up; on the first: what was sent before",
            ),
            bind(
                &[Input],
                &[key(KeyCode::Down)],
                Action::Down,
                "a line down; on the last: what was sent after",
            ),
            bind(
                TYPING,
                &[ctrl('a'), key(KeyCode::Home)],
                Action::Edit(Edit::Home),
                "start of the line",
            ),
            bind(
                TYPING,
                &[ctrl('e'), key(KeyCode::End)],
                Action::Edit(Edit::End),
                "end of the line",
            ),
            bind(
                TYPING,
                &[with(KeyCode::Home, CTRL)],
                Action::Edit(Edit::TextStart),
                "start of the text",
            ),
            bind(
                TYPING,
                &[with(KeyCode::End, CTRL)],
                Action::Edit(Edit::TextEnd),
                "end of the text",
            ),
            bind(
                TYPING,
                &[ctrl('b'), key(KeyCode::Left)],
                Action::Edit(Edit::Left),
                "",
            ),
            bind(
                TYPING,
                &[key(KeyCode::Right)],
                Action::Edit(Edit::Right),
                "",
            ),
            bind(
                TYPING,
                &[alt('b'), with(KeyCode::Left, CTRL)],
                Action::Edit(Edit::WordLeft),
                "a word back",
            ),
            bind(
                TYPING,
                &[alt('f'), with(KeyCode::Right, CTRL)],
                Action::Edit(Edit::WordRight),
                "a word on",
            ),
            bind(
                TYPING,
                &[
                    key(KeyCode::Backspace),
                    ctrl('h'),
                    with(KeyCode::Backspace, KeyModifiers::SHIFT),
                ],
                Action::Edit(Edit::Backspace),
                "",
            ),
            bind(
                TYPING,
                &[key(KeyCode::Delete), ctrl('d')],
                Action::Edit(Edit::Delete),
                "",
            ),
            bind(
                TYPING,
                &[ctrl('w')],
                Action::Edit(Edit::DeleteWordBefore),
                "delete the word before",
            ),
            bind(
                TYPING,
                &[
                    with(KeyCode::Backspace, ALT),
                    with(KeyCode::Backspace, CTRL),
                ],
                Action::Edit(Edit::DeleteSubwordBefore),
                "",
            ),
            bind(
                TYPING,
                &[alt('d'), with(KeyCode::Delete, CTRL)],
                Action::Edit(Edit::DeleteWordAfter),
                "delete the word behind",
            ),
            bind(
                TYPING,
                &[ctrl('u')],
                Action::Edit(Edit::DeleteToStart),
                "delete to the start of the line",
            ),
            bind(
                &[List, Prompt],
                &[ctrl('k')],
                Action::Edit(Edit::DeleteToEnd),
                "",
            ),
            bind(
                TYPING,
                &[ctrl('y')],
                Action::Edit(Edit::Yank),
                "put back what was deleted",
            ),
            bind(
                TYPING,
                &[alt('y')],
                Action::Edit(Edit::YankPop),
                "then: what was deleted before that",
            ),
            bind(
                TYPING,
                &[ctrl('t')],
                Action::Edit(Edit::TransposeChars),
                "swap two characters",
            ),
            bind(
                TYPING,
                &[ctrl('_'), ctrl('7'), ctrl('/')],
                Action::Edit(Edit::Undo),
                "undo",
            ),
            bind(
                TYPING,
                &[alt('_'), alt('/')],
                Action::Edit(Edit::Redo),
                "redo",
            ),
        ],
    },
    super::canvas::SECTION,
    Section {
        title: "Lists and questions",
        bindings: &[
            bind(&[List], &[key(KeyCode::Up), ctrl('p')], Action::Up, "up"),
            bind(
                &[Menu],
                &[plain('d'), key(KeyCode::Delete)],
                Action::Drop,
                "forget the picked server",
            ),
            bind(
                &[List],
                &[key(KeyCode::Down), ctrl('n')],
                Action::Down,
                "down",
            ),
            bind(
                &[List],
                &[key(KeyCode::Tab)],
                Action::Complete,
                "down; among emoji: the next category",
            ),
            bind(&[List], &[key(KeyCode::BackTab)], Action::CompleteBack, ""),
            in_bar(
                bind(
                    &[List, Menu, Prompt],
                    &[key(KeyCode::Enter)],
                    Action::Accept,
                    "take it",
                ),
                "Enter",
                "take it",
            ),
            in_bar(
                bind(&[Question], &[plain('y')], Action::Yes, "yes"),
                "y",
                "yes",
            ),
            in_bar(
                bind(&[Question], &[plain('n')], Action::No, "no"),
                "n",
                "no",
            ),
            in_bar(
                bind(&[Paste], &[plain('s')], Action::Yes, "send a long paste"),
                "s",
                "send",
            ),
            in_bar(
                bind(
                    &[Paste],
                    &[plain('e')],
                    Action::EditPaste,
                    "put it into the input",
                ),
                "e",
                "edit",
            ),
            in_bar(
                bind(
                    &[Paste],
                    &[plain('f')],
                    Action::PasteAsFile,
                    "send it as a file",
                ),
                "f",
                "as file",
            ),
            in_bar(
                bind(&[Paste], &[plain('c'), plain('n')], Action::No, "drop it"),
                "c",
                "cancel",
            ),
        ],
    },
    Section {
        title: "Screen",
        bindings: &[
            in_bar(
                bind(
                    SCREEN,
                    &[key(KeyCode::F(4))],
                    Action::Servers,
                    "the connection, and other servers to go to",
                ),
                "F4",
                "server",
            ),
            bind(
                SCREEN,
                &[key(KeyCode::F(8))],
                Action::ToggleConversations,
                "conversations pane",
            ),
            bind(
                SCREEN,
                &[key(KeyCode::F(9))],
                Action::ToggleRoster,
                "online users pane",
            ),
            bind(ANY, &[ctrl('l')], Action::Redraw, "draw the screen anew"),
            bind(
                BESIDE_CANVAS,
                &[ctrl('z')],
                Action::Suspend,
                "back to the shell; fg returns",
            ),
            in_bar(
                bind(
                    &[
                        Select, Canvas, Lettering, List, Menu, Prompt, Question, Paste, Reader,
                    ],
                    &[key(KeyCode::Esc)],
                    Action::Escape,
                    "",
                ),
                "Esc",
                "back",
            ),
            bind(
                &[Input],
                &[key(KeyCode::Esc)],
                Action::Escape,
                "close what is open; newest",
            ),
            bind(
                ANY,
                &[ctrl('c')],
                Action::Interrupt,
                "clear the input; when it is empty: offer to quit",
            ),
            in_bar(
                bind(
                    &[Input],
                    &[key(KeyCode::F(10)), ctrl('q')],
                    Action::Quit,
                    "quit",
                ),
                "F10",
                "quit",
            ),
            bind(
                &[
                    Select, Canvas, Lettering, List, Menu, Prompt, Question, Paste, Reader,
                ],
                &[key(KeyCode::F(10)), ctrl('q')],
                Action::Quit,
                "",
            ),
        ],
    },
];
