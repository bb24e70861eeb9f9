//! A session's cursors: for each conversation that it follows, what it is sent next.
//!
//! A cursor is *live* when everything that the worker has seen is sent or about to be; then a new
//! entry is handed on as it comes. Otherwise it *lags*, and the store feeds it page by page.

use chat_core::{ConversationId, Seq};

/// One conversation's cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    conversation: ConversationId,
    /// The last entry sent.
    sent: Seq,
    /// The last entry that the worker has seen.
    head: Seq,
}

impl Cursor {
    fn lags(&self) -> bool {
        self.sent < self.head
    }
}

/// What becomes of new entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// They are what comes next: send them.
    Send,
    /// They were sent already, or come from the store later.
    Keep,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Cursors {
    /// By conversation: most sessions follow few, and there are many sessions.
    all: Vec<Cursor>,
    /// How many of them lag.
    lagging: usize,
}

impl Cursors {
    /// Starts to follow behind `after`, where `head` is the last entry that there is.
    pub fn follow(&mut self, id: ConversationId, after: Seq, head: Seq) {
        self.unfollow(id);
        let cursor = Cursor {
            conversation: id,
            sent: after,
            head,
        };
        let place = self.all.partition_point(|c| c.conversation < id);
        self.all.insert(place, cursor);
        self.lagging += usize::from(cursor.lags());
    }

    /// Stops to follow.
    pub fn unfollow(&mut self, id: ConversationId) {
        if let Some(place) = self.place(id) {
            let cursor = self.all.remove(place);
            self.lagging -= usize::from(cursor.lags());
        }
    }

    /// Whether a conversation is followed.
    #[must_use]
    pub fn follows(&self, id: ConversationId) -> bool {
        self.place(id).is_some()
    }

    /// What is followed.
    pub fn followed(&self) -> impl Iterator<Item = ConversationId> {
        self.all.iter().map(|cursor| cursor.conversation)
    }

    /// Entries `first` to `last` are there; `room` says whether they may be sent now.
    pub fn arrived(&mut self, id: ConversationId, first: Seq, last: Seq, room: Room) -> Next {
        self.change(id, |cursor| {
            cursor.head = cursor.head.max(last);
            if cursor.sent.next() == first && room == Room::Free {
                cursor.sent = last;
                Next::Send
            } else {
                Next::Keep
            }
        })
    }

    /// Whether the entry `seq`, read from the store, is the next; then it counts as sent. One that
    /// the worker has not seen is not: whether this session may see it is told with it.
    pub fn read(&mut self, id: ConversationId, seq: Seq) -> Next {
        self.change(id, |cursor| {
            if cursor.sent.next() == seq && seq <= cursor.head {
                cursor.sent = seq;
                Next::Send
            } else {
                Next::Keep
            }
        })
    }

    /// A conversation that lags, and the last entry of it that was sent.
    #[must_use]
    pub fn lagging(&self) -> Option<(ConversationId, Seq)> {
        if self.lagging == 0 {
            return None;
        }
        let cursor = self.all.iter().find(|cursor| cursor.lags())?;
        Some((cursor.conversation, cursor.sent))
    }

    /// The last entry that was sent of a conversation that lags.
    #[must_use]
    pub fn lagging_behind(&self, id: ConversationId) -> Option<Seq> {
        let cursor = self.all[self.place(id)?];
        cursor.lags().then_some(cursor.sent)
    }

    /// The last entry of a conversation that the worker has seen, where it is followed.
    #[must_use]
    pub fn head(&self, id: ConversationId) -> Option<Seq> {
        Some(self.all[self.place(id)?].head)
    }

    fn place(&self, id: ConversationId) -> Option<usize> {
        self.all.binary_search_by_key(&id, |c| c.conversation).ok()
    }

    fn change(&mut self, id: ConversationId, change: impl FnOnce(&mut Cursor) -> Next) -> Next {
        let Some(place) = self.place(id) else {
            return Next::Keep;
        };
        let cursor = &mut self.all[place];
        let lagged = cursor.lags();
        let next = change(cursor);
        self.lagging = self.lagging + usize::from(cursor.lags()) - usize::from(lagged);
        next
    }
}

/// Whether a session can be sent more at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It can.
    Free,
    /// It has not read what it was sent.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    const C: ConversationId = ConversationId(1);

    #[test]
    fn order_a_live_cursor_sends_what_comes_next_and_nothing_else() {
        let mut cursors = Cursors::default();
        cursors.follow(C, Seq(4), Seq(4));
        assert_eq!(
            cursors.arrived(C, Seq(4), Seq(4), Room::Free),
            Next::Keep,
            "sent already"
        );
        assert_eq!(cursors.arrived(C, Seq(5), Seq(7), Room::Free), Next::Send);
        assert_eq!(cursors.lagging(), None);
        assert_eq!(
            cursors.arrived(C, Seq(9), Seq(9), Room::Free),
            Next::Keep,
            "8 is missing"
        );
        assert_eq!(cursors.lagging(), Some((C, Seq(7))));
    }

    #[test]
    fn order_a_lagging_cursor_is_fed_from_the_store_until_it_is_live() {
        let mut cursors = Cursors::default();
        cursors.follow(C, Seq(0), Seq(2));
        assert_eq!(cursors.arrived(C, Seq(3), Seq(3), Room::Free), Next::Keep);
        assert_eq!(cursors.read(C, Seq(2)), Next::Keep, "1 is next");
        for seq in 1..=3 {
            assert_eq!(cursors.lagging(), Some((C, Seq(seq - 1))));
            assert_eq!(cursors.read(C, Seq(seq)), Next::Send);
        }
        assert_eq!(cursors.lagging(), None);
        assert_eq!(
            cursors.arrived(C, Seq(4), Seq(4), Room::None),
            Next::Keep,
            "no room"
        );
        assert_eq!(cursors.lagging(), Some((C, Seq(3))));
        assert_eq!(cursors.read(C, Seq(4)), Next::Send);
        assert_eq!(cursors.arrived(C, Seq(5), Seq(5), Room::Free), Next::Send);
    }
}
