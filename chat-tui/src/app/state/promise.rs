//! That the other person of a direct conversation is not there, and gets what is written when they
//! come back: said once per absence, behind the first own entry that they miss.

use chat_core::{Presence, Seq};

/// What has been said of the other's absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promise {
    /// It stands behind this entry.
    pub at: Option<Seq>,
    /// An own entry that came since it is known who was there last.
    wrote: Option<Seq>,
    absence: Absence,
}

/// Whether the other is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Absence {
    /// Nobody has told since the connection was made.
    #[default]
    Unknown,
    /// They are there.
    None,
    /// They are not, and that has not been said.
    Unsaid,
    /// They are not, and that has been said.
    Said,
}

impl Promise {
    /// There is a new connection: whatever was known may be over.
    pub fn connected(&mut self) {
        self.wrote = None;
        self.absence = Absence::Unknown;
    }

    /// The server has stored an own entry.
    pub fn wrote(&mut self, seq: Seq) {
        if self.absence != Absence::Said {
            self.wrote = Some(seq);
            self.settle();
        }
    }

    /// The server says whether the other is there. Gives whether they came back to what was
    /// promised to them.
    pub fn heard(&mut self, presence: Presence) -> bool {
        let was = self.absence;
        self.absence = match (presence, was) {
            (Presence::Online | Presence::Away, _) => Absence::None,
            (Presence::Offline, Absence::Said) => Absence::Said,
            (Presence::Offline, _) => Absence::Unsaid,
        };
        self.settle();
        was == Absence::Said && self.absence == Absence::None
    }

    fn settle(&mut self) {
        match self.absence {
            Absence::Unknown => {}
            Absence::None | Absence::Said => self.wrote = None,
            Absence::Unsaid => {
                if let Some(seq) = self.wrote.take() {
                    self.at = Some(seq);
                    self.absence = Absence::Said;
                }
            }
        }
    }
}

/// What is said to somebody who writes to `nick`.
#[must_use]
pub fn sentence(nick: &str) -> String {
    format!("{nick} is not online right now: this is delivered when they come back")
}
