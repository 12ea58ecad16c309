//! `/api/userProfile`: what the user shares of themself.

mod fields;
mod vouched;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::content_check::ContentCheck;
use super::error::ApiError;
use super::json::Json;
use super::login;
use super::openapi::refusals::{BadJson, NoLogin, NoOpenData, NoSession, NoStorage, Refusals};
use super::sign_in::{Client, SignIn};
use super::user::{Own, UserView};
use crate::avatar;
use crate::db::audit::Audit;
use crate::db::reviews::Review;
use crate::db::users::User;
use crate::error::Result;
use crate::state::State;

/// What the client sends: `wx.getUserProfile`'s `userInfo` as it is, or single fields. Keys that are not here are
/// ignored, above all `id`, `openid` and `role`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// At most 64 characters after NFC; control characters are refused, invisible ones taken out.
    #[schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", example = "小明")]
    nick_name: Option<String>,
    /// An `https` address; paths on the phone (`wxfile://`, `http://tmp/`) are refused. Where avatars are checked before they
    /// are shown, only WeChat's own (`*.qlogo.cn`): any other picture is sent to `/api/avatar`.
    #[schema(
        max_length = 512,
        pattern = r"^(https://[A-Za-z0-9-]+\.[A-Za-z0-9.-]+([/?#][A-Za-z0-9/?#._~%&=+-]*)?|http://[A-Za-z0-9-]+\.qlogo\.cn(/[A-Za-z0-9/._-]*)?)?$",
        example = "https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132"
    )]
    avatar_url: Option<String>,
    /// 0 unknown, 1 male, 2 female; 0 says nothing.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 2)]
    gender: Option<i64>,
    /// At most 64 characters.
    #[schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", example = "中国")]
    country: Option<String>,
    /// At most 64 characters.
    #[schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", example = "广东")]
    province: Option<String>,
    /// At most 64 characters.
    #[schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", example = "深圳")]
    city: Option<String>,
    /// At most 16 characters.
    #[schema(max_length = 16, pattern = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", example = "zh_CN")]
    language: Option<String>,
    /// The text that WeChat signed, to the byte.
    raw_data: Option<String>,
    /// WeChat's signature of `rawData`.
    signature: Option<String>,
    /// The profile that WeChat encrypted.
    encrypted_data: Option<String>,
    /// The initial vector of `encryptedData`.
    iv: Option<String>,
    /// A login code instead of a session: the answer then holds a token, too.
    code: Option<String>,
    /// Which mini-program the code is of; may be left out when one is configured.
    app_id: Option<String>,
}

/// A whole number: to JSON `2` and `2.0` are the same.
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(from)? else { return Ok(None) };
    let float = number.as_f64().filter(|float| float.fract() == 0.0);
    let whole = number.as_i64().or_else(|| format!("{:.0}", float?).parse().ok());
    whole.map(Some).ok_or_else(|| D::Error::custom("no whole number"))
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProfileAnswer)]
struct Answer {
    /// Always `success`.
    #[schema(example = "success")]
    status: &'static str,
    /// The caller.
    user: UserView,
    /// Only to a caller who came with a code, which is a login.
    #[serde(flatten)]
    session: Option<login::Session>,
}

/// Answers the caller's profile.
///
/// The phone number is masked.
#[utoipa::path(get, path = "/api/userProfile", tag = "profile", operation_id = "getProfile", security(("token" = [])), responses(
    (status = 200, description = "The profile.", body = Answer),
    Refusals<(NoSession, NoStorage)>,
))]
pub async fn get(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let id = caller.row.user_id;
    let user = state.db.lookup(move |conn| Own::read(conn, id)).await?.view(&state);
    Ok(HttpResponse::Ok().json(Answer { status: "success", user, session: None }))
}

/// Stores what the user shares.
///
/// The caller is whose session it is; without one, whoever a fresh `code` stands for. What WeChat signed or encrypted is
/// checked and then believed first. Empty texts and the grey default (微信用户) overwrite nothing.
#[utoipa::path(post, path = "/api/userProfile", tag = "profile", operation_id = "storeProfile", security(("token" = []), ()),
    request_body = Profile, responses(
        (status = 200, description = "The profile as it is now.", body = Answer),
        Refusals<(BadJson, NoOpenData, NoSession, NoLogin, NoStorage)>,
    ),
)]
pub async fn post(
    request: HttpRequest,
    state: web::Data<State>,
    sign_in: web::Data<SignIn>,
    content_check: web::Data<ContentCheck>,
    Json(mut profile): Json<Profile>,
) -> Result<HttpResponse, ApiError> {
    // a client that sends back what it was told of an upload changes nothing
    profile.avatar_url = profile.avatar_url.filter(|url| !avatar::is_own(url, &state.config));
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
    let (profile, sealed) = vouched::merged(profile, &state, identity_id).await?;
    let change = fields::check(&profile)?;
    let (is_checked, now) = (state.config.wechat.content_check, state.now());
    let keys = Arc::clone(&state.keys);
    let store = move |conn: &mut _| {
        let conflict = sealed.map_or(Ok(None), |sealed| sealed.take(conn, identity_id, &keys, now))?;
        let proposed = if is_checked {
            Review::share(conn, (user_id, identity_id), change, now)?
        } else {
            User::change_profile(conn, user_id, change).map(|_user| Vec::new())?
        };
        if let Some(conflict) = conflict {
            Audit::append(conn, &conflict, now)?;
        }
        Ok(proposed)
    };
    content_check.begin(state.db.write(store).await?).await;
    let user = state.db.lookup(move |conn| Own::read(conn, user_id)).await?.view(&state);
    let session = opened.map(|opened| login::Session::of(&opened, &state));
    Ok(HttpResponse::Ok().json(Answer { status: "success", user, session }))
}
