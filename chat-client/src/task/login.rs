//! From `Hello` to `Welcome`.

use std::time::Duration;

use chat_core::command::{Command, Hello, Login};
use chat_core::event::{Challenge, Pong, Welcome};
use chat_core::identity::ChannelBinding;
use chat_core::limits::{LINE_BYTES, VERSION};
use chat_core::wire::Received;
use chat_core::{Event as Said, Text};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Ended, Proof, Signal, Task};
use crate::error::Error;
use crate::event::Event;
use crate::net::{Loss, Wire};

/// Longest wait for the server's answer to a step of the login: it may have to make an account on
/// a slow disk.
const ANSWER: Duration = Duration::from_secs(15);

impl Task {
    pub(super) async fn login<S>(
        &mut self,
        wire: &mut Wire<S>,
        binding: &ChannelBinding,
    ) -> Result<Welcome, Ended>
    where
        S: AsyncRead + AsyncWrite,
    {
        let challenge = self.greet(wire).await?;
        // An account that was here keeps the nick that it has, which another of its sessions may
        // have changed meanwhile.
        let mut nick = self.nick.clone().filter(|_| self.nick_had.is_none());
        loop {
            let login = Login {
                key: self.identity.public(),
                signature: self.identity.sign_login(&challenge.nonce, binding),
                nick: nick.clone(),
                invite: self.invite.clone(),
            };
            let answer = self.during(ANSWER, exchange(wire, login.into())).await?;
            match answer.map_err(|loss| self.lost(&loss))? {
                Said::Welcome(welcome) => {
                    self.nick_had = Some(welcome.nick.to_string());
                    return Ok(welcome);
                }
                Said::LoginRefused(refused) => {
                    // A server that knows the account no more needs the nick after all.
                    if nick.is_none() && self.nick_had.is_some() {
                        nick = self.nick_had.clone();
                        continue;
                    }
                    self.session.tell(Event::LoginRefused(refused.into()));
                    nick = self.ask_for_nick(wire).await?;
                }
                Said::Bye(bye) => return Err(self.bye(bye)),
                said => return Err(self.out_of_place(&said)),
            }
        }
    }

    async fn greet<S>(&mut self, wire: &mut Wire<S>) -> Result<Challenge, Ended>
    where
        S: AsyncRead + AsyncWrite,
    {
        let hello = Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: Text::line(&self.agent, LINE_BYTES),
        };
        let answer = self.during(ANSWER, exchange(wire, hello.into())).await?;
        let challenge = match answer.map_err(|loss| self.lost(&loss))? {
            Said::Challenge(challenge) => challenge,
            Said::Bye(bye) => return Err(self.bye(bye)),
            said => return Err(self.out_of_place(&said)),
        };
        self.proof = Proof::Spoke;
        if challenge.version != VERSION {
            return Err(Ended::Closed(Error::Version {
                address: self.address.clone(),
                why: format!("{} instead of {VERSION}", challenge.version),
            }));
        }
        Ok(challenge)
    }

    /// Waits for a person, on this connection as long as the server keeps it.
    async fn ask_for_nick<S>(&mut self, wire: &mut Wire<S>) -> Result<Option<String>, Ended>
    where
        S: AsyncRead + AsyncWrite,
    {
        let mut open = true;
        loop {
            tokio::select! {
                signal = self.signal() => match signal {
                    Signal::LoginAs if open => return Ok(self.nick.clone()),
                    Signal::LoginAs | Signal::Reconnect => return Err(Ended::Anew),
                    Signal::Quit(_) => return Err(Ended::Closed(Error::Left)),
                    Signal::Work | Signal::Accept(_) => {}
                },
                said = wire.reader.next(), if open => match said {
                    Ok(Received::Message(Said::Ping(ping))) => {
                        let pong = Pong { token: ping.token };
                        open = wire.send(&pong.into()).await.is_ok();
                    }
                    Ok(Received::Message(Said::Bye(_))) | Err(_) => open = false,
                    Ok(_) => {}
                },
            }
        }
    }

    fn out_of_place(&self, said: &Said) -> Ended {
        let text = format!("a message of kind {} during the login", said.kind());
        self.lost(&Loss::Nonsense(text))
    }
}

/// Sends a command and reads what comes back, past kinds that this version doesn't know.
async fn exchange<S>(wire: &mut Wire<S>, command: Command) -> Result<Said, Loss>
where
    S: AsyncRead + AsyncWrite,
{
    // A server that closed at once has said why, so what it said is read in any case.
    let sent = wire.send(&command).await;
    loop {
        match wire.reader.next().await {
            Ok(Received::Message(said)) => return Ok(said),
            Ok(Received::Unknown { kind, .. }) => {
                tracing::debug!(kind, "message of an unknown kind skipped");
            }
            Err(loss) => return Err(sent.err().unwrap_or(loss)),
        }
    }
}
