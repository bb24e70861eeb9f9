//! Files as they lie on a disk: which are sent, and under which names one is saved.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chat_core::{ContentHash, file};
use tempfile::TempDir;

use super::*;

/// Between two looks at the directory.
const POLL: Duration = Duration::from_millis(10);

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn watch() -> Watch {
    // Its other end is gone: only long jobs ask, and those stop then.
    let (tell, told) = mpsc::unbounded_channel();
    std::mem::forget(told);
    Watch {
        id: TransferId(1),
        stop: Arc::default(),
        tell,
    }
}

fn dir() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn hash(content: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(content).as_bytes())
}

fn hash_job(path: &Path) -> (Option<Open>, Report) {
    let path = path.to_owned();
    let bytes_max = Some(1_000);
    perform(Job::Hash { path, bytes_max }, None, &watch())
}

#[track_caller]
fn refused(path: &Path, want: &str) {
    let (_, report) = hash_job(path);
    let Report::Failed { why } = report else {
        panic!("{path:?} is sent");
    };
    assert!(why.contains(want), "{why}");
}

#[test]
fn what_is_no_readable_file_is_said() {
    let dir = dir();
    let at = |name: &str| dir.path().join(name);
    refused(dir.path(), "is a directory");
    refused(&at("missing"), "there is no ");
    refused(Path::new("/dev/zero"), "is not a file but a device");
    refused(Path::new(""), "there is no ");
    fs::write(at("empty"), "").expect("written");
    refused(&at("empty"), "is empty");
    fs::write(at("large"), [0; 1_001]).expect("written");
    refused(
        &at("large"),
        "has 1001 bytes and the server takes 1000 at most",
    );
    fs::write(at("esc\x1b[31m"), "").expect("written");
    refused(&at("esc\x1b[31m"), "esc is empty");
    #[cfg(unix)]
    {
        // Nobody holds the other end: waiting for it would never end.
        let fifo = at("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .expect("a pipe");
        refused(&fifo, "a pipe");
    }
}

#[test]
fn a_file_that_changes_is_not_sent() {
    let dir = dir();
    let path = dir.path().join("a");
    fs::write(&path, "one two").expect("written");
    let (open, report) = hash_job(&path);
    assert!(
        matches!(report, Report::Hashed { bytes: 7, hash: got, .. } if got == hash(b"one two"))
    );
    let (open, report) = perform(Job::Read { at: 4, bytes: 3 }, open, &watch());
    assert_eq!(report, Report::Read(b"two".to_vec()));
    // Another file under its name is none of its business.
    fs::write(dir.path().join("b"), "other").expect("written");
    fs::rename(dir.path().join("b"), &path).expect("renamed");
    let (_, report) = perform(Job::Read { at: 0, bytes: 3 }, open, &watch());
    assert_eq!(report, Report::Read(b"one".to_vec()));

    let (open, _) = hash_job(&path);
    fs::write(&path, "longer than before").expect("written");
    let (open, report) = perform(Job::Read { at: 0, bytes: 5 }, open, &watch());
    assert!(matches!(report, Report::Failed { why } if why.contains("was changed")));
    fs::write(&path, "").expect("written");
    let (_, report) = perform(Job::Read { at: 0, bytes: 5 }, open, &watch());
    assert!(matches!(report, Report::Failed { why } if why.contains("was changed")));
}

/// Saves a content as a peer calls it.
fn save(dir: &Path, content: &[u8], called: &str) -> Report {
    let open = Job::Open {
        dir: dir.to_owned(),
        hash: hash(content),
        bytes: content.len() as u64,
    };
    let (open, report) = perform(open, None, &watch());
    let Report::Opened { held } = report else {
        return report;
    };
    let data = vec![content[held as usize..].to_vec()];
    let (open, report) = perform(Job::Write { data }, open, &watch());
    assert_eq!(report, Report::Written);
    let name = file::saved_as(called);
    perform(Job::Settle { name }, open, &watch()).1
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry
            .expect("readable")
            .file_name()
            .to_string_lossy()
            .into_owned()
    };
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn clean_screen_a_name_stays_in_the_directory_and_overwrites_nothing() {
    let outer = dir();
    let dir = outer.path().join("made");
    for called in ["../../x", "C:\\x", ".bashrc", "a\x1b[31m.txt", "/etc/x", ""] {
        assert!(
            matches!(save(&dir, b"1", called), Report::Saved { .. }),
            "{called}"
        );
    }
    let long = format!("{}.tar.gz", "n".repeat(4_000));
    assert!(matches!(save(&dir, b"1", &long), Report::Saved { .. }));
    assert!(matches!(save(&dir, b"1", &long), Report::Saved { .. }));
    let mut got = names(&dir);
    got.retain(|name| !name.starts_with("nnn"));
    assert_eq!(got, ["a.txt", "bashrc", "file", "x", "x (2)", "x (3)"]);
    assert_eq!(names(outer.path()), ["made"]);
}

#[cfg(unix)]
#[test]
fn nothing_that_lies_there_is_changed_or_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (dir, other) = (dir(), dir());
    let victim = other.path().join("victim");
    symlink(&victim, dir.path().join("x")).expect("a link to nothing");
    fs::create_dir(dir.path().join("x (2)")).expect("a directory");
    let path = dir.path().join("x (3)");
    assert_eq!(
        save(dir.path(), b"1", "x"),
        Report::Saved { path: path.clone() }
    );
    assert!(!victim.exists());
    let mode = fs::metadata(&path).expect("there").permissions().mode();
    assert_eq!(mode & 0o111, 0, "never executable");

    fs::write(&victim, "mine").expect("written");
    let part = dir.path().join(format!("{}.part", hash(b"2")));
    for plant in [symlink::<&PathBuf, &PathBuf>, |a, b| fs::hard_link(a, b)] {
        plant(&victim, &part).expect("planted");
        let report = save(dir.path(), b"2", "y");
        assert!(matches!(report, Report::Failed { why } if why.contains("is in the way")));
        assert_eq!(fs::read(&victim).expect("there"), b"mine");
        fs::remove_file(&part).expect("removed");
    }
}

