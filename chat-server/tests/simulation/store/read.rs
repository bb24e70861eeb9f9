//! What sessions and the painter read from the model of the store.

use chat_core::canvas::Picture;
use chat_core::command::Direction;
use chat_core::{AccountId, Body, ConversationId, File, Seq};
use chat_server::hub::Searched;
use chat_server::journal::{Found, Page, Wanted};
use chat_server::painter::Stored;

use super::{Kept, Store};
use crate::fault::Fault;

impl Store {
    /// Answers a session. Pieces of files lie elsewhere: see [`Store::file`].
    pub(crate) fn read(&self, wanted: Wanted) -> Found {
        match wanted {
            Wanted::Piece { .. } => Found::Piece(None),
            Wanted::Picture { canvas } => Found::Picture(
                self.boards
                    .contains_key(&canvas)
                    .then(|| self.picture(canvas)),
            ),
            Wanted::Post {
                author,
                post,
                about,
            } => Found::Post {
                made: post.and_then(|post| self.made_by(author, post)),
                searched: Searched {
                    up_to: self.entries,
                    about: about.and_then(|(id, of)| self.about(author, id, of)),
                },
            },
            Wanted::Page {
                conversation,
                from,
                direction,
                entries_max,
                bytes_max,
            } => {
                let log = self.rows(conversation);
                let mut page = match direction {
                    Direction::After => {
                        let behind = log.partition_point(|kept| kept.entry.seq <= from);
                        page(log[behind..].iter(), entries_max, bytes_max)
                    }
                    Direction::Before => {
                        let before = log.partition_point(|kept| kept.entry.seq < from);
                        page(log[..before].iter().rev(), entries_max, bytes_max)
                    }
                };
                match direction {
                    Direction::Before => page.entries.reverse(),
                    Direction::After => {
                        let starts = page.entries.first().map(|(seq, _)| *seq);
                        page.gone = starts.is_some_and(|starts| starts != from.next())
                            && self.base(conversation) > from;
                    }
                }
                if self.fault == Fault::LoseTail {
                    page.entries.pop();
                }
                Found::Page(page)
            }
        }
    }

    /// What there is of a conversation: all of it, but for what was merged before the last time.
    fn rows(&self, id: ConversationId) -> &[Kept] {
        let log = self.logs.get(&id).map_or(&[][..], Vec::as_slice);
        let gone = self.merged.get(&id).map_or(Seq(0), |merged| merged.gone);
        &log[gone.0 as usize..]
    }

    /// The last entry of a canvas that is merged.
    pub(crate) fn base(&self, canvas: ConversationId) -> Seq {
        self.merged
            .get(&canvas)
            .map_or(Seq(0), |merged| merged.base)
    }

    fn picture(&self, canvas: ConversationId) -> (Seq, Vec<u8>) {
        self.merged
            .get(&canvas)
            .map(|merged| (merged.base, merged.picture.to_vec()))
            .unwrap_or_default()
    }

    /// What the painter draws from.
    pub(crate) fn canvas(&self, canvas: ConversationId) -> Stored {
        let (base, picture) = self.picture(canvas);
        let rows = self.rows(canvas).iter();
        let tail = rows.filter(|kept| kept.entry.seq > base);
        Stored {
            base,
            picture: Picture::from_snapshot(&picture).expect("it was checked"),
            tail: tail.map(|kept| (*kept.entry).clone()).collect(),
        }
    }

    /// The file in an entry, and who posted it.
    pub(crate) fn file(&self, id: ConversationId, seq: Seq) -> Option<(AccountId, &File)> {
        let kept = self.kept(id, seq)?;
        match &kept.entry.body {
            Body::File(file) if !kept.removed => Some((kept.entry.author, file)),
            _ => None,
        }
    }
}

fn page<'a>(entries: impl Iterator<Item = &'a Kept>, entries_max: u64, bytes_max: usize) -> Page {
    let mut page = Page::default();
    let mut bytes = 0;
    for kept in entries {
        bytes += kept.payload.len();
        let full = page.entries.len() as u64 == entries_max;
        if full || (bytes > bytes_max && !page.entries.is_empty()) {
            page.more = true;
            break;
        }
        page.entries.push((kept.entry.seq, kept.payload.clone()));
    }
    page
}
