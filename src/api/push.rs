//! `GET` and `POST /wechat/push/{appid}`: what WeChat tells us of its own accord.
//!
//! A push is checked, kept, and answered `success`; what it asks for is done afterwards (`Database::work_off_pushes`),
//! for WeChat waits 5 seconds and tries three times.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::openapi::refusals::{BadPush, BadQuery, NoStorage, NotThere, NotWeChat, Refusals};
use crate::config::App;
use crate::db::push_events::{NewPushEvent, Receipt};
use crate::error::{Error, Fault, Result};
use crate::http::body;
use crate::http::request_id::Current;
use crate::state::State;
use crate::wechat::push::{self, Message, Query, Refusal};

/// How long keeping a push may take: WeChat waits 5 seconds for the whole answer, and then sends it again.
const LONGEST: Duration = Duration::from_secs(3);
/// The largest body, in bytes; the events that are worked off have less than one thousand.
const LARGEST: usize = 64 * 1024;

/// The events that menwei keeps by name; every other one is kept without it, only so that its signature is used up.
const KNOWN: [&str; 4] =
    ["user_authorization_revoke", "user_authorization_cancellation", "user_info_modified", MEDIA_CHECK];
/// What came of checking a picture.
const MEDIA_CHECK: &str = "wxa_media_check";

/// Answers WeChat's trial of this address.
///
/// It comes when somebody enters the address in the back office.
#[utoipa::path(get, path = "/wechat/push/{appid}", tag = "wechat", operation_id = "tryPush",
    params(("appid" = String, Path, description = "The mini-program's appid."), Query),
    responses(
        (status = 200, description = "What `echostr` said.", body = String, content_type = "text/plain"),
        Refusals<(BadQuery, NotWeChat, NotThere)>,
    ),
)]
pub async fn get(
    state: web::Data<State>,
    request: HttpRequest,
    appid: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let query = query(&request)?;
    let echo = push::verify(app(&state, &appid)?, &query, state.now()).map_err(refused)?;
    Ok(said(echo.to_owned()))
}

/// Takes what WeChat tells of its own accord.
///
/// `success` as soon as it is kept, or was before; 403 when it is not WeChat's.
#[utoipa::path(post, path = "/wechat/push/{appid}", tag = "wechat", operation_id = "push",
    params(("appid" = String, Path, description = "The mini-program's appid."), Query),
    request_body(description = "WeChat's message, in JSON or XML, encrypted or not.", content((serde_json::Value = "application/json"), (String = "application/xml"))),
    responses(
        (status = 200, description = "It is kept.", body = String, content_type = "text/plain"),
        Refusals<(BadPush, NotWeChat, NotThere, NoStorage)>,
    ),
)]
pub async fn post(
    state: web::Data<State>,
    request: HttpRequest,
    appid: web::Path<String>,
    current: Current,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (app, query) = (app(&state, &appid)?, query(&request)?);
    let body = body::read(&request, &mut payload.into_inner(), LARGEST).await?;
    let message = push::receive(app, &query, &body, state.now()).map_err(refused)?;
    let new = kept(&state, app, &query, message, &current)?;
    // one that is kept after all, though too late to say so, is a duplicate when it comes again
    let keeping = timeout(LONGEST, state.db.write(move |conn| new.keep(conn))).await;
    match keeping.map_err(|_late| Error::storage("a push was not kept in time"))?? {
        Receipt::Kept | Receipt::Duplicate => Ok(said("success".to_owned())),
        Receipt::Stolen => Err(refused(Refusal::NotFromWeChat)),
    }
}

/// The app of that appid, when it takes pushes.
fn app<'a>(state: &'a State, appid: &str) -> Result<&'a App> {
    state.config.app(Some(appid)).filter(|app| app.push.token.is_some()).ok_or(Error::NotFound)
}

fn query(request: &HttpRequest) -> Result<Query, ApiError> {
    let query = web::Query::<Query>::from_query(request.query_string());
    Ok(query.map_err(|_fault| ApiError::Body(String::new(), Fault::Malformed))?.into_inner())
}

fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NotFromWeChat => ApiError::Http(StatusCode::FORBIDDEN),
        Refusal::Malformed => ApiError::Body(String::new(), Fault::Malformed),
    }
}

fn kept(
    state: &State,
    app: &App,
    query: &Query,
    message: Message,
    current: &Current,
) -> Result<NewPushEvent> {
    let digest = |purpose: &str, name: String| state.keys.digest(purpose, &format!("{}|{name}", app.appid));
    let message_digest = digest("push message", message.name())?.to_vec();
    let is_known = message.is_event() && KNOWN.contains(&message.event.as_str());
    let message = if is_known { message } else { Message::nameless() };
    let media = message.media.as_ref().filter(|_| message.event == MEDIA_CHECK);
    let verdict = media.and_then(|media| media.verdict);
    Ok(NewPushEvent {
        appid: app.appid.clone(),
        event: message.event,
        openid: message.openid,
        revoke_info: message.revoke_info,
        trace_id: media.map(|media| media.trace_id.clone()),
        suggest: verdict.map(|verdict| verdict.suggestion.word().to_owned()),
        label: verdict.map(|verdict| verdict.label),
        request_id: current.id.to_string(),
        received_at: state.now(),
        message_digest,
        address_digest: digest("push address", query.name())?.to_vec(),
    })
}

fn said(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}
