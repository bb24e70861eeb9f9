//! `--plain`: the loop around the application. Lines go in as if they had been typed, and what the
//! application shows comes out as lines.

mod going;
mod typed;

use chat_client::{Event as Net, TransferState};
use crossterm::event::{KeyCode, KeyModifiers};
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use tokio::time::Instant;

use crate::app::canvas::Shows;
use crate::app::conversation::Scroll;
use crate::app::missed::Hint;
use crate::app::model::Connection;
use crate::app::popup::{Login, LoginWants, Popup};
use crate::app::{ConversationView, Event};
use crate::plain::ending::{Ending, is_asking, under_way, unstored};
use crate::plain::error::{PlainError, unless_closed_pipe};
use crate::plain::input::{Attended, Input};
use crate::plain::line::Times;
use crate::plain::news::{News, Teller, Warned};
use crate::plain::paper::{self, Paper};
use crate::plain::popups;
use crate::plain::tail::{now, told_to_end};
use crate::shell::data::home::Home;
use crate::shell::door::Door;
use crate::shell::engine::{Ask, Engine, Happened};
use crate::shell::signals;
use crate::shell::switch::{Hosting, Switch};

/// What the application takes the terminal for: nothing depends on it.
const SIZE: Size = Size::new(80, 24);

/// Posts that wait for a connection above which no more input is read.
const WAITING_MAX: usize = 200;

/// Events that are taken in before lines are written.
const BATCH_MAX: usize = 256;

/// Chats in lines until it is left, the input ends, or nobody reads any more.
///
/// # Errors
/// [`PlainError`]; also when something that was typed was refused.
pub async fn chat(home: &Home, door: Door, hosting: Option<Hosting>) -> Result<(), PlainError> {
    let address = door.link().address();
    let mut signals = signals::listen();
    let (mut engine, cached) = Engine::open(home, door)?;
    engine.app.options.returning = home.settings.look.returning;
    engine.app.easel.shows = Shows::Nothing;
    // Nothing that one begins with asks for a terminal.
    let switch = Switch::new(hosting);
    let beginning = switch.beginning(SIZE, &engine.address(), None);
    drop(engine.begin(cached, beginning));
    let look = &home.settings.look;
    let times = Times::new(TimeZone::system(), &look.time, now());
    let input = Input::new();
    let mut chat = Chat {
        home,
        switch,
        engine,
        teller: Teller::new(times, look.joins),
        attended: input.attended(),
        input,
        paper: Paper::new(),
        address,
        greeted: Greeted::NotYet,
        ending: None,
        parting: None,
        refusals: 0,
        unsaid: News::default(),
    };
    let told = async {
        tokio::select! {
            () = told_to_end(&mut signals) => {}
            () = paper::closed() => {}
        }
    };
    let ended = tokio::select! {
        ended = chat.work() => ended,
        () = told => {
            // What is unsaved is kept; that it wants to leave is known.
            drop(chat.engine.tell(Event::Hangup));
            Ok(None)
        }
    };
    let (result, parting) = match ended {
        Ok(parting) => (Ok(()), parting),
        Err(error) => (Err(error), None),
    };
    tokio::join!(chat.engine.leave(parting), chat.switch.end());
    unless_closed_pipe(result)
}

/// Whether there was a login: before, nothing can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Greeted {
    NotYet,
    Yes,
}

struct Chat<'a> {
    home: &'a Home,
    switch: Switch,
    engine: Engine,
    teller: Teller,
    input: Input,
    paper: Paper,
    attended: Attended,
    address: String,
    greeted: Greeted,
    /// The input has ended.
    ending: Option<Ending>,
    /// What is said on leaving.
    parting: Option<String>,
    /// What was typed and not done.
    refusals: usize,
    /// What is to be written.
    unsaid: News,
}

