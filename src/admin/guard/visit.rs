//! One request of the console: who makes it, in which language, and the ways to answer it.

use std::net::IpAddr;
use std::sync::Arc;

use actix_session::SessionExt as _;
use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};

use super::csrf::Csrf;
use super::signed_in::{PROOF_LASTS, PROVED_AT, SignedIn};
use super::way_back;
use super::{ask, cookies};
use crate::admin::frame::errors::{Again, Refusal, Refused};
use crate::admin::frame::{Assets, Flash, Frame, Section, Setting, Staff, Theme};
use crate::admin::locale::zone::Zone;
use crate::admin::locale::{Lang, Words};
use crate::admin::role::{Permission, Role};
use crate::clock::Instant;
use crate::config::Environment;
use crate::db::audit::{Audit, Entry};
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::language::Language;
use crate::http::request_id::Current;
use crate::state::State;

/// What a handler of the console answers. An error is an answer that was made already, see [`Visit::refuse`].
pub type Answer = std::result::Result<HttpResponse, actix_web::Error>;

/// The entry of a console session that holds the message for the next page.
pub(in crate::admin) const FLASH: &str = "flash";

/// A request of the console, by anybody.
pub struct Visit {
    /// The process's state.
    pub state: web::Data<State>,
    /// The request.
    pub request: HttpRequest,
    /// The reader's language.
    pub lang: Lang,
    /// Where they come from.
    pub address: IpAddr,
    /// The request's id.
    pub request_id: Arc<str>,
    /// Who is signed in.
    pub who: Option<SignedIn>,
    /// Who gave the right password and still owes the second factor.
    pub half: Option<SignedIn>,
    /// Whether what is asked for is only for those who proved lately that it is they.
    pub(super) needs_proof: bool,
    theme: Theme,
    shortcuts: bool,
}

impl Visit {
    pub(in crate::admin) fn of(request: &HttpRequest) -> Result<Self> {
        let state = request.app_data::<web::Data<State>>().ok_or(Error::Internal("no state"))?.clone();
        let (who, half) = (SignedIn::of(request), SignedIn::half_of(request));
        let preferences = cookies::preferences(request);
        let language =
            who.as_ref().and_then(|who| who.language.as_deref()).and_then(Lang::parse).or(preferences.lang);
        let current = Current::get();
        let lang = language.unwrap_or_else(|| Lang::from(Language::of(request.headers())));
        let request_id = current.map_or_else(|| "".into(), |current| current.id);
        let address = ClientAddress::of(request).0;
        Ok(Self {
            state,
            request: request.clone(),
            lang,
            address,
            request_id,
            who,
            half,
            needs_proof: false,
            theme: preferences.theme,
            shortcuts: preferences.shortcuts,
        })
    }

