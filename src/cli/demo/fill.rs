//! Stores the demo's users and what happened to them, in the order in which it happened.

use std::sync::atomic::{AtomicBool, Ordering};

use super::chance::Chance;
use super::history;
use super::people::{People, Person};
use super::progress::Progress;
use super::visits::{Rules, Visit};
use crate::cli::Failure;
use crate::clock::Instant;
use crate::config;
use crate::db::Database;
use crate::db::audit::{Audit, Entry};
use crate::db::bulk::Filling;
use crate::db::logins::NewLogin;
use crate::db::users::sign_in::Vouched;
use crate::error::{Error, Result};
use crate::secret::KeyRing;

/// After so many rows it is told how far it is, and heard whether to stop.
const STEP: usize = 2000;
/// Any number: the same one makes the same users.
const SEED: u64 = 20_261_122;

/// Something that staff did, waiting for its place in the audit trail.
pub struct Deed {
    /// When.
    pub at: Instant,
    /// What.
    pub entry: Entry,
}

/// A visit, and whose it is.
pub struct Stay {
    /// What happened.
    pub visit: Visit,
    /// The user's key.
    pub user_id: i64,
    /// The identity's key.
    pub identity_id: i64,
    /// The mini-program.
    pub appid: &'static str,
    /// The user's public id, where staff ended this one session.
    pub uid: Option<Box<str>>,
}

/// Told to stop, from another thread.
#[derive(Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Says it.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Goes on, or not.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(Error::Internal("stopped")) } else { Ok(()) }
    }
}

/// What is wanted.
pub struct Wanted<'a> {
    /// How many users.
    pub count: usize,
    /// In which mini-programs.
    pub appids: [&'static str; 2],
    /// With which keys.
    pub keys: &'a KeyRing,
    /// The end of their past, and how long their sessions live.
    pub rules: Rules,
}

/// Stores the users of an empty database; what staff did is returned, in order, for the audit trail.
pub fn fill(settings: &config::Database, wanted: &Wanted<'_>, stop: &Stop) -> Result<Vec<Deed>> {
    let mut chance = Chance::new(SEED);
    let mut filling = Filling::begin(settings)?;
    let mut deeds = history::sign_ins(&mut chance, wanted.rules.now);
    let (stays, refused) = store_people(&mut filling, &mut chance, wanted, &mut deeds, stop)?;
    store_stays(&mut filling, &mut chance, stays, refused, (wanted.rules, &mut deeds, stop))?;
    let progress = Progress::of("索引 indexes", filling.index_count());
    filling.finish(|made| {
        progress.reached(made);
        stop.check()
    })?;
    deeds.sort_by_key(|deed| deed.at);
    Ok(deeds)
}

fn store_people(
    filling: &mut Filling,
    chance: &mut Chance,
    wanted: &Wanted<'_>,
    deeds: &mut Vec<Deed>,
    stop: &Stop,
) -> Result<(Vec<Stay>, Vec<NewLogin>)> {
    let (mut stays, mut refused) = (Vec::new(), Vec::new());
    let progress = Progress::of("用户 users", wanted.count);
    let mut people = People::new(chance, wanted.count, wanted.appids, wanted.rules);
    let mut done = 0;
    while let Some(person) = people.next(chance)? {
        deeds.extend(history::freeze(chance, &person)?);
        history::refused(chance, &person, &mut refused)?;
        store(filling, person, wanted.keys, &mut stays)?;
        done += 1;
        if done % STEP == 0 || done == wanted.count {
            progress.reached(done);
            stop.check()?;
        }
    }
    Ok((stays, refused))
}

fn store(filling: &mut Filling, person: Person, keys: &KeyRing, stays: &mut Vec<Stay>) -> Result<()> {
    let Person { user, appid, openid, session_key, visits, frozen } = person;
    let vouched = Vouched { appid, openid: &openid, unionid: None, session_key: &session_key, linked: &[] };
    let uid = user.uid.clone();
    let (user_id, identity_id) = filling.user(user, &vouched, keys)?;
    stays.extend(visits.into_iter().map(|visit| {
        let is_by_staff = visit.ending.as_ref().is_some_and(|ending| ending.ended_by.starts_with("demo-"));
        // a freeze is one deed, told of the user
        let uid = (is_by_staff && frozen.is_none()).then(|| uid.as_str().into());
        Stay { visit, user_id, identity_id, appid, uid }
    }));
    Ok(())
}

/// Stores sessions in the order in which they were opened, and the log of logins beside them: keys ascend with time.
fn store_stays(
    filling: &mut Filling,
    chance: &mut Chance,
    mut stays: Vec<Stay>,
    mut held: Vec<NewLogin>,
    (rules, deeds, stop): (Rules, &mut Vec<Deed>, &Stop),
) -> Result<()> {
    stays.sort_unstable_by_key(|stay| stay.visit.at);
    let progress = Progress::of("会话 sessions", stays.len());
    for (place, chunk) in stays.chunks(STEP).enumerate() {
        for stay in chunk {
            let row = stay.visit.row(stay.user_id, stay.identity_id, stay.appid, rules)?;
            let (before, login) = history::login(chance, stay, &row.sid)?;
            held.extend(before);
            held.push(login);
            deeds.extend(history::revocation(chance, stay, &row.sid)?);
            filling.session(row, stay.visit.ending.as_deref())?;
        }
        // whatever is to come happened later than this
        let passed = chunk.last().map_or(Instant::EPOCH, |stay| stay.visit.at - history::EARLIER);
        store_logins(filling, &mut held, passed)?;
        progress.reached((place * STEP).saturating_add(chunk.len()));
        stop.check()?;
    }
    store_logins(filling, &mut held, rules.now)
}

/// Stores the attempts up to `passed`, in order.
fn store_logins(filling: &mut Filling, held: &mut Vec<NewLogin>, passed: Instant) -> Result<()> {
    held.sort_by_key(|login| login.at);
    let due = held.partition_point(|login| login.at <= passed);
    held.drain(..due).try_for_each(|login| filling.login(login))
}

/// Tells the audit trail what staff did.
pub fn record(db: &Database, deeds: &[Deed], stop: &Stop) -> Result<(), Failure> {
    let progress = Progress::of("审计 audit", deeds.len());
    for (place, chunk) in deeds.chunks(STEP).enumerate() {
        db.write_now(|conn| {
            chunk.iter().try_for_each(|deed| Audit::append(conn, &deed.entry, deed.at).map(drop))
        })?;
        progress.reached((place * STEP).saturating_add(chunk.len()));
        stop.check()?;
    }
    Ok(())
}
