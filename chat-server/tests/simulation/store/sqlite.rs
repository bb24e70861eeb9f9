//! The real store beside the model of it: it is given the same and has to answer the same.

use chat_core::ConversationId;
use chat_server::config::{Durability, StoreSection};
use chat_server::contents::Directory;
use chat_server::hub::{Record, State};
use chat_server::journal::{Found, Reader, Wanted, Writer};
use chat_server::painter::Stored;

use crate::server::EPOCH;
use crate::violation::{Checked, Violation, ensure};

/// See the module.
#[derive(Debug)]
pub(super) struct Sqlite {
    dir: tempfile::TempDir,
    writer: Option<Writer>,
    reader: Reader,
}

fn open(dir: &tempfile::TempDir) -> (Writer, Reader, State) {
    let how = StoreSection {
        durability: Durability::Os,
        ..StoreSection::default()
    };
    let path = dir.path().join("chat.db");
    let store = chat_server::journal::Store::open(&path, &how, EPOCH).expect("it opens");
    let directory = Directory::open(dir.path()).expect("it opens");
    let reader = store.reader(directory).expect("it opens");
    let (writer, state) = store.into_writer().expect("it is read");
    (writer, reader, state)
}

fn differs(what: &str, model: &impl std::fmt::Debug, real: &impl std::fmt::Debug) -> Checked {
    let (model, real) = (format!("{model:?}"), format!("{real:?}"));
    ensure!(model == real, "store: {what} is {real}, and not {model}");
    Ok(())
}

impl Sqlite {
    pub(super) fn new() -> Sqlite {
        let dir = tempfile::tempdir().expect("a directory");
        let (writer, reader, _) = open(&dir);
        Sqlite {
            dir,
            writer: Some(writer),
            reader,
        }
    }

    pub(super) fn commit(&mut self, records: &[Record], model: &[Vec<u8>]) -> Checked {
        let writer = self.writer.as_mut().expect("it is open");
        let payloads = writer
            .commit(records)
            .map_err(|error| Violation(format!("store: a commit fails: {error}")))?;
        writer.tidy();
        differs("what was committed", &model, &payloads)
    }

    pub(super) fn read(&mut self, wanted: Wanted, model: &Found) -> Checked {
        if let Wanted::Piece { .. } = wanted {
            return Ok(());
        }
        let real = self
            .reader
            .read(wanted)
            .map_err(|error| Violation(format!("store: {wanted:?} fails: {error}")))?;
        differs(&format!("{wanted:?}"), model, &real)
    }

    pub(super) fn canvas(&mut self, canvas: ConversationId, model: &Stored) -> Checked {
        let real = self
            .reader
            .canvas(canvas)
            .map_err(|error| Violation(format!("store: {canvas} fails: {error}")))?;
        ensure!(
            (model.base, &model.picture, &model.tail) == (real.base, &real.picture, &real.tail),
            "store: canvas {canvas} differs"
        );
        Ok(())
    }

    /// Opens it anew; what it brings back is what the model does.
    pub(super) fn reopen(&mut self, model: &State) -> Checked {
        drop(self.writer.take());
        let (writer, reader, state) = open(&self.dir);
        (self.writer, self.reader) = (Some(writer), reader);
        ensure!(
            state == *model,
            "store: a restart brings {state:?}, and not {model:?}"
        );
        Ok(())
    }

    /// Nothing of these texts is in any of its files.
    pub(super) fn check_gone<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Checked {
        let files = std::fs::read_dir(self.dir.path()).expect("it is there");
        let files: Vec<Vec<u8>> = files
            .filter_map(|file| std::fs::read(file.ok()?.path()).ok())
            .collect();
        for text in texts {
            let there =
                |file: &Vec<u8>| file.windows(text.len()).any(|part| part == text.as_bytes());
            ensure!(
                !files.iter().any(there),
                "taken back: {text:?} is in the store's files"
            );
        }
        Ok(())
    }
}
