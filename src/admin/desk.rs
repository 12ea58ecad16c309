//! What every request to the console passes: it is looked at, checked to be ours, and its refusal gets a face.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};

use super::errors::{Refusal, Refused};
use super::origin;
use super::visit::Visit;

/// The console's middleware; stands inside that of the session.
pub async fn desk<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (visit, door) = Visit::begin(&request).map_err(Refused::from)?;
    let is_own = origin::is_own(request.method(), request.headers(), visit.console().origin());
    request.extensions_mut().insert(visit.clone());
    let mut response = if is_own {
        dress(next.call(request).await?.map_into_boxed_body(), &visit)
    } else {
        request.into_response(visit.refuse(Refusal::CrossSite))
    };
    if let Some(door) = door {
        response.response_mut().add_cookie(&door)?;
    }
    Ok(response)
}

/// Draws what a handler refused, and the router's own errors, as pages.
fn dress(response: ServiceResponse<BoxBody>, visit: &Visit) -> ServiceResponse<BoxBody> {
    let refused = response.response().error().and_then(|error| error.as_error::<Refused>());
    let refusal = match (refused, response.status()) {
        (Some(refused), _) => refused.0.clone(),
        (None, StatusCode::NOT_FOUND) if is_bare(&response) => Refusal::NotFound,
        (None, StatusCode::METHOD_NOT_ALLOWED) => Refusal::Method,
        _ => return response,
    };
    let allow = response.headers().get(ALLOW).cloned();
    let mut page = visit.refuse(refusal);
    if let Some(allow) = allow {
        page.headers_mut().insert(ALLOW, allow);
    }
    ServiceResponse::new(response.into_parts().0, page)
}

fn is_bare(response: &ServiceResponse<BoxBody>) -> bool {
    !response.headers().contains_key(actix_web::http::header::CONTENT_TYPE)
}
