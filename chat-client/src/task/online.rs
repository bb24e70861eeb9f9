//! A connection that is logged in: reads, writes and pings until it ends.

use std::time::{Duration, Instant};

use chat_core::command::Quit;
use chat_core::event::{Ping, Pong};
use chat_core::wire::Received;
use chat_core::{Event as Said, RequestId, Text};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep_until, timeout};

use super::{Ended, Signal, Task};
use crate::error::Error;
use crate::event::Event;
use crate::net::{Loss, Reader, Wire, Writer};
use crate::session::{Liveness, Pulse};

/// Messages that are handled before anything else has a turn.
const BATCH: usize = 64;

/// A clean leave: the longest wait for posts to be acknowledged, and for everything.
const SETTLE: Duration = Duration::from_millis(1_500);
const LEAVE: Duration = Duration::from_millis(2_500);

/// How long a goodbye below the protocol may take.
const SHUT: Duration = Duration::from_millis(200);

impl Task {
    pub(super) async fn online<S>(&mut self, wire: Wire<S>) -> Ended
    where
        S: AsyncRead + AsyncWrite,
    {
        let Wire {
            mut reader,
            mut writer,
        } = wire;
        let mut liveness = Liveness::new(Instant::now());
        loop {
            let now = Instant::now();
            self.hand_over();
            let reads = self.session.has_room();
            if !reads {
                liveness.excuse(now);
            }
            match liveness.pulse(now) {
                Pulse::Fine => {}
                Pulse::Ping(token) => writer.queue(&Ping { token }.into()),
                Pulse::Dead => {
                    let why = "nothing was heard from the server".into();
                    return Ended::Lost { why, hint: None };
                }
            }
            if self.queue_commands(&mut writer, now) {
                liveness.said(now);
            }
            let wake = liveness.deadline();
            let wake = self.session.deadline(now).map_or(wake, |at| at.min(wake));
            let done = tokio::select! {
                signal = self.signal() => match signal {
                    Signal::Work | Signal::Accept(_) | Signal::LoginAs => Ok(()),
                    Signal::Reconnect => Err(Ended::Anew),
                    Signal::Quit(text) => return self.leave(reader, writer, text).await,
                },
                said = reader.next(), if reads => {
                    self.heard_all(said, &mut reader, &mut liveness, &mut writer)
                }
                flushed = writer.flush(), if !writer.is_flushed() => match flushed {
                    Ok(()) => Ok(()),
                    // The server may have said why before it closed.
                    Err(loss) => match reader.next_now() {
                        Some(said) => self
                            .heard_all(said, &mut reader, &mut liveness, &mut writer)
                            .and(Err(self.lost(&loss))),
                        None => Err(self.lost(&loss)),
                    },
                },
                () = sleep_until(wake.into()) => Ok(()),
            };
            if let Err(ended) = done {
                return ended;
            }
        }
    }

    /// Whether there were any.
    fn queue_commands<S: AsyncWrite>(&mut self, writer: &mut Writer<S>, now: Instant) -> bool {
        let mut any = false;
        while writer.has_room()
            && let Some(command) = self.session.next_command(now)
        {
            writer.queue(&command);
            any = true;
        }
        any
    }

    /// Handles what came and what came with it.
    fn heard_all<S: AsyncRead + AsyncWrite>(
        &mut self,
        said: Result<Received<Said>, Loss>,
        reader: &mut Reader<S>,
        liveness: &mut Liveness,
        writer: &mut Writer<S>,
    ) -> Result<(), Ended> {
        self.heard(said, liveness, writer)?;
        for _ in 1..BATCH {
            // What is taken is handled: the count is looked at before the next is taken.
            let Some(said) = reader.next_now() else { break };
            self.heard(said, liveness, writer)?;
        }
        Ok(())
    }

    fn heard<S: AsyncWrite>(
        &mut self,
        said: Result<Received<Said>, Loss>,
        liveness: &mut Liveness,
        writer: &mut Writer<S>,
    ) -> Result<(), Ended> {
        let said = said.map_err(|loss| self.lost(&loss))?;
        let now = Instant::now();
        match said {
            Received::Message(Said::Pong(_)) => {}
            Received::Message(Said::Ping(_)) => liveness.pinged(now),
            _ => liveness.heard(now),
        }
        match said {
            Received::Unknown { kind, request } => self.session.received_unknown(kind, request),
            Received::Message(Said::Ping(Ping { token })) => {
                // A server that asks without reading the answers gets none.
                if writer.has_room() {
                    writer.queue(&Pong { token }.into());
                }
            }
            Received::Message(Said::Pong(pong)) => {
                if let Some(latency) = liveness.pong(pong.token, now) {
                    self.session.tell(Event::Latency(latency));
                }
            }
            Received::Message(Said::Bye(bye)) => return Err(self.bye(bye)),
            Received::Message(said) => {
                if let Said::Me(me) = &said {
                    self.nick_had = Some(me.person.nick.to_string());
                }
                self.session.received(said, now).map_err(|violation| {
                    tracing::warn!(%violation, "the server broke the protocol");
                    self.lost(&Loss::Nonsense(violation.to_string()))
                })?;
            }
        }
        Ok(())
    }

    /// Leaves cleanly, if that is quick: posts first, then the word that the client leaves.
    async fn leave<S>(
        &mut self,
        mut reader: Reader<S>,
        mut writer: Writer<S>,
        text: Option<Text>,
    ) -> Ended
    where
        S: AsyncRead + AsyncWrite,
    {
        let start = Instant::now();
        let mut liveness = Liveness::new(start);
        let mut asked: Option<RequestId> = None;
        loop {
            let now = Instant::now();
            self.queue_commands(&mut writer, now);
            self.hand_over();
            if asked.is_none() && (self.session.is_settled() || now >= start + SETTLE) {
                let request = self.session.own_id();
                asked = Some(request);
                let text = text.clone();
                writer.queue(&Quit { request, text }.into());
            }
            let wake = start + if asked.is_some() { LEAVE } else { SETTLE };
            let reads = self.session.has_room();
            tokio::select! {
                said = reader.next(), if reads => match said {
                    Ok(Received::Message(Said::Done(done))) if Some(done.request) == asked => break,
                    said => if self.heard(said, &mut liveness, &mut writer).is_err() {
                        break;
                    }
                },
                flushed = writer.flush(), if !writer.is_flushed() => if flushed.is_err() {
                    break;
                },
                () = sleep_until(wake.into()) => if asked.is_some() {
                    break;
                },
            }
        }
        // Whether that reaches the server or not, there is nothing left to do.
        drop(timeout(SHUT, writer.shut()).await);
        Ended::Closed(Error::Left)
    }
}
