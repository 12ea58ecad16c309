//! Who calls: the session behind the bearer token.

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::error::ApiError;
use crate::db::sessions::{CallerRow, Session};
use crate::error::{Error, Result};
use crate::secret::{Token, TokenDigest};
use crate::state::State;

/// The user of a live session. Handlers that ask for it are reached with one only.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The session's storage key.
    pub digest: TokenDigest,
    /// The session and its user.
    pub row: CallerRow,
}

impl Caller {
    /// The caller that the headers name; the token anywhere else (such as the query) does not count.
    ///
    /// # Errors
    /// [`Error::SessionMissing`], [`Error::SessionUnknown`], [`Error::SessionExpired`], [`Error::SessionRevoked`].
    pub async fn of(state: &State, headers: &HeaderMap) -> Result<Self> {
        Self::of_token(state, bearer(headers).ok_or(Error::SessionMissing)?).await
    }

    /// The caller whose token `text` is. Counts as a use of the session.
    ///
    /// # Errors
    /// [`Error::SessionUnknown`], [`Error::SessionExpired`], [`Error::SessionRevoked`].
    pub async fn of_token(state: &State, text: &str) -> Result<Self> {
        let digest = Token::parse(text).ok_or(Error::SessionUnknown)?.digest();
        let key = digest.clone();
        let found = state.db.lookup(move |conn| Session::find_caller(conn, &key)).await?;
        let row = found.ok_or(Error::SessionUnknown)?;
        let liveness = state.liveness();
        row.admit(liveness)?;
        state.db.touches().note(&digest, row.last_seen_at, liveness.now, state.config.session.idle);
        Ok(Self { digest, row })
    }
}

/// The token in `Authorization: Bearer …` (RFC 6750 §2.1), or in `X-WX-Skey`, as clients of wafer send it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let from_scheme = authorization.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    from_scheme.or_else(|| headers.get("x-wx-skey")?.to_str().ok()).filter(|token| !token.is_empty())
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().ok_or(Error::Internal("no state"))?;
            Ok(Self::of(state, request.headers()).await?)
        })
    }
}
