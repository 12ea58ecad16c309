//! 405 as a page of the console: in the reader's language and light, with what leads on.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

use super::visit::Visit;
use crate::admin::frame::errors::Refusal;

/// Puts the page in the place of a bare refusal of a method; `Allow` stays.
///
/// # Errors
/// Those of the handler.
pub async fn refusal(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let answer = next.call(request).await?;
    if answer.status() != StatusCode::METHOD_NOT_ALLOWED {
        return Ok(answer.map_into_left_body());
    }
    let Ok(visit) = Visit::of(answer.request()) else { return Ok(answer.map_into_left_body()) };
    let mut page = HttpResponse::from_error(visit.refuse(Refusal::Method));
    if let Some(allow) = answer.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allow.clone());
    }
    Ok(answer.into_response(page).map_into_right_body())
}
