//! What a session finds in the store, computed from the entries themselves.

use std::sync::Arc;

use chat_core::{AccountId, Body, ConversationId, Entry, Seq, Text};

use crate::hub::{About, Subject};

/// What `entries` hold of the entry at `place`, for a post of `account`.
pub(super) fn about(
    entries: &[Arc<Entry>],
    account: AccountId,
    (conversation, seq): (ConversationId, Seq),
) -> Option<About> {
    let here = || entries.iter().filter(|e| e.conversation == conversation);
    let entry = here().find(|e| e.seq == seq)?;
    let mut subject = Subject::of(&entry.body);
    let mut edits = 0;
    let mut reactions: Vec<(Text, Seq)> = Vec::new();
    for about in here() {
        match &about.body {
            Body::Edit { of, .. } if *of == seq => edits += 1,
            Body::Deletion { of } if *of == seq => subject = Subject::Removed,
            Body::Reaction { of, emoji } if *of == seq && about.author == account => {
                reactions.push((emoji.clone(), about.seq));
            }
            Body::Unreaction { of, emoji } if *of == seq && about.author == account => {
                reactions.retain(|(known, _)| known != emoji);
            }
            _ => {}
        }
    }
    Some(About {
        author: entry.author,
        subject,
        edits,
        reactions,
    })
}
