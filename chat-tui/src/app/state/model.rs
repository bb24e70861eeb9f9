//! The application's state. Everything that the screen shows follows from [`App`] alone.

use std::collections::{HashMap, HashSet};

use chat_core::limits::TEXT_BYTES;
use chat_core::{AccountId, ConversationId, Millis, RequestId};
use jiff::tz::TimeZone;
use ratatui::layout::Size;

use super::canvas::{Easel, EaselFocus, Hand};
pub use super::connection::{Connection, Host, Me, Place, Server};
use super::conversation::{ConversationView, Orphan};
use super::files::Downloads;
use super::missed::Away;
use super::pictures::Pictures;
use super::popup::Popup;
pub use super::post_ids::PostIds;
use super::security::Security;
use super::servers::Servers;
use crate::app::layout;
use crate::app::options::Options;
use crate::editor::Editor;
use crate::settings::Settings;

/// Most emoji that are remembered as used last: two screens of a small terminal.
pub const RECENT_EMOJI_MAX: usize = 24;

/// The client's state.
#[derive(Debug)]
pub struct App {
    /// What time it is, as the last [`Event::Tick`](crate::app::Event::Tick) said.
    pub now: Millis,
    /// The terminal's size.
    pub size: Size,
    /// Where times are shown for.
    pub zone: TimeZone,
    /// What people want of it. Changed with [`App::set_options`].
    pub options: Options,
    /// Whether the terminal has the keyboard. Terminals that don't say so always have it.
    pub terminal: TerminalFocus,
    /// The server.
    pub server: Server,
    /// The connection to it.
    pub connection: Connection,
    /// Whether it is private.
    pub security: Security,
    /// The servers that are known, and which this is.
    pub servers: Servers,
    /// The own account, once it is known.
    pub me: Option<Me>,
    /// The nick that was wished at the login; empty for the one that the account has.
    pub wished_nick: String,
    /// Every conversation, in the order of the list: #lobby, rooms by name, people by nick.
    pub conversations: Vec<ConversationView>,
    /// The one on the screen. `None` only while there is none.
    pub current: Option<ConversationId>,
    /// Where "next with something new" began, and returns to.
    pub came_from: Option<ConversationId>,
    /// What is typed while there is no conversation.
    pub spare_input: Editor,
    /// What lies over the screen; the last is the topmost.
    pub popups: Vec<Popup>,
    /// The conversations pane (F8) and the roster pane (F9).
    pub panes: Panes,
    /// Whether there is somebody who clicks.
    pub mouse: Mouse,
    /// Rows that are scrolled away at the top of the roster pane.
    pub roster_scroll: usize,
    /// A completion that Tab goes on with.
    pub completion: Option<Completion>,
    /// What was done with the emoji that are offered for a word.
    pub offer: OfferState,
    /// The emoji that were used last, newest first.
    pub recent_emoji: Vec<String>,
    /// One line to read, until the next key or for a while.
    pub notice: Option<Notice>,
    /// The server in this process.
    pub host: Option<Host>,
    /// Files that are being saved or are saved.
    pub downloads: Downloads,
    /// Pictures of files that somebody asked for.
    pub pictures: Pictures,
    /// The invite that was typed for this server.
    pub invite: Option<String>,
    /// Conversations that were announced since the last login.
    pub announced: HashSet<ConversationId>,
    /// What was typed in conversations whose numbers are void: it goes to those of the same title.
    pub orphans: Vec<Orphan>,
    /// What was asked of the server and not answered yet.
    pub asked: HashMap<RequestId, super::request::Asked>,
    /// Makes request ids.
    pub next_request: u64,
    /// Makes post ids.
    pub post_ids: PostIds,
    /// What was missed while there was no connection.
    pub away: Away,
    /// What is drawn together.
    pub easel: Easel,
    /// What is due later.
    pub due: Due,
}

/// Whether the terminal has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TerminalFocus {
    /// It has, or doesn't say.
    #[default]
    Here,
    /// Another window has it.
    Elsewhere,
}

/// Whether the mouse has been used: what is there only to be clicked takes no room before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    /// Not yet.
    #[default]
    Unused,
    /// Somebody has clicked or turned the wheel.
    Used,
}

/// The panes at the sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Panes {
    /// Left.
    pub conversations: Pane,
    /// Right.
    pub roster: Pane,
}

/// Whether a pane is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// When there is room for it.
    #[default]
    Auto,
    /// Also when little room remains for the log.
    Shown,
    /// Never.
    Hidden,
}

/// A line to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub kind: NoticeKind,
    /// When it goes.
    pub until: Millis,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// For information.
    Info,
    /// Something was not done.
    Error,
}

/// A completion under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where in the input what is being completed begins, in bytes.
    pub start: usize,
    /// What was typed there.
    pub typed: String,
    /// What it may become, with what follows it (a space, `: `).
    pub candidates: Vec<String>,
    /// Which of them stands in the input; `None`: what was typed.
    pub at: Option<usize>,
}

/// What was done with the emoji that are offered for a word; for any other word, nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfferState {
    /// Which word.
    pub word: String,
    /// Index of the one that Tab takes.
    pub selected: usize,
    /// Whether they were waved away.
    pub dismissed: bool,
}

/// What is due later; nothing here means that nothing has to be done until something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// The read marker is sent.
    pub read: Option<Millis>,
    /// Drafts are stored.
    pub drafts: Option<Millis>,
}

