//! Hub, store and directory, and what moves between them, one step at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime};

use chat_core::command::{Chunk, Post, Upload};
use chat_core::{
    AccountId, Body, ConversationId, Event, File, Millis, PostId, PublicKey, RequestId, Seq, Text,
};

use super::super::{Directory, Part, Receiver, ToContents, Told};
use crate::config::{Config, Durability, StoreSection};
use crate::hub::{Effects, Hub, Input, Output, Rules, SessionId};
use crate::journal::{Found, Reader, Store, Wanted, Writer};

/// The conversation that everybody is in.
const LOBBY: ConversationId = ConversationId(1);

const HOUR_MS: u64 = 60 * 60 * 1000;

/// Where something is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Nowhere,
    /// The hub has decided.
    BeforeCommit,
    /// It is committed, and nothing of it is done on the disk.
    BeforeWork,
    /// It is done, and nobody is told.
    AfterWork,
    /// It is not committed, and the server goes on.
    CommitFails,
}

pub(super) struct World {
    pub(super) dir: tempfile::TempDir,
    pub(super) contents: BTreeMap<String, Vec<u8>>,
    pub(super) people: HashMap<String, (SessionId, AccountId)>,
    /// What each was granted.
    uploads: HashMap<(String, String), u64>,
    made: u64,
    now: Millis,
    clock: Instant,
    hub: Hub,
    writer: Writer,
    reader: Reader,
    receiver: Receiver,
    /// Decided and not committed.
    pending: Effects,
    /// Committed and not done.
    works: VecDeque<ToContents>,
    told: Vec<Told>,
}

fn open(dir: &tempfile::TempDir) -> (Hub, Writer, Reader, Receiver, Vec<Told>) {
    let how = StoreSection {
        durability: Durability::Os,
        ..StoreSection::default()
    };
    let store = Store::open(&dir.path().join("chat.db"), &how, [1; 16]).expect("it opens");
    let directory = Directory::open(dir.path()).expect("it opens");
    let reader = store.reader(directory.clone()).expect("it opens");
    let (writer, state) = store.into_writer().expect("it is read");
    let config = Config::default();
    let rules = Rules {
        server: Text::new("test"),
        epoch: [1; 16],
        invite_only: false,
        limits: config.limits,
        roster: config.roster,
        files: config.files,
    };
    let held: Vec<_> = state.files.all_held().collect();
    let mut receiver = Receiver::new(directory);
    let mut told = Vec::new();
    receiver.look_for(held, &mut told);
    receiver.sweep(&mut told);
    (Hub::new(rules, state), writer, reader, receiver, told)
}

impl World {
    pub(super) fn new() -> World {
        let dir = tempfile::tempdir().expect("a directory");
        let (hub, writer, reader, receiver, told) = open(&dir);
        World {
            dir,
            contents: BTreeMap::new(),
            people: HashMap::new(),
            uploads: HashMap::new(),
            made: 0,
            now: Millis(1_800_000_000_000),
            clock: Instant::now(),
            hub,
            writer,
            reader,
            receiver,
            pending: Effects::default(),
            works: VecDeque::new(),
            told,
        }
    }

