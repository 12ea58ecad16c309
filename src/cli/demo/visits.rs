//! A user's sessions over time, kept to the rules of `db::sessions`: what expired is ended by the next login, what is
//! over the cap is displaced.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::chance::Chance;
use super::devices;
use crate::api::device::Device;
use crate::clock::Instant;
use crate::config;
use crate::db::sessions::end::Ending;
use crate::db::sessions::open::NewSession;
use crate::error::Result;
use crate::secret::{self, Token};

const DAY: Duration = Duration::from_hours(24);

/// When it is, and how long sessions live.
#[derive(Clone, Copy)]
pub struct Rules {
    /// Now.
    pub now: Instant,
    /// The settings.
    pub session: config::Session,
}

/// One login and what followed it.
pub struct Visit {
    /// When.
    pub at: Instant,
    /// When the session was last used.
    pub seen: Instant,
    /// Its end, when it was ended.
    pub ending: Option<Box<Ending>>,
    /// With what.
    pub device: Rc<Device>,
    /// From where.
    pub ip: IpAddr,
}

impl Visit {
    fn new(chance: &mut Chance, device: &Rc<Device>, at: Instant, seen: Instant) -> Self {
        let ip = devices::address(chance);
        Self { at, seen, ending: None, device: Rc::clone(device), ip }
    }

    /// Whether a request at `at` would have been let in, had nobody ended the session.
    pub fn is_lasting(&self, at: Instant, rules: Rules) -> bool {
        self.at + rules.session.lifetime > at && self.seen + rules.session.idle > at
    }

    /// Whether nobody had ended it by then.
    pub fn is_open(&self, at: Instant) -> bool {
        self.ending.as_ref().is_none_or(|ending| ending.ended_at > at)
    }

    /// Ends it; it cannot have been used after that.
    pub fn end(&mut self, ending: Ending) {
        self.seen = self.seen.min(ending.ended_at);
        self.ending = Some(Box::new(ending));
    }

    /// The session's row. Its token is forgotten here: nobody can use it.
    pub fn row(&self, user_id: i64, identity_id: i64, appid: &str, rules: Rules) -> Result<NewSession> {
        Ok(NewSession {
            digest: Token::generate(self.at)?.digest().as_bytes().to_vec(),
            sid: secret::public_id(self.at)?,
            user_id,
            identity_id,
            appid: appid.to_owned(),
            created_at: self.at,
            last_seen_at: self.seen,
            expires_at: self.at + rules.session.lifetime,
            ip: self.ip.to_string(),
            user_agent: self.device.user_agent.clone(),
            client: self.device.client.to_owned(),
            device: self.device.model.clone(),
            wechat_version: self.device.wechat_version.clone(),
            app_version: self.device.app_version.clone(),
        })
    }
}

/// The visits of a user who first came at `first` and was last able to come at `last`, oldest first.
pub fn visits(
    chance: &mut Chance,
    shelf: &[Rc<Device>],
    (first, last): (Instant, Instant),
    rules: Rules,
) -> Vec<Visit> {
    let age = last.since(first);
    let count = chance.pick(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 3]);
    let devices: Vec<Rc<Device>> = (0..count).map(|_| chance.choose(shelf)).collect();
    let main = devices.first().map(Rc::clone).unwrap_or_default();
    let is_active = chance.happens(66);
    let is_tester = chance.happens(1);
    let seen = first + chance.span(age.min(3 * DAY));
    let mut all = vec![Visit::new(chance, &main, first, seen)];
    for _ in 0..chance.pick(&[0, 0, 0, 0, 1]) {
        let at = first + chance.span(age);
        let seen = at + chance.span(last.since(at).min(5 * DAY));
        all.push(Visit::new(chance, &main, at, seen));
    }
    if is_active {
        for device in &devices {
            let at = last - chance.span(age.min(20 * DAY));
            let seen = last - chance.span(last.since(at).min(6 * DAY));
            all.push(Visit::new(chance, device, at, seen));
        }
    }
    if is_tester {
        for _ in 0..rules.session.per_user + 3 {
            let at = last - chance.span(age.min(2 * DAY));
            let seen = last - chance.span(last.since(at));
            all.push(Visit::new(chance, &main, at, seen));
        }
    }
    all.sort_by_key(|visit| visit.at);
    for visit in &mut all {
        // who does not come any more has logged out, or was away for longer than sessions wait
        let is_gone = !is_active && visit.is_lasting(last, rules);
        if is_gone || chance.happens(8) {
            visit.end(Ending::by_user(visit.seen));
        }
    }
    make_room(&mut all, rules);
    all
}

/// What each login does to the sessions before it, as `Session::open` does it.
fn make_room(all: &mut [Visit], rules: Rules) {
    let keep = usize::try_from(rules.session.per_user - 1).unwrap_or(0);
    for place in 1..all.len() {
        let (before, after) = all.split_at_mut(place);
        let Some(at) = after.first().map(|visit| visit.at) else { return };
        let open: Vec<&mut Visit> = before.iter_mut().rev().filter(|visit| visit.is_open(at)).collect();
        let (lasting, over): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|visit| visit.is_lasting(at, rules));
        for visit in over {
            visit.end(Ending::by_system(at, "expired"));
        }
        for visit in lasting.into_iter().skip(keep) {
            visit.end(Ending::by_system(at, "displaced"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_keep_the_cap_and_are_used_between_their_beginning_and_their_end() {
        let now = Instant::from_seconds(1_800_000_000);
        let session = config::Session { lifetime: 30 * DAY, idle: 7 * DAY, per_user: 3 };
        let rules = Rules { now, session };
        let mut chance = Chance::new(3);
        let shelf = devices::shelf(&mut chance, "wx1");
        let mut displaced = 0;
        for age in 0..400 {
            let first = now - DAY * age / 4;
            let all = visits(&mut chance, &shelf, (first, now), rules);
            let open = all.iter().filter(|visit| visit.is_open(now)).count();
            assert!(open <= 3 && !all.is_empty());
            for visit in &all {
                assert!(first <= visit.at && visit.at <= visit.seen && visit.seen <= now);
                assert!(
                    visit.ending.as_ref().is_none_or(|end| end.ended_at >= visit.seen && end.ended_at <= now)
                );
            }
            let is_displaced =
                |visit: &&Visit| visit.ending.as_ref().is_some_and(|end| end.ended_reason == "displaced");
            displaced += all.iter().filter(is_displaced).count();
        }
        assert!(displaced > 0);
    }
}
