//! `POST /api/logout`: ends the caller's session (WeChat's rule 12.6.3: a way out that is easy to find).

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::ApiError;
use super::openapi::refusals::{NoSession, NoStorage, Refusals};
use crate::db::sessions::Session;
use crate::db::sessions::end::Ending;
use crate::state::State;

#[derive(Serialize, ToSchema)]
#[schema(as = Done)]
struct Answer {
    /// Always `success`.
    #[schema(example = "success")]
    status: &'static str,
}

/// Ends this session.
///
/// Its token is refused from the next request on.
#[utoipa::path(post, path = "/api/logout", tag = "session", operation_id = "logout", security(("token" = [])), responses(
    (status = 200, description = "It is ended.", body = Answer),
    Refusals<(NoSession, NoStorage)>,
))]
pub async fn post(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let ending = Ending::by_user(state.now());
    state.db.write(move |conn| Session::end(conn, &caller.digest, &ending)).await?;
    Ok(HttpResponse::Ok().json(Answer { status: "success" }))
}
