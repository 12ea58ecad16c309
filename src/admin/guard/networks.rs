//! `admin.allow_networks`: from where the console can be opened at all. Who is locked out has the command line.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};

use crate::admin::frame::errors;
use crate::http::client_address::ClientAddress;
use crate::http::request_id::Current;
use crate::state::State;

/// Lets a request through that comes from an allowed network.
///
/// # Errors
/// Those of the handler.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let allowed = request.app_data::<web::Data<State>>().is_none_or(|state| {
        let networks = &state.config.admin.allow_networks;
        let address = ClientAddress::of(request.request()).0;
        networks.is_empty() || networks.iter().any(|network| network.contains(address))
    });
    if allowed {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let mut response = HttpResponse::Forbidden();
    response.insert_header(ContentType::html());
    let page = Current::get().map(|current| errors::bare(StatusCode::FORBIDDEN, &current));
    Ok(request.into_response(response.body(page.unwrap_or_default())).map_into_right_body())
}
