//! A connection under load: never blocks, reads into buffers that all share, and writes what a
//! round has gathered at once.

use std::io::{self, ErrorKind, Read, Write};

use mio::net::TcpStream;
use rustls::ClientConnection;

use crate::load::dial::Parts;

/// Read at once at most; more than any frame.
const READ_BYTES: usize = 256 * 1024;

/// Where everybody reads to.
pub(crate) struct Buffers {
    /// What comes out of a socket of TLS.
    sealed: Vec<u8>,
    /// What can be scanned.
    plain: Vec<u8>,
}

impl Buffers {
    pub(crate) fn new() -> Buffers {
        Buffers {
            sealed: vec![0; READ_BYTES],
            plain: vec![0; READ_BYTES],
        }
    }
}

/// See the module.
pub(crate) struct Socket {
    pub(crate) tcp: TcpStream,
    tls: Option<Box<ClientConnection>>,
    /// The beginning of what is not whole yet.
    rest: Vec<u8>,
    /// What is still to be written.
    pub(crate) unwritten: Vec<u8>,
}

impl Socket {
    pub(crate) fn new(parts: Parts) -> Socket {
        let mut tls = parts.tls.map(Box::new);
        if let Some(tls) = &mut tls {
            // What is under way is bounded by who posts.
            tls.set_buffer_limit(None);
        }
        Socket {
            tcp: TcpStream::from_std(parts.tcp),
            tls,
            rest: parts.seen,
            unwritten: Vec::new(),
        }
    }

    /// Reads all that is there, and hands it to `scan`, which gives the length of what was whole.
    ///
    /// # Errors
    /// The connection is closed or broke, or what `scan` finds.
    pub(crate) fn read(
        &mut self,
        buffers: &mut Buffers,
        mut scan: impl FnMut(&[u8]) -> anyhow::Result<usize>,
    ) -> anyhow::Result<()> {
        let Buffers { sealed, plain } = buffers;
        let Some(tls) = &mut self.tls else {
            while drain(&mut self.tcp, &mut self.rest, plain, &mut scan)? {}
            return Ok(());
        };
        // The set-up may have left something.
        while drain(&mut tls.reader(), &mut self.rest, plain, &mut scan)? {}
        while let Some(read) = read(&mut self.tcp, sealed)? {
            let mut records = &sealed[..read];
            while !records.is_empty() {
                tls.read_tls(&mut records)?;
                tls.process_new_packets()?;
                while drain(&mut tls.reader(), &mut self.rest, plain, &mut scan)? {}
            }
            if read < sealed.len() {
                break;
            }
        }
        self.flush()?;
        Ok(())
    }

    /// Writes as much as the socket takes; the rest goes when it can be written to again.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let Some(tls) = &mut self.tls else {
            while !self.unwritten.is_empty() {
                let Some(written) = unless_blocked(|| self.tcp.write(&self.unwritten))? else {
                    break;
                };
                self.unwritten.drain(..written);
            }
            return Ok(());
        };
        tls.writer().write_all(&self.unwritten)?;
        self.unwritten.clear();
        while tls.wants_write() && unless_blocked(|| tls.write_tls(&mut self.tcp))?.is_some() {}
        Ok(())
    }
}

/// Reads once behind what is left of before, and leaves what is not whole; tells whether there may
/// be more.
fn drain(
    from: &mut impl Read,
    rest: &mut Vec<u8>,
    buffer: &mut [u8],
    scan: &mut impl FnMut(&[u8]) -> anyhow::Result<usize>,
) -> anyhow::Result<bool> {
    let before = rest.len();
    buffer[..before].copy_from_slice(rest);
    let Some(read) = read(from, &mut buffer[before..])? else {
        return Ok(false);
    };
    let bytes = &buffer[..before + read];
    let whole = scan(bytes)?;
    rest.clear();
    rest.extend_from_slice(&bytes[whole..]);
    // A socket that had less than there was room for is empty.
    Ok(bytes.len() == buffer.len())
}

/// Reads once; `None` where nothing is there.
fn read(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    match unless_blocked(|| from.read(buffer))? {
        Some(0) => Err(ErrorKind::UnexpectedEof.into()),
        read => Ok(read),
    }
}

fn unless_blocked(mut io: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        match io() {
            Ok(n) => return Ok(Some(n)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
