//! What is said to each, and how deliveries are counted in what it says.
//!
//! Each text begins with a mark and 16 digits, its stamp. Nothing else that a server sends while
//! it is measured looks like that, so a reader finds deliveries without knowing the protocol.

use anyhow::bail;

use crate::load::count::{Own, Read, Stamp};
use crate::load::dial::Dialled;
use crate::rivals::Rival;

/// What a stamp begins with.
const MARK: u8 = b'|';

/// Digits of a stamp.
const DIGITS: usize = 16;

/// Bytes of a text: a stamp must fit, and all of it in a line of IRC.
pub(crate) const PAYLOAD: std::ops::RangeInclusive<usize> = 1 + DIGITS..=400;

/// Whom something is said to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Address {
    /// All in a room.
    Room(usize),
    /// One person.
    Person(usize),
}

impl Rival {
    /// Whether what somebody says to a room comes back to them.
    pub(crate) fn own(self) -> Own {
        match self {
            Rival::Inspircd | Rival::Ngircd | Rival::Nats => Own::DontCount,
            Rival::Redis | Rival::Mosquitto | Rival::Bare | Rival::BareWrite => Own::Count,
        }
    }

    fn address(self, address: Address) -> String {
        match (self, address) {
            (Rival::Inspircd | Rival::Ngircd, Address::Room(n)) => format!("#r{n}"),
            (Rival::Inspircd | Rival::Ngircd, Address::Person(n)) => format!("n{n}"),
            (_, Address::Room(n)) => format!("r{n}"),
            (_, Address::Person(n)) => format!("p{n}"),
        }
    }

    /// Introduces the `n`th person, who will hear what is said to `address`.
    ///
    /// # Errors
    /// The server refuses, or closes the connection.
    pub(crate) async fn greet(
        self,
        connection: &mut Dialled,
        n: usize,
        address: Address,
    ) -> anyhow::Result<()> {
        let name = self.address(address);
        match self {
            Rival::Inspircd | Rival::Ngircd => {
                say(connection, format!("NICK n{n}\r\nUSER u{n} 0 * :b\r\n")).await?;
                // The end of the message of the day, or that there is none.
                hear(connection, &[b" 376 ", b" 422 "]).await?;
                if let Address::Room(_) = address {
                    say(connection, format!("JOIN {name}\r\n")).await?;
                    hear(connection, &[b" 366 "]).await?;
                }
            }
            Rival::Redis => {
                // Only its third protocol lets who subscribes also publish.
                say(connection, format!("HELLO 3\r\nSUBSCRIBE {name}\r\n")).await?;
                hear(connection, &[b"subscribe\r\n"]).await?;
            }
            Rival::Nats => {
                let options = r#"{"verbose":false,"pedantic":false,"echo":false}"#;
                say(
                    connection,
                    format!("CONNECT {options}\r\nSUB {name} 1\r\nPING\r\n"),
                )
                .await?;
                hear(connection, &[b"PONG\r\n"]).await?;
            }
            Rival::Mosquitto => {
                let mut connect = b"\0\x04MQTT\x04\x02\0\0".to_vec();
                string(&mut connect, &format!("c{n}"));
                say(connection, packet(0x10, &connect)).await?;
                hear(connection, &[&[0x20, 2, 0, 0]]).await?;
                let mut subscribe = vec![0, 1];
                string(&mut subscribe, &name);
                subscribe.push(0);
                say(connection, packet(0x82, &subscribe)).await?;
                hear(connection, &[&[0x90, 3, 0, 1, 0]]).await?;
            }
            Rival::Bare | Rival::BareWrite => {
                say(connection, format!("J {name}\n")).await?;
                hear(connection, &[b"OK\n"]).await?;
            }
        }
        Ok(())
    }

    /// What says `payload` bytes (within [`PAYLOAD`]) to `address`.
    pub(crate) fn message(self, address: Address, payload: usize) -> Message {
        let name = self.address(address);
        let text = [vec![MARK], vec![b'x'; payload - 1]].concat();
        let (before, after) = match self {
            Rival::Inspircd | Rival::Ngircd => (format!("PRIVMSG {name} :").into_bytes(), "\r\n"),
            Rival::Redis => (
                format!(
                    "*3\r\n$7\r\nPUBLISH\r\n${}\r\n{name}\r\n${payload}\r\n",
                    name.len()
                )
                .into_bytes(),
                "\r\n",
            ),
            Rival::Nats => (format!("PUB {name} {payload}\r\n").into_bytes(), "\r\n"),
            Rival::Mosquitto => {
                let mut body = Vec::new();
                string(&mut body, &name);
                body.extend_from_slice(&text);
                let mut whole = packet(0x30, &body);
                whole.truncate(whole.len() - payload);
                (whole, "")
            }
            Rival::Bare | Rival::BareWrite => (format!("M {name} ").into_bytes(), "\n"),
        };
        Message {
            stamp: before.len() + 1,
            whole: [&before, &text[..], after.as_bytes()].concat(),
        }
    }
}

/// A packet of MQTT: its kind, the length of what follows in digits to the base of 128, and that.
fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![kind];
    let mut length = body.len();
    while length >= 128 {
        packet.push((length % 128) as u8 | 128);
        length /= 128;
    }
    packet.push(length as u8);
    packet.extend_from_slice(body);
    packet
}

/// Appends a short text as MQTT has it: its length in two bytes first.
fn string(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u16).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

async fn say(connection: &mut Dialled, what: impl AsRef<[u8]>) -> std::io::Result<()> {
    connection.write(what.as_ref()).await
}

