//! All canvases that are open, the tools in hand, and what was drawn here and is on its way.

use std::collections::{BTreeMap, VecDeque};

use chat_core::canvas::{Colour, Picture, Size, Stroke, StrokeId, Tool};
use chat_core::{AccountId, ConversationId, Millis, PostId};

use super::own::{Own, OwnState};
use super::sheet::Sheet;

/// Acts of one's own that may be on their way: at fifteen a second, what is given up after a minute
/// never becomes more.
pub const OWN_MAX: usize = 900;

/// Where a conversation's canvas is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside the log, where there is room for both.
    Beside,
    /// In place of the log.
    Alone,
}

/// Whether the keys go to the canvas that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EaselFocus {
    /// No: to the input.
    #[default]
    Elsewhere,
    /// Yes.
    Here,
}

/// Whether there is a screen to show a canvas on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shows {
    /// There is.
    #[default]
    Canvases,
    /// What is said comes as lines.
    Nothing,
}

/// What one draws with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kit {
    /// The tool.
    pub tool: Tool,
    /// The ink.
    pub colour: Colour,
    /// How broad.
    pub size: Size,
}

impl Default for Kit {
    /// A red pen, two pixels broad: everybody sees it well, on a dark terminal and on a light one.
    fn default() -> Kit {
        Kit {
            tool: Tool::Pen,
            colour: Colour::new(2).unwrap_or(Colour::DEFAULT),
            size: Size::new(2).unwrap_or(Size::ONE),
        }
    }
}

/// Everything about canvases.
#[derive(Debug)]
pub struct Easel {
    /// Conversations whose canvas is shown when they are.
    pub places: BTreeMap<ConversationId, Place>,
    /// Whether there is a screen for them.
    pub shows: Shows,
    /// Whether the keys go there.
    pub focus: EaselFocus,
    /// Canvases that are open: the one on the screen, and those with an errand.
    pub sheets: Vec<Sheet>,
    /// Own acts that are not drawn from a log yet, oldest first.
    pub own: VecDeque<Own>,
    /// What one draws with.
    pub kit: Kit,
    /// No piece is sent before.
    pub not_before: Millis,
    /// How much the server's clock is ahead of this one's, in milliseconds.
    pub ahead_ms: i64,
    /// Files that are being written.
    pub saving: usize,
    next_stroke: u32,
}

impl Easel {
    /// Without any canvas. `seed` is random: another device of the same account numbers its
    /// strokes otherwise.
    #[must_use]
    pub fn new(seed: u64) -> Easel {
        Easel {
            places: BTreeMap::new(),
            shows: Shows::Canvases,
            focus: EaselFocus::Elsewhere,
            sheets: Vec::new(),
            own: VecDeque::new(),
            kit: Kit::default(),
            not_before: Millis(0),
            ahead_ms: 0,
            saving: 0,
            next_stroke: (seed ^ (seed >> 32)) as u32,
        }
    }

    /// A number for a stroke.
    pub fn stroke_id(&mut self) -> StrokeId {
        self.next_stroke = self.next_stroke.wrapping_add(1);
        StrokeId(self.next_stroke)
    }

    /// The canvas of a conversation.
    #[must_use]
    pub fn sheet(&self, parent: ConversationId) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.parent == parent)
    }

    /// The same, to change it.
    pub fn sheet_mut(&mut self, parent: ConversationId) -> Option<&mut Sheet> {
        self.sheets.iter_mut().find(|sheet| sheet.parent == parent)
    }

    /// The open canvas that has this number.
    pub fn by_canvas(&mut self, canvas: ConversationId) -> Option<&mut Sheet> {
        let is_it = |sheet: &&mut Sheet| sheet.canvas == Some(canvas);
        self.sheets.iter_mut().find(is_it)
    }

    /// Whether a post is one of the acts on their way.
    #[must_use]
    pub fn has_sent(&self, post: PostId) -> bool {
        self.own.iter().any(|own| own.post() == Some(post))
    }

    /// Whether something is asked for, or on its way to the server.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.saving > 0
            || self.own.iter().any(Own::is_unstored)
            || self.sheets.iter().any(|sheet| !sheet.errands.is_empty())
    }

    /// Acts that are on their way to the server and not acknowledged.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.own.iter().filter(|own| own.is_sent()).count()
    }

    /// Own acts on this canvas that are not drawn from its log yet.
    pub fn own_on(&self, canvas: ConversationId) -> impl Iterator<Item = &Own> + Clone {
        self.own.iter().filter(move |own| own.canvas == canvas)
    }

    /// Lets go what the log has up to what is drawn of it.
    pub fn settle(&mut self, canvas: ConversationId, head: chat_core::Seq) {
        self.own
            .retain(|own| own.canvas != canvas || !own.state.is_in(head));
    }

    /// Lets what was stored go whose canvas nobody looks at: nothing is drawn from its log.
    pub fn settle_closed(&mut self) {
        let open: Vec<_> = self.sheets.iter().filter_map(|s| s.canvas).collect();
        self.own
            .retain(|own| open.contains(&own.canvas) || !matches!(own.state, OwnState::Stored(..)));
    }

    /// What the server's clock shows at `now`.
    #[must_use]
    pub fn server_time(&self, now: Millis) -> Millis {
        Millis(now.0.saturating_add_signed(self.ahead_ms))
    }

    /// What a canvas shows: its log, own acts on their way, and what the hand is about to draw.
    #[must_use]
    pub fn picture(&self, sheet: &Sheet, me: AccountId, now: Millis) -> Picture {
        let Some(canvas) = sheet.canvas else {
            return Picture::new();
        };
        let mut picture = sheet.picture(self.own_on(canvas), me, self.server_time(now));
        let Kit { tool, colour, size } = self.kit;
        let preview: Vec<Stroke> = sheet.hand.preview(tool, colour, size, sheet.cursor);
        preview.iter().for_each(|stroke| picture.draw(stroke));
        picture
    }
}
