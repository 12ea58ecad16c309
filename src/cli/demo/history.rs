//! What the demo's users and staff did, as the login log and the audit trail tell it.

use std::time::Duration;

use super::chance::Chance;
use super::fill::{Deed, Stay};
use super::people::{PAST, Person};
use super::staff::ACCOUNTS;
use crate::clock::Instant;
use crate::db::audit::Entry;
use crate::db::logins::NewLogin;
use crate::error::Result;
use crate::secret;

const SECOND: Duration = Duration::from_secs(1);
/// How long before a login something can have gone wrong.
pub const EARLIER: Duration = Duration::from_secs(31);
const HOUR: Duration = Duration::from_hours(1);

/// Failures, the common ones more often: result, WeChat's `errcode`, and how long WeChat took at most.
const FAILURES: [(&str, Option<i64>, u64); 10] = [
    ("code_invalid", Some(40029), 200),
    ("code_invalid", Some(40029), 200),
    ("code_invalid", Some(40029), 200),
    ("code_used", Some(40163), 200),
    ("code_used", Some(40163), 200),
    ("rate_limited", Some(45011), 150),
    ("wechat_busy", Some(-1), 800),
    ("wechat_timeout", None, 3000),
    ("wechat_user_blocked", Some(40226), 200),
    ("wechat_unavailable", None, 1000),
];

/// A person's login, as the log has it; before some, what went wrong.
pub fn login(chance: &mut Chance, stay: &Stay, sid: &str) -> Result<(Option<NewLogin>, NewLogin)> {
    let visit = &stay.visit;
    let login = NewLogin {
        at: visit.at,
        appid: stay.appid.to_owned(),
        user_id: Some(stay.user_id),
        sid: Some(sid.to_owned()),
        result: "ok".to_owned(),
        errcode: None,
        rid: None,
        latency_ms: latency(60 + chance.below(240)),
        ip: visit.ip.to_string(),
        request_id: secret::public_id(visit.at)?,
    };
    if !chance.happens(12) {
        return Ok((None, login));
    }
    let (result, errcode, slowest) = chance.pick(&FAILURES);
    let took = if result == "wechat_timeout" { slowest } else { 50 + chance.below(slowest) };
    let before = visit.at - SECOND - chance.span(30 * SECOND);
    Ok((Some(failed(chance, &login, before, (result, errcode, took))?), login))
}

/// What somebody who was frozen tries, and is told.
pub fn refused(chance: &mut Chance, person: &Person, all: &mut Vec<NewLogin>) -> Result<()> {
    let (Some(frozen), Some(last)) = (&person.frozen, person.visits.last()) else { return Ok(()) };
    let like = NewLogin {
        at: frozen.ended_at,
        appid: person.appid.to_owned(),
        user_id: None,
        sid: None,
        result: String::new(),
        errcode: None,
        rid: None,
        latency_ms: 0,
        ip: last.ip.to_string(),
        request_id: String::new(),
    };
    for _ in 0..chance.below(3) {
        let at = frozen.ended_at + chance.span(HOUR / 2);
        let took = 60 + chance.below(200);
        all.push(failed(chance, &like, at, ("user_frozen", None, took))?);
    }
    Ok(())
}

/// A login that failed: nobody's, for it says not who it was.
fn failed(
    chance: &mut Chance,
    like: &NewLogin,
    at: Instant,
    (result, errcode, took): (&str, Option<i64>, u64),
) -> Result<NewLogin> {
    let rid = errcode
        .map(|_| format!("{:08x}-{:08x}-{:08x}", at.seconds(), chance.below(1 << 32), chance.below(1 << 32)));
    Ok(NewLogin {
        at,
        user_id: None,
        sid: None,
        result: result.to_owned(),
        errcode,
        rid,
        latency_ms: latency(took),
        request_id: secret::public_id(at)?,
        ..like.clone()
    })
}

fn latency(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(0)
}

/// What staff did to a session.
pub fn revocation(chance: &mut Chance, stay: &Stay, sid: &str) -> Result<Option<Deed>> {
    let (Some(ending), Some(uid)) = (&stay.visit.ending, &stay.uid) else { return Ok(None) };
    let mut entry = entry(chance, &ending.ended_by, "session.revoke", ending.ended_at)?;
    // as the console does: under the user, with the session in the detail
    entry.target = format!("user:{uid}");
    entry.detail = serde_json::json!({ "sessions": [sid] }).to_string();
    (entry.reason, entry.note) = (ending.ended_reason.clone(), ending.ended_note.clone());
    Ok(Some(Deed { at: ending.ended_at, entry }))
}

/// What staff did to a person.
pub fn freeze(chance: &mut Chance, person: &Person) -> Result<Option<Deed>> {
    let Some(ending) = &person.frozen else { return Ok(None) };
    let mut entry = entry(chance, &ending.ended_by, "user.freeze", ending.ended_at)?;
    entry.target = format!("user:{}", person.user.uid);
    (entry.reason, entry.note) = (ending.ended_reason.clone(), ending.ended_note.clone());
    Ok(Some(Deed { at: ending.ended_at, entry }))
}

/// Staff signing in, about every third day each; now and then with a wrong password first.
pub fn sign_ins(chance: &mut Chance, now: Instant) -> Vec<Deed> {
    let mut all = Vec::new();
    for (name, _) in ACCOUNTS {
        let mut at = now - PAST + chance.span(72 * HOUR);
        while at < now - HOUR {
            let results: &[&str] = if chance.happens(10) { &["denied", "ok"] } else { &["ok"] };
            for result in results {
                at = at + 20 * SECOND;
                if let Ok(entry) = entry(chance, name, "staff.sign_in", at) {
                    let entry =
                        Entry { target: format!("staff:{name}"), result: (*result).to_owned(), ..entry };
                    all.push(Deed { at, entry });
                }
            }
            at = at + 12 * HOUR + chance.span(120 * HOUR);
        }
    }
    all
}

fn entry(chance: &mut Chance, who: &str, action: &str, at: Instant) -> Result<Entry> {
    let role = ACCOUNTS.iter().find(|(name, _)| *name == who).map_or("", |(_, role)| role);
    Ok(Entry {
        actor: who.to_owned(),
        role: role.to_owned(),
        // the office: 192.0.2.0/24 is kept for documentation
        ip: format!("192.0.2.{}", 10 + chance.below(4)),
        action: action.to_owned(),
        result: "ok".to_owned(),
        request_id: secret::public_id(at)?,
        ..Entry::default()
    })
}
