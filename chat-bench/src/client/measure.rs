//! What is measured of a client in a terminal, whichever client it is.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::crowd::Talk;
use super::terminal::{Cost, Terminal};
use super::words;
use crate::times::{Quantiles, Times};

/// Key presses and lines that are measured.
const SAMPLES: usize = 100;

/// Letters of a line.
const LETTERS: usize = 45;

/// Keys until the input is cleared.
const TYPED_MAX: usize = 50;

/// Between two groups of lines of the flood.
const BEAT: Duration = Duration::from_millis(5);

/// Between two keys during the flood.
const KEY_EVERY: Duration = Duration::from_millis(150);

/// Costs of one thing that was done many times.
#[derive(Debug, Serialize)]
pub(super) struct Costs {
    pub(super) bytes_median: u64,
    pub(super) bytes_max: u64,
    pub(super) cpu_us_median: u64,
    pub(super) cpu_us_max: u64,
}

impl From<Vec<Cost>> for Costs {
    fn from(costs: Vec<Cost>) -> Costs {
        let mut bytes: Vec<u64> = costs.iter().map(|cost| cost.bytes).collect();
        let mut cpu: Vec<u64> = costs.iter().map(|c| c.cpu.as_micros() as u64).collect();
        bytes.sort_unstable();
        cpu.sort_unstable();
        let middle = |sorted: &[u64]| sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        let most = |sorted: &[u64]| sorted.last().copied().unwrap_or(0);
        Costs {
            bytes_median: middle(&bytes),
            bytes_max: most(&bytes),
            cpu_us_median: middle(&cpu),
            cpu_us_max: most(&cpu),
        }
    }
}

/// What doing nothing costs.
#[derive(Debug, Serialize)]
pub(super) struct Idle {
    pub(super) seconds: f64,
    pub(super) bytes: u64,
    pub(super) cpu_us: u64,
}

/// What much in a short time costs.
#[derive(Debug, Serialize)]
pub(super) struct Flood {
    pub(super) lines_per_second: f64,
    pub(super) frames_per_second: f64,
    pub(super) kib_per_second: f64,
    /// Of one core.
    pub(super) cpu_percent: f64,
    /// From a key to its letter on the screen.
    pub(super) echo_ms: Quantiles,
}

/// A letter that is typed and shown, many times.
pub(super) fn keys(terminal: &mut Terminal) -> anyhow::Result<Costs> {
    let mut costs = Vec::new();
    for n in 0..SAMPLES {
        if n % TYPED_MAX == 0 {
            terminal.keys("\x15")?;
            terminal.settle()?;
        }
        let letter = ["e", "t", "a", "o", "n"][n % 5];
        costs.push(terminal.cost(|terminal| {
            let (_, before) = terminal.cursor();
            terminal.keys(letter)?;
            terminal.wait("the letter", |t| t.cursor().1 == before + 1)?;
            terminal.settle()
        })?);
    }
    terminal.keys("\x15")?;
    terminal.settle()?;
    Ok(costs.into())
}

/// A line that arrives, many times, of different people.
pub(super) fn lines(
    terminal: &mut Terminal,
    talk: &mut dyn Talk,
    from: usize,
) -> anyhow::Result<Costs> {
    let mut costs = Vec::new();
    // The first ones fill the log.
    for n in from..from + 30 + SAMPLES {
        let cost = terminal.cost(|terminal| {
            talk.say(n * 7 + 1, &words::line(n, LETTERS))?;
            terminal.wait(&words::sign(n), |t| t.has(&words::sign(n)))?;
            terminal.settle()
        })?;
        if n >= from + 30 {
            costs.push(cost);
        }
    }
    Ok(costs.into())
}

/// Nothing.
pub(super) fn idle(terminal: &mut Terminal, time: Duration) -> anyhow::Result<Idle> {
    let cost = terminal.cost(|terminal| terminal.pass(time))?;
    Ok(Idle {
        seconds: time.as_secs_f64(),
        bytes: cost.bytes,
        cpu_us: cost.cpu.as_micros() as u64,
    })
}

/// So many lines a second, and a key now and then.
pub(super) fn flood(
    terminal: &mut Terminal,
    talk: &mut dyn Talk,
    lines_per_second: usize,
    time: Duration,
) -> anyhow::Result<Flood> {
    let echoes = Times::new();
    let group = lines_per_second as f64 * BEAT.as_secs_f64();
    let mut said = 0;
    let mut frames = 0;
    let start = Instant::now();
    let cost = terminal.cost(|terminal| {
        let mut typed: Option<(Instant, u16)> = None;
        let mut key_at = start + KEY_EVERY;
        let mut letters = 0;
        for beat in 0.. {
            let due = start + BEAT * beat;
            if due.duration_since(start) >= time {
                break;
            }
            while said < (group * f64::from(beat)) as usize {
                talk.say(said, &words::line(100_000 + said, LETTERS))?;
                said += 1;
            }
            while terminal.take(due)? {
                if let Some((since, column)) = typed
                    && terminal.cursor().1 == column + 1
                {
                    echoes.add(since.elapsed().as_micros() as u64);
                    typed = None;
                }
            }
            if typed.is_none() && Instant::now() >= key_at && letters < TYPED_MAX {
                typed = Some((Instant::now(), terminal.cursor().1));
                terminal.keys("e")?;
                key_at = Instant::now() + KEY_EVERY;
                letters += 1;
            }
        }
        frames = terminal.frames();
        Ok(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    terminal.keys("\x15")?;
    terminal.settle()?;
    Ok(Flood {
        lines_per_second: said as f64 / seconds,
        frames_per_second: frames as f64 / seconds,
        kib_per_second: cost.bytes as f64 / 1024.0 / seconds,
        cpu_percent: 100.0 * cost.cpu.as_secs_f64() / seconds,
        echo_ms: (&echoes).into(),
    })
}
