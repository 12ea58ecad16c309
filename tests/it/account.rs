//! Leaving for good: what a deletion does at once, what it leaves for a while, and what is gone after.

mod bytes;
mod console;
mod export;
mod freezes;
mod linked;
mod states;

use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::Conn;
use menwei::db::sessions::end::Ending;
use menwei::db::users::User;
use menwei::error::Error;
use menwei::retention::Retention;
use serde_json::{Value, json};

use crate::support::dump::Plain;
use crate::support::raw::Answer;
use crate::support::site::TestSite;

pub const DAY: Duration = Duration::from_hours(24);

/// `DELETE /api/account` by session.
pub fn delete(site: &TestSite, token: &str) -> Answer {
    site.delete("/api/account", token)
}

/// The same by a fresh code.
fn delete_by(site: &TestSite, code: &str) -> Answer {
    site.ask("DELETE", "/api/account", None, Some(&json!({ "code": code })))
}

pub fn restore(site: &TestSite, code: &str) -> Answer {
    site.ask("POST", "/api/account/restore", None, Some(&json!({ "code": code })))
}

/// One round of the job; how many accounts it erased.
pub async fn erase(site: &TestSite) -> usize {
    Retention::new(site.site.state.clone()).unwrap().erase().await.unwrap()
}

/// Staff freeze a user, for a time or until it is undone.
pub async fn freeze(site: &TestSite, uid: &str, until: Option<Instant>) {
    let (uid, liveness) = (uid.to_owned(), site.site.state.liveness());
    let ending = Ending {
        ended_at: liveness.now,
        ended_by: "anna".into(),
        ended_reason: "violation".into(),
        ended_note: "a note of staff".into(),
    };
    let write = move |conn: &mut Conn| {
        let user = User::find(conn, &uid)?.ok_or(Error::NotFound)?;
        User::freeze(conn, user.id, until, &ending, liveness)
    };
    site.site.state.db.write(write).await.unwrap();
}

/// Staff undo a freeze; whether there was one.
async fn unfreeze(site: &TestSite, uid: &str) -> bool {
    let uid = uid.to_owned();
    let write = move |conn: &mut Conn| {
        let user = User::find(conn, &uid)?.ok_or(Error::NotFound)?;
        User::unfreeze(conn, user.id)
    };
    site.site.state.db.write(write).await.is_ok()
}

/// The trail of a user: who did what, oldest first.
fn trail(plain: &mut Plain, uid: &str) -> Vec<String> {
    plain.lines(&format!(
        "SELECT actor || ' ' || action AS line FROM audit WHERE target = 'user:{uid}' ORDER BY id"
    ))
}

fn until(answer: &Answer) -> Value {
    answer.json()["until"].clone()
}
