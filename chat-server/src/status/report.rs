//! What a server tells of itself: one JSON object whose fields stay what they are (documented in
//! `docs/operating.md`), and a page for people.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The server's version.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Seconds since its start.
    pub uptime_seconds: u64,
    /// Who is connected.
    pub connections: Connections,
    /// Accounts that it knows.
    pub accounts: u64,
    /// Those of them that are here.
    pub people: u64,
    /// Rooms.
    pub rooms: u64,
    /// Direct conversations.
    pub directs: u64,
    /// Entries of all conversations.
    pub entries: u64,
    /// Contents of files, each once.
    pub files: u64,
    /// What they take on the disk, with uploads that are under way.
    pub file_bytes: u64,
    /// Uploads that are under way.
    pub uploads: u64,
    /// Size of the store on the disk, without files.
    pub store_bytes: u64,
    /// The time that `per_second` was measured over.
    pub measured_seconds: f64,
    /// Entries that were stored.
    pub posts: Rate,
    /// Entries that were handed to sessions, one for each that follows.
    pub deliveries: Rate,
    /// Bytes that came from clients.
    pub bytes_in: Rate,
    /// Bytes that went to clients.
    pub bytes_out: Rate,
}

/// Connections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connections {
    /// Now.
    pub all: u64,
    /// Those of them that are logged in.
    pub logged_in: u64,
    /// Those of them that are not yet.
    pub waiting: u64,
    /// Most that there may be.
    pub max: u64,
    /// Accepted since the start.
    pub accepted: u64,
    /// Turned away since the start, because there was no place.
    pub turned_away: u64,
    /// Closed since the start, because they spoke something else.
    pub strangers: u64,
    /// Closed since the start, because they violated the protocol.
    pub violations: u64,
}

/// How often something happens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// How often it has happened since the start.
    pub since_start: u64,
    /// How often in a second, over the last seconds.
    pub per_second: f64,
    /// How often in a second, on average since the start.
    pub per_second_since_start: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let up = Duration::from_secs(self.uptime_seconds);
        let (version, pid, up) = (&self.version, self.pid, uptime(up));
        writeln!(f, "chat-server {version}, process {pid}, up {up}")?;
        let tls = if self.tls { "TLS" } else { "plain TCP" };
        writeln!(f, "listening on {}, {tls}", self.listen)?;
        writeln!(f)?;
        let c = &self.connections;
        let now = format!("{} logged in, {} waiting", c.logged_in, c.waiting);
        row(
            f,
            "connections",
            c.all,
            &format!("{now}, {} at most", c.max),
        )?;
        let wrong = format!("{} strangers, {} violations", c.strangers, c.violations);
        let away = format!("{} turned away", c.turned_away);
        row(f, "  since start", c.accepted, &format!("{away}, {wrong}"))?;
        row(
            f,
            "accounts",
            self.accounts,
            &format!("{} here", self.people),
        )?;
        row(f, "rooms", self.rooms, "")?;
        row(f, "directs", self.directs, "")?;
        row(
            f,
            "entries",
            self.entries,
            &format!("{} on the disk", bytes(self.store_bytes)),
        )?;
        let files = bytes(self.file_bytes);
        let files = format!("{files} on the disk, {} uploads under way", self.uploads);
        row(f, "files", self.files, &files)?;
        writeln!(f)?;
        let lately = format!("last {:.0} s", self.measured_seconds);
        writeln!(
            f,
            "{:16}{lately:>12}{:>14}{:>16}",
            "a second", "since start", "in all"
        )?;
        rate(f, "posts", self.posts)?;
        rate(f, "deliveries", self.deliveries)?;
        rate(f, "bytes in", self.bytes_in)?;
        rate(f, "bytes out", self.bytes_out)
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, n: u64, more: &str) -> fmt::Result {
    let line = format!("{name:16}{n:>12}  {more}");
    writeln!(f, "{}", line.trim_end())
}

fn rate(f: &mut fmt::Formatter<'_>, name: &str, rate: Rate) -> fmt::Result {
    let (lately, long) = (rate.per_second, rate.per_second_since_start);
    writeln!(
        f,
        "{name:16}{lately:>12.1}{long:>14.1}{:>16}",
        rate.since_start
    )
}

fn uptime(up: Duration) -> String {
    let seconds = up.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

fn bytes(n: u64) -> String {
    let mib = n as f64 / 1024.0 / 1024.0;
    match n {
        0..1_048_576 => format!("{:.0} KiB", n as f64 / 1024.0),
        _ if mib < 1024.0 => format!("{mib:.1} MiB"),
        _ => format!("{:.1} GiB", mib / 1024.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_for_people() {
        let up = |seconds| uptime(Duration::from_secs(seconds));
        assert_eq!(up(59), "59 s");
        assert_eq!(up(3599), "59 min");
        assert_eq!(up(7384), "2 h 3 min");
        assert_eq!(up(200_000), "2 d 7 h");
        assert_eq!(bytes(2048), "2 KiB");
        assert_eq!(bytes(3 * 1024 * 1024 / 2), "1.5 MiB");
        assert_eq!(bytes(5 << 30), "5.0 GiB");
    }
}
