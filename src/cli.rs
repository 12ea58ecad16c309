//! The command line: what can be asked of menwei, and with which exit code it answers.
//!
//! 0 done, 1 failed, 2 wrong usage or configuration.

mod audit;
mod check;
pub mod demo;
mod migrate;
mod revoke;
mod serve;
mod simulator;
mod staff;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::{Config, Faults};
use crate::error::Error;

/// The login backend of WeChat mini-programs 微信小程序登录后端
#[derive(Debug, Parser)]
#[command(name = "menwei", version)]
struct Arguments {
    /// The settings; else `MENWEI_CONFIG`, else `./menwei.toml` if it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate, then serve the API and the console
    Serve,
    /// See all of it at once: a database full of users, a stand-in for WeChat, accounts of each role
    Demo(demo::Arguments),
    /// Stand in for WeChat's server API, to develop without AppSecret or internet
    Simulator(simulator::Arguments),
    /// Bring the database's schema up to date
    Migrate(migrate::Arguments),
    /// Look at configuration, database, clock, keys and WeChat, and say what to mend
    Check,
    /// Accounts of the console
    Staff(staff::Arguments),
    /// Revoke every session at once, such as after a backup was restored
    Revoke(revoke::Arguments),
    /// The audit trail: is it whole, and all of it as JSON lines
    Audit(audit::Arguments),
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// What was asked, or the configuration, is wrong: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// It went wrong: exit code 1.
    #[error("{0}")]
    Failed(String),
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Usage(faults.to_string())
    }
}

impl From<Error> for Failure {
    fn from(why: Error) -> Self {
        match why {
            Error::Invalid(faults) => Self::Usage(
                faults
                    .iter()
                    .map(|fault| format!("{}: {:?}", fault.field, fault.fault))
                    .collect::<Vec<_>>()
                    .join("; "),
            ),
            why => Self::Failed(why.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(why: std::io::Error) -> Self {
        Self::Failed(why.to_string())
    }
}

/// Does what the process was asked to.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // stderr may be closed: then nobody reads the reason
            let _ = writeln!(std::io::stderr(), "menwei: {why}");
            ExitCode::from(if matches!(why, Failure::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<(), Failure> {
    let config = Config::load(arguments.config.as_deref());
    let clock = Clock::System;
    match arguments.command {
        Command::Serve => serve::run(config?, clock),
        Command::Demo(asked) => demo::run(&asked, config?, clock),
        Command::Simulator(asked) => simulator::run(&asked, config?, clock),
        Command::Migrate(asked) => migrate::run(&asked, &config?),
        Command::Check => check::run(config, &clock),
        Command::Staff(asked) => staff::run(asked, &config?, &clock),
        Command::Revoke(asked) => revoke::run(&asked, &config?, &clock),
        Command::Audit(asked) => audit::run(asked, &config?),
    }
}

/// Prints lines for people on stdout.
fn say(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(Failure::from)
}

fn start_log(config: &Config, clock: &Clock) -> Result<(), Failure> {
    crate::logger::start(&config.log, clock.clone()).map_err(|why| Failure::Failed(why.to_string()))
}
