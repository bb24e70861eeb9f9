//! Posts about other entries: edits, deletions, reactions. Decides who may say them.
//!
//! The hub holds no entries: the session looks the other one up in the store and says up to which
//! position it looked ([`Searched`]); what came later stands in the window of `recent.rs`. So the
//! decision rests on all that was decided before, whatever happened since the look-up.

use chat_core::{AccountId, Body, Code, ConversationId, Refusal, Seq, Text, emoji};

use super::recent::Does;
use super::{By, Hub};

/// Different reactions of one account to one entry at most: a row that is read at a glance.
pub const REACTIONS: usize = 8;

/// Edits of one entry at most, but for those under way: its deletion empties all of them in the store at
/// once, and everybody waits for that. A thousand are some milliseconds.
pub const EDITS: u16 = 1_000;

/// What a session found in the store before it handed a post on.
#[derive(Debug, Clone, PartialEq)]
pub struct Searched {
    /// Every entry up to this position was searched.
    pub up_to: u64,
    /// The entry that the post is about, where it is about one and that is stored.
    pub about: Option<About>,
}

/// What the store holds of an entry that a post is about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Whose entry it is.
    pub author: AccountId,
    /// What it is.
    pub subject: Subject,
    /// How often it was edited, counted up to [`EDITS`].
    pub edits: u16,
    /// The reactions to it of the post's author, and the entries that they were made by.
    pub reactions: Vec<(Text, Seq)>,
}

/// What an entry is for one that is about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Something said or done.
    Text,
    /// A file.
    File,
    /// It was taken back.
    Removed,
    /// Anything else: a topic, a reaction, an edit.
    Other,
}

impl Subject {
    /// What an entry with this body is.
    #[must_use]
    pub fn of(body: &Body) -> Subject {
        match body {
            Body::Post(_) | Body::Action(_) => Subject::Text,
            Body::File(_) => Subject::File,
            Body::Removed => Subject::Removed,
            _ => Subject::Other,
        }
    }
}

/// What becomes of a post.
#[derive(Debug)]
pub(super) enum Say {
    /// It becomes an entry with this body.
    Add(Body),
    /// It is so already: the entry that made it so.
    Already(Seq),
}

impl Hub {
    /// Decides about a post whose body is about another entry.
    pub(super) fn may_say_about(
        &self,
        by: By,
        conversation: ConversationId,
        body: Body,
        searched: Option<&Searched>,
    ) -> Result<Say, Refusal> {
        let Some(of) = body.of() else {
            return Ok(Say::Add(body));
        };
        let about = self.about(by, (conversation, of), searched)?;
        match body {
            Body::Edit { of, text } => {
                own(by, &about)?;
                if about.edits >= EDITS {
                    let text = format!(
                        "that message was edited {EDITS} times already: delete it and send it anew"
                    );
                    return Err(Refusal::new(Code::NotPossible, text));
                }
                match about.subject {
                    Subject::File => self.fits(&text)?,
                    _ => self.may_say_text(&text)?,
                }
                Ok(Say::Add(Body::Edit { of, text }))
            }
            Body::Reaction { of, emoji } => {
                let emoji = parse(&emoji)?;
                if let Some((_, seq)) = about.reactions.iter().find(|(known, _)| *known == emoji) {
                    return Ok(Say::Already(*seq));
                }
                if about.reactions.len() >= REACTIONS {
                    let text = format!(
                        "you have reacted to that in {REACTIONS} ways already: take one back first"
                    );
                    return Err(Refusal::new(Code::TooManyReactions, text));
                }
                Ok(Say::Add(Body::Reaction { of, emoji }))
            }
            Body::Unreaction { of, emoji } => {
                let emoji = parse(&emoji)?;
                if about.reactions.iter().all(|(known, _)| *known != emoji) {
                    return Ok(Say::Already(of));
                }
                Ok(Say::Add(Body::Unreaction { of, emoji }))
            }
            body => {
                own(by, &about)?;
                Ok(Say::Add(body))
            }
        }
    }

    /// The entry at `place` as it is now: what was found, and what was decided since.
    fn about(
        &self,
        by: By,
        place: (ConversationId, Seq),
        searched: Option<&Searched>,
    ) -> Result<About, Refusal> {
        let Some(Searched {
            up_to,
            about: Some(found),
        }) = searched
        else {
            return Err(no_such_entry("there is no such message"));
        };
        let mut about = found.clone();
        for note in self.state.recent.notes_behind(place, *up_to) {
            match &note.does {
                Does::Remove => about.subject = Subject::Removed,
                Does::React(emoji) if note.author == by.account => {
                    about.reactions.push((emoji.clone(), note.seq));
                }
                Does::Unreact(emoji) if note.author == by.account => {
                    about.reactions.retain(|(known, _)| known != emoji);
                }
                Does::React(_) | Does::Unreact(_) => {}
            }
        }
        match about.subject {
            Subject::Text | Subject::File => Ok(about),
            Subject::Removed => Err(no_such_entry("that message was taken back")),
            Subject::Other => Err(Refusal::new(
                Code::NotPossible,
                "only messages and files can be edited, deleted and reacted to",
            )),
        }
    }
}

fn own(by: By, about: &About) -> Result<(), Refusal> {
    if about.author == by.account {
        return Ok(());
    }
    let text = "that is somebody else's message: you can edit and delete your own";
    Err(Refusal::new(Code::NotYours, text))
}

fn no_such_entry(text: &str) -> Refusal {
    Refusal::new(Code::NoSuchEntry, text)
}

fn parse(emoji: &Text) -> Result<Text, Refusal> {
    emoji::parse(emoji.as_str()).map_err(|error| Refusal::new(Code::BadEmoji, error.to_string()))
}