/// Where the keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The input line.
    Input,
    /// The log: an entry is picked.
    Select,
    /// The canvas.
    Canvas,
    /// A text that is typed on the canvas.
    Lettering,
    /// A picker or a search.
    List,
    /// A list of lines that needs no typing.
    Menu,
    /// A line to type.
    Prompt,
    /// A question to answer with yes or no.
    Question,
    /// What to do with a long paste.
    Paste,
    /// Text to read.
    Reader,
}

impl App {
    /// An application that knows nothing yet. `address` stands for the server until it says its
    /// name; `seed` is random.
    #[must_use]
    pub fn new(address: &str, zone: TimeZone, seed: u64) -> App {
        App {
            now: Millis(0),
            size: Size::new(80, 24),
            options: Options::new(&Settings::default(), &zone),
            zone,
            terminal: TerminalFocus::Here,
            server: Server {
                name: address.to_owned(),
                text_bytes: TEXT_BYTES,
                latency_ms: None,
            },
            connection: Connection::Connecting { attempt: 1 },
            security: Security::Unsettled,
            servers: Servers {
                here: address.to_lowercase(),
                ..Servers::default()
            },
            me: None,
            wished_nick: String::new(),
            conversations: Vec::new(),
            current: None,
            came_from: None,
            spare_input: Editor::new(),
            popups: Vec::new(),
            panes: Panes::default(),
            mouse: Mouse::Unused,
            roster_scroll: 0,
            completion: None,
            offer: OfferState::default(),
            recent_emoji: Vec::new(),
            notice: None,
            host: None,
            downloads: Downloads::default(),
            pictures: Pictures::default(),
            invite: None,
            announced: HashSet::new(),
            orphans: Vec::new(),
            asked: HashMap::new(),
            next_request: 1,
            post_ids: PostIds::new(seed),
            away: Away::default(),
            easel: Easel::new(seed),
            due: Due::default(),
        }
    }

    /// A conversation.
    #[must_use]
    pub fn conversation(&self, id: ConversationId) -> Option<&ConversationView> {
        self.conversations.iter().find(|view| view.id() == id)
    }

    /// A conversation, to change it.
    pub fn conversation_mut(&mut self, id: ConversationId) -> Option<&mut ConversationView> {
        self.conversations.iter_mut().find(|view| view.id() == id)
    }

    /// The conversation on the screen.
    #[must_use]
    pub fn current(&self) -> Option<&ConversationView> {
        self.conversation(self.current?)
    }

    /// The conversation on the screen, to change it.
    pub fn current_mut(&mut self) -> Option<&mut ConversationView> {
        self.conversation_mut(self.current?)
    }

    /// Where the conversation on the screen stands in the list.
    #[must_use]
    pub fn current_index(&self) -> Option<usize> {
        let id = self.current?;
        self.conversations.iter().position(|view| view.id() == id)
    }

    /// What is being typed below the log.
    #[must_use]
    pub fn input(&self) -> &Editor {
        self.current().map_or(&self.spare_input, |view| &view.input)
    }

    /// What is being typed below the log, to change it.
    pub fn input_mut(&mut self) -> &mut Editor {
        match self.current_index() {
            Some(index) => &mut self.conversations[index].input,
            None => &mut self.spare_input,
        }
    }

    /// What lies topmost over the screen.
    #[must_use]
    pub fn popup(&self) -> Option<&Popup> {
        self.popups.last()
    }

    /// Where the keys go.
    #[must_use]
    pub fn focus(&self) -> Focus {
        match self.popup() {
            Some(Popup::Picker(_) | Popup::Search(_)) => Focus::List,
            Some(Popup::Menu(_)) => Focus::Menu,
            Some(Popup::Nick(_) | Popup::Login(_) | Popup::Connect(_)) => Focus::Prompt,
            Some(
                Popup::Quit(_)
                | Popup::Forget { .. }
                | Popup::ResetCanvas(_)
                | Popup::Certificate { .. }
                | Popup::Offer(_)
                | Popup::TakeBack(_),
            ) => Focus::Question,
            Some(Popup::Paste(_)) => Focus::Paste,
            Some(Popup::Help { .. } | Popup::Card(_)) => Focus::Reader,
            None if self.current().is_some_and(|view| view.selected.is_some()) => Focus::Select,
            None => self.canvas_focus().unwrap_or(Focus::Input),
        }
    }

    /// Where on the canvas the keys go, if they go there.
    fn canvas_focus(&self) -> Option<Focus> {
        let current = self.current?;
        let wanted = self.easel.places.contains_key(&current);
        let shown = wanted && layout::is_roomy(self.size);
        let here = shown && self.easel.focus == EaselFocus::Here;
        let sheet = self.easel.sheet(current).filter(|_| here)?;
        Some(match sheet.hand {
            Hand::Lettering { .. } => Focus::Lettering,
            _ => Focus::Canvas,
        })
    }

    /// Whether requests can be sent now.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self.connection, Connection::Syncing | Connection::Online)
    }

    /// Whether `account` is the own one.
    #[must_use]
    pub fn is_me(&self, account: AccountId) -> bool {
        self.me.as_ref().is_some_and(|me| me.account == account)
    }

    /// What the own nick is, or is wished to be.
    #[must_use]
    pub fn nick(&self) -> &str {
        self.me
            .as_ref()
            .map_or(&self.wished_nick, |me| me.nick.as_str())
    }
}
