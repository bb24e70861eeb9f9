//! Short runs of the commands that play with a whole server, so that they don't rot, and one with a server
//! that loses something, which has to fail.
//!
//! This program is the server, too: the one that a run starts, kills and starts again is this test with a
//! server's options. So there is no harness but `main`.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use chat_server::config::{Config, Plaintext};
use chat_server::{Server, signals};
use clap::Parser;

/// Set for a server that goes back to an earlier store when it is started again.
const FORGETS: &str = "CHAT_BENCH_SERVER_FORGETS";

/// What has to be said in the end.
type Verdict = fn(&Output) -> bool;

/// Each run: its name, its options, the server's memory and the verdict.
const RUNS: &[(&str, &str, Memory, Verdict)] = &[
    (
        "faults_kill",
        "faults --only=kill --seconds=1 --clients=5 --rate=50",
        Memory::Whole,
        is_good,
    ),
    (
        "faults_kill_notices_a_store_that_forgets",
        "faults --only=kill --seconds=1 --clients=5 --rate=50",
        Memory::Forgets,
        has_lost,
    ),
    (
        "faults_proxy_without_tls",
        "faults --only=proxy --seconds=3 --clients=5 --rate=50 --plaintext",
        Memory::Whole,
        is_good,
    ),
    (
        "faults_freeze",
        "faults --only=freeze --seconds=3 --clients=6 --rate=50",
        Memory::Whole,
        is_good,
    ),
    (
        "soak",
        "soak --minutes=0.1 --clients=6 --rate=50",
        Memory::Whole,
        is_good,
    ),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    Whole,
    Forgets,
}

fn is_good(output: &Output) -> bool {
    output.status.success()
}

/// The check has found posts that were acknowledged and are gone.
fn has_lost(output: &Output) -> bool {
    let told = String::from_utf8_lossy(&output.stdout);
    !output.status.success() && told.contains(" lost ") && !told.contains(" lost 0,")
}

/// What a server is started with.
#[derive(Debug, Parser)]
struct Arguments {
    #[arg(long)]
    config: PathBuf,
    #[arg(long)]
    listen: std::net::SocketAddr,
    #[arg(long)]
    data_dir: PathBuf,
    #[arg(long)]
    plaintext: bool,
}

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--data-dir") {
        serve(Arguments::parse());
        return ExitCode::SUCCESS;
    }
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let is_wanted = |name: &str| filter.as_ref().is_none_or(|part| name.contains(part));
    // All at once: they wait most of the time.
    let runs: Vec<_> = RUNS
        .iter()
        .filter(|(name, ..)| is_wanted(name))
        .map(|(name, options, memory, verdict)| {
            let play = move || (play(options, *memory), verdict);
            (name, std::thread::spawn(play))
        })
        .collect();
    let mut code = ExitCode::SUCCESS;
    for (name, run) in runs {
        let (output, verdict) = run.join().expect("a run panicked");
        if verdict(&output) {
            println!("test {name} ... ok");
            continue;
        }
        code = ExitCode::FAILURE;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        println!("test {name} ... FAILED: {}", output.status);
        println!("{}{}", said(&output.stdout), said(&output.stderr));
    }
    code
}

/// Plays a run with this program as the server.
fn play(options: &str, memory: Memory) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chat-bench"));
    command.args(options.split(' ')).arg("--spawn");
    command.arg(std::env::current_exe().expect("this program has a path"));
    if memory == Memory::Forgets {
        command.env(FORGETS, "1");
    }
    command.output().expect("chat-bench starts")
}

/// The server as its own program starts it.
fn serve(arguments: Arguments) {
    if std::env::var_os(FORGETS).is_some() {
        forget(&arguments.data_dir).expect("the store can be copied");
    }
    let mut config = Config::read(&arguments.config).expect("chat-bench wrote it");
    config.server.listen = arguments.listen;
    config.server.data_dir = arguments.data_dir;
    if arguments.plaintext {
        config.server.plaintext = Plaintext::Loopback;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let shutdown = signals::shutdown().expect("signals can be heard");
        let server = Server::bind(config).await.expect("the server starts");
        println!("join link: {}", server.join_link());
        server.run(shutdown).await.expect("the server runs");
    });
}

/// Goes back to the store that was there at the second start.
fn forget(data_dir: &Path) -> std::io::Result<()> {
    let earlier = data_dir.with_file_name("earlier");
    if !data_dir.join("chat.db").exists() {
        return Ok(());
    }
    let (from, to) = match earlier.exists() {
        true => (earlier.as_path(), data_dir),
        false => {
            std::fs::create_dir(&earlier)?;
            (data_dir, earlier.as_path())
        }
    };
    for file in ["chat.db", "chat.db-wal"] {
        if from.join(file).exists() {
            std::fs::copy(from.join(file), to.join(file))?;
        }
    }
    Ok(())
}
