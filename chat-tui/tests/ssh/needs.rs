//! What the tests need of the machine, and what happens where it is missing.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use portable_pty::{PtySize, native_pty_system};

/// Where `sshd` is, when it is not in the `PATH` of a user.
const SERVER_DIRS: [&str; 4] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/sbin",
    "/opt/homebrew/sbin",
];

/// The programs of OpenSSH, with their whole paths: `sshd` starts itself anew for each connection
/// and insists on that.
pub(crate) struct Tools {
    pub(crate) ssh: PathBuf,
    pub(crate) keygen: PathBuf,
    pub(crate) sshd: PathBuf,
}

impl Tools {
    /// Finds them; `None`, with a word about it, where `user` can't run an `sshd` with them.
    ///
    /// # Panics
    /// In place of that, where `CHAT_TEST_SSH=required`.
    pub(crate) fn find(user: &str) -> Option<Tools> {
        let tools = match installed() {
            None => Err("ssh, ssh-keygen or sshd is not installed"),
            Some(_) if user != "root" && !terminals_belong_to_tty() => {
                Err("only root's sshd can open terminals here: devpts is mounted without gid=")
            }
            Some(tools) => Ok(tools),
        };
        let required = std::env::var("CHAT_TEST_SSH").is_ok_and(|value| value == "required");
        match tools {
            Ok(tools) => Some(tools),
            Err(why) if required => panic!("CHAT_TEST_SSH=required, but {why}"),
            Err(why) => {
                // Past the test's captured output: a skipped test is worth knowing about.
                writeln!(std::io::stderr(), "skipped: {why}").expect("stderr");
                None
            }
        }
    }
}

fn installed() -> Option<Tools> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let find = |name: &str| {
        let dirs = std::env::split_paths(&path).chain(SERVER_DIRS.map(PathBuf::from));
        let mut files = dirs
            .filter(|dir| dir.is_absolute())
            .map(|dir| dir.join(name));
        files.find(|file| file.is_file())
    };
    Some(Tools {
        ssh: find("ssh")?,
        keygen: find("ssh-keygen")?,
        sshd: find("sshd")?,
    })
}

/// Whether new terminals belong to the group `tty` by themselves. `sshd` gives up on one that does
/// not and that it can't give to that group.
fn terminals_belong_to_tty() -> bool {
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let mut groups = groups.lines().filter_map(|line| line.strip_prefix("tty:"));
    let Some(tty) = groups.find_map(|line| line.split(':').nth(1)?.parse::<u32>().ok()) else {
        return true;
    };
    let pty = native_pty_system()
        .openpty(PtySize::default())
        .expect("a PTY");
    let path = pty.master.tty_name().expect("its name");
    let terminal = std::fs::metadata(path).expect("it is open");
    terminal.gid() == tty
}
