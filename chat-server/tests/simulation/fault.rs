//! Ways in which the model of the server's shell can be broken on purpose, to show that the checks
//! find it.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// What the hub decides is seen before it is committed.
    DeliverBeforeCommit,
    /// Requests are answered before what they made is committed.
    AnswerBeforeCommit,
    /// What a failed commit held is answered as if it were done.
    AnswerFailed,
    /// What a failed commit held is not answered.
    ForgetToRefuse,
    /// The ids of posts are not found again, neither in the store nor after a restart.
    ForgetIds,
    /// What was said about an entry since it was looked up is not known.
    ForgetNotes,
    /// What comes for a session with a full outbox is thrown away.
    DropWhenFull,
    /// Two entries of a batch are sent in each other's place.
    SwapEntries,
    /// A page of the store lacks its last entry.
    LoseTail,
    /// A session is not told that its client has read.
    SkipRoom,
    /// A connection that stopped reading is not told that it may go on.
    SkipResume,
    /// Connections that wait for others' requests are not told that they may go on.
    SkipCredits,
    /// What was put off is not written.
    SkipLate,
    /// A session that reads nothing is given requests all the same.
    IgnoreBusy,
    /// One who has left a conversation goes on to follow it.
    KeepFollowing,
    /// Who asks for a file gets it.
    FileToAnyone,
    /// A crash loses what was committed last, though it was seen.
    LoseCommit,
    /// What was decided on a state that was lost is committed.
    IgnoreGeneration,
    /// Changes of rosters are sent twice.
    RosterTwice,
    /// Changes of rosters are lost now and then.
    LoseRoster,
    /// What other sessions of an account have read is not told.
    LoseMarkers,
    /// A picture shows more than what nothing can change.
    MergeTooFar,
    /// What was taken back stays in the store.
    KeepDeleted,
    /// What the hub decides about files is done before it is committed.
    FilesBeforeCommit,
    /// A file counts as complete before it is on the disk.
    ForgetSync,
    /// The store forgets that uploads were dropped.
    ForgetDropped,
    /// What nobody wants is never looked for.
    ForgetSweep,
}
