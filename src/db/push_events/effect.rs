//! What each event does to the user it is about, and its entry in the audit trail.

use serde::Serialize;

use super::PushEvent;
use crate::db::audit::{Audit, Entry};
use crate::db::conn::Conn;
use crate::db::identities::Identity;
use crate::db::sessions::Liveness;
use crate::db::sessions::end::Ending;
use crate::db::users::User;
use crate::db::users::withdraw::Field;
use crate::error::Result;

/// What an event takes from its user.
struct Effect {
    /// The audit trail's word for it.
    action: &'static str,
    /// The fields that are cleared.
    fields: &'static [Field],
    /// Whether the user is signed out everywhere and their account is to be erased.
    is_cancellation: bool,
}

/// What the audit trail tells of an event, besides whom it is about.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    app_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    revoke_info: &'a str,
    cleared: Vec<&'static str>,
    /// Sessions that were live.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erasure: Option<&'static str>,
}

/// What an event asks for; none when it is not menwei's affair.
fn effect(event: &str, revoke_info: &str) -> Option<Effect> {
    let (action, fields) = match event {
        "user_authorization_revoke" => ("wechat.authorization_revoked", revoked(revoke_info)),
        "user_authorization_cancellation" => ("wechat.authorization_cancelled", Field::ALL),
        "user_info_modified" => ("wechat.info_modified", [Field::Nickname, Field::Avatar].as_slice()),
        _ => return None,
    };
    Some(Effect { action, fields, is_cancellation: event == "user_authorization_cancellation" })
}

/// The fields that WeChat's `RevokeInfo` names. Of the rest (addresses, invoices, the microphone …) menwei holds nothing.
fn revoked(revoke_info: &str) -> &'static [Field] {
    match revoke_info {
        "6" => &[Field::Nickname, Field::Avatar],
        "8" => &[Field::Phone],
        "19" => &[Field::Nickname],
        "20" => &[Field::Avatar],
        _ => &[],
    }
}

/// Does what `push` asks for; the outcome in a word.
pub(super) fn of(conn: &mut Conn, push: &PushEvent, liveness: Liveness) -> Result<&'static str> {
    let Some(effect) = effect(&push.event, &push.revoke_info) else { return Ok("ignored") };
    let user = match &push.openid {
        Some(openid) => Identity::find(conn, &push.appid, openid)?.map(|(_, user)| user),
        None => None,
    };
    let mut detail = Detail { app_id: &push.appid, revoke_info: &push.revoke_info, ..Detail::default() };
    if let Some(user) = &user {
        User::withdraw(conn, user.id, effect.fields)?;
        detail.cleared = effect.fields.iter().map(|field| field.name()).collect();
        if effect.is_cancellation {
            let ending = Ending::by_system(liveness.now, "cancelled");
            // at once: whoever left WeChat cannot come back to restore it, and WeChat expects the data to be deleted
            detail.ended = Some(User::delete(conn, user.id, liveness.now, &ending, liveness)?.ended);
            detail.erasure = Some("due");
        }
    }
    let outcome = match &user {
        None => "nobody",
        Some(_) if effect.fields.is_empty() => "recorded",
        Some(_) => "cleared",
    };
    let entry = Entry {
        actor: "system".to_owned(),
        role: "wechat".to_owned(),
        action: effect.action.to_owned(),
        target: user.map(|user| format!("user:{}", user.uid)).unwrap_or_default(),
        result: "ok".to_owned(),
        detail: serde_json::to_string(&detail).unwrap_or_default(),
        request_id: push.request_id.clone(),
        ..Entry::default()
    };
    Audit::append(conn, &entry, liveness.now)?;
    Ok(outcome)
}