/// Waits for one of `answers`, and forgets what came with it.
async fn hear(connection: &mut Dialled, answers: &[&[u8]]) -> anyhow::Result<()> {
    let has = |seen: &[u8], what: &[u8]| memchr::memmem::find(seen, what).is_some();
    while !answers.iter().any(|answer| has(&connection.seen, answer)) {
        // IRC, and Redis and NATS.
        if has(&connection.seen, b"ERROR :") || has(&connection.seen, b"-ERR") {
            bail!("refused: {}", String::from_utf8_lossy(&connection.seen));
        }
        connection.read().await?;
    }
    connection.seen.clear();
    Ok(())
}

/// Bytes that say something, but for the stamp.
#[derive(Debug)]
pub(crate) struct Message {
    whole: Vec<u8>,
    /// Where the stamp's digits go.
    stamp: usize,
}

impl Message {
    /// Appends it with its stamp.
    pub(crate) fn append(&self, stamp: Stamp, out: &mut Vec<u8>) {
        let start = out.len() + self.stamp;
        out.extend_from_slice(&self.whole);
        for (n, digit) in out[start..start + DIGITS].iter_mut().enumerate() {
            let value = stamp.0 >> (4 * (DIGITS - 1 - n)) & 15;
            *digit = b"0123456789abcdef"[value as usize];
        }
    }
}

/// Counts the deliveries in `bytes`, and gives the length of what need not be seen again.
pub(crate) fn scan(bytes: &[u8], read: &mut Read<'_>) -> usize {
    for mark in memchr::memchr_iter(MARK, bytes) {
        let Some(digits) = bytes[mark + 1..].first_chunk() else {
            return mark;
        };
        if let Some(stamp) = parse(digits) {
            read.delivery(stamp);
        }
    }
    bytes.len()
}

fn parse(digits: &[u8; DIGITS]) -> Option<Stamp> {
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let stamp = digits
        .iter()
        .try_fold(0, |n, digit| Some(n << 4 | u64::from(value(digit)?)))?;
    Some(Stamp(stamp))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::count::Counts;

    const TEXT: &str = "|00000000075bcd15xxx";

    /// How many deliveries are counted in what a server says, in pieces of `step` bytes.
    fn counted(said: &[u8], step: usize) -> u64 {
        let mut counts = Counts::new();
        let mut rest = Vec::new();
        for piece in said.chunks(step) {
            rest.extend_from_slice(piece);
            let taken = scan(&rest, &mut counts.read());
            rest.drain(..taken);
        }
        counts.deliveries
    }

    #[test]
    fn deliveries_are_counted_in_each_protocol_however_reads_are_split() {
        let said = [
            format!(
                ":n1!u1@127.0.0.1 PRIVMSG #r0 :{TEXT}\r\n:n2!u2@h JOIN :#r0\r\nPING :irc.test\r\n\
                 :n3!u3@127.0.0.1 PRIVMSG #r0 :{TEXT}\r\n"
            ),
            format!(
                ">3\r\n$7\r\nmessage\r\n$2\r\nr0\r\n$20\r\n{TEXT}\r\n:100\r\n\
                 >3\r\n$7\r\nmessage\r\n$2\r\nr0\r\n$20\r\n{TEXT}\r\n"
            ),
            format!("MSG r0 1 20\r\n{TEXT}\r\nPING\r\n+OK\r\nMSG r0 1 20\r\n{TEXT}\r\n"),
            // A packet whose length looks like a mark.
            format!("0\x18\0\x02r0{TEXT}0|\0\x02r0{TEXT}{:76}", ""),
            format!("{TEXT}\n{TEXT}\n"),
        ];
        for said in said {
            for step in 1..=said.len() {
                let counted = counted(said.as_bytes(), step);
                assert_eq!(counted, 2, "{step} bytes at a time of {said:?}");
            }
        }
    }

    #[test]
    fn a_message_is_what_its_protocol_asks_for() {
        let said = |rival: Rival, address| {
            let mut out = b"before ".to_vec();
            let message = rival.message(address, 20);
            message.append(Stamp(123_456_789), &mut out);
            String::from_utf8(out.split_off(7)).expect("text")
        };
        let room = Address::Room(0);
        assert_eq!(
            said(Rival::Ngircd, Address::Person(3)),
            format!("PRIVMSG n3 :{TEXT}\r\n")
        );
        assert_eq!(
            said(Rival::Redis, room),
            format!("*3\r\n$7\r\nPUBLISH\r\n$2\r\nr0\r\n$20\r\n{TEXT}\r\n")
        );
        assert_eq!(said(Rival::Nats, room), format!("PUB r0 20\r\n{TEXT}\r\n"));
        assert_eq!(said(Rival::Mosquitto, room), format!("0\x18\0\x02r0{TEXT}"));
        assert_eq!(said(Rival::Bare, room), format!("M r0 {TEXT}\n"));
    }

    #[test]
    fn a_stamp_is_read_as_it_was_written() {
        for stamp in [0, 1, 0xfedc_ba98_7654_3210, u64::MAX] {
            let mut out = Vec::new();
            let message = Rival::Bare.message(Address::Room(0), *PAYLOAD.start());
            message.append(Stamp(stamp), &mut out);
            let digits = out[message.stamp..].first_chunk().expect("digits");
            assert_eq!(parse(digits), Some(Stamp(stamp)));
        }
    }

    #[test]
    fn a_long_packet_says_its_length_in_two_digits() {
        assert_eq!(packet(0x30, &[0; 200])[..3], [0x30, 200 - 128 + 128, 1]);
    }
}
