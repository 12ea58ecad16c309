//! The console: HTML for staff, rendered on the server, complete without JavaScript.
//!
//! One file a page or resource, its template struct right above its handler; what all pages share stands in
//! [`frame`], [`page`], [`form`], [`list`] and [`locale`].

pub mod allowed;
pub mod audit;
pub mod avatar;
pub mod cookies;
pub mod csrf;
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
pub mod origin;
pub mod page;
pub mod paging;
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
pub mod signed_in;
pub mod store;
pub mod submission;
pub mod user;
pub mod users;
pub mod visit;
pub mod when;

use actix_session::SessionMiddleware;
use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_web::cookie::{Key, SameSite};
use actix_web::http::Method;
use actix_web::middleware::Compress;
use actix_web::{Scope, web};

use crate::error::Result;
use crate::http::route::resource;
use crate::state::State;
use store::Store;
use visit::{Answer, Visit};

/// The routes under `/admin`, behind the console's cookie.
///
/// # Errors
/// When the key ring is empty.
pub fn routes(state: &State, config: &mut web::ServiceConfig) -> Result<()> {
    let is_https = state.config.is_https();
    // a second proof that the cookie is ours: the store's digest is the first
    let key = Key::derive_from(&state.keys.digest("console_cookie", "")?);
    let sessions = SessionMiddleware::builder(Store(state.clone()), key)
        .cookie_name(cookies::session_name(is_https))
        .cookie_secure(is_https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(BrowserSession::default())
        .build();
    // pages of fifty rows shrink to a tenth; the form token's mask keeps them from telling it (BREACH)
    config.service(pages(web::scope("/admin")).wrap(sessions).wrap(Compress::default()));
    Ok(())
}

fn pages(scope: Scope) -> Scope {
    scope
        .default_service(web::to(missing))
        .service(resource("", [(Method::GET, web::to(home))]))
        .service(resource(
            "/login",
            [(Method::GET, web::to(sign_in::get)), (Method::POST, web::to(sign_in::post))],
        ))
        .service(resource("/logout", [(Method::POST, web::to(sign_in::delete))]))
        .service(resource(
            "/setup/{link}",
            [(Method::GET, web::to(setup::get)), (Method::POST, web::to(setup::post))],
        ))
        .service(resource("/preferences", [(Method::POST, web::to(preferences::post))]))
        .service(resource(
            "/lookup",
            [(Method::GET, web::to(lookup::get)), (Method::POST, web::to(lookup::post))],
        ))
        .configure(of_users)
        .configure(of_sessions)
        .service(resource("/audit", [(Method::GET, web::to(audit::get))]))
        .service(resource("/audit/{id}", [(Method::GET, web::to(audit::entry::get))]))
}

fn of_users(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/users", [(Method::GET, web::to(users::get))]))
        .service(resource("/users/{uid}", [(Method::GET, web::to(user::get))]))
        .service(resource(
            "/users/{uid}/revoke",
            [
                (Method::GET, web::to(revocation::of_user::get)),
                (Method::POST, web::to(revocation::of_user::post)),
            ],
        ))
        .service(resource(
            "/users/{uid}/freeze",
            [(Method::GET, web::to(freeze::get)), (Method::POST, web::to(freeze::post))],
        ))
        .service(resource(
            "/users/{uid}/unfreeze",
            [(Method::GET, web::to(freeze::undo)), (Method::POST, web::to(freeze::undo_post))],
        ));
}

/// What has a name of its own stands before what takes any id.
fn of_sessions(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/sessions", [(Method::GET, web::to(sessions::get))]))
        .service(resource(
            "/sessions/selection",
            [
                (Method::GET, web::to(revocation::ticked::list)),
                (Method::POST, web::to(revocation::ticked::select)),
            ],
        ))
        .service(resource(
            "/sessions/revoke",
            [
                (Method::GET, web::to(revocation::ticked::get)),
                (Method::POST, web::to(revocation::ticked::post)),
            ],
        ))
        .service(resource("/sessions/{sid}", [(Method::GET, web::to(session::get))]))
        .service(resource(
            "/sessions/{sid}/revoke",
            [
                (Method::GET, web::to(revocation::of_one::get)),
                (Method::POST, web::to(revocation::of_one::post)),
            ],
        ));
}

/// The first page that the reader may open.
async fn home(visit: Visit) -> Answer {
    std::future::ready(Ok(visit.go(visit.role().map_or("/admin/login", |role| role.home())))).await
}

/// An address that is not there, said in the reader's own language.
async fn missing(visit: Visit) -> Answer {
    std::future::ready(Err(visit.refuse(errors::Refusal::NotFound))).await
}
