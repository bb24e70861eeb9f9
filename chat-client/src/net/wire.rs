//! Frames in, frames out, over any stream.

use std::io;

use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES};
use chat_core::wire::Received;
use chat_core::{Command, Event};
use futures::{FutureExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec, LengthDelimitedCodecError};

/// Bytes queued for writing beyond which no more commands are taken: a few of the longest posts.
const QUEUED: usize = 4 * FRAME_BYTES;

/// Why nothing more comes.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Loss {
    /// The other side closed.
    #[error("the server closed the connection")]
    Closed,
    /// The network failed.
    #[error("{0}")]
    Io(io::Error),
    /// The other side does not speak this protocol.
    #[error("{0}")]
    Nonsense(String),
}

impl From<io::Error> for Loss {
    fn from(error: io::Error) -> Loss {
        if error
            .get_ref()
            .is_some_and(|inner| inner.is::<LengthDelimitedCodecError>())
        {
            return Loss::Nonsense("a frame longer than any of this protocol".into());
        }
        match error.kind() {
            // rustls calls a TLS stream without a goodbye an unexpected end. What is missing
            // then, if anything, is asked for again by cursor.
            io::ErrorKind::UnexpectedEof => Loss::Closed,
            _ => Loss::Io(error),
        }
    }
}

/// Both directions of a connection.
pub(crate) struct Wire<S> {
    pub(crate) reader: Reader<S>,
    pub(crate) writer: Writer<S>,
}

impl<S: AsyncRead + AsyncWrite> Wire<S> {
    pub(crate) fn new(stream: S) -> Wire<S> {
        let (read, write) = tokio::io::split(stream);
        let codec = LengthDelimitedCodec::builder()
            .length_field_length(LENGTH_BYTES)
            .max_frame_length(FRAME_BYTES)
            .new_codec();
        Wire {
            reader: Reader(FramedRead::new(read, codec)),
            writer: Writer {
                half: write,
                queued: Vec::new(),
                written: 0,
                flushed: true,
            },
        }
    }

    /// Sends one command and waits until it is gone.
    pub(crate) async fn send(&mut self, command: &Command) -> Result<(), Loss> {
        self.writer.queue(command);
        self.writer.flush().await
    }
}

/// What the server says.
pub(crate) struct Reader<S>(FramedRead<ReadHalf<S>, LengthDelimitedCodec>);

impl<S: AsyncRead> Reader<S> {
    /// The next message. Cancel safe.
    pub(crate) async fn next(&mut self) -> Result<Received<Event>, Loss> {
        let body = self.0.next().await.ok_or(Loss::Closed)??;
        Event::decode(&body).map_err(|error| Loss::Nonsense(error.to_string()))
    }

    /// The next message if it is here already.
    pub(crate) fn next_now(&mut self) -> Option<Result<Received<Event>, Loss>> {
        self.next().now_or_never()
    }
}

/// What the client says.
pub(crate) struct Writer<S> {
    half: WriteHalf<S>,
    queued: Vec<u8>,
    written: usize,
    flushed: bool,
}

impl<S: AsyncWrite> Writer<S> {
    /// Queues a command; [`Writer::flush`] writes it.
    pub(crate) fn queue(&mut self, command: &Command) {
        if self.written > QUEUED {
            self.queued.drain(..self.written);
            self.written = 0;
        }
        command.append_to(&mut self.queued);
        self.flushed = false;
    }

    /// Whether more may be queued.
    pub(crate) fn has_room(&self) -> bool {
        self.queued.len() - self.written < QUEUED
    }

    /// Whether everything queued is with the system.
    pub(crate) fn is_flushed(&self) -> bool {
        self.flushed
    }

    /// Writes what is queued. Cancel safe: what is written is not written again.
    pub(crate) async fn flush(&mut self) -> Result<(), Loss> {
        while self.written < self.queued.len() {
            let written = self.half.write(&self.queued[self.written..]).await?;
            if written == 0 {
                return Err(Loss::Closed);
            }
            self.written += written;
        }
        self.queued.clear();
        self.queued.shrink_to(FRAME_BYTES);
        self.written = 0;
        self.half.flush().await?;
        self.flushed = true;
        Ok(())
    }

    /// Says goodbye below the protocol.
    pub(crate) async fn shut(&mut self) -> Result<(), Loss> {
        Ok(self.half.shutdown().await?)
    }
}
