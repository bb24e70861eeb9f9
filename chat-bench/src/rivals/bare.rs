//! Servers of our own that do nothing but write what comes to all of a room: what the system takes
//! for it, and so what no server can go below. `J room` enters, `M room text` is said to all of it,
//! the speaker as well.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::Ipv4Addr;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

/// Read at once at most.
const READ_BYTES: usize = 256 * 1024;

/// Sockets that one poll tells of: all that there may be, so that a round gathers all it can.
const EVENTS: usize = 16 * 1024;

/// The token of what is no connection.
const LISTENER: Token = Token(usize::MAX);

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    port: u16,
    /// One write for each recipient and message, instead of one for each recipient and round
    #[arg(long)]
    write: bool,
}

/// When a recipient is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Once all that has come is read.
    Round,
    /// At once.
    Message,
}

struct Connection {
    tcp: TcpStream,
    /// A line that is not whole yet.
    rest: Vec<u8>,
    unwritten: Vec<u8>,
}

struct Bare {
    rooms: HashMap<Vec<u8>, Vec<usize>>,
    people: People,
}

struct People {
    when: When,
    connections: Vec<Connection>,
    /// Who has something unwritten since this round began.
    touched: Vec<usize>,
}

/// Serves until it is killed.
///
/// # Errors
/// It can't listen, or can't be asked to poll.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port).into())?;
    let mut poll = Poll::new()?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(EVENTS);
    let mut buffer = vec![0; READ_BYTES];
    let mut bare = Bare {
        rooms: HashMap::new(),
        people: People {
            when: match arguments.write {
                true => When::Message,
                false => When::Round,
            },
            connections: Vec::new(),
            touched: Vec::new(),
        },
    };
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        for event in &events {
            let Token(n) = event.token();
            if event.token() == LISTENER {
                bare.people.accept(&listener, &poll)?;
                continue;
            }
            if event.is_readable() {
                bare.read(n, &mut buffer);
            }
            if event.is_writable() {
                bare.people.connections[n].flush();
            }
        }
        while let Some(n) = bare.people.touched.pop() {
            bare.people.connections[n].flush();
        }
    }
}

impl Bare {
    /// Reads all that is there, and does what the lines say.
    fn read(&mut self, n: usize, buffer: &mut [u8]) {
        loop {
            let connection = &mut self.people.connections[n];
            let before = connection.rest.len();
            buffer[..before].copy_from_slice(&connection.rest);
            let Ok(read) = connection.tcp.read(&mut buffer[before..]) else {
                return;
            };
            let bytes = &buffer[..before + read];
            let whole = memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
            connection.rest.clear();
            connection.rest.extend_from_slice(&bytes[whole..]);
            for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
                self.line(n, line);
            }
            if read == 0 || bytes.len() < buffer.len() {
                return;
            }
        }
    }

    fn line(&mut self, n: usize, line: &[u8]) {
        if let Some(room) = line.strip_prefix(b"J ") {
            let room = room.trim_ascii_end().to_vec();
            self.rooms.entry(room).or_default().push(n);
            self.people.say(n, b"OK\n");
        } else if let Some(said) = line.strip_prefix(b"M ")
            && let Some(space) = memchr::memchr(b' ', said)
            && let Some(members) = self.rooms.get(&said[..space])
        {
            for member in members {
                self.people.say(*member, &said[space + 1..]);
            }
        }
    }
}

impl People {
    fn accept(&mut self, listener: &TcpListener, poll: &Poll) -> std::io::Result<()> {
        // Whatever else it says than that nobody is there, the next one is told of again.
        while let Ok((mut tcp, _)) = listener.accept() {
            tcp.set_nodelay(true)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            let token = Token(self.connections.len());
            poll.registry().register(&mut tcp, token, interest)?;
            self.connections.push(Connection {
                tcp,
                rest: Vec::new(),
                unwritten: Vec::new(),
            });
        }
        Ok(())
    }

    fn say(&mut self, n: usize, text: &[u8]) {
        let connection = &mut self.connections[n];
        let waits = !connection.unwritten.is_empty();
        connection.unwritten.extend_from_slice(text);
        match self.when {
            _ if waits => {}
            When::Round => self.touched.push(n),
            When::Message => connection.flush(),
        }
    }
}

impl Connection {
    /// Writes what the socket takes; the rest goes when it can be written to again.
    fn flush(&mut self) {
        while !self.unwritten.is_empty() {
            match self.tcp.write(&self.unwritten) {
                Ok(written) => drop(self.unwritten.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Nobody is there any more.
                Err(_) => self.unwritten.clear(),
            }
        }
    }
}
