//! The lines of a script that say what the one who keeps the contents of files tells the hub. A
//! content is a word: its hash is the word itself.

use chat_core::{Body, ContentHash, File, Text};

use super::Door;
use super::script::number;
use crate::hub::{FileNews, Found, OnDisk, Ticket};

const HOUR_MS: u64 = 60 * 60 * 1000;

/// The content that a word stands for.
pub(super) fn content(word: &str) -> ContentHash {
    let mut hash = [0; 32];
    hash[..word.len()].copy_from_slice(word.as_bytes());
    ContentHash(hash)
}

/// `10`, `10MiB`, `most`.
pub(super) fn bytes(word: &str) -> u64 {
    match word.strip_suffix("MiB") {
        Some(mib) => number(mib) << 20,
        None if word == "most" => u64::MAX,
        None => number(word),
    }
}

/// A post's body.
pub(super) fn file(word: &str, length: &str, caption: Text) -> Body {
    Body::File(File {
        hash: content(word),
        name: Text::new("a.txt"),
        media: Text::default(),
        bytes: bytes(length),
        caption,
    })
}

/// Behind `files`: `complete x of ann`, `complete first x of ann`, `wrong x of ann`,
/// `found x`, `found part of x of ann idle 5 hours`, `miss x`, `have x`, `are swept`.
pub(super) fn news(door: &mut Door, what: &[&str]) -> FileNews {
    let found = |what, hours: &str| {
        let idle_ms = number(hours) * HOUR_MS;
        FileNews::OnDisk(vec![Found { what, idle_ms }])
    };
    match *what {
        ["complete", word, "of", person] => {
            let ticket = *tickets(door, word, person).last().expect("it was opened");
            FileNews::Complete { ticket }
        }
        ["complete", "first", word, "of", person] => FileNews::Complete {
            ticket: tickets(door, word, person)[0],
        },
        ["wrong", word, "of", person] => {
            let ticket = *tickets(door, word, person).last().expect("it was opened");
            FileNews::Wrong { ticket }
        }
        ["found", word] => found(OnDisk::Content(content(word)), "0"),
        [
            "found",
            "part",
            "of",
            word,
            "of",
            person,
            "idle",
            hours,
            "hours",
        ] => found(OnDisk::Partial(door.account(person), content(word)), hours),
        ["miss", word] => FileNews::Missing(vec![content(word)]),
        ["have", word] => FileNews::There(content(word)),
        ["are", "swept"] => FileNews::SweepDue,
        _ => panic!("files do what? {what:?}"),
    }
}

fn tickets(door: &mut Door, word: &str, person: &str) -> Vec<Ticket> {
    let (account, hash) = (door.account(person), content(word));
    let of_this = |ticket: &&Ticket| ticket.account == account && ticket.hash == hash;
    door.tickets.iter().filter(of_this).copied().collect()
}