    /// Does what a line says; gives what is seen.
    pub(super) fn perform(&mut self, line: &str) -> Vec<String> {
        let (cut, line) = match line.split_once(": ") {
            Some(("crash before the commit", line)) => (Cut::BeforeCommit, line),
            Some(("crash before it is done", line)) => (Cut::BeforeWork, line),
            Some(("crash after it is done", line)) => (Cut::AfterWork, line),
            Some(("the store fails", line)) => (Cut::CommitFails, line),
            _ => (Cut::Nowhere, line),
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["content", word, "of", bytes] => self.name_content(word, bytes),
            ["disk"] => return self.disk(),
            ["disk", "loses", word] => {
                std::fs::remove_file(self.path(&self.hash(word).to_string())).expect("removed");
            }
            ["disk", "blocks", word] => {
                std::fs::create_dir(self.path(&self.hash(word).to_string())).expect("made");
            }
            ["disk", "frees", word] => {
                std::fs::remove_dir(self.path(&self.hash(word).to_string())).expect("removed");
            }
            ["disk", "garbles", "part", "of", word, "of", who] => self.garble(word, who),
            [
                "disk",
                "ages",
                "part",
                "of",
                word,
                "of",
                who,
                hours,
                "hours",
            ] => {
                let age = Duration::from_millis(number(hours) * HOUR_MS);
                let file = std::fs::File::options()
                    .write(true)
                    .open(self.part(word, who));
                let written = SystemTime::now() - age;
                file.and_then(|file| file.set_modified(written))
                    .expect("it is older");
            }
            ["wait", hours, "hours"] => self.wait(number(hours) * HOUR_MS),
            ["wait", seconds, "seconds"] => self.wait(number(seconds) * 1_000),
            ["restart"] => self.restart(),
            ["sweep"] => self.receiver.sweep(&mut self.told),
            [who, "fetches", seq] => return vec![self.fetch(who, seq)],
            [who, "logs", "in"] => self.log_in(who),
            [who, "is", "cut", "off"] => {
                let (session, _) = self.people[who];
                self.works.push_back(ToContents::Gone(session));
                self.hub(Input::Closed { session });
            }
            [who, "uploads", word] => {
                let (request, hash) = (self.request(), self.hash(word));
                let bytes = self.contents[word].len() as u64;
                let command = Upload {
                    request,
                    hash,
                    bytes,
                };
                self.command(who, command.into());
            }
            [who, "cancels", word] => {
                let (session, _) = self.people[who];
                let (request, hash) = (self.request(), self.hash(word));
                self.hub(Input::CancelUpload {
                    session,
                    request,
                    hash,
                });
            }
            [who, "posts", word] => self.post(who, word),
            [who, "sends", word, range] => self.send(who, word, word, range),
            [who, "sends", bytes, "as", word, range] => self.send(who, bytes, word, range),
            _ => panic!("what is {line:?}?"),
        }
        self.run(cut)
    }

