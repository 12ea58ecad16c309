//! `GET /avatar/{name}.jpg`

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header as _, HeaderName, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::api::error::ApiError;
use crate::api::openapi::refusals::{NoStorage, NotThere, Refusals};
use crate::avatar::{CACHED, Name};
use crate::db::avatars::Avatar;
use crate::error::Error;
use crate::state::State;

/// Mini-programs and the team's own pages show it, wherever they are.
static RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// An avatar, to whoever knows its name.
///
/// What was replaced or taken back is gone at once.
#[utoipa::path(get, path = "/avatar/{file}", tag = "profile", operation_id = "avatar",
    params(("file" = String, Path, description = "What `avatarUrl` ends with.", example = "0123456789abcdef0123456789abcdef.jpg")),
    responses(
        (status = 200, description = "The picture.", content_type = "image/jpeg", body = String,
            headers(("Cache-Control" = String, description = "It may be kept for ever: another picture has another name."))),
        (status = 304, description = "The picture that the client has.",
            headers(("Cache-Control" = String, description = "It may be kept for ever: another picture has another name."))),
        Refusals<(NotThere, NoStorage)>,
    ),
)]
pub async fn get(
    request: HttpRequest,
    file: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let name = Name::of_file(&file).ok_or(Error::NotFound)?;
    let row = name.clone();
    if !state.db.lookup(move |conn| Avatar::is_served(conn, &row)).await? {
        return Err(Error::NotFound.into());
    }
    // the name stands for the bytes
    let tag = EntityTag::new_strong(name.to_string());
    let is_known = IfNoneMatch::parse(&request).is_ok_and(|known| match known {
        IfNoneMatch::Any => request.headers().contains_key("if-none-match"),
        IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(&tag)),
    });
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((CACHE_CONTROL, CACHED))
        .insert_header((ETAG, tag))
        .insert_header((RESOURCE.clone(), "cross-origin"));
    if is_known {
        return Ok(answer.finish());
    }
    let jpeg = state.objects.get(&name).await?.ok_or(Error::NotFound)?;
    Ok(answer.insert_header((CONTENT_TYPE, "image/jpeg")).body(jpeg))
}
