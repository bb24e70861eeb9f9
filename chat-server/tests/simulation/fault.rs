//! Ways in which the model of the server's shell can be broken on purpose, to show that the checks
//! find it.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// What the hub decides is seen before it is committed.
    DeliverBeforeCommit,
    /// The ids of posts are not found again, neither in the store nor after a restart.
    ForgetIds,
    /// What was said about an entry since it was looked up is not known.
    ForgetNotes,
    /// What comes for a session with a full outbox is thrown away.
    DropWhenFull,
    /// A session is not told that its client has read.
    SkipWakeUp,
    /// A session that reads nothing is given requests all the same.
    IgnoreBusy,
    /// One who has left a conversation goes on to follow it.
    KeepFollowing,
    /// A crash loses what was committed last, though it was seen.
    LoseCommit,
    /// What was decided on a state that was lost is committed.
    IgnoreGeneration,
}
