//! `/api/account`: leaving for good (注销), thinking better of it, and taking along what menwei knows.

pub mod export;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::ApiError;
use super::json::{Json, MaybeJson};
use super::login;
use super::openapi::refusals::{BadJson, NoAccount, NoLogin, NoSession, NoStorage, NoWeChat, Refusals};
use super::sign_in::{Client, SignIn, check_code};
use crate::clock::Instant;
use crate::db::audit::{Audit, Entry};
use crate::db::sessions::end::Ending;
use crate::db::users::User;
use crate::db::users::sign_in::Vouched;
use crate::error::{Error, Result};
use crate::wechat;

/// What somebody proves with who they are, who has no live session: a frozen user may leave, too.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AccountProof)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// What `wx.login` gave: once, 5 minutes.
    #[schema(min_length = 1, max_length = 128, pattern = "^[!-~]+$")]
    code: Option<String>,
    /// Which mini-program; may be left out when one is configured.
    #[schema(example = "wx0123456789abcdef")]
    app_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AccountDeletion)]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// Always `success`.
    status: &'static str,
    /// When the account is erased; until then it can be restored.
    erased_at: Instant,
}

/// Whose account it is.
enum Whose {
    /// A session's user, by key, and their mini-program.
    Session(i64, String),
    /// WeChat says whose the code is.
    Code { appid: Option<String>, code: String },
}

/// The same, once WeChat was asked.
enum Known {
    User(i64, String),
    Vouched(Box<Proven>),
}

/// Whom WeChat vouched for.
pub(super) struct Proven {
    pub(super) appid: String,
    pub(super) identity: wechat::Identity,
    /// The mini-programs within which a unionid means one user.
    pub(super) linked: Vec<String>,
}

impl Proven {
    /// To find who it is. Without the session key: nobody is let in by it.
    pub(super) fn vouched(&self) -> Vouched<'_> {
        Vouched {
            appid: &self.appid,
            openid: &self.identity.openid,
            unionid: self.identity.unionid.as_deref(),
            session_key: "",
            linked: &self.linked,
        }
    }
}

/// Deletes the caller's account (注销).
///
/// Sessions end at once; the rest is erased after the time in which the account can be restored. Once more changes
/// nothing and gets the same answer. Who has no live session, a frozen user for one, sends a fresh login code.
#[utoipa::path(delete, path = "/api/account", tag = "account", operation_id = "deleteAccount", security(("token" = []), ()),
    request_body = Option<Proof>, responses(
        (status = 200, description = "When it is erased.", body = Answer),
        Refusals<(BadJson, NoSession, NoWeChat, NoAccount, NoStorage)>,
    ),
)]
pub async fn delete(
    request: HttpRequest,
    sign_in: web::Data<SignIn>,
    MaybeJson(proof): MaybeJson<Proof>,
) -> Result<HttpResponse, ApiError> {
    let code = proof.as_ref().and_then(|proof| proof.code.clone());
    let appid = proof.and_then(|proof| proof.app_id);
    // a faulty field is told, though a session goes before it
    code.as_deref().map_or(Ok(()), check_code)?;
    let whose = match (Caller::of(&sign_in.state, request.headers()).await, code) {
        (Ok(caller), _) => Whose::Session(caller.row.user_id, caller.row.appid),
        (
            Err(
                Error::SessionMissing | Error::SessionUnknown | Error::SessionExpired | Error::SessionRevoked,
            ),
            Some(code),
        ) => Whose::Code { appid, code },
        (Err(why), _) => return Err(why.into()),
    };
    let client = Client::of(&request);
    // apart from the request: a code that is used up must not be lost with the connection
    let done = actix_web::rt::spawn(async move { leave(&sign_in, whose, client).await }).await;
    let erased_at = done.map_err(|_cause| Error::Internal("a deletion without an answer"))??;
    Ok(HttpResponse::Ok().json(Answer { status: "success", erased_at }))
}

async fn leave(sign_in: &SignIn, whose: Whose, client: Client) -> Result<Instant> {
    let (appid, code) = match whose {
        Whose::Session(id, appid) => return delete_known(sign_in, Known::User(id, appid), &client).await,
        Whose::Code { appid, code } => (appid, code),
    };
    let app = sign_in.app(appid.as_deref())?;
    let (own, address) = (sign_in.clone(), client.address);
    let (asked, code_text) = (app.appid.clone(), code.clone());
    let work = async move {
        let identity = own.identify(&app, &code, address).await?;
        let linked = own.state.config.linked(&app);
        let proven = Proven { appid: app.appid, identity, linked };
        delete_known(&own, Known::Vouched(Box::new(proven)), &client).await
    };
    // a phone that asks again by itself hears once more that it is done
    sign_in.leaving.once(&sign_in.state.keys, &asked, &code_text, address, work).await
}

async fn delete_known(sign_in: &SignIn, known: Known, client: &Client) -> Result<Instant> {
    let state = &sign_in.state;
    let (liveness, cooling_off) = (state.liveness(), state.config.account.cooling_off);
    let (now, request_id) = (liveness.now, client.request_id.to_string());
    let write = move |conn: &mut _| {
        let (user, appid) = match known {
            Known::User(id, appid) => (User::get(conn, id)?, appid),
            Known::Vouched(proven) => {
                let found = User::find_vouched(conn, &proven.vouched())?;
                (found.ok_or(Error::AccountNotFound)?, proven.appid)
            }
        };
        let deletion = User::delete(conn, user.id, now + cooling_off, &Ending::by_deletion(now), liveness)?;
        if deletion.is_new {
            let detail = serde_json::json!({
                "appId": appid, "eraseAt": deletion.erase_at, "ended": deletion.ended
            });
            let entry = entry("account.delete", &user.uid, detail.to_string(), request_id);
            Audit::append(conn, &entry, now)?;
        }
        Ok((user.id, deletion.erase_at))
    };
    let (id, erase_at) = state.db.write(write).await?;
    if erase_at <= now
        && let Err(why) = state.db.erase(id, &Arc::clone(&state.keys), now).await
    {
        log::warn!(user = id, error:% = why; "an account will be erased a little later");
    }
    Ok(erase_at)
}

/// Takes the deletion back and logs in.
///
/// Without a deletion it only logs in: a client may ask again.
#[utoipa::path(post, path = "/api/account/restore", tag = "account", operation_id = "restoreAccount", request_body = login::Login,
    responses(
        (status = 200, description = "The session.", body = login::Answer),
        Refusals<(BadJson, NoLogin, NoAccount, NoStorage)>,
    ),
)]
pub async fn restore(
    request: HttpRequest,
    sign_in: web::Data<SignIn>,
    Json(login): Json<login::Login>,
) -> Result<HttpResponse, ApiError> {
    let opened = sign_in.restore(login.app_id.as_deref(), &login.code, Client::of(&request)).await?;
    Ok(HttpResponse::Ok().json(login::Answer::of(opened, &sign_in.state)))
}

/// What the audit trail says of something that a user did with their account. Without their address: the trail is kept
/// for good, and they want to be forgotten.
pub(super) fn entry(action: &str, uid: &str, detail: String, request_id: String) -> Entry {
    Entry {
        actor: "user".to_owned(),
        action: action.to_owned(),
        target: format!("user:{uid}"),
        result: "ok".to_owned(),
        detail,
        request_id,
        ..Entry::default()
    }
}
