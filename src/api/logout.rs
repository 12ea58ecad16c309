//! `POST /api/logout`: ends the caller's session (WeChat's rule 12.6.3: a way out that is easy to find).

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::caller::Caller;
use super::error::ApiError;
use crate::db::sessions::Session;
use crate::db::sessions::end::Ending;
use crate::state::State;

/// Ends this session; it is refused from the next request on.
pub async fn post(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let ending = Ending::by_user(state.now());
    state.db.write(move |conn| Session::end(conn, &caller.digest, &ending)).await?;
    Ok(HttpResponse::Ok().json(json!({ "status": "success" })))
}
