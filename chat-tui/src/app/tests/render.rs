//! State and effects as short text, for comparing.

use chat_core::command::Direction;
use chat_core::{Command, ConversationId, Entry};

use crate::app::conversation::{OutgoingState, Sound};
use crate::app::log::{GapState, Part};
use crate::app::marks::Edited;
use crate::app::pictures::PictureState;
use crate::app::popup::{Popup, SearchScope};
use crate::app::rows::{Feed, Item, entry_text};
use crate::app::{App, ConversationView, Effect, Scroll, Store, layout, menu_rows};

fn title(app: &App, id: ConversationId) -> String {
    let sheet = app
        .easel
        .sheets
        .iter()
        .find(|sheet| sheet.canvas == Some(id));
    if let Some(sheet) = sheet {
        return format!("canvas {}", title(app, sheet.parent));
    }
    app.conversation(id)
        .map_or_else(|| format!("?{id}"), |view| view.title())
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Before => "before",
        Direction::After => "after",
    }
}

pub(super) fn effect(app: &App, effect: &Effect) -> String {
    match effect {
        Effect::Send(command) => self::command(app, command),
        Effect::Post(pending) => format!(
            "Post {} {}",
            title(app, pending.conversation),
            body(&pending.body)
        ),
        Effect::Store(store) => self::store(app, store),
        Effect::LoadPage {
            conversation,
            from,
            direction: way,
            ..
        } => format!(
            "Load {} {} {from}",
            title(app, *conversation),
            direction(*way)
        ),
        Effect::Search {
            conversation,
            query,
            ..
        } => match conversation {
            Some(id) => format!("Search {} {query:?}", title(app, *id)),
            None => format!("Search all {query:?}"),
        },
        Effect::Connect(link) => format!("Connect {link}"),
        Effect::ForgetServer(address) => format!("ForgetServer {address}"),
        Effect::Copy(text) => format!("Copy {text:?}"),
        Effect::Open(link) => format!("Open {link}"),
        Effect::Notify { title, body } => format!("Notify {title} {body:?}"),
        Effect::AcceptCertificate(_) => "AcceptCertificate".into(),
        Effect::LoginAs { nick, invite } => match invite {
            Some(invite) => format!("LoginAs {nick} {invite}"),
            None => format!("LoginAs {nick}"),
        },
        Effect::Quit { text } => match text {
            Some(text) => format!("Quit {text:?}"),
            None => "Quit".into(),
        },
        Effect::SendFile {
            path,
            conversation,
            caption,
        } => format!(
            "SendFile {} {path:?} {:?}",
            title(app, *conversation),
            caption.as_str()
        ),
        Effect::SendText {
            name,
            text,
            conversation,
        } => format!(
            "SendText {} {name} {} bytes",
            title(app, *conversation),
            text.len()
        ),
        Effect::SaveFile {
            conversation,
            seq,
            file,
        } => format!("SaveFile {} {seq} {}", title(app, *conversation), file.name),
        Effect::OpenCanvas(id) => format!("OpenCanvas {}", title(app, *id)),
        Effect::CloseCanvas(id) => format!("CloseCanvas {}", title(app, *id)),
        Effect::Save { path, bytes } => format!("Save {path} ({})", !bytes.is_empty()),
        Effect::ShowPicture {
            conversation,
            seq,
            file,
        } => format!(
            "ShowPicture {} {seq} {}",
            title(app, *conversation),
            file.name
        ),
        Effect::DropPicture { conversation, seq } => {
            format!("DropPicture {} {seq}", title(app, *conversation))
        }
        plain => format!("{plain:?}"),
    }
}

fn command(app: &App, command: &Command) -> String {
    match command {
        Command::History(c) => format!(
            "History {} {} {}",
            title(app, c.conversation),
            direction(c.direction),
            c.from
        ),
        Command::Read(c) => format!("Read {} {}", title(app, c.conversation), c.seq),
        Command::Join(c) => format!("Join {}", c.room),
        Command::Part(c) => match &c.text {
            Some(text) => format!("Part {} {:?}", title(app, c.conversation), text.as_str()),
            None => format!("Part {}", title(app, c.conversation)),
        },
        Command::Rooms(c) => format!("Rooms {}", c.after.as_deref().unwrap_or("-")),
        Command::Topic(c) => {
            format!("Topic {} {:?}", title(app, c.conversation), c.text.as_str())
        }
        Command::SetNick(c) => format!("SetNick {}", c.nick),
        Command::Direct(c) => format!("Direct {}", c.nick),
        Command::SetPresence(c) => match &c.text {
            Some(text) => format!("SetPresence away={} {:?}", c.away, text.as_str()),
            None => format!("SetPresence away={}", c.away),
        },
        Command::Who(c) => format!("Who {}", c.nick),
        other => format!("{other:?}"),
    }
}

