//! Whether a delivery costs more where there are more people in a room, or more rooms.
//!
//! | file | owns |
//! |---|---|
//! | `shared.rs` | people who are in many rooms at once |

mod shared;

use std::fmt;

use serde::Serialize;

use crate::load::{self, Name, Scenario};
use crate::server::{Arguments as ServerArguments, Server};
use crate::times::median;
use crate::{Output, parse_seconds};
use shared::Shared;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What grows; all in turn without it
    #[arg(value_enum)]
    what: Option<What>,
    #[command(flatten)]
    server: ServerArguments,
    /// How often small and large are played, in turns
    #[arg(long, value_name = "N", default_value_t = 3,
          value_parser = clap::value_parser!(u16).range(1..=100))]
    runs: u16,
    /// How long each is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 4.0, value_parser = parse_seconds)]
    seconds: f64,
    #[command(flatten)]
    output: Output,
}

/// What grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// One room of 100, of 10,000: flat out
    Members,
    /// The same at 20,000 deliveries a second
    MembersAtARate,
    /// 500 rooms of 2, and 9,900, each with people of its own: flat out
    RoomsAndPeople,
    /// 500 rooms of 2, and 10,000, between the same 1,000 people: flat out
    Rooms,
}

const ALL: [What; 4] = [
    What::Members,
    What::MembersAtARate,
    What::RoomsAndPeople,
    What::Rooms,
];

impl What {
    /// What is played small and large. There are as many posts under way in both.
    fn played(self, seconds: f64) -> [Played; 2] {
        let members = |members, rate| {
            Played::Load(Scenario {
                members,
                window: 64,
                rate,
                seconds,
                ..Scenario::named(Name::F1)
            })
        };
        let pairs = |rooms| {
            Played::Load(Scenario {
                rooms,
                members: 2,
                senders: 2,
                window: 500,
                seconds,
                ..Scenario::named(Name::Mf)
            })
        };
        let shared = |rooms| Played::Shared(Shared::new(rooms, seconds));
        match self {
            What::Members => [members(100, None), members(10_000, None)],
            What::MembersAtARate => [members(100, Some(200.0)), members(10_000, Some(2.0))],
            What::RoomsAndPeople => [pairs(500), pairs(9_900)],
            What::Rooms => [shared(500), shared(10_000)],
        }
    }
}

/// One of the two that are compared.
enum Played {
    Load(Scenario),
    Shared(Shared),
}

impl Played {
    fn measure(&self, server: Server) -> anyhow::Result<Run> {
        match self {
            Played::Load(scenario) => {
                let report = load::measure(Name::F1, scenario, server)?;
                Ok(Run {
                    deliveries_per_second: report.deliveries_per_second,
                    server_cpu_us_per_delivery: report.server_cpu_us_per_delivery,
                })
            }
            Played::Shared(shared) => shared.measure(&server),
        }
    }
}

/// Figures of one run.
#[derive(Debug)]
struct Run {
    deliveries_per_second: f64,
    server_cpu_us_per_delivery: Option<f64>,
}

/// Medians of some runs.
#[derive(Debug, Serialize)]
struct Figures {
    deliveries_per_second: Option<f64>,
    server_cpu_us_per_delivery: Option<f64>,
}

impl Figures {
    fn of(runs: &[Run]) -> Figures {
        Figures {
            deliveries_per_second: median(runs.iter().map(|r| Some(r.deliveries_per_second))),
            server_cpu_us_per_delivery: median(runs.iter().map(|r| r.server_cpu_us_per_delivery)),
        }
    }
}

/// Small beside large.
#[derive(Debug, Serialize)]
struct Comparison {
    what: What,
    small: Figures,
    large: Figures,
    /// CPU per delivery, large to small.
    ratio: Option<f64>,
}

/// What came out.
#[derive(Debug, Serialize)]
struct Report {
    transport: &'static str,
    runs: u16,
    grown: Vec<Comparison>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |value: Option<f64>, digits: usize| {
            value.map_or("-".into(), |v| format!("{v:.digits$}"))
        };
        let mut line = |what: &str, rest: [&str; 5]| {
            write!(f, "{what:<18}")?;
            rest.iter().try_for_each(|cell| write!(f, "{cell:>12}"))?;
            writeln!(f)
        };
        line(
            "",
            ["small, 1/s", "µs each", "large, 1/s", "µs each", "ratio"],
        )?;
        for of in &self.grown {
            let name = serde_json::to_string(&of.what).map_err(|_| fmt::Error)?;
            line(
                name.trim_matches('"'),
                [
                    &known(of.small.deliveries_per_second, 0),
                    &known(of.small.server_cpu_us_per_delivery, 3),
                    &known(of.large.deliveries_per_second, 0),
                    &known(of.large.server_cpu_us_per_delivery, 3),
                    &known(of.ratio, 2),
                ],
            )?;
        }
        Ok(())
    }
}

/// Plays it.
///
/// # Errors
/// It can't be played, or something was refused, lost, doubled or out of order.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut transport = "";
    let mut grown = Vec::new();
    let one = arguments.what.map(|what| vec![what]);
    for what in one.unwrap_or(ALL.to_vec()) {
        let mut runs = [Vec::new(), Vec::new()];
        for _ in 0..arguments.runs {
            for (played, runs) in what.played(arguments.seconds).iter().zip(&mut runs) {
                let server = arguments.server.start()?;
                transport = server.transport();
                runs.push(played.measure(server)?);
            }
        }
        let [small, large] = runs.map(|runs| Figures::of(&runs));
        let costs = large
            .server_cpu_us_per_delivery
            .zip(small.server_cpu_us_per_delivery);
        grown.push(Comparison {
            what,
            small,
            large,
            ratio: costs.map(|(large, small)| large / small),
        });
    }
    arguments.output.print(&Report {
        transport,
        runs: arguments.runs,
        grown,
    })
}
