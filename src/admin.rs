//! The console: HTML for staff, rendered on the server, complete without JavaScript.
//!
//! One file a page or resource, its template struct right above its handler. A request passes the session
//! ([`store`]), the middleware ([`desk`]), which learns who reads ([`visit`]) and refuses what other sites sent
//! ([`origin`]), then a handler, which asks for a [`member::Member`] and, to change something, a
//! [`posted::Posted`] form. What a handler refuses gets its page in [`errors`].

pub mod audit;
pub mod avatar;
pub mod csrf;
pub mod desk;
pub mod errors;
pub mod form;
pub mod frame;
pub mod freeze;
#[cfg(test)]
mod gallery;
pub mod list;
pub mod locale;
pub mod lookup;
pub mod mask;
pub mod member;
pub mod origin;
pub mod page;
pub mod paging;
pub mod posted;
pub mod preferences;
pub mod query;
pub mod revocation;
pub mod role;
pub mod session;
pub mod session_row;
pub mod sessions;
pub mod setup;
pub mod sight;
pub mod sign_in;
pub mod store;
pub mod user;
pub mod users;
pub mod visit;
pub mod when;

use std::sync::Arc;

use actix_session::SessionMiddleware;
use actix_session::config::BrowserSession;
use actix_web::cookie::{Key, SameSite};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};

use crate::assets;
use crate::error::Result;
use crate::server::request_id::Current;
use crate::server::route::resource;
use crate::state::State;
use frame::{Assets, Setting};

/// What the console needs beside the state. Clones share it.
#[derive(Clone)]
pub struct Console {
    /// Settings, data, keys, time.
    pub state: State,
    /// What kind of installation this is.
    pub setting: Setting,
    /// Where the stylesheet and its kin are.
    pub assets: Arc<Assets>,
    cookie_key: Key,
}

impl Console {
    /// The console over a state. `setting` none: production when browsers come over https, else a test.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn new(state: State, setting: Option<Setting>) -> Result<Self> {
        let by_url = if state.config.is_https() { Setting::Production } else { Setting::Test };
        let [one, two] = [state.keys.digest("cookie", "1")?, state.keys.digest("cookie", "2")?];
        let asset = |name| assets::url(name).to_owned();
        let assets = Assets { css: asset("app.css"), js: asset("app.js"), icon: asset("favicon.svg") };
        Ok(Self {
            setting: setting.unwrap_or(by_url),
            assets: Arc::new(assets),
            cookie_key: Key::from(&[one, two].concat()),
            state,
        })
    }

    /// Whether browsers come over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.state.config.is_https()
    }

    /// The console's origin as browsers see it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.state.config.server.public_url
    }

    /// The middleware that loads and stores sessions.
    fn sessions(&self) -> SessionMiddleware<store::Store> {
        SessionMiddleware::builder(store::Store(self.state.clone()), self.cookie_key.clone())
            .cookie_name(self.cookie(""))
            .cookie_secure(self.is_https())
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_path("/".to_owned())
            .session_lifecycle(BrowserSession::default())
            .build()
    }

    /// The routes under `/admin`, and `/`, which leads there. Called once in each worker.
    pub fn routes(&self, app: &mut web::ServiceConfig) {
        let scope = web::scope("/admin")
            .app_data(web::Data::new(self.clone()))
            .app_data(web::FormConfig::default().limit(posted::MOST_BYTES))
            .configure(rooms)
            .default_service(web::to(|| std::future::ready(HttpResponse::NotFound().finish())))
            .wrap(from_fn(desk::desk))
            .wrap(self.sessions());
        app.service(resource(
            "/",
            [(Method::GET, web::to(|| std::future::ready(visit::see(303, "/admin"))))],
        ));
        app.service(scope);
    }
}

/// Every room of the console. What has an id stands behind what has none.
fn rooms(scope: &mut web::ServiceConfig) {
    let get = Method::GET;
    let post = Method::POST;
    scope
        .service(resource("", [(get.clone(), web::to(sign_in::home))]))
        .service(resource(
            "/login",
            [(get.clone(), web::to(sign_in::get)), (post.clone(), web::to(sign_in::post))],
        ))
        .service(resource("/logout", [(post.clone(), web::to(sign_in::leave))]))
        .service(resource(
            "/setup/{link}",
            [(get.clone(), web::to(setup::get)), (post.clone(), web::to(setup::post))],
        ))
        .service(resource("/preferences", [(post.clone(), web::to(preferences::post))]))
        .service(resource(
            "/lookup",
            [(get.clone(), web::to(lookup::get)), (post.clone(), web::to(lookup::post))],
        ))
        .service(resource("/users", [(get.clone(), web::to(users::get))]))
        .service(resource("/users/{uid}", [(get.clone(), web::to(user::get))]))
        .service(resource(
            "/users/{uid}/revoke",
            [
                (get.clone(), web::to(revocation::of_user::get)),
                (post.clone(), web::to(revocation::of_user::post)),
            ],
        ))
        .service(resource(
            "/users/{uid}/freeze",
            [(get.clone(), web::to(freeze::get)), (post.clone(), web::to(freeze::post))],
        ))
        .service(resource(
            "/users/{uid}/unfreeze",
            [(get.clone(), web::to(freeze::undo)), (post.clone(), web::to(freeze::undo_post))],
        ))
        .service(resource("/sessions", [(get.clone(), web::to(sessions::get))]))
        .service(resource("/sessions/selection", [(post.clone(), web::to(revocation::ticked::select))]))
        .service(resource(
            "/sessions/revoke",
            [
                (get.clone(), web::to(revocation::ticked::get)),
                (post.clone(), web::to(revocation::ticked::post)),
            ],
        ))
        .service(resource("/sessions/{sid}", [(get.clone(), web::to(session::get))]))
        .service(resource(
            "/sessions/{sid}/revoke",
            [
                (get.clone(), web::to(revocation::of_one::get)),
                (post.clone(), web::to(revocation::of_one::post)),
            ],
        ))
        .service(resource("/audit", [(get.clone(), web::to(audit::get))]))
        .service(resource("/audit/{id}", [(get, web::to(audit::entry::get))]));
}

/// The face of errors that happen before or around the console: bodies too large, panics.
#[must_use]
pub fn error_page(status: StatusCode, current: &Current) -> String {
    errors::bare(status, current)
}
