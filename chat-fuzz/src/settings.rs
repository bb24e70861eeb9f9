//! `server.toml` and `client.toml`, as people write them.

use std::path::Path;

use chat_core::command::{Topic, Upload};
use chat_core::{Command, ContentHash, ConversationId, Millis, PublicKey, RequestId, Text};
use chat_server::Config;
use chat_server::hub::{Effects, FileNews, Hub, Input, Rules, SessionId, State};
use chat_tui::settings::Settings;

use crate::Target;
use crate::oracle;

/// A `server.toml`.
pub(crate) const SERVER_CONFIG: Target = Target {
    name: "server_config",
    run: server,
    bytes_max: 2 * 1024,
    words: WORDS,
};

/// A `client.toml`.
pub(crate) const CLIENT_CONFIG: Target = Target {
    name: "client_config",
    run: client,
    bytes_max: 4 * 1024,
    words: WORDS,
};

const WORDS: &[&str] = &[
    "\n",
    "[",
    "]",
    "=",
    "\"",
    "'''",
    "\"\"\"",
    "true",
    "nan",
    "inf",
    "-1",
    "1e308",
    "0x7f",
    "18446744073709551615",
    "9223372036854775807",
    "{ a = 1 }",
    "[[",
    "# ",
    "\\u0000",
    "\u{1b}[m",
    "1979-05-27",
    "é",
    "\r\n",
    ".",
    ",",
];

fn server(data: &[u8]) {
    let text = oracle::text(data);
    let config = match Config::parse(Path::new("server.toml"), &text) {
        Ok(config) => config,
        Err(error) => return oracle::sentence(&error.to_string()),
    };
    if let Err(error) = config.check() {
        return oracle::sentence(&error.to_string());
    }
    let written = toml::to_string(&config).expect("it was read from such");
    let again = Config::parse(Path::new("server.toml"), &written);
    assert_eq!(again.expect("it was just written"), config);
    assert!(config.workers() > 0);
    decides(config);
}

/// A hub with these limits, in whatever time, goes on.
fn decides(config: Config) {
    let rules = Rules {
        server: Text::new(&config.server.name),
        epoch: [0; 16],
        invite_only: config.server.invite_only,
        limits: config.limits,
        roster: config.roster,
        files: config.files,
    };
    let mut hub = Hub::new(rules, State::default());
    for (n, now) in [0, 1 << 50, 1].into_iter().enumerate() {
        let now = Millis(now);
        let session = SessionId {
            worker: 0,
            number: n as u64,
        };
        let login = Input::Login {
            session,
            key: PublicKey([n as u8; 32]),
            nick: Some(format!("person{n}")),
            invited: true,
        };
        let mut effects = Effects::default();
        hub.handle(now, login, &mut effects);
        assert!(!effects.outputs.is_empty(), "it is answered");
        // What is metered, what takes room, and what is swept.
        for n in 0..4 {
            let request = RequestId(n);
            let topic = Topic {
                request,
                conversation: ConversationId(1),
                text: Text::new("topic"),
            };
            let upload = Upload {
                request,
                hash: ContentHash([n as u8; 32]),
                bytes: (n + 1) << (20 * n),
            };
            for command in [Command::from(topic), upload.into()] {
                let input = Input::Command {
                    session,
                    command,
                    searched: None,
                };
                hub.handle(now, input, &mut effects);
            }
        }
        hub.handle(now, Input::Files(FileNews::SweepDue), &mut effects);
    }
}

fn client(data: &[u8]) {
    let text = oracle::text(data);
    match Settings::parse(Path::new("client.toml"), &text) {
        Ok(settings) => {
            let written = toml::to_string(&settings).expect("it was read from such");
            let again = Settings::parse(Path::new("client.toml"), &written);
            assert_eq!(again.expect("it was just written"), settings);
        }
        Err(error) => oracle::sentence(&error.to_string()),
    }
}
