//! The answer to who tried a password or a code too often.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;

use crate::admin::frame::problems::Problems;
use crate::admin::guard::visit::{Answer, Visit};

/// The form once more by `page`, with how long to wait beside `field`; `Retry-After` says the same.
pub(in crate::admin) fn wait(
    visit: &Visit,
    field: &'static str,
    retry_after: Duration,
    page: impl FnOnce(StatusCode, Problems) -> Answer,
) -> Answer {
    // the second that has begun counts whole: who comes back then need not wait again
    let seconds = retry_after.as_secs() + 1;
    let problems = Problems::one(field, (visit.words().sign_in.wait)(seconds));
    let mut response = page(StatusCode::TOO_MANY_REQUESTS, problems)?;
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    Ok(response)
}
