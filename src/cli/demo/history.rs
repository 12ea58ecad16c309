//! What the demo's users and staff did, as the login log and the audit trail tell it.

use std::time::Duration;

use super::chance::Chance;
use super::fill::Deed;
use super::people::{PAST, Person};
use super::staff::ACCOUNTS;
use crate::clock::Instant;
use crate::db::audit::Entry;
use crate::db::logins::NewLogin;
use crate::error::Result;
use crate::secret;

const SECOND: Duration = Duration::from_secs(1);
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

/// Adds a person's logins, and what went wrong before some of them.
pub fn logins(chance: &mut Chance, person: &Person, user_id: i64, all: &mut Vec<NewLogin>) -> Result<()> {
    for visit in &person.visits {
        let login = NewLogin {
            at: visit.at,
            appid: person.appid.to_owned(),
            user_id: Some(user_id),
            sid: Some(visit.sid.clone()),
            result: "ok".to_owned(),
            errcode: None,
            rid: None,
            latency_ms: latency(60 + chance.below(240)),
            ip: visit.ip.clone(),
            request_id: secret::public_id(visit.at)?,
        };
        if chance.happens(12) {
            let (result, errcode, slowest) = chance.pick(&FAILURES);
            let took = if result == "wechat_timeout" { slowest } else { 50 + chance.below(slowest) };
            let before = visit.at - SECOND - chance.span(30 * SECOND);
            all.push(failed(chance, &login, before, (result, errcode, took))?);
        }
        all.push(login);
    }
    let (Some(freeze), Some(last)) = (&person.freeze, all.last().cloned()) else { return Ok(()) };
    // they try again, and are told so
    for _ in 0..chance.below(3) {
        let at = freeze.ending.ended_at + chance.span(HOUR.min(freeze.until.map_or(HOUR, |_| HOUR / 2)));
        let took = 60 + chance.below(200);
        all.push(failed(chance, &last, at, ("user_frozen", None, took))?);
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

/// Adds what staff did to a person.
pub fn deeds(chance: &mut Chance, person: &Person, user_id: i64, all: &mut Vec<Deed>) -> Result<()> {
    for visit in &person.visits {
        let by_staff = visit.ending.as_ref().filter(|ending| ending.ended_by.starts_with("demo-"));
        let Some(ending) = by_staff else { continue };
        let mut entry = entry(chance, &ending.ended_by, "session.revoke", ending.ended_at)?;
        // as the console does: under the user, with the session in the detail
        entry.target = format!("user:{}", person.user.uid);
        entry.detail = serde_json::json!({ "sessions": [visit.sid] }).to_string();
        (entry.reason, entry.note) = (ending.ended_reason.clone(), ending.ended_note.clone());
        all.push(Deed { at: ending.ended_at, entry, freeze: None });
    }
    if let Some(freeze) = &person.freeze {
        let ending = &freeze.ending;
        let mut entry = entry(chance, &ending.ended_by, "user.freeze", ending.ended_at)?;
        entry.target = format!("user:{}", person.user.uid);
        (entry.reason, entry.note) = (ending.ended_reason.clone(), ending.ended_note.clone());
        all.push(Deed { at: ending.ended_at, entry, freeze: Some((user_id, freeze.until)) });
    }
    Ok(())
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
                    all.push(Deed { at, entry, freeze: None });
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
