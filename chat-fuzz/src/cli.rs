//! The command line, with links as people paste them.

use std::ffi::OsString;

use chat_core::Link;
use chat_tui::cli::{self, Job, Plaintext};

use crate::Target;
use crate::oracle;

/// The words of a command line, a line each.
pub(crate) const CLI: Target = Target {
    name: "cli",
    run: cli,
    bytes_max: 512,
    words: &[
        "\njoin\n",
        "\nhost\n",
        "\nsend\n",
        "\ntail\n",
        "\nsave\n",
        "\n--nick\n",
        "\n--listen\n",
        "\n--plaintext",
        "\n--plain",
        "\n--json",
        "\n--since\n",
        "\n--file\n",
        "\n--",
        "=",
        "#room",
        "@ann",
        "7878",
        "chat://h:1/#fp=",
        "127.0.0.1",
        "::1",
        "localhost",
        "\u{1b}[m",
        "\u{202e}",
    ],
};

fn cli(data: &[u8]) {
    let text = oracle::text(data);
    let words = std::iter::once("chat-tui").chain(text.split('\n'));
    match cli::parse(words.map(OsString::from)) {
        Ok(invocation) => {
            let asked = invocation.common.plaintext;
            match &invocation.job {
                Job::Join(link) => private(link, asked),
                Job::Send { link, .. } | Job::Save { link, .. } | Job::Tail { link, .. } => {
                    link.iter().for_each(|link| private(link, asked));
                }
                Job::Start | Job::Host(_) => {}
            }
        }
        Err(error) => {
            if let Some(sentence) = cli::usage_sentence(&error) {
                oracle::sentence(&sentence);
            }
        }
    }
}

/// Nobody on the way can read along, unless that was asked for twice.
fn private(link: &Link, asked: Plaintext) {
    let open = link.plaintext && !cli::is_loopback(&link.host);
    assert!(!open || asked == Plaintext::Insisted, "{link}");
    assert_eq!(link.to_string().parse().as_ref(), Ok(link));
}
