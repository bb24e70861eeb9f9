//! Join links, as people paste and type them.

use chat_core::Link;

use crate::Target;
use crate::oracle;

/// A link, or what was meant as one.
pub(crate) const LINK: Target = Target {
    name: "link",
    run: link,
    bytes_max: 1_024,
    words: &[
        "chat://",
        "://",
        "#",
        "&",
        "=",
        "fp=",
        "invite=",
        "tls=off",
        "[",
        "]",
        ":",
        "::1",
        "/",
        "7878",
        "0",
        "65536",
        "\u{1b}]0;x\u{7}",
        "\u{202e}",
        "%41",
        "é",
    ],
};

fn link(data: &[u8]) {
    let raw = oracle::text(data);
    match raw.parse::<Link>() {
        Ok(link) => {
            let written = link.to_string();
            oracle::clean_line(&written);
            assert_eq!(written.parse(), Ok(link.clone()), "{raw:?} as {written:?}");
            assert_ne!(link.port, 0);
            let address = link.address().parse::<Link>();
            assert_eq!(address, Ok(Link::to(link.host.clone(), link.port)));
            assert!((1..=255).contains(&link.host.len()));
        }
        Err(error) => oracle::sentence(&error.to_string()),
    }
}
