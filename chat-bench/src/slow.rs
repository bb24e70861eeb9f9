//! What people who never read cost the others in their room: one room with them, and the same without,
//! in turns.

use std::fmt;

use serde::Serialize;

use crate::load::{self, Name, Scenario};
use crate::server::Arguments as ServerArguments;
use crate::times::median;
use crate::{Output, parse_seconds};

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// People in the room who never read, beside those of F1
    #[arg(long, value_name = "N", default_value_t = 1)]
    stuck: usize,
    /// How often each of the two is played
    #[arg(long, value_name = "N", default_value_t = 5,
          value_parser = clap::value_parser!(u16).range(1..=100))]
    runs: u16,
    /// How long each is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 4.0, value_parser = parse_seconds)]
    seconds: f64,
    #[command(flatten)]
    output: Output,
}

/// Medians of some runs.
#[derive(Debug, Serialize)]
struct Figures {
    deliveries_per_second: Option<f64>,
    server_cpu_us_per_delivery: Option<f64>,
    received_ms_p99: Option<f64>,
}

impl Figures {
    fn of(runs: &[load::Report]) -> Figures {
        Figures {
            deliveries_per_second: median(runs.iter().map(|r| Some(r.deliveries_per_second))),
            server_cpu_us_per_delivery: median(runs.iter().map(|r| r.server_cpu_us_per_delivery)),
            received_ms_p99: median(runs.iter().map(|r| r.received_ms.p99)),
        }
    }
}

/// What came out.
#[derive(Debug, Serialize)]
struct Report {
    transport: &'static str,
    stuck: usize,
    runs: u16,
    without: Figures,
    with: Figures,
    /// How much less the others got, as a share.
    deliveries_lost: Option<f64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<34}{:>14}{:>14}", "who never read", 0, self.stuck)?;
        let mut line = |what: &str, value: fn(&Figures) -> Option<f64>, digits: usize| {
            let show = |figures| value(figures).map_or("-".into(), |v| format!("{v:.digits$}"));
            let (without, with) = (show(&self.without), show(&self.with));
            writeln!(f, "{what:<34}{without:>14}{with:>14}")
        };
        line("deliveries per second", |f| f.deliveries_per_second, 0)?;
        line(
            "server CPU per delivery, µs",
            |f| f.server_cpu_us_per_delivery,
            3,
        )?;
        line("to the reader, ms, p99", |f| f.received_ms_p99, 2)?;
        let lost = self.deliveries_lost.unwrap_or(f64::NAN) * 100.0;
        writeln!(
            f,
            "{:<34}{:>13.1}%",
            "deliveries that the others lose", lost
        )
    }
}

/// Plays it.
///
/// # Errors
/// It can't be played, or something was refused, lost, doubled or out of order.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut transport = "";
    let mut play = |stuck| -> anyhow::Result<load::Report> {
        let usual = Scenario::named(Name::F1);
        let scenario = Scenario {
            members: usual.members + stuck,
            stuck,
            seconds: arguments.seconds,
            ..usual
        };
        let server = arguments.server.start()?;
        transport = server.transport();
        load::measure(Name::F1, &scenario, server)
    };
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..arguments.runs {
        without.push(play(0)?);
        with.push(play(arguments.stuck)?);
    }
    let (without, with) = (Figures::of(&without), Figures::of(&with));
    let rates = without
        .deliveries_per_second
        .zip(with.deliveries_per_second);
    arguments.output.print(&Report {
        transport,
        stuck: arguments.stuck,
        runs: arguments.runs,
        deliveries_lost: rates.map(|(without, with)| 1.0 - with / without),
        without,
        with,
    })
}
