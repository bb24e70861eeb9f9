//! The client as people use it: a session whose server says whatever it likes, the application, keys, and
//! what is drawn of it all.

use std::time::Duration;

use arbitrary::{Result, Unstructured};
use chat_client::Event as Net;
use chat_core::Millis;
use chat_tui::app::event::{CachedPage, Probed};
use chat_tui::app::{App, Effect, Event, update};
use chat_tui::settings::{self, ThemeColours};
use chat_tui::view::{self, Level, Theme};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use crate::Target;
use crate::client::{self, World};
use crate::oracle;

/// What happens on a screen.
pub(crate) const SCREEN: Target = Target {
    name: "screen",
    run: screen,
    bytes_max: 512,
    words: &[
        "\0",
        "\u{1}\u{1}",
        "\u{2}\u{2}\u{2}",
        "\u{7f}",
        "\u{5}\u{6}",
    ],
};

/// Things that happen at most: each may draw the screen.
const STEPS_MAX: usize = 120;

/// Where the clock starts.
const START: Millis = Millis(1_800_000_000_000);

const KEYS: [KeyCode; 20] = [
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::F(1),
    KeyCode::F(2),
    KeyCode::F(3),
    KeyCode::F(8),
    KeyCode::F(9),
];

/// What is typed at once.
const TYPED: [&str; 24] = [
    "/join #b",
    "/part",
    "/msg bob hi",
    "/who p2",
    "/rooms",
    "/canvas",
    "/topic new",
    "/nick zed",
    "/away back soon",
    "/me waves",
    "/search hello",
    "/files",
    "/send ~/a.png",
    "/save 3",
    "/react 👍",
    "/mute",
    "/help",
    "/emoji",
    "/missed",
    "/people",
    "/security",
    "hello *you* :)",
    "👩\u{200d}🚀 日本語",
    ":smi",
];

struct Screen {
    world: World,
    app: App,
    theme: Theme,
    terminal: Terminal<TestBackend>,
    was_online: bool,
}

fn screen(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let mut screen = Screen::new();
    for _ in 0..STEPS_MAX {
        if u.is_empty() || screen.step(&mut u).is_err() {
            break;
        }
    }
    screen.draw();
    screen.world.settle();
}

impl Screen {
    fn new() -> Screen {
        let colours = ThemeColours::default();
        let mut app = App::new("chat.example", TimeZone::UTC, 7);
        app.wished_nick = "ann".into();
        let backend = TestBackend::new(80, 24);
        let mut screen = Screen {
            world: World::new(),
            app,
            theme: Theme::new(Level::Ansi256, settings::Theme::Dark, &colours),
            terminal: Terminal::new(backend).expect("it is in memory"),
            was_online: true,
        };
        screen.listen();
        screen
    }

    fn step(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let now = START.plus(self.world.ms());
        self.happens(Event::Tick { now });
        match u.int_in_range(0..=31u8)? {
            0..=15 => client::server(&mut self.world, u)?,
            16..=18 => {
                let code = *u.choose(&KEYS)?;
                let modifiers = match u.int_in_range(0..=7u8)? {
                    0 => KeyModifiers::SHIFT,
                    1 => KeyModifiers::ALT,
                    2 => KeyModifiers::CONTROL,
                    _ => KeyModifiers::NONE,
                };
                self.happens(Event::Key(KeyEvent::new(code, modifiers)));
            }
            19..=21 => {
                let letter = u.int_in_range(b' '..=b'~')?.into();
                let modifiers = match u.int_in_range(0..=2u8)? {
                    0 => KeyModifiers::CONTROL,
                    1 => KeyModifiers::ALT,
                    _ => KeyModifiers::NONE,
                };
                self.happens(Event::Key(KeyEvent::new(KeyCode::Char(letter), modifiers)));
            }
            22..=24 => {
                for letter in u.choose(&TYPED)?.chars() {
                    let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
                    self.happens(Event::Key(key));
                }
                if u.arbitrary()? {
                    let key = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
                    self.happens(Event::Key(key));
                }
            }
            25 => {
                let length = u.int_in_range(0..=40usize)?.min(u.len());
                let text = oracle::text(u.bytes(length)?).into_owned();
                self.happens(Event::Paste(match u.ratio(1u8, 8u8)? {
                    true => format!("{text}\n").repeat(60),
                    false => text,
                }));
            }
            26..=27 => self.mouse(u)?,
            28 => {
                let size = Size::new(u.int_in_range(0..=120)?, u.int_in_range(0..=40)?);
                self.terminal.backend_mut().resize(size.width, size.height);
                self.happens(Event::Resize(size));
            }
            29 => self.happens(match u.arbitrary()? {
                true => Event::FocusLost,
                false => Event::FocusGained,
            }),
            _ => self.draw(),
        }
        self.listen();
        self.check();
        Ok(())
    }

