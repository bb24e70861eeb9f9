//! The first screen: everything known of a server, read in one go before the network is asked.

use chat_client::Resume;
use rusqlite::{Connection, Result};

use super::{Epoch, Snapshot, drafts, entries, recall};
use crate::app::event::{Cached, CachedConversation};

/// No store's: with it, everything belongs to others.
const ANY_EPOCH: Epoch = [0xff; 16];

/// What is known of the server at `address`.
pub(super) fn read(
    cache: &mut Connection,
    drafts_db: &Connection,
    address: &str,
) -> Result<Snapshot> {
    // One transaction: what another process writes meanwhile is seen as a whole or not at all.
    let tx = cache.transaction()?;
    let Some(login) = entries::login(&tx, address)? else {
        drafts::disown(drafts_db, address)?;
        let mut snapshot = Snapshot::default();
        snapshot.cached.emoji = drafts::emoji(drafts_db)?;
        snapshot.cached.orphans = drafts::orphans(drafts_db, address, &ANY_EPOCH)?;
        return Ok(snapshot);
    };
    let mut cached = Cached {
        server: login.server,
        me: Some((login.account, login.nick)),
        current: entries::focus(&tx, address)?,
        emoji: drafts::emoji(drafts_db)?,
        ..Cached::default()
    };
    for (conversation, muted) in entries::conversations(&tx, address)? {
        let entries = entries::newest(&tx, address, conversation.id)?;
        cached.conversations.push(CachedConversation {
            conversation,
            entries,
            // Who was there then says nothing about who is there now.
            people: Vec::new(),
            draft: String::new(),
            sent: Vec::new(),
            muted,
        });
    }
    add_unsent(&mut cached, drafts_db, address, &login.epoch)?;
    let resume = Resume {
        epoch: login.epoch,
        cursors: entries::cursors(&tx, address)?,
    };
    Ok(Snapshot {
        cached,
        resume: Some(resume),
    })
}

fn add_unsent(cached: &mut Cached, db: &Connection, address: &str, epoch: &Epoch) -> Result<()> {
    for (id, text) in drafts::drafts(db, address, epoch)? {
        let of = |c: &&mut CachedConversation| c.conversation.id == id;
        if let Some(conversation) = cached.conversations.iter_mut().find(of) {
            conversation.draft = text;
        }
    }
    for (id, line) in recall::all(db, address, epoch)? {
        let of = |c: &&mut CachedConversation| c.conversation.id == id;
        if let Some(conversation) = cached.conversations.iter_mut().find(of) {
            conversation.sent.push(line);
        }
    }
    cached.orphans = drafts::orphans(db, address, epoch)?;
    for (pending, refused) in drafts::pending(db, address, epoch)? {
        match refused {
            None => cached.pending.push(pending),
            Some(reason) => cached.refused.push((pending, reason)),
        }
    }
    Ok(())
}
