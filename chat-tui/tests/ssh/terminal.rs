//! A terminal: a program in a PTY, and an emulator that draws what it writes. Everything waits for
//! something to be seen, with a bound; nothing sleeps.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use vt100::{Callbacks, Parser, Screen};

/// Far more than anything here takes; a test that hangs ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Begin and end of a frame: in between the screen is neither the old nor the new one.
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// See the module.
pub(crate) struct Terminal {
    emulator: Parser<Clipboard>,
    /// Everything that was written.
    written: Vec<u8>,
    output: mpsc::Receiver<Vec<u8>>,
    keyboard: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    program: Box<dyn Child + Send + Sync>,
}

/// What was copied with OSC 52: selection and base64.
#[derive(Default)]
struct Clipboard(Vec<(String, Vec<u8>)>);

impl Callbacks for Clipboard {
    fn copy_to_clipboard(&mut self, _: &mut Screen, selection: &[u8], data: &[u8]) {
        let selection = String::from_utf8_lossy(selection).into_owned();
        self.0.push((selection, data.to_owned()));
    }
}

impl Terminal {
    /// Runs a program on a new terminal of this many columns and rows.
    pub(crate) fn run(mut command: CommandBuilder, width: u16, height: u16) -> Terminal {
        command.env("TERM", "xterm-256color");
        let pty = native_pty_system()
            .openpty(size(width, height))
            .expect("a PTY");
        let program = pty.slave.spawn_command(command).expect("runs");
        let mut from = pty.master.try_clone_reader().expect("a reader");
        let (sender, output) = mpsc::channel(64);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end of the program is an error on some systems.
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                if sender.blocking_send(bytes[..count].to_owned()).is_err() {
                    return;
                }
            }
        });
        let (rows, columns) = (cells(height), cells(width));
        Terminal {
            emulator: Parser::new_with_callbacks(rows, columns, 0, Clipboard::default()),
            written: Vec::new(),
            output,
            keyboard: pty.master.take_writer().expect("a writer"),
            master: pty.master,
            program,
        }
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> &Screen {
        self.emulator.screen()
    }

    /// The rows of the screen.
    pub(crate) fn rows(&self) -> Vec<String> {
        let (_, width) = self.screen().size();
        self.screen().rows(0, width.get()).collect()
    }

    /// Everything that was written until now, as text.
    pub(crate) fn written(&self) -> String {
        String::from_utf8_lossy(&self.written).into_owned()
    }

    /// What was copied to the clipboard until now: selection and base64.
    pub(crate) fn copied(&self) -> &[(String, Vec<u8>)] {
        &self.emulator.callbacks().0
    }

    /// Where a text is on the screen: row and column of its first cell.
    pub(crate) fn find(&self, text: &str) -> Option<(u16, u16)> {
        let (height, width) = self.screen().size();
        let from = |row: u16, column: u16| {
            let mut rest = text;
            (column..width.get()).all(|column| {
                let cell = self.screen().cell(row, column);
                let shown = cell.map_or("", |cell| match cell.contents() {
                    "" if !cell.is_wide_continuation() => " ",
                    contents => contents,
                });
                match rest.strip_prefix(shown) {
                    Some(behind) => rest = behind,
                    None => return rest.is_empty(),
                }
                true
            }) && rest.is_empty()
        };
        (0..height.get())
            .flat_map(|row| (0..width.get()).map(move |column| (row, column)))
            .find(|(row, column)| from(*row, *column))
    }

    /// Waits until a text is on the screen.
    pub(crate) async fn until_shown(&mut self, text: &str) -> (u16, u16) {
        self.until(text, |terminal| terminal.find(text)).await
    }

    /// Waits until a whole frame, or what else is written, is what is wanted.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        wanted: impl Fn(&Terminal) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = Some(&*self)
                .filter(|terminal| terminal.is_between_frames())
                .and_then(&wanted)
            {
                return found;
            }
            match timeout_at(deadline, self.output.recv()).await {
                Ok(Some(bytes)) => self.take_in(&bytes),
                Ok(None) => panic!("ended before {what:?} was seen:\n{}", self.picture()),
                Err(_) => panic!("no {what:?}:\n{}", self.picture()),
            }
        }
    }

    fn is_between_frames(&self) -> bool {
        let last = |sequence: &[u8]| {
            let mut windows = self.written.windows(sequence.len());
            windows.rposition(|window| window == sequence)
        };
        last(FRAME_BEGINS) <= last(FRAME_ENDS)
    }

    fn take_in(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.emulator.process(bytes);
    }

    fn picture(&self) -> String {
        self.rows().join("\n")
    }

    /// Types keys, or what a mouse sends.
    pub(crate) fn types(&mut self, keys: &str) {
        let typed = self.keyboard.write_all(keys.as_bytes());
        typed
            .and_then(|()| self.keyboard.flush())
            .expect("the program listens");
    }

    /// Presses and releases the left button, as a terminal tells it (SGR, counted from 1).
    pub(crate) fn clicks(&mut self, (row, column): (u16, u16)) {
        let (x, y) = (column + 1, row + 1);
        self.types(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
    }

    /// The window has another size from here on.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.emulator.set_size(cells(height), cells(width));
        self.master.resize(size(width, height)).expect("resizes");
    }

    /// Ends the program with no chance to say goodbye, as a lost network does to the other side.
    pub(crate) fn cut(&mut self) {
        let pid = self.program.process_id().and_then(|id| id.try_into().ok());
        if let (Some(pid), Ok(None)) = (pid.and_then(Pid::from_raw), self.program.try_wait()) {
            kill_process(pid, Signal::KILL).expect("it is ours and not waited for");
        }
    }

    /// Waits for the program's end, and takes in all that it has written.
    pub(crate) async fn ends(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match timeout_at(deadline, self.output.recv()).await {
                Ok(Some(bytes)) => self.take_in(&bytes),
                // Its terminal is closed: it is about to end.
                Ok(None) => return self.program.wait().expect("its status"),
                Err(_) => panic!("it does not end:\n{}", self.picture()),
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.cut();
        // Nobody wants to know how it ended; it must not stay a zombie.
        drop(self.program.wait());
    }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize {
        cols: width,
        rows: height,
        ..PtySize::default()
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has cells")
}