    /// The reader's words.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.lang.words()
    }

    /// The reader's name; empty when nobody is signed in.
    #[must_use]
    pub fn name(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.name)
    }

    /// What must not make a password: an account's name, and what our mini-programs are called.
    pub(in crate::admin) fn guessed_words<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        [name].into_iter().chain(self.state.config.app_names()).collect()
    }

    /// The reader's key; 0, which nobody has, when nobody is signed in.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.who.as_ref().map_or(0, |who| who.id)
    }

    /// Whether the reader may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.role().is_some_and(|role| role.may(permission))
    }

    /// The answer of a handler: its page, or the one that says why there is none.
    ///
    /// # Errors
    /// The latter, as actix wants it.
    pub fn answer(&self, outcome: std::result::Result<HttpResponse, Refused>) -> Answer {
        match outcome {
            Err(Refused::GoOn(to)) => Ok(self.go(&to)),
            Err(Refused::Moved(to)) => {
                Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, to)).finish())
            }
            outcome => outcome.map_err(|why| self.refusal(why)),
        }
    }

    pub(in crate::admin) fn refusal(&self, why: Refused) -> actix_web::Error {
        match why {
            Refused::Because(refusal) => self.refuse(refusal),
            Refused::Failed(why) => self.fail(&why),
            Refused::GoOn(to) | Refused::Moved(to) => {
                InternalError::from_response("elsewhere", self.go(&to)).into()
            }
        }
    }

    /// Whether the reader proved lately that it is they.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        let proved_at = self.request.get_session().get::<i64>(PROVED_AT).ok().flatten();
        proved_at.is_some_and(|at| self.now().since(Instant::from_micros(at)) < PROOF_LASTS)
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.state.now()
    }

    /// By whose clock times are shown to the reader.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.who.as_ref().map(SignedIn::zone).unwrap_or_default()
    }

    /// The reader's role.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.who.as_ref().and_then(|who| who.role.parse().ok())
    }

    /// What the browser says that it is, at most 512 bytes.
    #[must_use]
    pub fn user_agent(&self) -> String {
        let agent =
            self.request.headers().get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        agent.unwrap_or_default().chars().filter(|one| !one.is_control()).take(256).collect()
    }

    /// The secret behind this visitor's form tokens: of their session, or before sign-in of a cookie of their browser.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn csrf(&self) -> Result<Option<Csrf>> {
        let seed = match self.who.as_ref().or(self.half.as_ref()) {
            Some(who) => Some(format!("session {}", who.sid)),
            None => cookies::visitor(&self.request).map(|visitor| format!("visitor {visitor}")),
        };
        seed.map(|seed| Csrf::of(&self.state.keys, &seed)).transpose()
    }

    /// The frame of a page; takes the message of the last action.
    #[must_use]
    pub fn frame(&self, section: Section) -> Frame {
        self.frame_with(section, self.csrf().ok().flatten())
    }

    pub(super) fn frame_with(&self, section: Section, csrf: Option<Csrf>) -> Frame {
        let staff =
            self.who.as_ref().zip(self.role()).map(|(who, role)| Staff { name: who.name.clone(), role });
        Frame {
            lang: self.lang,
            theme: self.theme,
            staff,
            section,
            flash: self.take_flash(),
            shortcuts: self.shortcuts,
            has_reviews: self.state.config.wechat.content_check,
            setting: self.setting(),
            site: self.state.config.server.public_url.clone(),
            path: super::personal::way_to(self.request.uri()).to_owned(),
            csrf: csrf.and_then(|csrf| csrf.masked().ok()).unwrap_or_default(),
            request_id: self.request_id.to_string(),
            version: env!("CARGO_PKG_VERSION"),
            now: self.now(),
            zone: self.zone(),
            assets: Assets::embedded(),
        }
    }

    fn setting(&self) -> Setting {
        match self.state.config.admin.environment {
            _ if self.state.config.is_demo => Setting::Demo,
            Environment::Production => Setting::Production,
            Environment::Test => Setting::Test,
        }
    }

    fn take_flash(&self) -> Option<Flash> {
        self.who.as_ref()?;
        let session = self.request.get_session();
        let flash = session.get::<Flash>(FLASH).ok().flatten()?;
        session.remove(FLASH);
        Some(flash)
    }

    /// Leaves a message for the next page.
    ///
    /// # Errors
    /// Never in practice: a message is plain text.
    pub fn leave(&self, flash: &Flash) -> Result<()> {
        let stored = self.request.get_session().insert(FLASH, flash);
        stored.map_err(|_why| Error::Internal("a message could not be stored"))
    }

    /// Sends the reader on to a page of ours: POST → 303 → GET.
    #[must_use]
    pub fn go(&self, to: &str) -> HttpResponse {
        HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
    }

    /// Sends whoever just proved who they are on to a page, or offers them the form that waited for it.
    ///
    /// # Errors
    /// The latter page, as actix wants it.
    pub(in crate::admin) fn go_on(&self, to: &str, again: Option<Again>) -> Answer {
        match again {
            None => Ok(self.go(to)),
            Some(again) if self.half.is_some() => Ok(ask::code_instead(self, StatusCode::OK, again)),
            Some(again) => Err(self.refuse(Refusal::Proven(again))),
        }
    }

    /// The page that says why not, as the error that a handler returns.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal) -> actix_web::Error {
        let wait = if let Refusal::TooMany(seconds) = refusal { Some(seconds) } else { None };
        let uri = self.request.uri();
        let back = match refusal {
            Refusal::Parameter(_) | Refusal::Conflict(_) | Refusal::Barred(_) | Refusal::NotFound
                if self.who.is_some() =>
            {
                way_back::of(uri.path(), uri.query().is_some(), !matches!(refusal, Refusal::NotFound))
            }
            _ => None,
        };
        let mut response = refusal.page(self.frame(Section::Problem), back).into_response();
        let wait = wait.or((response.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(2));
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        InternalError::from_response("refused", response).into()
    }

    /// The page for something that went wrong; our own faults are logged here, once.
    #[must_use]
    pub fn fail(&self, why: &Error) -> actix_web::Error {
        if matches!(why, Error::SessionRevoked) {
            return self.gone();
        }
        self.refuse(match why {
            Error::NotFound => Refusal::NotFound,
            Error::Conflict(_) => Refusal::Conflict(self.lang.words().errors.conflict.to_owned()),
            Error::RateLimited { retry_after } => Refusal::TooMany(retry_after.as_secs().max(1)),
            Error::Storage(_) | Error::Busy => {
                log::error!(error:% = why; "the console could not do it");
                Refusal::Unavailable
            }
            _ => {
                log::error!(error:% = why; "the console failed");
                Refusal::Internal
            }
        })
    }

    /// An audit entry by whoever makes this request.
    #[must_use]
    pub fn entry(&self, action: &str, target: String, result: &str) -> Entry {
        let (actor, role) = self.who.as_ref().map_or_else(
            || ("anonymous".to_owned(), String::new()),
            |who| (who.name.clone(), who.role.clone()),
        );
        Entry {
            actor,
            role,
            ip: self.address.to_string(),
            action: action.to_owned(),
            target,
            result: result.to_owned(),
            request_id: self.request_id.to_string(),
            ..Entry::default()
        }
    }

    /// Writes an audit entry of its own; failing to is a failure of the action (等保 2.0: audit cannot be skipped).
    ///
    /// # Errors
    /// The database's.
    pub async fn record(&self, entry: Entry) -> Result<()> {
        let now = self.now();
        self.write(move |conn| Audit::append(conn, &entry, now)).await.map(drop)
    }

    /// Lets the reader go on who may do this; a refusal is in the trail before they see it.
    ///
    /// # Errors
    /// [`Refusal::Permission`], or the database's.
    pub async fn require(&self, permission: Permission) -> std::result::Result<(), Refused> {
        if self.may(permission) {
            return Ok(());
        }
        let denied = self.entry("permission.denied", format!("permission:{permission:?}"), "denied");
        self.record(denied).await?;
        Err(Refusal::Permission(permission).into())
    }

    /// A cookie with what every cookie of the console has.
    pub(in crate::admin) fn cookie(&self, name: &'static str, value: String) -> Cookie<'static> {
        cookies::cookie(self.state.config.is_https(), name, value)
    }
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = std::future::Ready<std::result::Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(request).map_err(actix_web::error::ErrorInternalServerError))
    }
}
