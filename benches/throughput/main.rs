//! How fast menwei is beside what it cannot be faster than, in one run, on one core:
//!
//! * `GET /api/me` on SQLite with 10,000 users and sessions, beside a bare actix handler whose JSON is constant;
//! * durable `POST /api/login`, beside the same server with a store in memory, both asking the same stand-in for WeChat.
//!
//! By hand: `cargo bench --bench throughput`, on a machine that does nothing else. Rounds alternate, medians count. With
//! `taskset` there, the server has core 0 and the load and the stand-in share core 1; without it, the rates are only
//! as good as the scheduler.
//!
//! For a profiler, each part can be run apart: `-- upstream`, `-- fill PLACE`, `-- serve KIND PLACE UPSTREAM`,
//! `-- load ADDRESS KIND SECONDS PLACE`, with KIND me, bare, login or memory.

mod load;
mod process;
mod report;
mod servers;
mod store;

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context as _, Result};
use menwei::clock::Clock;
use menwei::wechat::simulator;

use load::Load;
use process::Child;
use report::{Pair, Round};
use servers::Kind;

/// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds of each of the two of a pair.
const ROUNDS: usize = 5;
/// How long a round is measured, in seconds, after one second of warming up.
const SECONDS: u64 = 3;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match arguments.next().as_deref() {
        None => compare(),
        Some("fill") => store::fill(arguments.next().context("fill PLACE")?.as_ref()),
        Some("serve") => servers::serve(&mut arguments),
        Some("load") => load::run(&mut arguments),
        Some("upstream") => upstream(),
        Some(other) => anyhow::bail!("{other}: nothing that this benchmark does"),
    }
}

/// Runs both pairs and prints what came out.
fn compare() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let upstream = Child::spawn(1, &["upstream"])?;
    say("filling a database with 10,000 users and sessions")?;
    store::fill(&folder.path().join("base"))?;
    let round = |kind: Kind| one_round(kind, folder.path(), &upstream.said);
    let me = Pair::measure(ROUNDS, || round(Kind::Me), || round(Kind::Bare))?;
    say(&me.table("GET /api/me", "bare actix, constant JSON"))?;
    // everybody logs in once, so that the rounds find users who are known
    store::let_everybody_in(folder.path(), &upstream.said)?;
    let login = Pair::measure(ROUNDS, || round(Kind::Login), || round(Kind::Memory))?;
    say(&login.table("POST /api/login, durable", "the same server, store in memory"))?;
    Ok(())
}

/// One server, from a fresh copy of the data, under load.
fn one_round(kind: Kind, folder: &Path, upstream: &str) -> Result<Round> {
    let place = folder.join("round");
    store::copy(&folder.join("base"), &place)?;
    let place_name = place.to_str().context("a directory whose name is no UTF-8")?;
    let server = Child::spawn(0, &["serve", kind.name(), place_name, upstream])?;
    let load = |seconds: u64| Load { address: server.said.clone(), kind, seconds }.run_apart(place_name);
    load(1)?;
    let before = server.cpu()?;
    let measured = load(SECONDS)?;
    let micros = server.cpu()?.saturating_sub(before).as_micros();
    Ok(Round::new(measured, micros))
}

/// The stand-in for WeChat, until its input ends.
fn upstream() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let running = simulator::start(listener, simulator::Settings::default(), Clock::System)?;
    say(&running.api_base())?;
    process::wait_for_parent()
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}