    /// Moves everything to its end, or to where it is cut off.
    fn run(&mut self, cut: Cut) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let mut moved = false;
            while let Some(work) = self.works.pop_front() {
                moved = true;
                self.receiver.handle(self.clock, work, &mut self.told);
            }
            while self.receiver.hash_some(&mut self.told) {
                moved = true;
            }
            let mut told: VecDeque<Told> = std::mem::take(&mut self.told).into();
            if cut == Cut::AfterWork && told.iter().any(|told| !matches!(told, Told::Hub(_))) {
                self.restart();
                return self.run(Cut::Nowhere);
            }
            while let Some(told) = told.pop_front() {
                moved = true;
                match told {
                    Told::Hub(news) => self.hub(Input::Files(news)),
                    Told::Answer(session, event) => seen.extend(self.see(session, &event)),
                    Told::Chunk(session, done) => seen.extend(self.see(session, &done.event)),
                }
            }
            let Effects { records, outputs } = std::mem::take(&mut self.pending);
            moved |= !records.is_empty() || !outputs.is_empty();
            let outputs = match cut {
                Cut::BeforeCommit if !records.is_empty() => {
                    self.restart();
                    return self.run(Cut::Nowhere);
                }
                Cut::CommitFails if !records.is_empty() => {
                    let state = Box::new(self.writer.load().expect("it is read"));
                    self.hub(Input::Reset { state });
                    outputs.into_iter().filter_map(Output::failed).collect()
                }
                _ => {
                    self.writer.commit(&records).expect("it is committed");
                    outputs
                }
            };
            if cut == Cut::BeforeWork && !records.is_empty() {
                self.restart();
                return self.run(Cut::Nowhere);
            }
            for output in outputs {
                match output {
                    Output::Files(work) => self.works.push_back(ToContents::Work(work)),
                    Output::Answer { session, event } => seen.extend(self.see(session, &event)),
                    _ => {}
                }
            }
            if !moved {
                return seen;
            }
        }
    }

    /// What is not on the disk is lost, and the server starts anew.
    fn restart(&mut self) {
        self.pending = Effects::default();
        self.works.clear();
        self.people.clear();
        self.uploads.clear();
        (self.hub, self.writer, self.reader, self.receiver, self.told) = open(&self.dir);
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
        self.clock += Duration::from_millis(ms);
    }

    fn hub(&mut self, input: Input) {
        self.hub.handle(self.now, input, &mut self.pending);
    }

    fn command(&mut self, who: &str, command: chat_core::Command) {
        let (session, _) = self.people[who];
        self.hub(Input::Command {
            session,
            command,
            searched: None,
        });
    }

    fn request(&mut self) -> RequestId {
        self.made += 1;
        RequestId(self.made)
    }

    fn log_in(&mut self, who: &str) {
        self.made += 1;
        let session = SessionId {
            worker: 0,
            number: self.made,
        };
        let mut key = [0; 32];
        key[..who.len()].copy_from_slice(who.as_bytes());
        let (key, invited) = (PublicKey(key), false);
        let known = self.hub.state().keys.contains_key(&key);
        let nick = (!known).then(|| who.to_owned());
        self.hub(Input::Login {
            session,
            key,
            nick,
            invited,
        });
        let account = self.hub.state().keys[&key];
        self.people.insert(who.to_owned(), (session, account));
    }

    fn post(&mut self, who: &str, word: &str) {
        let request = self.request();
        let mut post = [0; 16];
        post[..8].copy_from_slice(&self.made.to_be_bytes());
        let body = Body::File(File {
            hash: self.hash(word),
            name: Text::new(word),
            media: Text::default(),
            bytes: self.contents[word].len() as u64,
            caption: Text::default(),
        });
        let command = Post {
            request,
            conversation: LOBBY,
            post: PostId(post),
            body,
            again: false,
        };
        self.command(who, command.into());
    }

    fn send(&mut self, who: &str, bytes: &str, word: &str, range: &str) {
        let (session, account) = self.people[who];
        let request = self.request();
        let (from, to) = range.split_once('-').expect("FROM-TO");
        let (from, to) = (number(from) as usize, number(to) as usize);
        let upload = self.uploads[&(who.to_owned(), word.to_owned())];
        let chunk = Chunk {
            request,
            upload,
            at: from as u64,
            data: self.contents[bytes][from..to].to_vec(),
        };
        self.works.push_back(ToContents::Chunk(Box::new(Part {
            session,
            account,
            hash: self.hash(word),
            chunk,
        })));
    }

    fn fetch(&mut self, who: &str, seq: &str) -> String {
        let wanted = Wanted::Piece {
            conversation: LOBBY,
            seq: Seq(number(seq)),
            at: 0,
            bytes_max: 1_000,
        };
        match self.reader.read(wanted).expect("it is read") {
            Found::Piece(Some(data)) => {
                let word = self.contents.iter().find(|(_, content)| **content == data);
                format!("{who}: {}", word.expect("a content").0)
            }
            Found::Piece(None) => format!("{who}: no file"),
            other => panic!("{other:?}"),
        }
    }

    fn see(&mut self, session: SessionId, event: &Event) -> Option<String> {
        let (who, _) = self.people.iter().find(|(_, (s, _))| *s == session)?;
        let who = who.clone();
        Some(match event {
            Event::Done(_) => format!("{who}: done"),
            Event::Posted(posted) => format!("{who}: posted {}", posted.seq),
            Event::Refused(refused) => format!("{who}: refused {}", refused.code),
            Event::Uploading(uploading) => {
                // One that is granted is the last that was asked for.
                let of = |word: &String| (who.clone(), word.clone());
                for word in self.contents.keys() {
                    self.uploads.insert(of(word), uploading.upload);
                }
                format!("{who}: from {}", uploading.from)
            }
            other => format!("{who}: {other:?}"),
        })
    }
}

pub(super) fn number(word: &str) -> u64 {
    word.parse()
        .unwrap_or_else(|_| panic!("{word} is no number"))
}
