//! The form: three rows, and what the keys do to them. Pure.

use chat_core::{Link, Nick};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Choice;
use crate::cli::Plaintext;
use crate::editor::{Edit, Editor};

/// Host or join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// Run a server here.
    #[default]
    Host,
    /// Join one.
    Join,
}

/// What a key led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The form is still open.
    NotYet,
    /// It is filled in.
    Chosen(Choice),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    Way,
    Server,
    Nick,
}

/// The form.
#[derive(Debug)]
pub struct Form {
    pub(super) row: Row,
    pub(super) way: Way,
    pub(super) server: Editor,
    pub(super) nick: Editor,
    plaintext: Plaintext,
    pub(super) wrong: Option<String>,
}

impl Form {
    /// A form with `nick` filled in. `plaintext` is what the command line said.
    #[must_use]
    pub fn new(way: Way, nick: &Nick, plaintext: Plaintext) -> Form {
        let mut form = Form {
            row: Row::Way,
            way,
            server: Editor::new(),
            nick: Editor::new(),
            plaintext,
            wrong: None,
        };
        form.nick.set_text(nick.as_str());
        form
    }

    /// Says what is wrong: the last choice led nowhere.
    #[must_use]
    pub fn saying(mut self, wrong: String) -> Form {
        self.wrong = Some(wrong);
        self
    }

    /// What was pasted goes where the cursor is; a link wherever that is.
    pub fn paste(&mut self, text: &str) {
        let line = chat_core::text::line(text, 1000);
        if line.starts_with("chat://") {
            (self.way, self.row) = (Way::Join, Row::Server);
            self.server.set_text("");
        }
        if let Some(editor) = self.editor() {
            editor.insert(&line);
        }
    }

