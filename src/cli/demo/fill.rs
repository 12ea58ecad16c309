//! Stores the demo's users and what happened to them, in the order in which it happened.

use std::time::Duration;

use super::chance::Chance;
use super::history;
use super::people::{self, Person};
use super::progress::Progress;
use super::visits::Rules;
use crate::cli::Failure;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::{Audit, Entry};
use crate::db::bulk::store_session;
use crate::db::logins::{Login, NewLogin};
use crate::db::sessions::Liveness;
use crate::db::users::User;
use crate::db::users::sign_in::Vouched;
use crate::error::Result;
use crate::site::Site;

/// Users or logins that share a commit.
const CHUNK: usize = 500;
/// Any number: the same one makes the same users.
const SEED: u64 = 20_261_122;

/// Something that staff did, waiting for its place in the audit trail.
pub struct Deed {
    /// When.
    pub at: Instant,
    /// What.
    pub entry: Entry,
    /// The user whom it freezes, and until when.
    pub freeze: Option<(i64, Option<Instant>)>,
}

/// Stores `count` users of these two mini-programs.
pub fn fill(site: &Site, count: usize, appids: [&'static str; 2]) -> Result<(), Failure> {
    let rules = Rules { now: site.state.now(), session: site.state.config.session };
    let mut chance = Chance::new(SEED);
    let people = people::people(&mut chance, count, appids, rules)?;
    let (mut logins, mut deeds) = (Vec::new(), history::sign_ins(&mut chance, rules.now));
    let progress = Progress::of("用户 users", count);
    for (place, chunk) in people.chunks(CHUNK).enumerate() {
        site.state.db.write_now(|conn| {
            for person in chunk {
                let user_id = store(conn, person, site, rules)?;
                history::logins(&mut chance, person, user_id, &mut logins)?;
                history::deeds(&mut chance, person, user_id, &mut deeds)?;
            }
            Ok(())
        })?;
        progress.reached((place * CHUNK).saturating_add(chunk.len()));
    }
    store_logins(site, logins)?;
    deeds.sort_by_key(|deed| deed.at);
    Ok(site
        .state
        .db
        .write_now(|conn| deeds.iter().try_for_each(|deed| deed.store(conn, rules.session.idle)))?)
}

fn store(conn: &mut Conn, person: &Person, site: &Site, rules: Rules) -> Result<i64> {
    let vouched = Vouched {
        appid: person.appid,
        openid: &person.openid,
        unionid: None,
        session_key: &person.session_key,
    };
    let (user_id, identity_id) = person.user.store(conn, &vouched, &site.state.keys)?;
    for visit in &person.visits {
        let row = visit.row(user_id, identity_id, person.appid, rules)?;
        store_session(conn, &row, visit.ending.as_ref())?;
    }
    Ok(user_id)
}

fn store_logins(site: &Site, mut logins: Vec<NewLogin>) -> Result<(), Failure> {
    // their keys ascend with time
    logins.sort_by_key(|login| login.at);
    let progress = Progress::of("登录 logins", logins.len());
    for (place, chunk) in logins.chunks(CHUNK * 4).enumerate() {
        site.state.db.write_now(|conn| chunk.iter().try_for_each(|login| Login::record(conn, login)))?;
        progress.reached((place * CHUNK * 4).saturating_add(chunk.len()));
    }
    Ok(())
}

impl Deed {
    fn store(&self, conn: &mut Conn, idle: Duration) -> Result<()> {
        if let Some((user_id, until)) = self.freeze {
            let ending = crate::db::sessions::end::Ending {
                ended_at: self.at,
                ended_by: self.entry.actor.clone(),
                ended_reason: self.entry.reason.clone(),
                ended_note: self.entry.note.clone(),
            };
            User::freeze(conn, user_id, until, &ending, Liveness::at(self.at, idle))?;
        }
        Audit::append(conn, &self.entry, self.at).map(drop)
    }
}
