//! `menwei staff`: accounts of the console, also the way back in for somebody who locked themself out.

use std::io::Read as _;

use clap::{Subcommand, ValueEnum};
use secrecy::SecretString;

use super::{Failure, say};
use crate::clock::{Clock, Instant};
use crate::config::Config;
use crate::db::audit::{Audit, Entry};
use crate::db::second_factors::SecondFactor;
use crate::db::setup_links::SetupLink;
use crate::db::staff::Staff;
use crate::db::{Conn, Database};
use crate::error::Error;
use crate::password::{self, Passwords};
use crate::secret::TokenDigest;
use crate::secret::token::one_time;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an account and print its one-time set-up link
    Add {
        /// What they sign in with
        name: String,
        /// What they may do
        #[arg(long)]
        role: Role,
        /// Read the password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
    /// Print a one-time link to choose a new password; the account's console sessions end when it is used
    Passwd {
        /// Whose
        name: String,
        /// Read the password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
    /// Take an account's second factor away, for somebody who lost phone and recovery codes; their sessions end
    ResetTotp {
        /// Whose
        name: String,
    },
    /// Disable an account and end its console sessions
    Disable {
        /// Whose
        name: String,
    },
    /// List the accounts
    List,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    Support,
    Admin,
    Auditor,
    Owner,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Owner => "owner",
        }
    }
}

/// Does what was asked; each change leaves an audit entry by `system`.
pub(super) fn run(asked: Arguments, config: &Config, clock: &Clock) -> Result<(), Failure> {
    let db = Database::open(&config.database)?;
    db.migrate()?;
    let now = clock.now();
    match asked.command {
        Command::Add { name, role, password_stdin } => {
            let access = Access::ask(&name, password_stdin, config)?;
            let added = db.write_now(|conn| {
                let id = Staff::create(conn, &name, role.name(), now)?;
                access.give(conn, id, now)?;
                record(conn, "staff.add", &name, role.name(), now)
            });
            added.map_err(|why| match why {
                Error::Conflict(_) => Failure::Usage(format!("{name}: there is such an account already")),
                why => why.into(),
            })?;
            access.tell(config)
        }
        Command::Passwd { name, password_stdin } => {
            let access = Access::ask(&name, password_stdin, config)?;
            let done = db.write_now(|conn| {
                let (account, _) = Staff::find_by_name(conn, &name)?.ok_or(Error::NotFound)?;
                access.give(conn, account.id, now)?;
                record(conn, "staff.passwd", &name, "", now)
            });
            done.map_err(|why| no_such_account(why, &name))?;
            access.tell(config)
        }
        Command::ResetTotp { name } => {
            let done = db.write_now(|conn| {
                let (account, _) = Staff::find_by_name(conn, &name)?.ok_or(Error::NotFound)?;
                SecondFactor::remove(conn, account.id)?;
                Staff::end_sessions(conn, account.id, "second_factor", now)?;
                record(conn, "staff.totp_removed", &name, "", now)
            });
            done.map_err(|why| no_such_account(why, &name))?;
            say(&format!("{name} signs in with the password alone, until they set a second factor up again"))
        }
        Command::Disable { name } => {
            let done = db.write_now(|conn| {
                let (account, _) = Staff::find_by_name(conn, &name)?.ok_or(Error::NotFound)?;
                Staff::disable(conn, account.id, now)?;
                record(conn, "staff.disable", &name, "", now)
            });
            done.map_err(|why| match why {
                Error::Conflict(_) => {
                    Failure::Usage(format!("{name} is the last owner who can sign in: add another one first"))
                }
                why => no_such_account(why, &name),
            })?;
            say(&format!("{name} is disabled and signed out"))
        }
        Command::List => list(&db),
    }
}

fn record(conn: &mut Conn, action: &str, name: &str, reason: &str, now: Instant) -> Result<(), Error> {
    let entry = Entry {
        actor: "system".to_owned(),
        role: "cli".to_owned(),
        action: action.to_owned(),
        target: format!("staff:{name}"),
        reason: reason.to_owned(),
        result: "ok".to_owned(),
        ..Entry::default()
    };
    Audit::append(conn, &entry, now).map(drop)
}

fn no_such_account(why: Error, name: &str) -> Failure {
    match why {
        Error::NotFound => Failure::Usage(format!("{name}: no such account")),
        why => why.into(),
    }
}

/// How somebody gets in: by the password that was read, or by a link to choose one. Who makes the account then never
/// knows it (ASVS 6.4.6).
enum Access {
    Password(String),
    Link(String, TokenDigest),
}

impl Access {
    fn ask(name: &str, password_stdin: bool, config: &Config) -> Result<Self, Failure> {
        if password_stdin {
            return read_password(name, config).map(Self::Password);
        }
        let (secret, digest) = one_time()?;
        Ok(Self::Link(secret, digest))
    }

    fn give(&self, conn: &mut Conn, id: i64, now: Instant) -> Result<(), Error> {
        match self {
            Self::Password(phc) => Staff::set_password(conn, id, phc, now),
            Self::Link(_, digest) => SetupLink::create(conn, digest, Some(id), now),
        }
    }

    fn tell(&self, config: &Config) -> Result<(), Failure> {
        match self {
            Self::Password(_) => say("the password is set"),
            Self::Link(secret, _) => say(&format!(
                "a password can be chosen once, within 24 hours, at\n{}/admin/setup/{secret}",
                config.server.public_url
            )),
        }
    }
}

fn read_password(name: &str, config: &Config) -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let password = SecretString::from(text.trim_end_matches(['\r', '\n']));
    let context: Vec<&str> = [name].into_iter().chain(config.app_names()).collect();
    password::check_new(&password, &context)?;
    let passwords = Passwords::new()?;
    Ok(actix_web::rt::System::new().block_on(passwords.hash(password))?)
}

fn list(db: &Database) -> Result<(), Failure> {
    for account in db.read_now(Staff::list)? {
        let state = match (account.disabled_at, account.password_at) {
            (Some(_), _) => "disabled",
            (None, None) => "invited",
            (None, Some(_)) => "active",
        };
        let seen = account.last_sign_in_at.map_or_else(|| "never".to_owned(), Instant::rfc3339);
        say(&format!("{}\t{}\t{state}\tlast sign-in {seen}", account.name, account.role))?;
    }
    Ok(())
}
