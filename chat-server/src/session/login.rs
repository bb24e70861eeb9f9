//! Hello, challenge, login.

use chat_core::command::{Command, Hello, Login};
use chat_core::event::{Announced, Bye, Challenge, LoginRefused, Ready, Refused};
use chat_core::limits::VERSION;
use chat_core::{Code, Event, Refusal, RequestId, Text};
use subtle::ConstantTimeEq;

use super::{Act, Phase, Session, Step};
use crate::hub::{Input, LoginDone};

impl Session {
    pub(super) fn log_in(&mut self, command: Command, acts: &mut Vec<Act>) {
        let Phase::Stranger(stranger) = &mut self.phase else {
            return;
        };
        match (stranger.step, command) {
            (Step::Hello, Command::Hello(hello)) => self.hello(&hello),
            (Step::Challenged, Command::Login(login)) => {
                let (nonce, binding) = (&stranger.nonce, &stranger.binding);
                if login.key.verifies(nonce, binding, &login.signature) {
                    stranger.step = Step::Deciding;
                    self.ask_for_login(login, acts);
                } else {
                    self.close(
                        Code::BadSignature,
                        "the signature does not fit this key and this connection",
                    );
                }
            }
            (Step::Deciding, _) => {}
            (Step::Hello, _) => self.violation("it starts with Hello"),
            (Step::Challenged, _) => self.violation("a Login was expected"),
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
        if let Phase::Stranger(stranger) = &mut self.phase {
            stranger.step = Step::Challenged;
            let challenge = Challenge {
                version: VERSION,
                nonce: stranger.nonce,
                agent: Text::new(&self.terms.agent),
            };
            self.send(&challenge.into());
        }
    }

    fn ask_for_login(&mut self, login: Login, acts: &mut Vec<Act>) {
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
        let Phase::Stranger(stranger) = &mut self.phase else {
            return;
        };
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
                stranger.step = Step::Challenged;
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
