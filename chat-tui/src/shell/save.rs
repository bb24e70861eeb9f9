//! Writes files that people ask for, and never over one that is there.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Names that are tried: `picture.png`, `picture-2.png`, ….
const NAMES_MAX: u32 = 1_000;

/// Writes the file under this name, or with a number where there is one; gives the name that it got.
///
/// # Errors
/// A sentence that says what to do.
pub fn save(path: &Path, bytes: &[u8]) -> Result<String, String> {
    for number in 1..=NAMES_MAX {
        let name = numbered(path, number);
        match write_new(&name, bytes) {
            Ok(()) => return Ok(name.display().to_string()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                let name = name.display();
                return Err(format!(
                    "{name} could not be written ({error}): name another place"
                ));
            }
        }
    }
    Err(format!(
        "there are {NAMES_MAX} files of that name: choose another"
    ))
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let part =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (stem, ending) = (part(path.file_stem()), part(path.extension()));
    path.with_file_name(format!("{stem}-{number}.{ending}"))
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a picture is of no use; that it can't be removed either is said by the first error.
        drop(std::fs::remove_file(path));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("a picture.png");
        assert_eq!(save(&path, b"one"), Ok(path.display().to_string()));
        let second = place.path().join("a picture-2.png").display().to_string();
        assert_eq!(save(&path, b"two"), Ok(second.clone()));
        assert_eq!(std::fs::read(path).expect("there"), b"one");
        assert_eq!(std::fs::read(second).expect("there"), b"two");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("none/a.png");
        let why = save(&path, b"").expect_err("no such directory");
        assert!(
            why.starts_with(&path.display().to_string()) && why.ends_with("name another place"),
            "{why}"
        );
    }
}
