//! What a key means. Resolving a key and doing what it means are separate: the keymap knows nothing
//! of the state but where the keys go.

use super::drawing::Draw;
use crate::editor::Edit;

/// What a key or a click means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Show the keys and the commands.
    Help,
    /// Ask for another nick.
    PromptNick,
    /// Pick a person to write to.
    PickPerson,
    /// Pick a conversation; in an input with text: delete to the end of the line.
    GoTo,
    /// Search here; when searching: search everywhere.
    Search,
    /// Leave.
    Quit,
    /// Clear the input; when it is empty: offer to leave.
    Interrupt,
    /// Close what is open, or go to the newest entry.
    Escape,
    /// Show the next conversation.
    NextConversation,
    /// Show the previous conversation.
    PreviousConversation,
    /// Show the conversation with this number in the list, from 1.
    Conversation(u8),
    /// Show the connection and the servers that are known.
    Servers,
    /// Show what was missed on the last return.
    Missed,
    /// Show the next conversation with something new; in the end, the one where it began.
    NextNew,
    /// Scroll a screen up.
    PageUp,
    /// Scroll a screen down.
    PageDown,
    /// Scroll to the newest entry.
    Newest,
    /// Scroll to the unread line.
    UnreadLine,
    /// Show or hide the conversations.
    ToggleConversations,
    /// Show or hide who is there.
    ToggleRoster,
    /// Show the conversation's canvas, in another place, or close it.
    ToggleCanvas,
    /// Do something on the canvas.
    Draw(Draw),
    /// Draw the screen anew.
    Redraw,
    /// Leave the terminal to the shell for a while.
    Suspend,
    /// Send what is typed; take what is picked.
    Accept,
    /// Change the text.
    Edit(Edit),
    /// One line up; on the first: what was sent before.
    Up,
    /// One line down; on the last: what was sent after.
    Down,
    /// Complete the word before the cursor, then the next way.
    Complete,
    /// The way before.
    CompleteBack,
    /// Pick an entry of the log.
    Select,
    /// Copy the picked entry's text.
    Copy,
    /// Open the picked entry's link.
    OpenLink,
    /// Answer the picked entry.
    Reply,
    /// Change what the picked entry says.
    EditEntry,
    /// Take the picked entry back.
    TakeBack,
    /// React to the picked entry.
    React,
    /// Pick an emoji.
    PickEmoji,
    /// Drop the picked post that was refused.
    Drop,
    /// Yes.
    Yes,
    /// No.
    No,
    /// Put the paste into the input.
    EditPaste,
    /// Send the paste as a file.
    PasteAsFile,
    /// Save the picked entry's file.
    Save,
    /// Show the picture that the picked entry's file is, or hide it.
    View,
}
