//! One request to the console: who reads, in which language and light, and from where.

use std::rc::Rc;

use actix_session::{Session, SessionExt as _};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};

use super::Console;
use super::csrf::Csrf;
use super::errors::{Refusal, Refused};
use super::frame::{Flash, Frame, Section, Staff, Theme};
use super::locale::{Lang, Words};
use super::role::{Permission, Role};
use super::store::{Account, name};
use crate::clock::Instant;
use crate::db::audit::Entry;
use crate::error::Result;
use crate::secret::{self, hex};
use crate::server::ClientAddress;
use crate::server::request_id::Current;

/// What is known of a request to the console. Clones share it.
#[derive(Clone)]
pub struct Visit(Rc<Facts>);

struct Facts {
    console: web::Data<Console>,
    session: Session,
    account: Option<Account>,
    role: Option<Role>,
    is_unavailable: bool,
    had_session: bool,
    lang: Lang,
    theme: Theme,
    ip: String,
    agent: String,
    request_id: String,
    path: String,
    csrf: Csrf,
    now: Instant,
}

impl Visit {
    /// Learns about a request; the cookie, if a new one is needed, that ties forms to a browser before sign-in.
    ///
    /// # Errors
    /// When there is no randomness, or no console around the request.
    pub(super) fn begin(request: &ServiceRequest) -> Result<(Self, Option<Cookie<'static>>)> {
        let internal = crate::error::Error::Internal;
        let console =
            request.app_data::<web::Data<Console>>().cloned().ok_or(internal("no console around a page"))?;
        let session = request.get_session();
        let is_unavailable = session.contains_key(name::UNAVAILABLE);
        let account = session.get::<Account>(name::ACCOUNT).ok().flatten();
        let role = account.as_ref().and_then(|account| account.role.parse().ok());
        let account = account.filter(|_| role.is_some());
        let mut new_door = None;
        let carried = session.get::<String>(name::SEED).ok().flatten().filter(|_| account.is_some());
        let door = request.cookie(&console.cookie("door")).map(|door| door.value().to_owned());
        let seed = if let Some(seed) = carried.or(door) {
            seed
        } else {
            let door = hex(&secret::random::<16>()?);
            new_door = Some(console.lasting_cookie("door", door.clone(), false));
            door
        };
        let cookie =
            |which: &str| request.cookie(&console.cookie(which)).map(|cookie| cookie.value().to_owned());
        let current = request.extensions().get::<Current>().cloned();
        let preferred = account.as_ref().and_then(|account| account.language.as_deref());
        let chosen =
            preferred.and_then(Lang::parse).or_else(|| cookie("language").as_deref().and_then(Lang::parse));
        let facts = Facts {
            session,
            role,
            is_unavailable,
            had_session: request.cookie(&console.cookie("")).is_some(),
            lang: chosen.unwrap_or_else(|| {
                current.as_ref().map(|current| current.language.into()).unwrap_or_default()
            }),
            theme: cookie("theme").as_deref().and_then(Theme::parse).unwrap_or_default(),
            ip: ClientAddress::of(request.request()).0.to_string(),
            agent: agent(request),
            request_id: current.map(|current| current.id.to_string()).unwrap_or_default(),
            path: address(request),
            csrf: Csrf::of(&console.state.keys, &seed)?,
            now: console.state.now(),
            account,
            console,
        };
        Ok((Self(Rc::new(facts)), new_door))
    }

    /// The console.
    #[must_use]
    pub fn console(&self) -> &Console {
        &self.0.console
    }

