//! An `sshd` of this test's own: its configuration, its keys, its port. The system's is never
//! touched, and nothing of the user's is read or written.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

/// Where `sshd` is, when it is not in the `PATH` of a user.
const SERVER_DIRS: [&str; 4] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/sbin",
    "/opt/homebrew/sbin",
];

/// A free port can be taken by somebody else before `sshd` has it.
const ATTEMPTS: usize = 5;

/// A server that lets in whoever has its key. Ends when it is dropped.
pub(crate) struct Sshd {
    ssh: PathBuf,
    user: String,
    port: u16,
    process: Child,
    dir: TempDir,
}

impl Sshd {
    /// Starts one; `None`, with a word about it, where OpenSSH is missing and that is no failure.
    pub(crate) fn start() -> Option<Sshd> {
        let Some((ssh, keygen, server)) = tools() else {
            let required = std::env::var("CHAT_TEST_SSH").is_ok_and(|value| value == "required");
            assert!(
                !required,
                "CHAT_TEST_SSH=required, but ssh, ssh-keygen or sshd is missing"
            );
            // Past the test's captured output: a skipped test is worth knowing about.
            writeln!(std::io::stderr(), "skipped: OpenSSH is not installed").expect("stderr");
            return None;
        };
        let dir = tempfile::tempdir().expect("a directory");
        for key in ["host_key", "user_key"] {
            let path = dir.path().join(key);
            run(Command::new(&keygen)
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(path));
        }
        let user = run(Command::new("id").arg("-un")).trim().to_owned();
        if user == "root" {
            // Where root's sshd locks up what is not logged in yet; made by its service otherwise.
            std::fs::create_dir_all("/run/sshd").expect("/run/sshd");
        }
        let started = (0..ATTEMPTS).find_map(|_| listen(&server, dir.path()));
        let (process, port) = started.expect("sshd listens");
        Some(Sshd {
            ssh,
            user,
            port,
            process,
            dir,
        })
    }

    /// What connects to it and runs `script` there, on a terminal.
    pub(crate) fn connect(&self, script: &Path) -> CommandBuilder {
        let in_dir = |name| self.dir.path().join(name).display().to_string();
        let mut command = CommandBuilder::new(&self.ssh);
        command.args(["-tt", "-F", "/dev/null", "-e", "none", "-p"]);
        command.arg(self.port.to_string());
        command.args(["-i", &in_dir("user_key")]);
        for option in [
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=no",
            "LogLevel=ERROR",
            &format!("UserKnownHostsFile={}", in_dir("known_hosts")),
        ] {
            command.args(["-o", option]);
        }
        command.arg(format!("{}@127.0.0.1", self.user));
        command.arg(format!("/bin/sh {}", quoted(script)));
        command
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // It may have ended by itself; whoever needed it has noticed.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// `ssh`, `ssh-keygen` and `sshd`, the last with its whole path: it starts itself anew for each
/// connection and insists on that.
fn tools() -> Option<(PathBuf, PathBuf, PathBuf)> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let find = |name: &str| {
        let dirs = std::env::split_paths(&path).chain(SERVER_DIRS.map(PathBuf::from));
        let mut files = dirs.filter(|dir| dir.is_absolute());
        files.find_map(|dir| Some(dir.join(name)).filter(|file| file.is_file()))
    };
    Some((find("ssh")?, find("ssh-keygen")?, find("sshd")?))
}

/// Starts `sshd` on a port that was free just now and waits until it listens; `None` if it doesn't.
fn listen(server: &Path, dir: &Path) -> Option<(Child, u16)> {
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let config = dir.join("sshd_config");
    std::fs::write(&config, configuration(dir, port)).expect("the configuration");
    let mut process = Command::new(server)
        .args(["-D", "-e", "-f"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sshd runs");
    let log = process.stderr.take().expect("it is piped");
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    if lines.any(|line| line.starts_with("Server listening on")) {
        // Read on, so that it never waits for somebody to read. Shown when the test fails.
        std::thread::spawn(move || lines.for_each(|line| println!("sshd: {line}")));
        return Some((process, port));
    }
    process.wait().expect("it closed its log: it has ended");
    None
}

fn configuration(dir: &Path, port: u16) -> String {
    let dir = dir.display();
    format!(
        "ListenAddress 127.0.0.1\n\
         Port {port}\n\
         HostKey \"{dir}/host_key\"\n\
         AuthorizedKeysFile \"{dir}/user_key.pub\"\n\
         AuthenticationMethods publickey\n\
         PermitRootLogin yes\n\
         PidFile none\n\
         StrictModes no\n\
         UseDNS no\n\
         UsePAM no\n\
         PrintMotd no\n\
         PrintLastLog no\n"
    )
}

/// A path as a word of a shell.
pub(crate) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// Runs a command to its end and gives what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}
