//! The questions of the form one after the other, for those who want no screen: an empty line takes
//! what is offered. Pure: writes and reads nothing.

use super::Choice;
use super::form::{Form, Row, Way};

/// What a line led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The next question, or the same one again, with the reason in front.
    Ask(Vec<String>),
    /// All is answered.
    Chosen(Choice),
}

/// See the module.
#[derive(Debug)]
pub struct Steps {
    form: Form,
    row: Row,
}

impl Steps {
    /// The questions of `form`.
    #[must_use]
    pub fn of(form: Form) -> Steps {
        Steps {
            form,
            row: Row::Way,
        }
    }

    /// What is asked now.
    #[must_use]
    pub fn question(&self) -> String {
        let ask = match self.row {
            Row::Way => {
                return "Host a chat on this machine, or join one? Type host or join, or a link \
                        (Enter: host)"
                    .into();
            }
            Row::Server => "Which server? Its link or address",
            Row::Nick => "What do you want to be called?",
            Row::Address => {
                "On which address? 0.0.0.0 for all of this machine, 127.0.0.1 for itself only"
            }
            Row::Port => "On which port? 0 for any that is free",
            Row::Connections => "How many may be connected at once?",
        };
        let offered = self.form.field(self.row).map_or("", |field| field.text());
        format!("{ask} (Enter: {offered})")
    }

    /// Takes an answer.
    pub fn answer(&mut self, typed: &str) -> Said {
        let typed = typed.trim();
        if self.row == Row::Way {
            match typed.to_lowercase().as_str() {
                "" | "host" | "h" => self.form.way = Way::Host,
                "join" | "j" => self.form.way = Way::Join,
                _ if typed.starts_with("chat://") => {
                    self.form.paste(typed);
                    self.row = Row::Server;
                }
                _ => return Said::Ask(vec!["Type host or join:".into()]),
            }
        } else if let (false, Some(field)) = (typed.is_empty(), self.form.field_mut(self.row)) {
            field.replace(typed);
        }
        if let Err(wrong) = self.form.check(self.row) {
            return Said::Ask(vec![wrong, self.question()]);
        }
        let rows = self.form.rows();
        let at = rows.iter().position(|row| *row == self.row).unwrap_or(0);
        match rows.get(at + 1) {
            Some(next) => self.row = *next,
            None => match self.form.choice() {
                Ok(choice) => return Said::Chosen(choice),
                Err((wrong, row)) => {
                    self.row = row;
                    return Said::Ask(vec![wrong, self.question()]);
                }
            },
        }
        Said::Ask(vec![self.question()])
    }
}