    /// What the session carries.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// Whether the database could not say who this is.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.0.is_unavailable
    }

    /// Whether the browser sent a session's cookie, live or not.
    #[must_use]
    pub fn had_session(&self) -> bool {
        self.0.had_session
    }

    /// Who is signed in.
    #[must_use]
    pub fn account(&self) -> Option<(&Account, Role)> {
        self.0.account.as_ref().zip(self.0.role)
    }

    /// Whether who is signed in may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.0.role.is_some_and(|role| role.may(permission))
    }

    /// The reader's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// Its words.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.0.lang.words()
    }

    /// When the request came.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.0.now
    }

    /// From which address.
    #[must_use]
    pub fn ip(&self) -> &str {
        &self.0.ip
    }

    /// From which browser.
    #[must_use]
    pub fn agent(&self) -> &str {
        &self.0.agent
    }

    /// Path and query of the page.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What form tokens of this visit are checked against.
    #[must_use]
    pub fn csrf(&self) -> &Csrf {
        &self.0.csrf
    }

    /// The page's frame. Takes the flash: it is shown once.
    ///
    /// # Errors
    /// When there is no randomness for the form token.
    pub fn frame(&self, section: Section) -> Result<Frame, Refused> {
        let facts = &self.0;
        let staff = self.account().map(|(account, role)| Staff { name: account.name.clone(), role });
        let is_waiting = staff.is_some() && facts.session.contains_key(name::FLASH);
        let flash = is_waiting.then(|| facts.session.remove_as::<Flash>(name::FLASH)).flatten();
        Ok(Frame {
            lang: facts.lang,
            theme: facts.theme,
            staff,
            section,
            flash: flash.and_then(Result::ok),
            setting: facts.console.setting,
            path: facts.path.clone(),
            csrf: facts.csrf.masked()?,
            request_id: facts.request_id.clone(),
            version: env!("CARGO_PKG_VERSION"),
            now: facts.now,
            assets: std::sync::Arc::clone(&facts.console.assets),
        })
    }

    /// Puts down what an action did, for the next page.
    pub fn flash(&self, flash: &Flash) {
        if let Err(why) = self.0.session.insert(name::FLASH, flash) {
            log::warn!(error:% = why; "a notice was lost");
        }
    }

    /// The page that says why not.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal) -> HttpResponse {
        let home = self.0.role.map_or("/admin/login", Role::home);
        match refusal {
            Refusal::Moved(href) => see(308, &href),
            Refusal::SeeOther(href) => see(303, &href),
            Refusal::SignIn => see(303, &self.sign_in_href()),
            refusal => match self.frame(Section::Problem) {
                Ok(frame) => refusal.page(frame, None, home).into_response(),
                Err(_no_randomness) => HttpResponse::InternalServerError().finish(),
            },
        }
    }

    /// Where to sign in, and to come back from.
    fn sign_in_href(&self) -> String {
        let after = if self.0.had_session { "?after=ended" } else { "" };
        if self.0.path == "/admin" {
            return format!("/admin/login{after}");
        }
        let joint = if after.is_empty() { '?' } else { '&' };
        format!("/admin/login{after}{joint}next={}", super::query::encode(&self.0.path))
    }

    /// The beginning of an audit entry: who, from where, in which request.
    #[must_use]
    pub fn entry(&self, action: &str, target: impl Into<String>) -> Entry {
        let (actor, role) = self
            .account()
            .map_or_else(Default::default, |(account, role)| (account.name.clone(), role.code().to_owned()));
        Entry {
            actor,
            role,
            ip: self.0.ip.clone(),
            action: action.to_owned(),
            target: target.into(),
            result: "ok".to_owned(),
            request_id: self.0.request_id.clone(),
            ..Entry::default()
        }
    }
}

/// A redirect.
pub(super) fn see(status: u16, href: &str) -> HttpResponse {
    let status =
        actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::SEE_OTHER);
    HttpResponse::build(status)
        .insert_header((actix_web::http::header::LOCATION, href))
        .insert_header((actix_web::http::header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// Path and query; of what is no reading the path alone, for there is no going back to it otherwise.
fn address(request: &ServiceRequest) -> String {
    match request.query_string() {
        query if !query.is_empty() && request.method().is_safe() => format!("{}?{query}", request.path()),
        _ => request.path().to_owned(),
    }
}

fn agent(request: &ServiceRequest) -> String {
    let header = request.headers().get(actix_web::http::header::USER_AGENT);
    header.and_then(|value| value.to_str().ok()).unwrap_or_default().chars().take(512).collect()
}

impl Console {
    /// The name of a cookie of the console: `__Host-menwei`, `__Host-menwei-theme`; over http without the prefix,
    /// which browsers take over https only.
    #[must_use]
    pub fn cookie(&self, which: &str) -> String {
        let prefix = if self.is_https() { "__Host-" } else { "" };
        let joint = if which.is_empty() { "" } else { "-" };
        format!("{prefix}menwei{joint}{which}")
    }

    /// A cookie of that name, for a year or until the browser closes.
    #[must_use]
    pub fn lasting_cookie(&self, which: &str, value: String, lasts: bool) -> Cookie<'static> {
        let cookie = Cookie::build(self.cookie(which), value)
            .path("/")
            .secure(self.is_https())
            .http_only(true)
            .same_site(SameSite::Lax);
        if lasts {
            cookie.max_age(actix_web::cookie::time::Duration::days(365)).finish()
        } else {
            cookie.finish()
        }
    }
}

impl FromRequest for Visit {
    type Error = Refused;
    type Future = std::future::Ready<Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        std::future::ready(found.ok_or_else(|| Refusal::Internal.into()))
    }
}
