//! Hello, challenge, login.

use chat_core::command::{Command, Hello, Login};
use chat_core::event::{Announced, Bye, Challenge, LoginRefused, Ready, Refused};
use chat_core::limits::VERSION;
use chat_core::{Code, Event, Refusal, RequestId, Text};
use subtle::ConstantTimeEq;

use super::{Act, Phase, Session};
use crate::hub::{Input, LoginDone};

impl Session {
    pub(super) fn log_in(&mut self, command: Command, acts: &mut Vec<Act>) {
        match (&self.phase, command) {
            (Phase::Hello, Command::Hello(hello)) => self.hello(&hello),
            (Phase::Challenged, Command::Login(login)) => self.check_login(login, acts),
            (Phase::Hello, _) => self.violation("it starts with Hello"),
            _ => self.violation("a Login was expected"),
        }
    }

    fn hello(&mut self, hello: &Hello) {
        if !(hello.version_min..=hello.version_max).contains(&VERSION) {
            let text = format!(
                "this server speaks version {VERSION} of the protocol and your client {} to {}: update the older one",
                hello.version_min, hello.version_max
            );
            return self.close(Code::Version, &text);
        }
        self.phase = Phase::Challenged;
        let agent = Text::new(&self.terms.agent);
        self.send(
            &Challenge {
                version: VERSION,
                nonce: self.nonce,
                agent,
            }
            .into(),
        );
    }

    fn check_login(&mut self, login: Login, acts: &mut Vec<Act>) {
        if !login
            .key
            .verifies(&self.nonce, &self.binding, &login.signature)
        {
            return self.close(
                Code::BadSignature,
                "the signature does not fit this key and this connection",
            );
        }
        self.phase = Phase::Deciding;
        let shown = login.invite.unwrap_or_default();
        let invited = self
            .terms
            .invite
            .as_ref()
            .is_none_or(|i| i.as_bytes().ct_eq(shown.as_bytes()).into());
        acts.push(Act::Hub(Input::Login {
            session: self.id,
            key: login.key,
            nick: login.nick,
            invited,
        }));
    }

    /// The hub has decided whether it is let in.
    pub fn handle_login(&mut self, result: Result<LoginDone, Refusal>) {
        if self.closing().is_some() {
            return;
        }
        match result {
            Ok(done) => {
                self.phase = Phase::Live(done.account);
                self.send(&done.welcome.into());
                for conversation in done.conversations {
                    self.send(&Announced { conversation }.into());
                }
                self.send(&Ready {}.into());
            }
            // Another try on this connection can't help.
            Err(refusal) if matches!(refusal.code, Code::Storage | Code::NotPossible) => {
                let text = Text::new(&refusal.text);
                self.say_bye(Bye {
                    code: refusal.code,
                    text,
                    retry_after_ms: refusal.retry_after_ms,
                });
            }
            Err(refusal) => {
                self.phase = Phase::Challenged;
                self.send(&LoginRefused::from(refusal).into());
            }
        }
    }

    /// A frame of a kind that this server doesn't know: refused where it is a request, else
    /// skipped.
    pub(super) fn unknown(&mut self, kind: u16, request: Option<RequestId>) {
        if !self.is_live() {
            return self.violation(&format!("kind {kind} before the login"));
        }
        if let Some(request) = request {
            let text = "the server can't do that: it is older than your client";
            let refusal = Refusal::new(Code::UnknownCommand, text);
            self.send(&Event::Refused(Refused::new(request, refusal)));
        }
    }
}
