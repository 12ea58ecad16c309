//! `POST /api/phone`: the user's phone number, as WeChat vouches for it.
//!
//! Today's button gives a code, which WeChat exchanges for a fee and only once: a code that arrives again gets the answer
//! that it got, and a client that hangs up loses nothing. Older clients send what WeChat encrypted.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::ApiError;
use super::json::Json;
use super::open_data::{Known, pair};
use super::openapi::refusals::{BadJson, NoOpenData, NoPlace, NoSession, NoStorage, NoWeChat, Refusals};
use super::sign_in::check_code;
use super::turns::Turns;
use crate::db::identities::Identity;
use crate::db::identities::replay::Kind;
use crate::db::users::User;
use crate::db::users::phone::NewPhone;
use crate::error::{Error, Fault, Result};
use crate::phone::Phone;
use crate::state::State;
use crate::wechat::Wxa;
use crate::wechat::phone_number::PhoneNumber;

/// How long to wait before a number that WeChat told is stored once more, when the database is out of reach.
const AGAIN: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// What the client sends: a `code`, or `encryptedData` with its `iv`. Clients that pass the button's whole `detail` on
/// send all three, and then the code counts.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = PhoneGiven)]
#[serde(rename_all = "camelCase", default)]
pub struct Given {
    /// What the button's `getPhoneNumber` event gave: once, 5 minutes.
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]+$",
        example = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144"
    )]
    code: Option<String>,
    /// The number as WeChat encrypted it, of older clients.
    encrypted_data: Option<String>,
    /// The initial vector of `encryptedData`.
    iv: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PhoneAnswer)]
struct Answer {
    /// Always `success`.
    #[schema(example = "success")]
    status: &'static str,
    /// Masked: `138******34`.
    #[schema(example = "138******34")]
    phone: String,
}

/// Stores the caller's phone number.
///
/// WeChat vouches that the number is the caller's. A code that arrives again gets its answer again; the number is masked in
/// every answer.
#[utoipa::path(post, path = "/api/phone", tag = "profile", operation_id = "storePhone", security(("token" = [])),
    request_body = Given, responses(
        (status = 200, description = "The number is stored.", body = Answer),
        Refusals<(BadJson, NoOpenData, NoSession, NoWeChat, NoPlace, NoStorage)>,
    ),
)]
pub async fn post(
    caller: Caller,
    state: web::Data<State>,
    wxa: web::Data<Wxa>,
    turns: web::Data<Turns>,
    Json(given): Json<Given>,
) -> Result<HttpResponse, ApiError> {
    let row = &caller.row;
    let phone = match (given.code, pair("iv", given.encrypted_data.as_ref(), given.iv.as_ref())) {
        (Some(code), _) => {
            check_code(&code)?;
            let (user_id, identity_id) = (row.user_id, row.identity_id);
            let turn = turns.take(user_id).await?;
            // apart from the request: the code is used up, and paid for, even if the client goes away
            let work = async move {
                let _turn = turn;
                by_code(&state, &wxa, user_id, identity_id, code).await
            };
            let done = actix_web::rt::spawn(work).await;
            done.map_err(|_cause| Error::Internal("a phone number without an answer"))??
        }
        (None, sealed) => {
            let (encrypted, iv) = sealed?.ok_or_else(|| Error::field("code", Fault::Missing))?;
            sealed_by_wechat(&state, row.user_id, row.identity_id, encrypted, iv).await?
        }
    };
    Ok(HttpResponse::Ok().json(Answer { status: "success", phone: phone.masked() }))
}

async fn by_code(state: &State, wxa: &Wxa, user_id: i64, identity_id: i64, code: String) -> Result<Phone> {
    let stored = state.db.lookup(move |conn| User::phone(conn, user_id)).await?;
    if stored.came_by(&state.keys, &code)?
        && let Some(phone) = stored.open(&state.keys)
    {
        return Ok(phone);
    }
    let known = Known::get(state, identity_id).await?;
    let phone = wxa.phone_number(known.app(state)?, &code, known.expected()).await?;
    let mut pauses = AGAIN.iter();
    loop {
        let new = NewPhone::new(&state.keys, user_id, &phone, Some(&code))?;
        let stored = state.db.write(move |conn| User::set_phone(conn, user_id, new)).await;
        // WeChat tells a number once: it is not given up because the database is away for a moment
        match (stored, pauses.next()) {
            (Err(Error::Storage(_)), Some(pause)) => actix_web::rt::time::sleep(*pause).await,
            (stored, _) => return stored.map(|()| phone),
        }
    }
}

async fn sealed_by_wechat(
    state: &State,
    user_id: i64,
    identity_id: i64,
    encrypted: &str,
    iv: &str,
) -> Result<Phone> {
    let known = Known::get(state, identity_id).await?;
    let (number, sealed_at) = known.decrypt::<PhoneNumber>(encrypted, iv)?;
    let phone = number.phone().ok_or(Error::OpenDataInvalid)?;
    let new = NewPhone::new(&state.keys, user_id, &phone, None)?;
    let store = move |conn: &mut _| {
        // the user's row before the identity's, as a login takes them
        User::hold(conn, user_id)?;
        Identity::take_sealed(conn, identity_id, Kind::Phone, sealed_at)?;
        User::set_phone(conn, user_id, new)
    };
    state.db.write(store).await?;
    Ok(phone)
}
