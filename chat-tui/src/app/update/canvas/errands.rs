//! Undo, reset, taking a reset back, saving: on the canvas that is shown, or on one that is opened
//! only for that.

use chat_core::canvas::export::{self, Glyphs, Paper};
use chat_core::canvas::{Act, Part};
use chat_core::{ConversationId, Millis};

use super::super::Effects;
use super::{hand, me, open, send};
use crate::app::canvas::{Errand, Own, OwnState, Sheet};
use crate::app::popup::Popup;
use crate::app::{App, Effect};
use crate::settings::Theme;

/// Columns of a canvas that is saved as text, in braille: every point of it.
const TEXT_COLUMNS: u16 = 160;

/// Pixels of a file to a point of the canvas, in each direction: as large as a screen.
const PNG_SCALE: u8 = 4;

/// Errands that wait for a canvas: what a person types until the server has answered.
const ERRANDS_MAX: usize = 16;

/// What a person wants of the conversation's canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Wanted {
    /// Done at once, or as soon as it is there.
    Errand(Errand),
    /// To empty it, which is asked.
    Reset,
}

/// Does what is wanted, or says why not; `false` then.
pub(in super::super) fn want(app: &mut App, wanted: Wanted, out: &mut Effects) -> bool {
    let Some(parent) = app.current else {
        app.warn("there is no conversation yet: /join a room");
        return false;
    };
    let errand = match wanted {
        Wanted::Reset => {
            app.popups.push(Popup::ResetCanvas(parent));
            return true;
        }
        Wanted::Errand(errand) => errand,
    };
    if let Errand::Save(path) = &errand
        && Format::of(path).is_none()
    {
        app.warn("name the file picture.png, picture.svg or picture.txt: the ending says as what");
        return false;
    }
    add(app, parent, errand, out)
}

/// Does an errand on the canvas of a conversation, as soon as it is there.
pub(in super::super) fn add(
    app: &mut App,
    parent: ConversationId,
    errand: Errand,
    out: &mut Effects,
) -> bool {
    let ready = app.easel.sheet(parent).is_some_and(Sheet::is_ready);
    if !ready && !app.is_online() {
        app.warn("not connected: the canvas is on the server");
        return false;
    }
    if app.easel.sheet(parent).is_none() {
        open::ask(app, parent, out);
    }
    let Some(sheet) = app.easel.sheet_mut(parent) else {
        return false;
    };
    if sheet.errands.len() >= ERRANDS_MAX {
        app.warn("the canvas is on its way: wait until it is here");
        return false;
    }
    sheet.errands.push(errand);
    true
}

/// Does the errands of canvases that are there.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    for index in 0..app.easel.sheets.len() {
        let sheet = &app.easel.sheets[index];
        if sheet.errands.is_empty() || !sheet.is_ready() {
            continue;
        }
        let parent = sheet.parent;
        open::take_in(app, index);
        let errands = std::mem::take(&mut app.easel.sheets[index].errands);
        for errand in errands {
            match errand {
                Errand::Save(path) => save(app, parent, path, out),
                Errand::Undo => undo(app, parent, out),
                Errand::Reset => reset(app, parent, out),
                Errand::Unreset => unreset(app, parent),
            }
        }
    }
}

/// As what a canvas is saved.
enum Format {
    Png,
    Svg,
    Text,
}

impl Format {
    /// What a file's ending says.
    fn of(path: &str) -> Option<Format> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "png" => Some(Format::Png),
            "svg" => Some(Format::Svg),
            "txt" => Some(Format::Text),
            _ => None,
        }
    }
}

