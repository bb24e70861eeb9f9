//! The form: its rows, and what the keys do to them. Pure.

use std::net::{IpAddr, SocketAddr};

use chat_core::{Link, Nick};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Choice;
use super::field::Field;
use crate::cli::{Hosting, Plaintext};
use crate::editor::Edit;

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

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// Host or join; looks like two.
    Way,
    /// The server to join.
    Server,
    /// What to be called.
    Nick,
    /// Where to listen.
    Address,
    /// On which port.
    Port,
    /// How many may connect.
    Connections,
}

/// What is filled in at first.
#[derive(Debug, Clone)]
pub struct Offered {
    /// What to be called.
    pub nick: Nick,
    /// The server to join.
    pub server: String,
    /// Where a server here listens.
    pub listen: SocketAddr,
    /// How many may connect to it.
    pub connections_max: usize,
}

/// The form.
#[derive(Debug)]
pub struct Form {
    pub(super) row: Row,
    pub(super) way: Way,
    server: Field,
    nick: Field,
    address: Field,
    port: Field,
    connections: Field,
    plaintext: Plaintext,
    pub(super) wrong: Option<String>,
}

impl Form {
    /// A form with everything filled in. `plaintext` is what the command line said.
    #[must_use]
    pub fn new(offered: &Offered, plaintext: Plaintext) -> Form {
        Form {
            row: Row::Way,
            way: Way::default(),
            server: Field::offering(&offered.server),
            nick: Field::offering(offered.nick.as_str()),
            address: Field::offering(&offered.listen.ip().to_string()),
            port: Field::offering(&offered.listen.port().to_string()),
            connections: Field::offering(&offered.connections_max.to_string()),
            plaintext,
            wrong: None,
        }
    }

    /// Says what is wrong, and where: the last choice led nowhere. What was typed stays.
    pub fn say(&mut self, wrong: String, row: Row) {
        (self.wrong, self.row) = (Some(wrong), row);
    }

    /// What was pasted goes where the cursor is; a link wherever that is.
    pub fn paste(&mut self, text: &str) {
        let line = chat_core::text::line(text, 1000);
        if line.starts_with("chat://") {
            (self.way, self.row) = (Way::Join, Row::Server);
            self.server.replace(&line);
        } else if let Some(field) = self.field_mut(self.row) {
            field.insert(&line);
        }
    }

    /// What a key does.
    pub fn key(&mut self, key: KeyEvent) -> Answer {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc | KeyCode::F(10) => return Answer::Chosen(Choice::Leave),
            KeyCode::Char('c' | 'q' | 'd') if ctrl => return Answer::Chosen(Choice::Leave),
            KeyCode::Enter => return self.enter(),
            KeyCode::Down => self.move_by(1),
            KeyCode::Up => self.move_by(-1),
            KeyCode::Tab => self.row = self.row_by(1),
            KeyCode::BackTab => self.row = self.row_by(-1),
            _ if self.row == Row::Way => self.choose(key),
            code => {
                let Some(field) = self.field_mut(self.row) else {
                    return Answer::NotYet;
                };
                match (edit(code, ctrl), code) {
                    (Some(edit), _) => field.apply(edit),
                    (None, KeyCode::Char(c)) if !ctrl => field.insert(c.encode_utf8(&mut [0; 4])),
                    _ => {}
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

    /// Enter goes over the rows that every first start needs, then is the answer; what else is
    /// offered is taken as it is, unless somebody goes there.
    fn enter(&mut self) -> Answer {
        self.wrong = None;
        if let Err(wrong) = self.check(self.row) {
            self.wrong = Some(wrong);
            return Answer::NotYet;
        }
        match (self.row, self.way) {
            (Row::Way, Way::Join) => self.row = Row::Server,
            (Row::Way, Way::Host) | (Row::Server, _) => self.row = Row::Nick,
            _ => {
                return self.choice().map_or_else(
                    |(wrong, row)| {
                        self.say(wrong, row);
                        Answer::NotYet
                    },
                    Answer::Chosen,
                );
            }
        }
        Answer::NotYet
    }

    /// What is chosen with what stands there now.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub(super) fn choice(&self) -> Result<Choice, (String, Row)> {
        for row in self.rows() {
            self.check(*row).map_err(|wrong| (wrong, *row))?;
        }
        let nick = self.nick().map_err(|wrong| (wrong, Row::Nick))?;
        Ok(match self.way {
            Way::Host => Choice::Host {
                hosting: self.hosting().map_err(|wrong| (wrong, Row::Address))?,
                nick,
            },
            Way::Join => Choice::Join {
                link: self.link().map_err(|wrong| (wrong, Row::Server))?,
                nick,
            },
        })
    }

    /// Whether a row is as it should be.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub(super) fn check(&self, row: Row) -> Result<(), String> {
        match row {
            Row::Way => Ok(()),
            Row::Server => self.link().map(drop),
            Row::Nick => self.nick().map(drop),
            Row::Address => self.address().map(drop),
            Row::Port => self.port().map(drop),
            Row::Connections => self.connections_max().map(drop),
        }
    }

    fn nick(&self) -> Result<Nick, String> {
        Nick::parse(self.nick.text()).map_err(|error| error.to_string())
    }

    fn link(&self) -> Result<Link, String> {
        let link: Link = self.server.text().parse().map_err(|e| format!("{e}"))?;
        self.plaintext.apply(link).map_err(|e| e.to_string())
    }

    fn address(&self) -> Result<IpAddr, String> {
        self.address.text().trim().parse().map_err(|_| {
            "write an address of this machine: 0.0.0.0 for all, 127.0.0.1 for itself only"
                .to_owned()
        })
    }

    fn port(&self) -> Result<u16, String> {
        let wrong = "write a port from 1 to 65535, or 0 for any that is free";
        let port = self.port.text().trim().parse();
        port.map_err(|_| wrong.to_owned())
    }

    fn connections_max(&self) -> Result<usize, String> {
        let wrong = "write how many may be connected at once, at least 1";
        let max = self.connections.text().trim().parse().ok();
        max.filter(|max| *max > 0).ok_or_else(|| wrong.to_owned())
    }

    fn hosting(&self) -> Result<Hosting, String> {
        Ok(Hosting {
            listen: Some(SocketAddr::new(self.address()?, self.port()?)),
            connections_max: Some(self.connections_max()?),
        })
    }

    pub(super) fn rows(&self) -> &'static [Row] {
        match self.way {
            Way::Host => &[
                Row::Way,
                Row::Nick,
                Row::Address,
                Row::Port,
                Row::Connections,
            ],
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

    pub(super) fn field(&self, row: Row) -> Option<&Field> {
        Some(match row {
            Row::Way => return None,
            Row::Server => &self.server,
            Row::Nick => &self.nick,
            Row::Address => &self.address,
            Row::Port => &self.port,
            Row::Connections => &self.connections,
        })
    }

    pub(super) fn field_mut(&mut self, row: Row) -> Option<&mut Field> {
        Some(match row {
            Row::Way => return None,
            Row::Server => &mut self.server,
            Row::Nick => &mut self.nick,
            Row::Address => &mut self.address,
            Row::Port => &mut self.port,
            Row::Connections => &mut self.connections,
        })
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
