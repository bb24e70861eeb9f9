//! What a program asks for files and canvases.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use chat_core::{ConversationId, File, Refusal, Seq, Text};
use tokio::sync::oneshot;

use super::{Client, Input, ended};
use crate::transfer::TransferId;

impl Client {
    /// Sends the file at `path` and posts it in a conversation with a caption, which may be empty.
    /// Reads it in parts, off the runtime's threads. [`Event::Transfer`](crate::Event::Transfer) tells how
    /// it goes, with this id; an interrupted one goes on by itself, and where it was when the same
    /// content is sent again after the client has ended. The entry comes as any other.
    pub fn send_file(
        &self,
        path: PathBuf,
        conversation: ConversationId,
        caption: Text,
    ) -> TransferId {
        let id = self.transfer_id();
        self.pass(Input::SendFile {
            id,
            post: Client::new_post_id(),
            path,
            conversation,
            caption,
        });
        id
    }

    /// Saves the file of an entry in the directory `dir`, which is made if there is none, under
    /// [`saved_as`](chat_core::file::saved_as) of its name or, where that is taken, with a number: nothing
    /// is overwritten and nothing outside is written. Until it is whole and verified it is called after
    /// its hash, and an interrupted one goes on from there, also after the client has ended.
    /// [`Event::Transfer`](crate::Event::Transfer) tells how it goes.
    pub fn save_file(
        &self,
        conversation: ConversationId,
        seq: Seq,
        file: File,
        dir: PathBuf,
    ) -> TransferId {
        let id = self.transfer_id();
        self.pass(Input::SaveFile {
            id,
            conversation,
            seq,
            file,
            dir,
        });
        id
    }

    /// The content of an entry's file, verified by its hash. Waits over reconnects; dropping the
    /// future ends it. For what fits into memory, such as pictures.
    ///
    /// # Errors
    /// The server's refusal; `Code::FileTooLarge` at once for more than `bytes_max`; `Code::WrongHash`
    /// when the server sent something else; `Code::TooFast` when too many wait already.
    pub async fn fetch_bytes(
        &self,
        conversation: ConversationId,
        seq: Seq,
        file: &File,
        bytes_max: u64,
    ) -> Result<Vec<u8>, Refusal> {
        let (waiter, answer) = oneshot::channel();
        self.pass(Input::FetchBytes {
            id: self.transfer_id(),
            conversation,
            seq,
            file: file.clone(),
            bytes_max,
            waiter,
        });
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Gives a transfer up: what the server or the disk holds of it is removed. One that has ended stays as
    /// it is; a file that is posted is taken back by a deletion.
    pub fn cancel(&self, id: TransferId) {
        self.pass(Input::Cancel(id));
    }

    /// Opens a conversation's canvas: [`Event::Canvas`](crate::Event::Canvas) with its picture, then the
    /// entries behind it as [`Event::Entry`](crate::Event::Entry) of the canvas' own number, in order and
    /// without holes, over reconnects. Where that is not possible any more, the picture comes anew.
    /// Ends with [`Event::CanvasClosed`](crate::Event::CanvasClosed). Opening one that is open tells its
    /// picture anew.
    pub fn canvas(&self, conversation: ConversationId) {
        self.pass(Input::Canvas(conversation));
    }

    /// Nothing more is told of this conversation's canvas.
    pub fn close_canvas(&self, conversation: ConversationId) {
        self.pass(Input::CloseCanvas(conversation));
    }

    fn transfer_id(&self) -> TransferId {
        TransferId(self.asked.fetch_add(1, Ordering::Relaxed))
    }
}
