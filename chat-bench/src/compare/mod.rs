//! Our server beside others, on the same work, by the same load, in one run: what is to be compared
//! takes turns, so that what the machine does meanwhile falls on all alike.
//!
//! | file | owns |
//! |---|---|
//! | `table.rs` | medians, ratios, and how they are shown |
//! | `alone.rs` | what the machine takes for the same thing each time |

mod alone;
mod table;

use std::path::PathBuf;

use crate::load::{self, Name, Report, Scenario, Target};
use crate::rivals::Rival;
use crate::server::Server;
use crate::{Output, machine, parse_seconds};
use alone::Alone;
use table::{Comparison, Row};

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Our server's binary
    #[arg(
        long,
        value_name = "PATH",
        default_value = "target/release/chat-server"
    )]
    spawn: PathBuf,
    /// What is played
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        value_enum,
        default_value = "f1,f2,mf,d,lf,mp,c"
    )]
    scenarios: Vec<Name>,
    /// Who plays it beside us; without it all that are installed, and the limit
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_enum)]
    rivals: Option<Vec<Rival>>,
    /// How often; medians are shown
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How long each is measured, after a second of warming up
    #[arg(long, value_name = "SECONDS", default_value_t = 4.0, value_parser = parse_seconds)]
    seconds: f64,
    /// The processor that the load stays on (servers aren't bound to it); without it number 1 where
    /// there are several
    #[arg(long, value_name = "NUMBER")]
    core: Option<usize>,
    #[command(flatten)]
    output: Output,
}

/// Who plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Player {
    /// Our server.
    Plain,
    Tls,
    Rival(Rival),
}

impl Player {
    fn name(self) -> &'static str {
        match self {
            Player::Plain => "chat",
            Player::Tls => "chat, TLS",
            Player::Rival(rival) => rival.name(),
        }
    }

    fn is_ours(self) -> bool {
        matches!(self, Player::Plain | Player::Tls)
    }

    /// Whether it shows how little the work could take.
    fn is_bare(self) -> bool {
        matches!(self, Player::Rival(rival) if rival.is_bare())
    }

    /// The limit flat out gathers; at a rate there is nothing to gather.
    fn plays(self, scenario: &Scenario) -> bool {
        match self {
            Player::Rival(Rival::Bare) => scenario.rate.is_none(),
            Player::Rival(Rival::BareWrite) => scenario.rate.is_some(),
            _ => true,
        }
    }

    fn start(self, binary: &std::path::Path) -> anyhow::Result<Target> {
        Ok(match self {
            Player::Plain => Target::Chat(Server::spawn(binary, true)?),
            Player::Tls => Target::Chat(Server::spawn(binary, false)?),
            Player::Rival(rival) => Target::Rival(rival.start()?),
        })
    }
}

/// Plays everything and shows what came out; what a rival could not play is shown as such.
///
/// # Errors
/// Our own server lost something, or can't be started.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    machine::allow_connections()?;
    let several = std::thread::available_parallelism().is_ok_and(|n| n.get() > 1);
    let core = arguments.core.or(several.then_some(1));
    let players = players(arguments);
    let alone = Alone::new();
    let mut rows: Vec<Row> = Vec::new();
    for round in 1..=arguments.rounds {
        alone.measure()?;
        for name in &arguments.scenarios {
            let scenario = Scenario {
                seconds: arguments.seconds,
                ..Scenario::named(*name)
            };
            for player in players.iter().filter(|player| player.plays(&scenario)) {
                eprintln!(
                    "round {round} of {}: {name:?}, {}",
                    arguments.rounds,
                    player.name()
                );
                let played = play(*player, *name, &scenario, core, arguments);
                if player.is_ours()
                    && let Err(error) = played
                {
                    return Err(error.context(format!("{name:?}, {}", player.name())));
                }
                let row = rows
                    .iter_mut()
                    .find(|row| row.scenario == *name && row.player == *player);
                match row {
                    Some(row) => row.add(played),
                    None => rows.push(Row::new(*name, *player, played)),
                }
            }
        }
    }
    rows.sort_by_key(|row| {
        arguments
            .scenarios
            .iter()
            .position(|name| *name == row.scenario)
    });
    arguments
        .output
        .print(&Comparison::new(arguments, &alone, &rows))
}

fn players(arguments: &Arguments) -> Vec<Player> {
    let installed = || {
        let all = <Rival as clap::ValueEnum>::value_variants().iter().copied();
        all.filter(|rival| rival.binary().is_some()).collect()
    };
    let rivals = arguments.rivals.clone().unwrap_or_else(installed);
    [Player::Plain, Player::Tls]
        .into_iter()
        .chain(rivals.into_iter().map(Player::Rival))
        .collect()
}

fn play(
    player: Player,
    name: Name,
    scenario: &Scenario,
    core: Option<usize>,
    arguments: &Arguments,
) -> anyhow::Result<Report> {
    let target = player.start(&arguments.spawn)?;
    let outcome = load::play(scenario, &target, core, None)?;
    outcome.verify()?;
    Ok(Report::new(name, scenario, &target, &outcome))
}
