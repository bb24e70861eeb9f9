//! What lies over the screen and takes the keys: pickers, prompts, questions, help.

use chat_core::{ConversationId, Entry, Fingerprint, Seq};
use emojis::Group;

use super::menu::{Menu, MenuKind};
use super::model::Place;
use crate::editor::Editor;

/// Something that lies over the screen. Only the topmost is shown.
#[derive(Debug, Clone)]
pub enum Popup {
    /// The keys and the commands, from the tables that define them.
    Help {
        /// Rows that are scrolled away at its top.
        scroll: usize,
    },
    /// F2: another nick.
    Nick(Prompt),
    /// Another server: where?
    Connect(Prompt),
    /// Forget this server?
    Forget {
        /// Host and port.
        address: String,
    },
    /// A list to pick from by typing parts of a name.
    Picker(Picker),
    /// Leave?
    Quit(Leaving),
    /// Take an own entry back?
    TakeBack(TakeBack),
    /// Empty this conversation's canvas?
    ResetCanvas(ConversationId),
    /// A paste that is too long for one post.
    Paste(Paste),
    /// A pasted path is a file: send it?
    Offer(Offer),
    /// The server's certificate is not known: trust it?
    Certificate {
        /// What the other side must confirm.
        fingerprint: Fingerprint,
    },
    /// The server doesn't take the nick, or wants an invite.
    Login(Login),
    /// Lines to read: a profile, the join link, who is here.
    Card(Card),
    /// Ctrl+F.
    Search(Search),
    /// A list of lines, of which some can be picked.
    Menu(Menu),
}

impl Popup {
    /// Whether it speaks of conversations or entries by number.
    #[must_use]
    pub fn names_entries(&self) -> bool {
        match self {
            Popup::Picker(_) | Popup::Search(_) | Popup::TakeBack(_) | Popup::ResetCanvas(_) => {
                true
            }
            Popup::Menu(menu) => menu.kind == MenuKind::Missed,
            _ => false,
        }
    }
}

/// Send this file?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Where it is.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// How long it is, for people.
    pub size: String,
}

/// Leave? Those who are connected to a server in this process lose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// People who are connected beside oneself; 0 when this process is not their server.
    pub others: usize,
    /// Files that are on their way and would be cut off.
    pub files: usize,
    /// Whether this process serves others, and where.
    pub serves: Option<Place>,
    /// The parting word that was given with `/quit`.
    pub text: Option<String>,
}

/// Take an own entry back?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBack {
    /// Where it is.
    pub conversation: ConversationId,
    /// Which.
    pub of: Seq,
    /// What it says.
    pub text: String,
}

/// A line to type, with what was wrong with the last try.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What is typed.
    pub input: Editor,
    /// Why the last try was refused.
    pub error: Option<String>,
}

/// A list to pick from.
#[derive(Debug, Clone)]
pub struct Picker {
    /// What it is for.
    pub kind: PickerKind,
    /// What is typed.
    pub query: Editor,
    /// Everything that can be picked.
    pub items: Vec<PickerItem>,
    /// Indexes of the items that fit, best first.
    pub matches: Vec<usize>,
    /// Index into `matches`.
    pub selected: usize,
    /// Whether more items are on their way.
    pub state: PickerState,
}

/// What a picker is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickerKind {
    /// Ctrl+K: a conversation or a person.
    GoTo,
    /// F3: a person to write to.
    Person,
    /// `/rooms`: a room to join.
    Room,
    /// An emoji.
    Emoji {
        /// What for.
        what: EmojiFor,
        /// Of which category; `None` for all.
        group: Option<Group>,
    },
}

/// What an emoji is picked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmojiFor {
    /// To be written.
    Input,
    /// To react to an entry.
    Reaction {
        /// Where it is.
        conversation: ConversationId,
        /// Which.
        of: Seq,
    },
}

/// Whether a picker has all of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickerState {
    /// More are on their way.
    Loading,
    /// These are all.
    Complete,
}

/// Something that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickerItem {
    /// What is matched and shown.
    pub label: String,
    /// More about it, shown dimly.
    pub detail: String,
    /// What picking it opens.
    pub target: Target,
}

/// What picking an item opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A conversation that is there.
    Conversation(ConversationId),
    /// The direct conversation with the person of this nick.
    Person(String),
    /// A room, which is joined.
    Room(String),
    /// An emoji.
    Emoji(String),
}

/// A paste that is too long for one post: send, edit or drop it?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paste {
    /// Where the text stands now.
    pub source: PasteSource,
    /// What was pasted.
    pub text: String,
    /// Its lines.
    pub lines: usize,
    /// How many posts it makes.
    pub posts: usize,
}

/// The login was refused.
#[derive(Debug, Clone)]
pub struct Login {
    /// What was wrong and what to do.
    pub reason: String,
    /// What is asked for.
    pub wants: LoginWants,
    /// The answer, filled in with what the server suggests.
    pub input: Editor,
}

/// What a refused login asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginWants {
    /// Another nick.
    Nick,
    /// The word that the server asks of new accounts.
    Invite,
}

/// Lines to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What they are.
    pub title: String,
    /// The lines; long ones are wrapped.
    pub lines: Vec<String>,
    /// Rows that are scrolled away at its top.
    pub scroll: usize,
}

/// A search and what it found.
#[derive(Debug, Clone)]
pub struct Search {
    /// What is typed.
    pub query: Editor,
    /// Where to look.
    pub scope: SearchScope,
    /// The query that `hits` answers.
    pub asked: String,
    /// Newest first.
    pub hits: Vec<Entry>,
    /// Index into `hits`.
    pub selected: usize,
}

/// Where a search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchScope {
    /// In one conversation.
    Here(ConversationId),
    /// In all.
    Everywhere,
}

/// Where a text that is too long for one post stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteSource {
    /// In the input.
    Typed,
    /// Nowhere yet.
    Pasted,
}