#[test]
fn what_was_interrupted_goes_on_and_what_is_wrong_goes() {
    let dir = dir();
    let content = b"0123456789";
    let part = dir.path().join(format!("{}.part", hash(content)));
    let open = || {
        let open = Job::Open {
            dir: dir.path().to_owned(),
            hash: hash(content),
            bytes: 10,
        };
        perform(open, None, &watch())
    };
    fs::write(&part, "01234").expect("written");
    let (first, report) = open();
    assert_eq!(report, Report::Opened { held: 5 });
    let (_, report) = open();
    assert!(matches!(report, Report::Failed { why } if why.contains("is being saved there")));
    drop(first);
    assert!(matches!(
        save(dir.path(), content, "n"),
        Report::Saved { .. }
    ));
    assert_eq!(fs::read(dir.path().join("n")).expect("there"), content);

    // Longer than it can be: from the start.
    fs::write(&part, "01234567890123456789").expect("written");
    assert_eq!(open().1, Report::Opened { held: 0 });
    fs::write(&part, "x1234").expect("written");
    assert_eq!(save(dir.path(), content, "n"), Report::NotTheContent);
    assert_eq!(names(dir.path()), ["n"]);
}

#[tokio::test]
async fn what_is_forgotten_is_removed_also_while_it_is_busy() {
    let dir = dir();
    let mut files = Files::new();
    let id = TransferId(1);
    let open = Job::Open {
        dir: dir.path().to_owned(),
        hash: hash(b"1"),
        bytes: 1,
    };
    files.perform(id, open.clone());
    files.perform(id, Job::Forget(Leftover::Remove));
    let other = TransferId(2);
    let path = dir.path().join("missing");
    files.perform(
        other,
        Job::Hash {
            path,
            bytes_max: None,
        },
    );
    // The first one is never heard of.
    let (told, _) = files.next().await.expect("open");
    assert_eq!(told, other);
    files.perform(other, Job::Forget(Leftover::Keep));
    let gone = async {
        while !(files.slots.is_empty() && names(dir.path()).is_empty()) {
            let told = tokio::time::timeout(POLL, files.next()).await;
            assert!(told.is_err(), "nothing is told of what is forgotten");
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("removed");
}
