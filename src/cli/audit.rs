//! `menwei audit`: whether the audit trail is whole, and the trail itself for auditors.

use std::io::{BufWriter, Write as _};

use clap::Subcommand;
use serde::Serialize;

use super::{Failure, say};
use crate::config::Config;
use crate::db::Database;
use crate::db::audit::Audit;
use crate::db::audit::chain::Link;
use crate::secret::hex;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Walk the hash chain and name the first broken link; exit code 1 when there is one
    Verify {
        /// A link that an earlier run printed, and that must still be there: finds an end that was cut off
        #[arg(long, value_name = "NUMBER:HASH")]
        noted: Vec<Link>,
    },
    /// Write every entry to standard output, one JSON object a line, oldest first
    Export,
}

/// Does what was asked. Nothing is written to the database.
pub(super) fn run(asked: Arguments, config: &Config) -> Result<(), Failure> {
    let db = Database::open(&config.database)?;
    match asked.command {
        Command::Verify { noted } => verify(&db, &noted),
        Command::Export => export(&db),
    }
}

fn verify(db: &Database, noted: &[Link]) -> Result<(), Failure> {
    match db.read_now(|conn| Audit::verify(conn, noted))? {
        Ok(sound) => {
            let span = sound.from.zip(sound.to).map_or_else(String::new, |(from, to)| {
                format!(", from {} to {}", from.rfc3339_whole(), to.rfc3339_whole())
            });
            say(&format!("the audit trail is whole: {} entries{span}", sound.entries))?;
            let last = &sound.last;
            if last.id > 0 { say(&format!("last link: {last}")) } else { Ok(()) }
        }
        Err(found) => {
            Err(Failure::Failed(format!("the audit trail is broken at entry {}: {}", found.id, found.flaw)))
        }
    }
}

/// An entry as a line; what the hash covers is all there.
#[derive(Serialize)]
struct Line<'a> {
    number: i64,
    at: String,
    actor: &'a str,
    role: &'a str,
    ip: &'a str,
    action: &'a str,
    target: &'a str,
    reason: &'a str,
    note: &'a str,
    result: &'a str,
    detail: &'a str,
    #[serde(rename = "requestId")]
    request_id: &'a str,
    previous: String,
    hash: String,
}

impl<'a> Line<'a> {
    fn of(entry: &'a Audit) -> Self {
        Self {
            number: entry.id,
            at: entry.at.rfc3339_whole(),
            actor: &entry.actor,
            role: &entry.role,
            ip: &entry.ip,
            action: &entry.action,
            target: &entry.target,
            reason: &entry.reason,
            note: &entry.note,
            result: &entry.result,
            detail: &entry.detail,
            request_id: &entry.request_id,
            previous: hex(&entry.previous),
            hash: hex(&entry.hash),
        }
    }
}

fn export(db: &Database) -> Result<(), Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    // the connection is kept; each batch is read, written and forgotten before the next
    let written = db.read_now(|conn| {
        let mut last = 0;
        loop {
            let entries = Audit::after(conn, last)?;
            let Some(end) = entries.last() else { return Ok(Ok(())) };
            last = end.id;
            if let Err(why) = entries.iter().try_for_each(|entry| write_line(&mut out, entry)) {
                return Ok(Err(why));
            }
        }
    })?;
    written.and_then(|()| out.flush()).map_err(Failure::from)
}

fn write_line(out: &mut impl std::io::Write, entry: &Audit) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, &Line::of(entry))?;
    out.write_all(b"\n")
}
