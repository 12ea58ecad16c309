//! `wxa_media_check`: what WeChat found of a picture.

use std::time::Duration;

use super::PushEvent;
use crate::clock::Instant;
use crate::db::audit::{Audit, Entry};
use crate::db::conn::Conn;
use crate::db::identities::Identity;
use crate::db::reviews::Review;
use crate::db::reviews::settle::Decision;
use crate::db::users::User;
use crate::error::Result;

/// How long a verdict waits for the trace that it is about: WeChat may be faster than the note of its answer.
const GRACE: Duration = Duration::from_mins(1);

/// Whether the verdict came before its trace was noted.
pub(super) fn is_early(conn: &mut Conn, push: &PushEvent, now: Instant) -> Result<bool> {
    match &push.trace_id {
        Some(trace_id) if now.since(push.received_at) < GRACE => {
            Ok(Review::find_by_trace(conn, trace_id)?.is_none())
        }
        _ => Ok(false),
    }
}

/// Completes the check; the outcome in a word.
pub(super) fn complete(
    conn: &mut Conn,
    push: &PushEvent,
    trace_id: &str,
    now: Instant,
) -> Result<&'static str> {
    let review = find(conn, push, trace_id)?;
    if let Some(Review { rid, .. }) = &review {
        match push.suggest.as_deref() {
            None => Review::retry(conn, rid, now)?,
            Some("pass") => drop(Review::settle(conn, rid, Decision::Pass)?),
            Some("risky") => drop(Review::settle(conn, rid, Decision::Risky(push.label))?),
            Some(_) => drop(Review::settle(conn, rid, Decision::Review(push.label))?),
        }
    }
    let target = match &review {
        Some(review) => format!("user:{}", User::get(conn, review.user_id)?.uid),
        None => String::new(),
    };
    let suggest = push.suggest.as_deref().unwrap_or("failed");
    let entry = Entry {
        actor: "system".to_owned(),
        role: "wechat".to_owned(),
        action: "wechat.media_checked".to_owned(),
        target,
        result: "ok".to_owned(),
        detail: serde_json::json!({ "appId": push.appid, "suggest": suggest, "label": push.label })
            .to_string(),
        request_id: push.request_id.clone(),
        ..Entry::default()
    };
    Audit::append(conn, &entry, now)?;
    Ok(match review {
        None => "nobody",
        Some(_) if push.suggest.is_some() => "checked",
        Some(_) => "again",
    })
}

/// What the verdict is about: nothing when the proposal was replaced, or is of another mini-program, for whoever knows one
/// mini-program's push token decides nothing in another.
fn find(conn: &mut Conn, push: &PushEvent, trace_id: &str) -> Result<Option<Review>> {
    let Some(review) = Review::find_by_trace(conn, trace_id)? else { return Ok(None) };
    let is_of_app = Identity::get(conn, review.identity_id)?.appid == push.appid;
    Ok(Some(review).filter(|_| is_of_app))
}
