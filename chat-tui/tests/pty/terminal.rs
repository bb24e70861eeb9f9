//! The program in a terminal of its own: what is typed goes in, what it shows is read off a screen.
//! Every wait is a read of its output with a deadline.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::margins::Margined;

/// How long anything may take, on a machine that has much else to do.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long a wait for something off the screen goes without looking again.
const LOOK: Duration = Duration::from_millis(50);

/// Asks for left and right margins (DECRQM of mode 69).
const MARGINS: &[u8] = b"\x1b[?69$p";

/// What a terminal says of left and right margins.
#[derive(PartialEq)]
enum Has {
    /// It has them, and moves what is between them alone.
    Margins,
    /// Nothing: it doesn't know the question.
    NoMargins,
}

/// A program in a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    /// This side of the terminal, until it is closed.
    line: Option<Line>,
    output: Receiver<Vec<u8>>,
    closing: Arc<AtomicBool>,
    screen: Margined,
    has: Has,
    /// Every byte that came.
    pub(crate) raw: Vec<u8>,
}

struct Line {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
}

/// Columns and rows.
pub(crate) type Size = (u16, u16);

/// The usual one.
pub(crate) const USUAL: Size = (80, 24);

impl Terminal {
    /// Starts `chat-tui` with these arguments, its data under `data`.
    pub(crate) fn chat(size: Size, data: &Path, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chat-tui"));
        command.args(arguments);
        command.arg("--data-dir");
        command.arg(data);
        // Nothing of the person who runs the tests: settings, shell, home.
        let home = data.parent().expect("in a place");
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(name, home);
        }
        command.cwd(home);
        Terminal::start(size, command)
    }

    /// The same in a terminal with left and right margins, which says so.
    pub(crate) fn with_margins(size: Size, data: &Path, arguments: &[&str]) -> Terminal {
        let mut terminal = Terminal::chat(size, data, arguments);
        // Nothing it wrote has been looked at yet.
        terminal.has = Has::Margins;
        terminal
    }

    /// How often something was moved between margins.
    pub(crate) fn moved(&self) -> usize {
        self.screen.moved
    }

    /// Starts any program.
    pub(crate) fn start((columns, rows): Size, mut command: CommandBuilder) -> Terminal {
        command.env("TERM", "xterm-256color");
        if command.get_cwd().is_none() {
            command.cwd(std::env::temp_dir());
        }
        // Nor of the terminal that they are run in.
        for name in [
            "NO_COLOR",
            "COLORTERM",
            "TMUX",
            "STY",
            "RUST_BACKTRACE",
            "TERM_PROGRAM",
            "LC_TERMINAL",
            "KITTY_WINDOW_ID",
        ] {
            command.env_remove(name);
        }
        let pair = native_pty_system()
            .openpty(pty_size(columns, rows))
            .expect("a terminal");
        let child = pair.slave.spawn_command(command).expect("started");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("readable");
        let keyboard = pair.master.take_writer().expect("writable");
        let (sender, output) = channel();
        let closing = Arc::new(AtomicBool::new(false));
        let closed = closing.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() || closed.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        Terminal {
            child,
            line: Some(Line {
                master: pair.master,
                keyboard,
            }),
            output,
            closing,
            screen: Margined::new(nonzero(rows), nonzero(columns)),
            has: Has::NoMargins,
            raw: Vec::new(),
        }
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        let keyboard = &mut self.line.as_mut().expect("open").keyboard;
        keyboard.write_all(keys.as_bytes()).expect("typed");
        keyboard.flush().expect("typed");
    }

    /// Types a line.
    pub(crate) fn line(&mut self, line: &str) {
        self.keys(&format!("{line}\r"));
    }

    /// What the screen shows, row by row.
    pub(crate) fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// The screen itself.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// Waits until the screen shows this.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) {
        self.wait(text, |terminal| terminal.shown().contains(text));
    }

    /// Waits until it has written this, wherever that went.
    #[track_caller]
    pub(crate) fn wrote(&mut self, text: &str) {
        self.wait(text, |terminal| {
            let raw = String::from_utf8_lossy(&terminal.raw);
            raw.contains(text)
        });
    }

    /// Waits until something is so.
    #[track_caller]
    pub(crate) fn wait(&mut self, what: &str, so: impl Fn(&Terminal) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !so(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited for {what:?}:\n{}", self.shown());
            match self.output.recv_timeout(left.min(LOOK)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    assert!(so(self), "ended before {what:?}:\n{}", self.shown());
                }
            }
        }
    }

    /// Waits until it has written more than this many bytes, or not for long.
    pub(crate) fn wait_a_frame(&mut self, had: usize) {
        if self.raw.len() == had
            && let Ok(bytes) = self.output.recv_timeout(LOOK)
        {
            self.take(&bytes);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.screen.process(bytes);
        let asked = self.raw.len() - bytes.len();
        let mut asked = self.raw[asked.saturating_sub(MARGINS.len() - 1)..].windows(MARGINS.len());
        if self.has == Has::Margins && asked.any(|part| part == MARGINS) {
            self.keys("\x1b[?69;2$y");
        }
    }

    /// Takes in what has come by now.
    pub(crate) fn settle(&mut self) {
        while let Ok(bytes) = self.output.recv_timeout(LOOK) {
            self.take(&bytes);
        }
    }

    /// The join link that a host prints before its screen opens.
    #[track_caller]
    pub(crate) fn join_link(&mut self) -> String {
        self.wrote("join link: chat://");
        self.wrote("\x1b[?1049h");
        let raw = String::from_utf8_lossy(&self.raw).into_owned();
        let (_, link) = raw.split_once("join link: ").expect("just seen");
        link.lines().next().expect("a line").trim().to_owned()
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, (columns, rows): Size) {
        self.screen.set_size(nonzero(rows), nonzero(columns));
        let master = &self.line.as_ref().expect("open").master;
        master.resize(pty_size(columns, rows)).expect("resized");
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = self.child.process_id().expect("running");
        let pid = rustix::process::Pid::from_raw(pid.cast_signed()).expect("a number");
        rustix::process::kill_process(pid, signal).expect("sent");
    }

    /// Waits until the program has ended; gives its exit status.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it did not end:\n{}", self.shown());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => break,
            }
        }
        self.child.wait().expect("ended").exit_code()
    }

    /// Reads nothing any more, as a stopped emulator or a stalled line does.
    pub(crate) fn stall(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // What it answers lets the reader see that.
        self.keys("x");
        while self.output.recv_timeout(DEADLINE).is_ok() {}
    }

    /// Closes the terminal, as a window is closed, and waits until the program has ended.
    pub(crate) fn close(mut self) {
        // So that no reader holds it open.
        self.stall();
        self.line = None;
        self.child.wait().expect("ended");
    }

    /// Waits until the program has ended, without reading what it writes.
    pub(crate) fn ends_unread(mut self) {
        self.child.wait().expect("ended");
    }

    /// Ends the program as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.signal(rustix::process::Signal::KILL);
        self.child.wait().expect("ended");
    }

    /// Whether the terminal is as it was: no mode is left on, and the first screen is shown.
    #[track_caller]
    pub(crate) fn is_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "alternate screen");
        assert!(!screen.bracketed_paste(), "bracketed paste");
        assert!(!screen.hide_cursor(), "hidden cursor");
        let mouse = screen.mouse_protocol_mode();
        assert_eq!(mouse, vt100::MouseProtocolMode::None, "mouse");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves nothing running; one that is over has waited already.
        if let Ok(None) = self.child.try_wait() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

fn nonzero(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal is not empty")
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}