    fn mouse(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let kinds = [
            MouseEventKind::Down(MouseButton::Left),
            MouseEventKind::Down(MouseButton::Left),
            MouseEventKind::Down(MouseButton::Right),
            MouseEventKind::Drag(MouseButton::Left),
            MouseEventKind::Up(MouseButton::Left),
            MouseEventKind::Moved,
            MouseEventKind::ScrollUp,
            MouseEventKind::ScrollDown,
        ];
        self.happens(Event::Mouse(MouseEvent {
            kind: *u.choose(&kinds)?,
            column: u.int_in_range(0..=120)?,
            row: u.int_in_range(0..=40)?,
            modifiers: KeyModifiers::NONE,
        }));
        Ok(())
    }

    /// What the session has to tell.
    fn listen(&mut self) {
        for event in self.world.tells() {
            self.happens(Event::Net(event));
        }
        if self.was_online && !self.world.is_online() {
            self.happens(Event::Net(Net::Offline {
                why: "connection lost".into(),
                retry_in: Duration::from_secs(2),
            }));
        }
        self.was_online = self.world.is_online();
    }

    fn happens(&mut self, event: Event) {
        for effect in update(&mut self.app, event) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Send(command) => self.world.send(command),
            Effect::Post(pending) => self.world.put(pending),
            Effect::LoadPage {
                conversation, from, ..
            } => self.happens(Event::CachedPage(CachedPage {
                conversation,
                from,
                entries: Vec::new(),
            })),
            Effect::Search { query, .. } => self.happens(Event::Found {
                query,
                entries: Vec::new(),
            }),
            Effect::SendFile { conversation, .. } | Effect::SendText { conversation, .. } => {
                self.world.send_file(conversation);
            }
            Effect::SaveFile {
                conversation,
                seq,
                file,
            } => {
                let id = self.world.save_file((conversation, seq), file);
                self.happens(Event::Saving {
                    id,
                    conversation,
                    seq,
                });
            }
            Effect::ShowPicture {
                conversation, seq, ..
            } => self.happens(Event::Picture {
                conversation,
                seq,
                picture: Err("that is no picture".into()),
            }),
            Effect::CancelTransfer(id) => self.world.cancel(id.0),
            Effect::CompletePath(typed) => {
                let paths = vec![format!("{typed}a"), format!("{typed}b/")];
                self.happens(Event::Paths { typed, paths });
            }
            Effect::Probe { typed, path } => self.happens(Event::Probed(Probed {
                typed,
                path,
                name: "file".into(),
                bytes: 7,
            })),
            Effect::Open(link) => oracle::clean_line(&link),
            Effect::Notify { title, body } => {
                oracle::clean_line(&title);
                oracle::clean_line(&body);
            }
            Effect::OpenCanvas(parent) => self.world.session.open_canvas(parent),
            Effect::CloseCanvas(parent) => self.world.session.close_canvas(parent),
            Effect::Save { .. } => self.happens(Event::Saved(Ok("picture.png".into()))),
            Effect::Reconnect => self.world.connects(false),
            _ => {}
        }
    }

    /// No byte of a peer is a control sequence.
    fn draw(&mut self) {
        let mut beside = view::Beside::default();
        let drawn = self
            .terminal
            .draw(|frame| beside = view::draw(&self.app, &self.theme, frame));
        let drawn = drawn.expect("it is in memory");
        for cell in drawn.buffer.content() {
            oracle::clean_line(cell.symbol());
        }
        for link in beside.links {
            oracle::clean_line(&link.url);
        }
    }

    fn check(&self) {
        let app = &self.app;
        let mut ids: Vec<_> = app.conversations.iter().map(|view| view.id()).collect();
        ids.sort_unstable();
        let conversations = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), conversations, "a conversation is there twice");
        for view in &app.conversations {
            let seqs = view.log.entries().map(|entry| entry.seq);
            assert!(seqs.is_sorted_by(|a, b| a < b), "out of order");
            assert!(view.log.last() <= view.log.head());
        }
        assert_eq!(app.current.is_none(), app.conversations.is_empty());
        assert!(app.current.is_none() || app.current().is_some());
        if let Some(notice) = &app.notice {
            oracle::clean(&notice.text);
        }
        assert!(app.wants_tick().is_none_or(|at| at >= app.now));
    }
}
