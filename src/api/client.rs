//! Which of the team's services asks: a form with the client's id and secret in it, or HTTP Basic beside it.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::LocalBoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::{Choice, ConstantTimeEq as _};

use super::error::ApiError;
use crate::config::Client;
use crate::error::{Error, Fault};
use crate::http::body;
use crate::secret::TokenDigest;
use crate::state::State;

/// The largest form, in bytes.
const LARGEST: usize = 16 * 1024;
/// The most fields that a form may have: these interfaces know four, and a stranger's form is read before it is known whose
/// it is.
const MOST_FIELDS: usize = 32;

/// The form of a service that proved who it is. Handlers that ask for it are reached by such services only.
///
/// Fails with 401 `invalid_client`, 415, 413, 408, or 400 `invalid_request`, which a stranger sees only for the form's
/// own shape.
pub struct ClientForm(Form);

impl ClientForm {
    /// The value of a field that must be there.
    ///
    /// # Errors
    /// 400 `invalid_request` when it is missing or empty.
    pub fn need(&self, name: &'static str) -> Result<&str, ApiError> {
        let found = self.0.get(name).filter(|value| !value.is_empty());
        found.ok_or_else(|| Error::field(name, Fault::Missing).into())
    }
}

impl FromRequest for ClientForm {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = body::read(request, payload, LARGEST);
        let request = request.clone();
        Box::pin(async move {
            if !is_form(request.headers()) {
                return Err(ApiError::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE));
            }
            let form = Form::parse(&reading.await?)?;
            let state = request.app_data::<web::Data<State>>().ok_or(Error::Internal("no state"))?;
            let given = credentials(request.headers(), &form)?.ok_or(ApiError::ClientRefused)?;
            if given.belong_to_one_of(&state.config.clients) {
                Ok(Self(form))
            } else {
                Err(ApiError::ClientRefused)
            }
        })
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The fields of an `application/x-www-form-urlencoded` body. Does not print: there are secrets in it.
struct Form(Vec<(String, String)>);

impl Form {
    /// RFC 6749 §3.2: no field may stand there twice.
    fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let malformed = || ApiError::Body(String::new(), Fault::Characters);
        let text = std::str::from_utf8(body).map_err(|_not_utf8| malformed())?;
        if text.split('&').nth(MOST_FIELDS).is_some() {
            return Err(ApiError::Body(String::new(), Fault::TooMany(MOST_FIELDS)));
        }
        let fields = fields(text).ok_or_else(malformed)?;
        for (place, (name, _)) in fields.iter().enumerate() {
            if fields.iter().take(place).any(|(other, _)| other == name) {
                return Err(ApiError::Body(name.clone(), Fault::Duplicate));
            }
        }
        Ok(Self(fields))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// A form and a query string are written alike.
fn fields(text: &str) -> Option<Vec<(String, String)>> {
    Some(web::Query::<Vec<(String, String)>>::from_query(text).ok()?.into_inner())
}

/// What a client says of itself.
struct Credentials {
    id: String,
    secret: SecretString,
    /// The secret as RFC 6749 §2.3.1 has it in HTTP Basic, where it was form-encoded; many clients send it plain.
    decoded: Option<SecretString>,
}

/// The credentials in the request, by HTTP Basic or in the form; both at once are refused (RFC 6749 §2.3).
fn credentials(headers: &HeaderMap, form: &Form) -> Result<Option<Credentials>, ApiError> {
    let in_form = form.get("client_secret");
    let Some(header) = headers.get(AUTHORIZATION) else {
        let pair = form.get("client_id").zip(in_form);
        return Ok(pair.map(|(id, secret)| Credentials {
            id: id.to_owned(),
            secret: secret.into(),
            decoded: None,
        }));
    };
    if in_form.is_some() {
        return Err(Error::field("client_secret", Fault::Duplicate).into());
    }
    Ok(header.to_str().ok().and_then(basic))
}

/// `Basic <base64 of id:secret>` (RFC 7617).
fn basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decoded = fields(&format!("secret={secret}"))?;
    let decoded = <[_; 1]>::try_from(decoded).ok().map(|[(_, secret)]| SecretString::from(secret));
    Some(Credentials { id: id.to_owned(), secret: secret.into(), decoded })
}

impl Credentials {
    /// Whether they are a configured client's. Takes the same time whichever client it is and wherever they differ.
    fn belong_to_one_of(&self, clients: &[Client]) -> bool {
        let ways = [Some(&self.secret), self.decoded.as_ref()];
        let mut found = Choice::from(0);
        for client in clients {
            for secret in ways.into_iter().flatten() {
                found |= equal(&client.id, &self.id)
                    & equal(client.secret.expose_secret(), secret.expose_secret());
            }
        }
        found.into()
    }
}

/// Compares digests, so that not even the length of what was expected shows.
fn equal(one: &str, other: &str) -> Choice {
    TokenDigest::of_text(one).as_bytes().ct_eq(TokenDigest::of_text(other).as_bytes())
}
