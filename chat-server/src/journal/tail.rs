//! The entries that the look-up tables don't list yet, as a reader knows them: in memory, brought up
//! to date within each transaction, so that it fits what that sees.

use std::collections::{BTreeMap, HashMap};

use chat_core::{AccountId, ConversationId, PostId, Seq};
use rusqlite::{Connection, Transaction, params};

use super::listing;

/// See the module. Bounded as what is not listed is.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// Up to which row everything is listed.
    listed: u64,
    /// The last row that was seen.
    seen: u64,
    places: BTreeMap<(ConversationId, Seq), u64>,
    posts: HashMap<(AccountId, PostId), u64>,
}

impl Tail {
    /// Brings it up to date with what `transaction` sees.
    pub(super) fn update(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let listed = listing::watermark(transaction)?;
        if listed > self.listed {
            self.places.retain(|_, id| *id > listed);
            self.posts.retain(|_, id| *id > listed);
            self.listed = listed;
            self.seen = self.seen.max(listed);
        }
        let mut statement = transaction.prepare_cached(
            "SELECT id, conversation, seq, author, post FROM entries WHERE id > ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([self.seen])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let place = (ConversationId(row.get(1)?), Seq(row.get(2)?));
            self.places.insert(place, id);
            if let Some(post) = row.get::<_, Option<[u8; 16]>>(4)? {
                // Of two with one id the first counts.
                let post = (AccountId(row.get(3)?), PostId(post));
                self.posts.entry(post).or_insert(id);
            }
            self.seen = id;
        }
        Ok(())
    }

    /// The position of the last entry.
    pub(super) fn last(&self) -> u64 {
        self.seen
    }

    /// The first entry of a conversation that is not listed.
    pub(super) fn first(&self, conversation: ConversationId) -> Option<Seq> {
        let from = (conversation, Seq(0));
        let (place, _) = self.places.range(from..).next()?;
        (place.0 == conversation).then_some(place.1)
    }

    /// The entries of a conversation from `first` to before `end` that are not listed, and their
    /// rows.
    pub(super) fn places(
        &self,
        conversation: ConversationId,
        first: Seq,
        end: Seq,
    ) -> impl DoubleEndedIterator<Item = (Seq, u64)> {
        // A range must not end before it starts.
        let range = (conversation, first)..(conversation, end.max(first));
        self.places.range(range).map(|((_, seq), id)| (*seq, *id))
    }

    /// The row of an entry.
    pub(super) fn find(
        &self,
        connection: &Connection,
        place: (ConversationId, Seq),
    ) -> rusqlite::Result<Option<u64>> {
        match self.places.get(&place) {
            Some(id) => Ok(Some(*id)),
            None => listing::listed(connection, place.0, place.1),
        }
    }

    /// The row that a post made. Its entry may be merged.
    pub(super) fn made(
        &self,
        connection: &Connection,
        author: AccountId,
        post: PostId,
    ) -> rusqlite::Result<Option<u64>> {
        let mut listed =
            connection.prepare_cached("SELECT id FROM posts WHERE post = ?1 AND author = ?2")?;
        let mut rows = listed.query(params![post.0, author.0])?;
        match rows.next()? {
            Some(row) => row.get(0).map(Some),
            None => Ok(self.posts.get(&(author, post)).copied()),
        }
    }
}