impl Chat<'_> {
    /// Gives the parting word.
    async fn work(&mut self) -> Result<Option<String>, PlainError> {
        self.note(Vec::new());
        loop {
            self.write().await?;
            if self.ending.is_some() && self.is_settled() {
                let parting = self.parting.take();
                return self.ended(parting);
            }
            let reads = self.ending.is_none() && self.may_read();
            let end_by = self.end_by();
            let asks = tokio::select! {
                happened = self.engine.wait() => match self.take_batch(happened) {
                    Err(PlainError::Engine(error)) => self.go_back(error).await,
                    other => other,
                },
                line = self.input.line(), if reads => self.take_line(line?),
                () = until(end_by) => {
                    let parting = self.parting.take();
                    return self.ended(parting);
                }
            };
            // What came before the end is not lost with it.
            let asks = match asks {
                Ok(asks) => asks,
                Err(error) => {
                    self.write().await?;
                    return Err(error);
                }
            };
            for ask in asks {
                match ask {
                    // A program doesn't look whether all has been sent: this ends its input.
                    Ask::Quit { text } if self.is_unfinished_alone() => {
                        self.parting = text;
                        let left = unstored(&self.engine.app);
                        self.ending = Some(Ending::new(left, Instant::now()));
                    }
                    Ask::Quit { text } => {
                        self.write().await?;
                        return self.ended(text);
                    }
                    Ask::Connect(link) => {
                        self.write().await?;
                        self.go(link).await;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Until when the end of the input waits for what was posted.
    fn end_by(&mut self) -> Option<Instant> {
        let left = unstored(&self.engine.app);
        let ending = self.ending.as_mut()?;
        Some(ending.by(left, Instant::now()))
    }

    async fn write(&mut self) -> Result<(), PlainError> {
        let News { said, remarks, .. } = std::mem::take(&mut self.unsaid);
        self.paper.say(&said).await?;
        self.paper.remark(&remarks).await;
        Ok(())
    }

    /// Takes in what happened, and what else has happened by now.
    fn take_batch(&mut self, first: Happened) -> Result<Vec<Ask>, PlainError> {
        let mut asks = self.engine.tick();
        asks.extend(self.take_in(first)?);
        for _ in 1..BATCH_MAX {
            match self.engine.ready() {
                Some(happened) => asks.extend(self.take_in(happened)?),
                None => break,
            }
        }
        Ok(asks)
    }

    fn take_in(&mut self, happened: Happened) -> Result<Vec<Ask>, PlainError> {
        let mut was_asking = is_asking(&self.engine.app);
        match &happened {
            Happened::Net(Some(Net::Transfer(transfer))) => {
                let line = self.teller.transfer(transfer, self.engine.app.now);
                self.unsaid.said.extend(line);
                // What goes wrong with a file is an answer to the line that sent or saved it.
                was_asking |= transfer.state.is_final();
                let left = unstored(&self.engine.app);
                let moves = matches!(transfer.state, TransferState::Running { .. });
                if let Some(ending) = self.ending.as_mut().filter(|_| moves) {
                    *ending = Ending::new(left, Instant::now());
                }
            }
            Happened::Net(Some(Net::RosterChanged {
                conversation,
                change,
            })) => {
                let aside = self.teller.aside(&self.engine.app, *conversation, change);
                self.unsaid.said.extend(aside);
            }
            Happened::Net(Some(Net::Ready)) => self.greeted = Greeted::Yes,
            _ => {}
        }
        let asks = self.engine.take_in(happened)?;
        let asks = self.note(asks);
        if was_asking && self.unsaid.warned == Warned::Yes {
            self.refused_line();
        }
        self.unsaid.warned = Warned::No;
        match self.attended {
            Attended::ByPerson => Ok(asks),
            Attended::ByNobody => self.alone(asks),
        }
    }

    /// Something typed was not done. A person who sees that and mends it has not failed.
    fn refused_line(&mut self) {
        if self.attended == Attended::ByNobody {
            self.refusals += 1;
        }
    }

    /// Takes down what there is to say, and closes what has been said as a whole.
    fn note(&mut self, asks: Vec<Ask>) -> Vec<Ask> {
        let mut asks = asks;
        loop {
            let News {
                said,
                remarks,
                posts_refused,
                warned,
            } = self.teller.news(&self.engine.app);
            self.unsaid.said.extend(said);
            self.unsaid.remarks.extend(remarks);
            self.refusals += posts_refused;
            if warned == Warned::Yes {
                self.unsaid.warned = Warned::Yes;
            }
            if popups::is_read(&self.engine.app) {
                asks.extend(self.press(KeyCode::Esc));
                self.teller.forget_popup();
                continue;
            }
            // What is only offered is said, too: lines get in nobody's way.
            let app = &self.engine.app;
            if app.popup().is_none() && app.away.hint == Hint::Shown {
                asks.extend(self.press(KeyCode::F(7)));
                continue;
            }
            // Whatever is said is seen: nothing is scrolled away.
            let scrolled = |view: &ConversationView| view.scroll != Scroll::Newest;
            if self.engine.app.popup().is_none() && self.engine.app.current().is_some_and(scrolled)
            {
                asks.extend(self.press_with(KeyCode::End, KeyModifiers::ALT));
                if !self.engine.app.current().is_some_and(scrolled) {
                    continue;
                }
            }
            return asks;
        }
    }

    /// Where nobody can be asked, questions are answered with what makes sense, or end it.
    fn alone(&mut self, asks: Vec<Ask>) -> Result<Vec<Ask>, PlainError> {
        let mut asks = asks;
        if let Connection::Closed { why } = &self.engine.app.connection {
            return Err(PlainError::Ended(why.clone()));
        }
        match self.engine.app.popup() {
            Some(Popup::Certificate { fingerprint }) => {
                return Err(PlainError::UnknownCertificate {
                    address: self.address.clone(),
                    fingerprint: *fingerprint,
                });
            }
            Some(Popup::Login(login)) => return Err(login_refused(login)),
            // It was asked for in so many words.
            Some(Popup::Quit(_) | Popup::TakeBack(_) | Popup::ResetCanvas(_)) => {
                asks.extend(self.press(KeyCode::Char('y')))
            }
            Some(Popup::Nick(_) | Popup::Connect(_) | Popup::Forget { .. } | Popup::Paste(_)) => {
                self.refused_line();
                asks.extend(self.press(KeyCode::Esc));
            }
            _ => {}
        }
        Ok(asks)
    }

    /// Whether the next line would go where it was meant for: after a login, and after what the
    /// lines before it asked for. While there is a connection it waits until the one before is
    /// stored, so that a server that limits posts can't change their order.
    fn may_read(&self) -> bool {
        let app = &self.engine.app;
        let unstored_max = if app.is_online() { 1 } else { WAITING_MAX };
        match app.popup() {
            Some(_) => popups::question(app).is_some(),
            None => {
                self.greeted == Greeted::Yes
                    && !is_asking(app)
                    && unstored(app) < unstored_max
                    && !self.waits_for_files()
            }
        }
    }

    /// A program's next line may need the file; a person goes on chatting.
    fn waits_for_files(&self) -> bool {
        self.attended == Attended::ByNobody && under_way(&self.engine.app) > 0
    }

    /// Whether everything that was typed is done, and said.
    fn is_settled(&self) -> bool {
        let app = &self.engine.app;
        // Before a login nothing was read that could have to be done.
        self.greeted == Greeted::NotYet
            || (unstored(app) == 0 && !is_asking(app) && under_way(app) == 0)
    }

    /// Whether a program wants to leave before everything is done.
    fn is_unfinished_alone(&self) -> bool {
        self.attended == Attended::ByNobody && self.ending.is_none() && !self.is_settled()
    }

    fn ended(&self, parting: Option<String>) -> Result<Option<String>, PlainError> {
        match (self.refusals, unstored(&self.engine.app)) {
            (0, 0) if self.ending.is_some() && under_way(&self.engine.app) > 0 => {
                Err(PlainError::FilesCutOff(under_way(&self.engine.app)))
            }
            (0, 0) => Ok(parting),
            // Leaving waits for these a little longer, and what is left is kept.
            (0, _) if self.ending.is_none() => Ok(parting),
            (0, unsent) => Err(PlainError::Unsent(unsent)),
            (refusals, _) => Err(PlainError::Refusals(refusals)),
        }
    }
}

fn login_refused(login: &Login) -> PlainError {
    PlainError::Login {
        why: login.reason.clone(),
        advice: match (login.wants, login.input.text()) {
            (LoginWants::Invite, _) => "give the whole link, which has the invite in it".into(),
            (LoginWants::Nick, "") => "try another --nick".into(),
            (LoginWants::Nick, free) => format!("try --nick {free}"),
        },
    }
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}