    /// What a key does.
    pub fn key(&mut self, key: KeyEvent) -> Answer {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc | KeyCode::F(10) => return Answer::Chosen(Choice::Leave),
            KeyCode::Char('c' | 'q' | 'd') if ctrl => return Answer::Chosen(Choice::Leave),
            KeyCode::Enter => return self.enter(),
            KeyCode::Down | KeyCode::Tab => self.move_by(1),
            KeyCode::Up | KeyCode::BackTab => self.move_by(-1),
            _ if self.row == Row::Way => self.choose(key),
            code => {
                if let (Some(edit), Some(editor)) = (edit(code, ctrl), self.editor()) {
                    editor.apply(edit);
                } else if let (KeyCode::Char(c), false, Some(editor)) = (code, ctrl, self.editor())
                {
                    editor.insert(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
        Answer::NotYet
    }

    fn choose(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Left | KeyCode::Char('h') => self.way = Way::Host,
            KeyCode::Right | KeyCode::Char('j') => self.way = Way::Join,
            KeyCode::Char(' ') => {
                self.way = match self.way {
                    Way::Host => Way::Join,
                    Way::Join => Way::Host,
                }
            }
            _ => {}
        }
    }

    /// Enter on what is complete is the answer, else it goes to what is missing.
    fn enter(&mut self) -> Answer {
        self.wrong = None;
        if self.way == Way::Join && self.server.is_empty() {
            self.row = Row::Server;
            return Answer::NotYet;
        }
        if self.row != Row::Nick && self.way == Way::Join {
            if let Err(wrong) = self.link() {
                (self.wrong, self.row) = (Some(wrong), Row::Server);
                return Answer::NotYet;
            }
            self.row = Row::Nick;
            return Answer::NotYet;
        }
        if self.row == Row::Way {
            self.row = Row::Nick;
            return Answer::NotYet;
        }
        self.choice().unwrap_or_else(|(wrong, row)| {
            (self.wrong, self.row) = (Some(wrong), row);
            Answer::NotYet
        })
    }

    fn choice(&self) -> Result<Answer, (String, Row)> {
        let nick = Nick::parse(self.nick.text()).map_err(|e| (e.to_string(), Row::Nick))?;
        Ok(Answer::Chosen(match self.way {
            Way::Host => Choice::Host { nick },
            Way::Join => Choice::Join {
                link: self.link().map_err(|wrong| (wrong, Row::Server))?,
                nick,
            },
        }))
    }

    fn link(&self) -> Result<Link, String> {
        let link: Link = self.server.text().parse().map_err(|e| format!("{e}"))?;
        self.plaintext.apply(link).map_err(|e| e.to_string())
    }

    pub(super) fn rows(&self) -> &'static [Row] {
        match self.way {
            Way::Host => &[Row::Way, Row::Nick],
            Way::Join => &[Row::Way, Row::Server, Row::Nick],
        }
    }

    /// A line up or down, as it looks: the two ways are a line each.
    fn move_by(&mut self, by: isize) {
        let (way, row) = match (self.row, self.way, by.signum()) {
            (Row::Way, Way::Host, 1) => (Way::Join, Row::Way),
            (Row::Way, Way::Join, -1) => (Way::Host, Row::Way),
            (_, way, _) => (way, self.row_by(by)),
        };
        (self.way, self.row) = (way, row);
    }

    fn row_by(&self, by: isize) -> Row {
        let rows = self.rows();
        let at = rows.iter().position(|row| *row == self.row).unwrap_or(0);
        rows[at.saturating_add_signed(by).min(rows.len() - 1)]
    }

    fn editor(&mut self) -> Option<&mut Editor> {
        match self.row {
            Row::Way => None,
            Row::Server => Some(&mut self.server),
            Row::Nick => Some(&mut self.nick),
        }
    }
}

fn edit(code: KeyCode, ctrl: bool) -> Option<Edit> {
    Some(match code {
        KeyCode::Backspace => Edit::Backspace,
        KeyCode::Delete => Edit::Delete,
        KeyCode::Left => Edit::Left,
        KeyCode::Right => Edit::Right,
        KeyCode::Home => Edit::Home,
        KeyCode::End => Edit::End,
        KeyCode::Char('a') if ctrl => Edit::Home,
        KeyCode::Char('e') if ctrl => Edit::End,
        KeyCode::Char('w') if ctrl => Edit::DeleteWordBefore,
        KeyCode::Char('u') if ctrl => Edit::DeleteToStart,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Theme;

    /// Keys as words (`Down`, `Enter`) or text, and what they lead to.
    #[track_caller]
    fn check(keys: &[&str], want: &str) {
        let ann = Nick::parse("ann").expect("allowed");
        let mut form = Form::new(Way::Host, &ann, Plaintext::No);
        let mut answer = Answer::NotYet;
        for word in keys {
            let codes = match *word {
                "Enter" => vec![KeyCode::Enter],
                "Esc" => vec![KeyCode::Esc],
                "Down" => vec![KeyCode::Down],
                "Up" => vec![KeyCode::Up],
                "Right" => vec![KeyCode::Right],
                "Back" => vec![KeyCode::Backspace],
                text => text.chars().map(KeyCode::Char).collect(),
            };
            for code in codes {
                answer = form.key(KeyEvent::new(code, KeyModifiers::NONE));
            }
        }
        let got = match (answer, form.wrong) {
            (Answer::Chosen(Choice::Host { nick }), _) => format!("host as {nick}"),
            (Answer::Chosen(Choice::Join { link, nick }), _) => format!("join {link} as {nick}"),
            (Answer::Chosen(Choice::Leave), _) => "leave".into(),
            (Answer::NotYet, Some(wrong)) => wrong,
            (Answer::NotYet, None) => "open".into(),
        };
        assert!(got.contains(want), "{keys:?}: {got:?} lacks {want:?}");
    }

    #[test]
    fn enter_twice_hosts_with_what_is_offered() {
        check(&["Enter"], "open");
        check(&["Enter", "Enter"], "host as ann");
        check(
            &["Enter", "Back", "Back", "Back", "bob", "Enter"],
            "host as bob",
        );
        check(&["Down", "Up", "Enter", "Enter"], "host as ann");
        check(&["Esc"], "leave");
    }

    #[test]
    fn joining_asks_for_the_server_and_the_nick() {
        check(&["Right", "Enter", "Enter"], "open");
        check(
            &["Right", "Enter", "chat.example", "Enter", "Enter"],
            "join chat://chat.example:7878/ as ann",
        );
        check(
            &["Down", "Down", "chat.example", "Down", "Enter"],
            "join chat://chat.example:7878/ as ann",
        );
        check(&["j", "Enter", "h:x", "Enter"], "'x' is not a port");
        check(&["j", "Enter", "chat://h/#tls=off", "Enter"], "--plaintext");
        check(
            &["j", "Enter", "h", "Enter", "Back", "Back", "Back", "Enter"],
            "can't be empty",
        );
    }

    #[test]
    fn a_pasted_link_is_joined() {
        let ann = Nick::parse("ann").expect("allowed");
        let mut form = Form::new(Way::Host, &ann, Plaintext::No);
        form.paste("chat://chat.example:9000/\n");
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(form.key(enter), Answer::NotYet);
        let Answer::Chosen(Choice::Join { link, .. }) = form.key(enter) else {
            panic!("not joined: {form:?}");
        };
        assert_eq!(link.to_string(), "chat://chat.example:9000/");
    }

    #[test]
    fn it_fits_any_terminal() {
        let ann = Nick::parse("ann").expect("allowed");
        for (width, height) in [(80, 24), (40, 10), (20, 5), (3, 2), (1, 1)] {
            let mut form = Form::new(Way::Join, &ann, Plaintext::No);
            form.row = Row::Server;
            form.paste(&"long".repeat(30));
            let backend = ratatui::backend::TestBackend::new(width, height);
            let mut terminal = ratatui::Terminal::new(backend).expect("a terminal");
            let drawn = terminal.draw(|frame| form.draw(frame, &Theme::default()));
            drawn.expect("drawn");
        }
    }
}
