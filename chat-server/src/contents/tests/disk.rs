//! The directory, as scripts see and change it.

use chat_core::ContentHash;

use super::world::{World, number};

impl World {
    pub(super) fn name_content(&mut self, word: &str, bytes: &str) {
        let mut content = vec![0; number(bytes) as usize];
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(word.as_bytes())
            .finalize_xof()
            .fill(&mut content);
        self.contents.insert(word.to_owned(), content);
    }

    pub(super) fn hash(&self, word: &str) -> ContentHash {
        ContentHash(*blake3::hash(&self.contents[word]).as_bytes())
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join("files").join(name)
    }

    pub(super) fn part(&self, word: &str, who: &str) -> std::path::PathBuf {
        let (_, account) = self.people[who];
        self.path(&format!("{account}-{}.part", self.hash(word)))
    }

    /// What lies on the disk, with contents as words.
    pub(super) fn disk(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("")).expect("a directory");
        let lines = entries.map(|entry| {
            let entry = entry.expect("an entry");
            let mut name = entry.file_name().into_string().expect("text");
            for word in self.contents.keys() {
                name = name.replace(&self.hash(word).to_string(), word);
            }
            format!("{name} {}", entry.metadata().expect("there").len())
        });
        let mut lines: Vec<String> = lines.collect();
        lines.sort();
        lines
    }

    /// Other bytes, as a power cut may leave.
    pub(super) fn garble(&self, word: &str, who: &str) {
        let path = self.part(word, who);
        let bytes = std::fs::metadata(&path).expect("there").len();
        std::fs::write(path, vec![0; bytes as usize]).expect("written");
    }
}