fn store(app: &App, store: &Store) -> String {
    match store {
        Store::Draft(id, text) => format!("Draft {} {text:?}", title(app, *id)),
        Store::Sent(id, lines, max) => {
            format!("Sent {} {} (of {max})", title(app, *id), lines.join(" / "))
        }
        Store::Muted(id, muted) => format!("Muted {} {muted}", title(app, *id)),
        Store::EmojiUsed(emoji) => format!("EmojiUsed {emoji}"),
        Store::Current(id) => format!("Current {}", title(app, *id)),
        Store::Read(id, seq) => format!("StoredRead {} {seq}", title(app, *id)),
        Store::Entries(entries) => match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => format!("Entries {}-{}", first.seq, last.seq),
            _ => "Entries none".into(),
        },
        Store::Pending(pending) => format!("Pending {:?}", pending.body.text()),
        Store::Refused(_, why) => format!("Refused {why:?}"),
        Store::PendingGone(_) => "PendingGone".into(),
        Store::Forget(id) => format!("Forget {id}"),
        Store::Epoch(_) => "Epoch".into(),
        Store::Me { nick, .. } => format!("Me {nick}"),
        Store::Conversation(info) => format!("Conversation {}", info.name),
        Store::People(id, people) => format!("People {} {}", title(app, *id), people.len()),
    }
}

/// The rows of the log on the screen.
pub(super) fn log(app: &App) -> Vec<String> {
    let Some(view) = app.current() else {
        return vec!["(none)".into()];
    };
    let area = layout::areas(app).log;
    let feed = Feed::new(app, view, area.width);
    let rows = feed.visible(usize::from(area.height));
    rows.iter()
        .map(|at| {
            let item = feed.item(at.key).expect("it is visible");

            let mark = if view.selected == Some(at.key) {
                "*"
            } else {
                ""
            };
            if at.row > 0 && !matches!(item, Item::Aside(_)) {
                return format!("{mark}…");
            }
            let text = match item {
                Item::Beginning => "(beginning)".into(),
                Item::Day(date) => format!("-- {date}"),
                Item::Entry(entry, _) => format!("{}: {}", entry.nick, said(view, entry)),
                Item::Picture(hung) => match &hung.state {
                    PictureState::Here(_, raster) => {
                        let cells = feed.picture_cells(raster);
                        format!("<picture {}x{}>", cells.width, cells.height)
                    }
                    other => format!("<{}>", other.words().expect("no picture")),
                },
                Item::Reactions(entry) => {
                    let chips = feed.chips(entry).concat();
                    let texts: Vec<_> = chips.into_iter().map(|chip| chip.text).collect();
                    format!("+ {}", texts.join("  "))
                }
                Item::Promise(nick) => format!("({nick} is not there)"),
                Item::Aside(aside) => format!("~ {}", feed.told(aside)[at.row].what),
                Item::Note(host) => format!("(others join with {})", host.command()),
                Item::Unread(count) => format!("-- {count} new"),
                Item::Gap(gap) => {
                    let state = match gap.state {
                        GapState::Missing => "missing",
                        GapState::Loading => "loading",
                        GapState::Lost => "lost",
                    };
                    format!("-- {} {state}", gap.len())
                }
                Item::Outgoing(post) => {
                    let state = match &post.state {
                        OutgoingState::Sending => "sending".to_owned(),
                        OutgoingState::Stored(_) => "stored".to_owned(),
                        OutgoingState::Refused { reason, .. } => format!("refused: {reason}"),
                    };
                    format!("me: {} ({state})", post.body.text())
                }
                Item::Upload(file) => format!("me: [{}] ({})", file.name, file.words()),
            };
            format!("{mark}{text}")
        })
        .collect()
}

/// What an entry says now, and what is said of it.
fn said(view: &ConversationView, entry: &Entry) -> String {
    let now = view.now(entry);
    let mut said = entry_text(&entry.nick, &now.body).into_owned();
    said += match now.edited {
        Edited::No => "",
        Edited::Yes => " (edited)",
        Edited::Pending => " (edited …)",
    };
    if now.going {
        said += " (going)";
    }
    if let Some(why) = now.refused {
        said += &format!(" (refused: {why})");
    }
    said
}

