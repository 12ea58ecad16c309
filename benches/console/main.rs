//! How long the console takes at a million users, beside the same pages at ten thousand, on SQLite and on Postgres.
//!
//! By hand: `cargo bench --bench console`. It fills databases of both sizes, serves each on a loopback port, and asks for
//! the same pages in turns, so that whatever disturbs the machine disturbs both; medians and 95th percentiles count.
//! Postgres is a private cluster, else the server of `TEST_POSTGRES_URL`.
//!
//! A page of which the few fill no screen, or whose count is below its bound, shows and counts more at the larger size: then
//! its ratio is told, but is no outlier.
//!
//! `-- --users N` takes another size, `-- --dir DIR` keeps the databases and takes those that are there, `-- sqlite` or
//! `-- postgres` asks one engine only.

mod asks;
mod browser;
mod data;
mod report;
mod served;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use asks::Ask;
use browser::Browser;
use data::Engine;
use report::{Line, joint, table};
use served::{ADMIN, AUDITOR, Served};

/// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The size that the other is compared with.
const FEW: u32 = 10_000;
/// How often a page is asked for before it counts, and while it does.
const WARM: usize = 5;
const ROUNDS: usize = 40;

/// What was asked for on the command line.
struct Options {
    users: u32,
    folder: Option<PathBuf>,
    engines: Vec<Engine>,
}

fn main() -> Result<()> {
    let options = Options::read()?;
    let place = data::Place::make(options.folder.as_deref())?;
    let mut all = Vec::new();
    for engine in options.engines {
        let few = Served::start(&place, engine, FEW)?;
        let many = Served::start(&place, engine, options.users)?;
        let mut lines = compare(&few, &many)?;
        few.recall()?;
        many.recall()?;
        lines.extend(compare_after(&few, &many)?);
        few.forget_recall()?;
        many.forget_recall()?;
        say(&table(engine.name(), (FEW, options.users), &lines))?;
        all.push((engine.name(), lines));
    }
    say(&joint(&all))
}

impl Options {
    fn read() -> Result<Self> {
        let mut options = Self { users: 1_000_000, folder: None, engines: Vec::new() };
        let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--users" => options.users = arguments.next().context("--users N")?.parse()?,
                "--dir" => options.folder = Some(arguments.next().context("--dir DIR")?.into()),
                "sqlite" => options.engines.push(Engine::Sqlite),
                "postgres" => options.engines.push(Engine::Postgres),
                other => bail!("{other}: nothing that this benchmark does"),
            }
        }
        if options.engines.is_empty() {
            options.engines = vec![Engine::Sqlite, Engine::Postgres];
        }
        Ok(options)
    }
}

/// Every page of both sites, in turns.
fn compare(few: &Served, many: &Served) -> Result<Vec<Line>> {
    let (mut one, mut other) = (few.sign_in(ADMIN)?, many.sign_in(ADMIN)?);
    let (asks_of_one, asks_of_other) = (asks::all(&mut one)?, asks::all(&mut other)?);
    let mut lines = in_turns((one, asks_of_one), (other, asks_of_other))?;
    let (mut one, mut other) = (few.sign_in(AUDITOR)?, many.sign_in(AUDITOR)?);
    let (asks_of_one, asks_of_other) = (asks::trail(&mut one)?, asks::trail(&mut other)?);
    lines.extend(in_turns((one, asks_of_one), (other, asks_of_other))?);
    Ok(lines)
}

/// The pages that show what is live, when all of it was just revoked at once.
fn compare_after(few: &Served, many: &Served) -> Result<Vec<Line>> {
    in_turns((few.sign_in(ADMIN)?, asks::after_epoch()), (many.sign_in(ADMIN)?, asks::after_epoch()))
}

fn in_turns(
    (mut one, asks_of_one): (Browser, Vec<Ask>),
    (mut other, asks_of_other): (Browser, Vec<Ask>),
) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (ask_one, ask_other) in asks_of_one.iter().zip(&asks_of_other) {
        let (mut times_one, mut times_other) = (Vec::new(), Vec::new());
        for round in 0..WARM + ROUNDS {
            let took = (time(&mut one, ask_one)?, time(&mut other, ask_other)?);
            if round >= WARM {
                times_one.push(took.0);
                times_other.push(took.1);
            }
        }
        let is_alike = amount(&one.page) == amount(&other.page);
        lines.push(Line::new(ask_one.name, times_one, times_other, is_alike));
    }
    Ok(lines)
}

/// From the first byte of the request to the last of the answer, in milliseconds.
fn time(browser: &mut Browser, ask: &Ask) -> Result<f64> {
    let request = ask.request(browser);
    let begun = Instant::now();
    let answer = browser.ask(&request)?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    anyhow::ensure!(ask.is_answered_by(answer.status), "{}: {} {}", ask.name, answer.status, request);
    Ok(took)
}

/// How many rows a page shows, what it counted, and how many numbers went to their bound.
fn amount(page: &str) -> (usize, Option<&str>, usize) {
    let bounded = page.matches("10,000").count();
    let counted = page.split_once("<p class=\"count\">").and_then(|(_, rest)| rest.split_once("</p>"));
    let counted = counted.map(|(text, _)| text).filter(|text| !text.contains("10,000"));
    (page.matches("<tr role=\"row\"><td").count(), counted, bounded)
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}
