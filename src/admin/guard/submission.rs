//! A form that was sent: nothing in it can be read before it is proven to come from a page of ours.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use zeroize::Zeroize as _;

use super::visit::Visit;
use super::way_back::own_path;
use super::{ask, origin};
use crate::admin::frame::errors::{Again, Refusal};
use crate::admin::query::decode;
use crate::http::body::{self, BodyFault};

/// The largest form, in bytes: 200 ticked rows fit.
const LARGEST: usize = 16 * 1024;

/// A form as it came.
#[derive(Debug)]
pub struct Submission(Result<Vec<(String, String)>, StatusCode>);

/// A form that came from a page of ours.
pub struct Fields(Vec<(String, String)>);

impl FromRequest for Submission {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_form = kind
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        let reading = body::read(request, payload, LARGEST);
        Box::pin(async move {
            if !is_form {
                return Ok(Self(Err(StatusCode::UNSUPPORTED_MEDIA_TYPE)));
            }
            let read = reading.await;
            Ok(Self(match read {
                Ok(bytes) => parse(&bytes).ok_or(StatusCode::BAD_REQUEST),
                Err(BodyFault::TooLarge) => Err(StatusCode::PAYLOAD_TOO_LARGE),
                Err(_) => Err(StatusCode::BAD_REQUEST),
            }))
        })
    }
}

fn parse(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // no browser sends a NUL, and Postgres has no text with one
            let value = decode(value).filter(|value| !value.contains('\0'))?;
            Some((decode(name)?, value))
        })
        .collect()
}

impl Submission {
    /// Lets the form through when it comes from a page of ours and carries the token of this visitor, who is still
    /// signed in now that all of it is here.
    ///
    /// # Errors
    /// The page that says why not; a form whose token is too old is kept, to be sent again by one click.
    pub async fn check(self, visit: &Visit) -> Result<Fields, actix_web::Error> {
        let headers = visit.request.headers();
        if !origin::is_own(visit.request.method(), headers, &visit.state.config.server.public_url) {
            return Err(visit.refuse(Refusal::CrossSite));
        }
        let fields = match self.0 {
            Ok(fields) => Fields(fields),
            Err(StatusCode::PAYLOAD_TOO_LARGE) => return Err(visit.refuse(Refusal::TooLarge)),
            Err(_) => return Err(visit.refuse(Refusal::Parameter("form".to_owned()))),
        };
        let csrf = visit.csrf().map_err(|why| visit.fail(&why))?;
        if csrf.is_some_and(|csrf| csrf.accepts(fields.one("csrf"))) {
            visit.go_in(|| fields.again(visit)).await?;
            if visit.needs_proof {
                return Err(ask::proof_instead(visit, fields.again(visit)));
            }
            return Ok(fields);
        }
        Err(visit.refuse(Refusal::Expired(fields.again(visit))))
    }
}

impl Submission {
    /// What somebody filled in whose session ended meanwhile; none when no page of ours sent it. A form that waited for
    /// a proof is the one that it waited for.
    pub(in crate::admin) fn left(self, visit: &Visit) -> Option<Again> {
        let request = &visit.request;
        let is_own =
            origin::is_own(request.method(), request.headers(), &visit.state.config.server.public_url);
        let fields = Fields(self.0.ok()?);
        if !is_own || fields.one("csrf").is_empty() {
            return None;
        }
        if request.path() == "/admin/reauth" { fields.waiting() } else { Some(fields.again(visit)) }
    }
}

impl Fields {
    /// The form, to be sent once more: without its token, and without what must not stand in a page.
    fn again(&self, visit: &Visit) -> Again {
        let is_kept = |name: &str| !matches!(name, "csrf" | "password" | "again" | "code");
        let kept = self.0.iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        // what narrows a list stands in its address
        let action = visit.request.uri().path_and_query().map_or("", |whole| whole.as_str());
        Again { action: action.to_owned(), fields: kept }
    }

    /// The form that a page which asked for something else carried along.
    pub(in crate::admin) fn waiting(&self) -> Option<Again> {
        let action = self.one("action");
        let is_own = !action.is_empty() && own_path(action) == action;
        let pair = |text: &str| {
            let (name, value) = text.split_once('=')?;
            Some((decode(name)?, decode(value)?))
        };
        is_own
            .then(|| Again { action: action.to_owned(), fields: self.all("kept").filter_map(pair).collect() })
    }

    /// The first value of a field; empty when it is not there.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    /// All fields, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a field, such as ticked rows.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}
