//! One commit: what is kept, and in which of the two databases.

use chat_core::ConversationId;
use rusqlite::{Connection, Result, Transaction};

use super::drafts::Home;
use super::worker::Job;
use super::{Login, drafts, entries, recall};
use crate::app::Store;

/// One commit.
pub(super) struct Batch<'a> {
    pub(super) cache: Transaction<'a>,
    pub(super) drafts: Transaction<'a>,
    pub(super) address: &'a str,
    pub(super) login: &'a mut Option<Login>,
    /// Entries so far.
    pub(super) written: usize,
}

impl Batch<'_> {
    /// Keeps one thing.
    pub(super) fn keep(&mut self, job: Job) -> Result<()> {
        match job {
            Job::Login(login) => self.keep_login(login),
            Job::Keep(store) => self.keep_store(store),
            Job::Adopted(title) => match &self.login {
                Some(login) => drafts::adopt(&self.drafts, self.address, &login.epoch, &title),
                None => Ok(()),
            },
            Job::Forget(address) => entries::forget_server(&self.cache, &address),
            // Answered after the commit.
            Job::Page(_) | Job::Search(_) => Ok(()),
        }
    }

    fn keep_login(&mut self, login: Login) -> Result<()> {
        entries::keep_login(&self.cache, self.address, &login)?;
        *self.login = Some(login);
        Ok(())
    }

    fn keep_store(&mut self, store: Store) -> Result<()> {
        if let Store::EmojiUsed(emoji) = &store {
            return drafts::keep_emoji(&self.drafts, emoji);
        }
        let Some(login) = self.login.clone() else {
            // Before the first login there is nothing that could belong to a conversation.
            return Ok(());
        };
        match store {
            Store::Draft(id, text) => {
                self.at_home(&login, id, |db, home| drafts::keep_draft(db, home, &text))
            }
            Store::Sent(id, lines, lines_max) => self.at_home(&login, id, |db, home| {
                recall::keep(db, home, &lines, lines_max)
            }),
            Store::Pending(pending) => self.at_home(&login, pending.conversation, |db, home| {
                drafts::keep_pending(db, home, &pending)
            }),
            Store::Refused(post, reason) => drafts::keep_refused(&self.drafts, post, &reason),
            Store::PendingGone(post) => drafts::settle(&self.drafts, post),
            other => self.keep_cached(&login, other),
        }
    }

    fn at_home(
        &self,
        login: &Login,
        conversation: ConversationId,
        keep: impl FnOnce(&Connection, &Home<'_>) -> Result<()>,
    ) -> Result<()> {
        let title = entries::title(&self.cache, self.address, conversation)?;
        let home = Home {
            address: self.address,
            epoch: &login.epoch,
            conversation,
            title: title.as_deref().unwrap_or_default(),
        };
        keep(&self.drafts, &home)
    }

    fn keep_cached(&mut self, login: &Login, store: Store) -> Result<()> {
        let (db, address) = (&self.cache, self.address);
        // Another process may have met a newer store of this server: our numbers are void there.
        if !entries::is_epoch(db, address, &login.epoch)? {
            return Ok(());
        }
        match store {
            Store::Me {
                server,
                account,
                nick,
            } => self.keep_login(Login {
                epoch: login.epoch,
                server,
                account,
                nick,
            }),
            Store::Conversation(conversation) => {
                entries::keep_conversation(db, address, &conversation)
            }
            Store::Forget(id) => entries::leave(db, address, id),
            Store::Entries(new) => {
                self.written += new.len();
                new.iter()
                    .try_for_each(|entry| entries::keep_entry(db, address, entry))
            }
            Store::Read(id, seq) => entries::keep_read(db, address, id, seq),
            Store::Muted(id, muted) => entries::keep_muted(db, address, id, muted),
            Store::Current(id) => entries::keep_focus(db, address, id),
            // A login comes with its epoch; who is there now says nothing about the next start.
            Store::Epoch(_) | Store::People(..) => Ok(()),
            Store::Sent(..)
            | Store::EmojiUsed(_)
            | Store::Draft(..)
            | Store::Pending(_)
            | Store::Refused(..)
            | Store::PendingGone(_) => Ok(()),
        }
    }
}
