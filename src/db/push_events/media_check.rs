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
    let Some(review) = Review::find_by_trace(conn, trace_id)? else { return Ok("nobody") };
    if Identity::get(conn, review.identity_id)?.appid != push.appid {
        // whoever knows one mini-program's push token decides nothing in another
        return Ok("nobody");
    }
    match push.suggest.as_deref() {
        None => Review::retry(conn, &review.rid, now)?,
        Some("pass") => drop(Review::settle(conn, &review.rid, Decision::Pass)?),
        Some("risky") => drop(Review::settle(conn, &review.rid, Decision::Risky(push.label))?),
        Some(_) => drop(Review::settle(conn, &review.rid, Decision::Review(push.label))?),
    }
    let suggest = push.suggest.as_deref().unwrap_or("failed");
    let entry = Entry {
        actor: "system".to_owned(),
        role: "wechat".to_owned(),
        action: "wechat.media_checked".to_owned(),
        target: format!("user:{}", User::get(conn, review.user_id)?.uid),
        result: "ok".to_owned(),
        detail: serde_json::json!({ "appId": push.appid, "suggest": suggest, "label": push.label })
            .to_string(),
        request_id: push.request_id.clone(),
        ..Entry::default()
    };
    Audit::append(conn, &entry, now)?;
    Ok(if push.suggest.is_some() { "checked" } else { "again" })
}
