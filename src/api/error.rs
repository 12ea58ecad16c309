//! Errors as clients see them: RFC 9457 `application/problem+json` with a stable `code`.
//!
//! The one place where an [`Error`] gets its status. Causes stay here, in the log; a client gets the request's id.

pub(super) mod catalog;
pub(super) mod problem;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

pub use problem::Problem;

use crate::error::{Error, Fault};
use crate::http::body::BodyFault;
use crate::http::request_id::Current;

/// What a handler of the API fails with; `?` makes it of [`Error`] and [`BodyFault`].
#[derive(Clone, Debug)]
pub enum ApiError {
    /// One of menwei's own errors.
    Failed(Error),
    /// The body is not as it must be: the faulty field's path (empty: the whole body) and its fault. 400.
    Body(String, Fault),
    /// A service of the team's did not prove who it is: 401 `invalid_client` (RFC 6749 §5.2).
    ClientRefused,
    /// What HTTP itself says: 404, 405, 408, 413, 415.
    Http(StatusCode),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<BodyFault> for ApiError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooLarge => Self::Http(StatusCode::PAYLOAD_TOO_LARGE),
            BodyFault::TooSlow => Self::Http(StatusCode::REQUEST_TIMEOUT),
            BodyFault::Broken => Self::Body(String::new(), Fault::Incomplete),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(out),
            Self::Body(field, _) => write!(out, "body does not fit at {field:?}"),
            Self::ClientRefused => out.write_str("client did not authenticate"),
            Self::Http(status) => status.fmt(out),
        }
    }
}

impl ApiError {
    /// The problem that a client reads.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Failed(error) => Problem::of(error),
            Self::Body(field, fault) => Problem::body(field, *fault),
            Self::ClientRefused => Problem::new(StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::Http(status) => Problem::http(*status),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.problem().status
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Failed(error @ (Error::Storage(_) | Error::Query(_) | Error::Internal(_))) = self {
            log::error!(code = error.code(), error:% = error; "failed");
        }
        self.problem().answer(Current::get().as_ref())
    }
}

impl Problem {
    /// The problem that `error` is, with its status as the API's contract has it.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        let status = match error {
            Error::Invalid(_)
            | Error::AppUnknown
            | Error::CodeInvalid
            | Error::CodeUsed
            | Error::OpenDataInvalid => 400,
            Error::SessionMissing | Error::SessionUnknown | Error::SessionExpired | Error::SessionRevoked => {
                401
            }
            Error::WeChatUserBlocked | Error::UserFrozen { .. } | Error::AccountDeleted { .. } => 403,
            Error::NotFound | Error::AccountNotFound => 404,
            Error::Conflict(_) => 409,
            Error::AvatarTooLarge => 413,
            Error::AvatarInvalid => 422,
            Error::RateLimited { .. } => 429,
            Error::Query(_) | Error::Internal(_) => 500,
            Error::WeChatBadResponse | Error::WeChatError { .. } => 502,
            Error::WeChatBusy
            | Error::WeChatUnavailable { .. }
            | Error::WeChatMisconfigured { .. }
            | Error::Busy
            | Error::Storage(_) => 503,
            Error::WeChatTimeout => 504,
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut problem = Self::new(status, error.code());
        problem.retry_after = retry_after(error);
        match error {
            Error::Invalid(faults) => {
                problem.errors =
                    faults.iter().map(|fault| (Cow::Borrowed(fault.field), fault.fault)).collect();
            }
            Error::UserFrozen { until } | Error::AccountDeleted { until } => problem.until = *until,
            Error::WeChatError { errcode } => problem.errcode = Some(*errcode),
            _ => {}
        }
        problem
    }

    /// The problem of an answer for which HTTP has a status and menwei no error.
    #[must_use]
    pub fn http(status: StatusCode) -> Self {
        let code = match status.as_u16() {
            404 => "not_found",
            405 => "method_not_allowed",
            408 => "request_timeout",
            413 => "too_large",
            415 => "unsupported_media_type",
            403 => "forbidden",
            _ if status.is_server_error() => "internal",
            _ => "invalid_request",
        };
        Self::new(status, code)
    }

    /// The problem of a body that cannot be understood.
    #[must_use]
    pub fn body(field: &str, fault: Fault) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid_request");
        problem.errors = vec![(Cow::Owned(field.to_owned()), fault)];
        problem
    }
}

/// When it is worth trying again.
fn retry_after(error: &Error) -> Option<Duration> {
    match error {
        Error::RateLimited { retry_after } | Error::WeChatUnavailable { retry_after, .. } => {
            Some(*retry_after)
        }
        Error::WeChatBusy | Error::Storage(_) => Some(Duration::from_secs(2)),
        Error::Busy => Some(Duration::from_secs(1)),
        _ => None,
    }
}
