//! `/api/userProfile`: what the user shares of themself.

mod fields;
mod vouched;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::error::ApiError;
use super::json::Json;
use super::login;
use super::sign_in::{Client, SignIn};
use super::user::UserView;
use crate::db::identities::Identity;
use crate::db::identities::replay::Kind;
use crate::db::users::User;
use crate::error::Result;
use crate::state::State;

/// What the client sends: `wx.getUserProfile`'s `userInfo` as it is, or single fields. Keys that are not here are
/// ignored, above all `id`, `openid` and `role`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    nick_name: Option<String>,
    avatar_url: Option<String>,
    gender: Option<i64>,
    country: Option<String>,
    province: Option<String>,
    city: Option<String>,
    language: Option<String>,
    /// The text that WeChat signed, to the byte.
    raw_data: Option<String>,
    /// WeChat's signature of `rawData`.
    signature: Option<String>,
    /// The profile that WeChat encrypted.
    encrypted_data: Option<String>,
    /// The initial vector of `encryptedData`.
    iv: Option<String>,
    /// A login code instead of a session.
    code: Option<String>,
    app_id: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    status: &'static str,
    user: UserView,
    /// Only to a caller who came with a code, which is a login.
    #[serde(flatten)]
    session: Option<login::Session>,
}

/// Answers the caller's profile.
pub async fn get(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let id = caller.row.user_id;
    let (user, phone) =
        state.db.lookup(move |conn| Ok((User::get(conn, id)?, User::phone(conn, id)?))).await?;
    let user = UserView::with_phone(user, &phone, &state.keys);
    Ok(HttpResponse::Ok().json(Answer { status: "success", user, session: None }))
}

/// Stores what the user shares. The caller is whose session it is; without one, whoever a fresh `code` stands for.
pub async fn post(
    request: HttpRequest,
    state: web::Data<State>,
    sign_in: web::Data<SignIn>,
    Json(profile): Json<Profile>,
) -> Result<HttpResponse, ApiError> {
    let (user_id, identity_id, opened) = match (Caller::of(&state, request.headers()).await, &profile.code) {
        (Ok(caller), _) => (caller.row.user_id, caller.row.identity_id, None),
        (Err(crate::error::Error::SessionMissing), Some(code)) => {
            // a faulty field costs no code
            fields::check(&profile)?;
            vouched::pairs(&profile)?;
            let opened = sign_in.run(profile.app_id.as_deref(), code, Client::of(&request)).await?;
            (opened.user.id, opened.identity_id, Some(opened))
        }
        (Err(why), _) => return Err(why.into()),
    };
    let (profile, sealed_at) = vouched::merged(profile, &state, identity_id).await?;
    let change = fields::check(&profile)?;
    let store = move |conn: &mut _| {
        if let Some(sealed_at) = sealed_at {
            Identity::take_sealed(conn, identity_id, Kind::Profile, sealed_at)?;
        }
        Ok((User::change_profile(conn, user_id, change)?, User::phone(conn, user_id)?))
    };
    let (user, phone) = state.db.write(store).await?;
    let session = opened.map(|opened| login::Session::of(&opened, &state));
    let user = UserView::with_phone(user, &phone, &state.keys);
    Ok(HttpResponse::Ok().json(Answer { status: "success", user, session }))
}