fn save(app: &mut App, parent: ConversationId, path: String, out: &mut Effects) {
    let now = app.easel.server_time(app.now);
    let Some((sheet, canvas)) = sheet(app, parent) else {
        return;
    };
    let picture = sheet.picture(app.easel.own_on(canvas), me(app), now);
    let paper = match app.options.ground {
        Theme::Light => Paper::Light,
        Theme::Auto | Theme::Dark => Paper::Dark,
    };
    let bytes = match Format::of(&path) {
        Some(Format::Png) => match export::to_png(&picture, PNG_SCALE, paper) {
            Ok(bytes) => bytes,
            Err(error) => return app.warn(error.to_string()),
        },
        Some(Format::Svg) => export::to_svg(&picture, paper).into_bytes(),
        Some(Format::Text) => {
            export::to_plain(&picture, TEXT_COLUMNS, Glyphs::Braille).into_bytes()
        }
        None => return,
    };
    app.easel.saving += 1;
    out.push(Effect::Save { path, bytes });
}

/// A file is written, or isn't.
pub(in super::super) fn saved(app: &mut App, saved: Result<String, String>) {
    app.easel.saving = app.easel.saving.saturating_sub(1);
    match saved {
        Ok(path) => app.inform(format!("saved as {path}")),
        Err(why) => app.warn(why),
    }
}

/// A canvas that is open, and its number.
fn sheet(app: &App, parent: ConversationId) -> Option<(&Sheet, ConversationId)> {
    let sheet = app.easel.sheet(parent)?;
    Some((sheet, sheet.canvas?))
}

/// Undoes the own last stroke. What was not sent of it is simply dropped.
fn undo(app: &mut App, parent: ConversationId, out: &mut Effects) {
    let down = app
        .easel
        .sheet(parent)
        .is_some_and(|sheet| sheet.hand.is_pen());
    if hand::drop_begun(app, parent, out) && !down {
        return;
    }
    let now = app.easel.server_time(app.now);
    let Some((sheet, canvas)) = sheet(app, parent) else {
        return;
    };
    let marks = sheet.marks(app.easel.own_on(canvas), me(app), now);
    let Some(stroke) = marks.undo(me(app), now) else {
        return app.inform("there is no stroke of yours that could be undone");
    };
    let waits = |own: &Own| {
        let waiting = own.canvas == canvas && own.state == OwnState::Waiting;
        waiting && own.stroke() == Some(stroke)
    };
    let begins = |own: &Own| matches!(&own.act, Act::Stroke(s) if s.part() == Part::First);
    let own = &mut app.easel.own;
    let unsent = own.iter().any(|own| waits(own) && begins(own));
    own.retain(|own| !waits(own));
    if !unsent {
        send::push(app, canvas, Act::Undo(stroke));
    }
    app.inform("your last stroke is undone");
}

fn reset(app: &mut App, parent: ConversationId, out: &mut Effects) {
    hand::drop_begun(app, parent, out);
    let now = app.easel.server_time(app.now);
    let Some((sheet, canvas)) = sheet(app, parent) else {
        return;
    };
    let marks = sheet.marks(app.easel.own_on(canvas), me(app), now);
    match marks.check(&Act::Reset, me(app), now) {
        Ok(()) => {
            send::push(app, canvas, Act::Reset);
            app.inform("the canvas is empty: /canvas unreset takes that back for a minute");
        }
        Err(error) => app.warn(error.to_string()),
    }
}

fn unreset(app: &mut App, parent: ConversationId) {
    let now: Millis = app.easel.server_time(app.now);
    let Some((sheet, canvas)) = sheet(app, parent) else {
        return;
    };
    let reset = sheet.board().marks().unreset(now);
    let waits = |own: &Own| own.canvas == canvas && own.act == Act::Reset;
    let pending = app.easel.own.iter().find(|own| waits(own));
    match (pending.map(|own| own.state), reset) {
        (Some(OwnState::Waiting), _) => app.easel.own.retain(|own| !waits(own)),
        (Some(_), _) => return app.inform("the reset is on its way: try again in a moment"),
        (None, Some(reset)) => send::push(app, canvas, Act::Unreset(reset)),
        (None, None) => {
            return app.inform("there is no reset that could be taken back: a minute is the limit");
        }
    }
    app.inform("the reset is taken back");
}
