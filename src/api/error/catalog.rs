//! One of each error that a client can meet, for the document and its page.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::{ApiError, Problem};
use crate::error::{Error, Fault};

/// How long, where only that there is a time matters.
const SOON: Duration = Duration::from_secs(2);

/// No live session.
pub fn session() -> Vec<ApiError> {
    of([Error::SessionMissing, Error::SessionUnknown, Error::SessionExpired, Error::SessionRevoked])
}

/// A body or query that does not fit.
pub fn body() -> Vec<ApiError> {
    let http = [StatusCode::REQUEST_TIMEOUT, StatusCode::PAYLOAD_TOO_LARGE].map(ApiError::Http);
    [input(), http.into()].concat()
}

/// The same for bodies of one kind.
pub fn typed_body() -> Vec<ApiError> {
    [body(), vec![ApiError::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE)]].concat()
}

/// A value that does not fit.
pub fn input() -> Vec<ApiError> {
    vec![ApiError::Body(String::new(), Fault::Malformed)]
}

/// What WeChat says of a user's code.
pub fn code() -> Vec<ApiError> {
    of([Error::CodeInvalid, Error::CodeUsed, Error::WeChatUserBlocked])
}

/// A login that our side refuses.
pub fn login() -> Vec<ApiError> {
    of([Error::AppUnknown, Error::UserFrozen { until: None }, Error::AccountDeleted { until: None }])
}

/// There is no such account, or it is erased.
pub fn gone() -> Vec<ApiError> {
    of([Error::AccountNotFound])
}

/// A picture that cannot be an avatar.
pub fn picture() -> Vec<ApiError> {
    of([Error::AvatarTooLarge, Error::AvatarInvalid])
}

/// Too many at once.
pub fn crowded() -> Vec<ApiError> {
    of([Error::Busy])
}

/// WeChat refuses, or is out of reach.
pub fn wechat() -> Vec<ApiError> {
    of([
        Error::RateLimited { retry_after: SOON },
        Error::WeChatBadResponse,
        Error::WeChatError { errcode: 0 },
        Error::WeChatBusy,
        Error::WeChatUnavailable { retry_after: SOON, ambiguous: false },
        Error::WeChatMisconfigured { errcode: 0 },
        Error::WeChatTimeout,
    ])
}

/// Signed or encrypted data that does not check out.
pub fn open_data() -> Vec<ApiError> {
    of([Error::OpenDataInvalid])
}

/// The caller's mini-program is not configured any more.
pub fn app() -> Vec<ApiError> {
    of([Error::AppUnknown])
}

/// Nothing is there, or it is not the caller's.
pub fn not_found() -> Vec<ApiError> {
    of([Error::NotFound])
}

/// A service that did not prove who it is.
pub fn client() -> Vec<ApiError> {
    vec![ApiError::ClientRefused]
}

/// A push that is not WeChat's.
pub fn forbidden() -> Vec<ApiError> {
    vec![ApiError::Http(StatusCode::FORBIDDEN)]
}

/// The database is out of reach.
pub fn storage() -> Vec<ApiError> {
    of([Error::storage("")])
}

/// What any request can meet, whatever it asks for.
fn anywhere() -> Vec<ApiError> {
    let errors = of([Error::Conflict(""), Error::Internal("")]);
    [errors, vec![ApiError::Http(StatusCode::METHOD_NOT_ALLOWED)]].concat()
}

/// Every problem that there is: one for each code, by status.
#[must_use]
pub fn all() -> Vec<Problem> {
    let sets = [
        typed_body(),
        login(),
        code(),
        open_data(),
        gone(),
        picture(),
        crowded(),
        session(),
        client(),
        forbidden(),
        not_found(),
        wechat(),
        storage(),
        anywhere(),
    ];
    let mut problems: Vec<Problem> = sets.concat().iter().map(ApiError::problem).collect();
    problems.sort_by_key(|problem| problem.status.as_u16());
    problems
}

fn of<const N: usize>(errors: [Error; N]) -> Vec<ApiError> {
    errors.into_iter().map(ApiError::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once() {
        let mut codes: Vec<&str> = all().iter().map(|problem| problem.code).collect();
        codes.sort_unstable();
        let source = concat!(include_str!("../../error.rs"), include_str!("../error.rs"));
        // what stands behind an arrow in the two tables of codes
        let words = source.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
        for word in words {
            assert!(codes.contains(&word), "{word} is in no set of the catalog");
        }
        let count = codes.len();
        codes.dedup();
        assert_eq!((count, codes.len()), (codes.len(), count));
        assert!(count > 25);
    }
}