/// The list of conversations, with what is unread: `#ops 2!1` has two entries, one for oneself.
pub(super) fn list(app: &App) -> String {
    let one = |view: &crate::app::ConversationView| {
        let mut out = view.title();
        if view.unread.entries > 0 {
            out += &format!(" {}", view.unread.entries);
        }
        if view.unread.mentions > 0 {
            out += &format!("!{}", view.unread.mentions);
        }
        if view.sound == Sound::Muted {
            out += " muted";
        }
        if app.current == Some(view.id()) {
            out = format!("[{out}]");
        }
        out
    };
    app.conversations
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn scroll(app: &App) -> String {
    match app.current().map(|view| view.scroll) {
        None => "none".into(),
        Some(Scroll::Newest) => "newest".into(),
        Some(Scroll::At { key, row }) => match key.part {
            Part::Entry => format!("{} row {row}", key.seq),
            part => format!("{} {part:?}", key.seq),
        },
    }
}

/// The input with its cursor.
pub(super) fn input(app: &App) -> String {
    let mut text = app.input().text().to_owned();
    text.insert(app.input().cursor(), '|');
    text
}

pub(super) fn popup(app: &App) -> String {
    match app.popup() {
        None => "none".into(),
        Some(Popup::Help { scroll }) => format!("help {scroll}"),
        Some(Popup::Nick(prompt)) => match &prompt.error {
            Some(error) => format!("nick {} ({error})", prompt.input.text()),
            None => format!("nick {}", prompt.input.text()),
        },
        Some(Popup::Picker(picker)) => {
            let items = picker.matches.iter().enumerate().map(|(at, index)| {
                let label = &picker.items[*index].label;
                if at == picker.selected {
                    format!("[{label}]")
                } else {
                    label.clone()
                }
            });
            let items: Vec<_> = items.collect();
            format!("pick {}", items.join(" "))
        }
        Some(Popup::ResetCanvas(_)) => "reset canvas".into(),
        Some(Popup::Quit(leaving)) => match leaving.files {
            0 => format!("quit? {}", leaving.others),
            files => format!("quit? {} and {files} files", leaving.others),
        },
        Some(Popup::Offer(offer)) => format!("file? {} {}", offer.name, offer.size),
        Some(Popup::TakeBack(asked)) => format!("take back? {}", asked.text),
        Some(Popup::Paste(paste)) => {
            format!("paste? {} lines, {} posts", paste.lines, paste.posts)
        }
        Some(Popup::Certificate { .. }) => "certificate?".into(),
        Some(Popup::Login(login)) => {
            format!(
                "login {:?} {} ({})",
                login.wants,
                login.input.text(),
                login.reason
            )
        }
        Some(Popup::Connect(prompt)) => match &prompt.error {
            Some(error) => format!("connect {} ({error})", prompt.input.text()),
            None => format!("connect {}", prompt.input.text()),
        },
        Some(Popup::Forget { address }) => format!("forget {address}?"),
        Some(Popup::Menu(menu)) => {
            let rows = menu_rows::rows(app, menu.kind, 200);
            let row = |row: &menu_rows::MenuRow| match row.place {
                Some(place) if place == menu.selected => format!("[{}]", row.text),
                _ => row.text.clone(),
            };
            let rows: Vec<_> = rows.iter().map(row).filter(|row| !row.is_empty()).collect();
            format!("menu {}: {}", menu_rows::title(menu.kind), rows.join(" / "))
        }
        Some(Popup::Card(card)) => format!("card {}: {}", card.title, card.lines.join(" / ")),
        Some(Popup::Search(search)) => {
            let scope = match search.scope {
                SearchScope::Here(id) => title(app, id),
                SearchScope::Everywhere => "all".into(),
            };
            let hits: Vec<_> = search
                .hits
                .iter()
                .map(|hit| hit.body.text().to_owned())
                .collect();
            format!(
                "search {scope} {}: {}",
                search.query.text(),
                hits.join(" / ")
            )
        }
    }
}

/// `said "hi"`, `action "waves"`, and others as they are.
fn body(body: &chat_core::Body) -> String {
    match body {
        chat_core::Body::Post(text) => format!("Said {:?}", text.as_str()),
        chat_core::Body::Action(text) => format!("Action {:?}", text.as_str()),
        chat_core::Body::Draw(act) => super::canvas::act(act),
        body => format!("{body:?}"),
    }
}
