//! `menwei migrate`

use super::{Failure, say};
use crate::config::Config;
use crate::db::Database;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only say what would be done
    #[arg(long)]
    plan: bool,
}

/// Takes the steps that are missing, or lists them.
pub(super) fn run(asked: &Arguments, config: &Config) -> Result<(), Failure> {
    let db = Database::open(&config.database)?;
    let (steps, done) =
        if asked.plan { (db.pending_migrations()?, "to do") } else { (db.migrate()?, "done") };
    if steps.is_empty() {
        return say("the schema is up to date");
    }
    steps.iter().try_for_each(|step| say(&format!("{done}: {step}")))
}
