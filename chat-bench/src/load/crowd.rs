//! Everybody, on one thread: one poll tells whose socket has something, and that is read at once.

use std::time::{Duration, Instant};

use anyhow::Context;
use mio::{Events, Interest, Poll, Token};

use crate::load::alarm::Alarm;
use crate::load::chat;
use crate::load::count::{Counts, Read};
use crate::load::socket::{Buffers, Socket};
use crate::rivals::speech;

/// Sockets that one poll tells of.
const EVENTS: usize = 1024;

/// The token of what is not a member.
const ALARM: Token = Token(usize::MAX);

/// See the module.
pub(crate) struct Crowd {
    poll: Poll,
    events: Events,
    alarm: Alarm,
    buffers: Buffers,
    members: Vec<Member>,
}

/// One connection, and what it reads.
pub(crate) struct Member {
    pub(crate) socket: Socket,
    pub(crate) reader: Reader,
}

/// Who counts what comes.
pub(crate) enum Reader {
    /// From our server: everything is checked.
    Chat(chat::Reader),
    /// From another one: deliveries are counted.
    Rival,
}

impl Reader {
    fn scan(&mut self, bytes: &[u8], read: &mut Read<'_>) -> anyhow::Result<usize> {
        match self {
            Reader::Chat(reader) => reader.scan(bytes, read),
            Reader::Rival => Ok(speech::scan(bytes, read)),
        }
    }
}

impl Crowd {
    pub(crate) fn new(mut members: Vec<Member>) -> std::io::Result<Crowd> {
        let poll = Poll::new()?;
        for (n, member) in members.iter_mut().enumerate() {
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut member.socket.tcp, Token(n), interest)?;
        }
        Ok(Crowd {
            alarm: Alarm::new(poll.registry(), ALARM)?,
            poll,
            events: Events::with_capacity(EVENTS),
            buffers: Buffers::new(),
            members,
        })
    }

    /// Where the `n`th member's posts go.
    pub(crate) fn socket(&mut self, n: usize) -> &mut Socket {
        &mut self.members[n].socket
    }

    /// Waits until something comes, or until a moment, to the millisecond; reads what came.
    ///
    /// # Errors
    /// A connection broke, was closed, or brought what isn't of its protocol.
    pub(crate) fn turn(&mut self, until: Instant, counts: &mut Counts) -> anyhow::Result<()> {
        let wait = until.saturating_duration_since(Instant::now());
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.events {
            let Some(member) = self.members.get_mut(event.token().0) else {
                continue;
            };
            let mut read = || {
                let reader = &mut member.reader;
                let scan = |bytes: &[u8]| reader.scan(bytes, &mut counts.read());
                member.socket.read(&mut self.buffers, scan)
            };
            let mut turn = || {
                if event.is_readable() {
                    read()?;
                }
                if event.is_read_closed() {
                    read()?;
                }
                anyhow::Ok(())
            };
            turn().context("a connection ended early")?;
            if event.is_writable() {
                member.socket.flush()?;
            }
        }
        Ok(())
    }

    /// The same, but to the microsecond where the system can do that.
    pub(crate) fn turn_exactly(
        &mut self,
        until: Instant,
        counts: &mut Counts,
    ) -> anyhow::Result<()> {
        let wait = until.saturating_duration_since(Instant::now());
        self.alarm.set(wait.max(Duration::from_nanos(1)))?;
        self.turn(until, counts)
    }
}
