//! A form that was sent: checked to come from a page of ours before anything of it is read.

use actix_web::dev::Payload;
use actix_web::error::UrlencodedError;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use secrecy::SecretString;

use super::errors::{Again, Refusal, Refused};
use super::visit::Visit;

/// The largest form: 200 ticked ids and a note fit several times.
pub const MOST_BYTES: usize = 64 * 1024;

/// Fields that are not given back to the browser in a form to send again.
const SECRETS: [&str; 3] = ["csrf", "password", "again"];

/// The fields of a form whose token was right.
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// A field's text without the space around it; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.trim())
    }

    /// A field that is a secret, to the byte.
    #[must_use]
    pub fn secret(&self, name: &str) -> SecretString {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map_or_else(|| "".into(), |(_, value)| value.as_str().into())
    }

    /// All values of a field that can be there several times.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.clone()).collect()
    }

    fn check(self, visit: &Visit) -> Result<Self, Refused> {
        if visit.csrf().accepts(self.get("csrf")) {
            return Ok(self);
        }
        // somebody whose session is over signs in again first
        if visit.account().is_none() && visit.had_session() && !visit.path().starts_with("/admin/login") {
            return Err(Refusal::SignIn.into());
        }
        let fields = self.0.into_iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())).collect();
        Err(Refusal::Expired(Again { action: visit.path().to_owned(), fields }).into())
    }
}

impl FromRequest for Posted {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload).into_inner();
        let form = web::Form::<Vec<(String, String)>>::from_request(request, payload);
        Box::pin(async move {
            let visit = visit?;
            match form.await {
                Ok(form) => Self(form.into_inner()).check(&visit),
                Err(why) => Err(refusal(&why).into()),
            }
        })
    }
}

fn refusal(why: &actix_web::Error) -> Refusal {
    match why.as_error::<UrlencodedError>() {
        Some(UrlencodedError::Overflow { .. }) => Refusal::TooLarge,
        // a page of ours sends nothing else
        Some(UrlencodedError::ContentType) => Refusal::CrossSite,
        _ => Refusal::Parameter("form".to_owned()),
    }
}
