//! The console: HTML for staff, rendered on the server, complete without JavaScript.
//!
//! One file a page or resource, its template struct right above its handler, beside those that lead to it. Below the
//! pages stand, each on the next: [`parts`] that many of them have, [`door`] by which staff come in, [`guard`] that lets a
//! request in, [`frame`] around every page, and [`locale`], [`query`], [`role`] and [`term`].

pub mod account;
pub mod apps;
pub mod audit;
pub mod door;
pub mod emergency;
pub mod exports;
pub mod frame;
#[cfg(test)]
mod gallery;
pub mod guard;
pub mod help;
pub mod jobs;
pub mod locale;
pub mod logins;
pub mod lookup;
pub mod overview;
pub mod parts;
pub mod query;
pub mod reviews;
pub mod role;
pub mod sessions;
pub mod staff;
pub mod system;
pub mod term;
pub mod users;

use actix_session::SessionMiddleware;
use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_web::cookie::{Key, SameSite};
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{Scope, web};

use crate::error::Result;
use crate::http::route::resource;
use crate::state::State;
use account::preferences;
use door::{reauth, second_factor, setup, sign_in};
use frame::errors;
use guard::store::Store;
use guard::visit::{Answer, Visit};
use guard::{cookies, method, networks};
use jobs::job;
use sessions::{revocation, session};
use users::{deletion, freeze, notes, reveal, user};

/// The routes under `/admin`, behind the console's cookie.
///
/// # Errors
/// When the key ring is empty.
pub fn routes(state: &State, config: &mut web::ServiceConfig) -> Result<()> {
    let is_https = state.config.is_https();
    // a second proof that the cookie is ours: the store's digest is the first. By the oldest key, so that a rotation
    // signs nobody out
    let key = Key::derive_from(&state.keys.lasting_digest("console_cookie", "")?);
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
    let scope = pages(web::scope("/admin"))
        .wrap(from_fn(method::refusal))
        .wrap(sessions)
        .wrap(from_fn(networks::gate));
    config.service(scope.wrap(Compress::default()));
    Ok(())
}

fn pages(scope: Scope) -> Scope {
    scope
        .default_service(web::to(missing))
        .service(resource("", [(Method::GET, web::to(overview::get))]))
        .service(resource(
            "/login",
            [(Method::GET, web::to(sign_in::get)), (Method::POST, web::to(sign_in::post))],
        ))
        .service(resource(
            "/login/second",
            [(Method::GET, web::to(second_factor::get)), (Method::POST, web::to(second_factor::post))],
        ))
        .service(resource(
            "/reauth",
            [(Method::GET, web::to(reauth::get)), (Method::POST, web::to(reauth::post))],
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
        .configure(account::routes)
        .configure(staff::routes)
        .configure(of_users)
        .configure(of_sessions)
        .configure(of_operation)
        .configure(exports::routes)
        .configure(of_jobs)
        .service(resource("/reviews", [(Method::GET, web::to(reviews::get))]))
        .service(resource("/reviews/{rid}/accept", [(Method::POST, web::to(reviews::accept))]))
        .service(resource("/reviews/{rid}/refuse", [(Method::POST, web::to(reviews::refuse))]))
        .service(resource("/audit", [(Method::GET, web::to(audit::get))]))
        .service(resource("/audit/{id}", [(Method::GET, web::to(audit::entry::get))]))
}

/// How it is going, and how things are set up.
fn of_operation(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/logins", [(Method::GET, web::to(logins::get))]))
        .service(resource("/apps", [(Method::GET, web::to(apps::get))]))
        .service(resource("/apps/{appid}/test", [(Method::POST, web::to(apps::test))]))
        .service(resource("/system", [(Method::GET, web::to(system::get))]))
        .service(resource("/help", [(Method::GET, web::to(help::get))]));
}

fn of_users(pages: &mut web::ServiceConfig) {
    pages
        .service(resource(
            "/users",
            [(Method::GET, web::to(users::get)), (Method::POST, web::to(users::search::post))],
        ))
        .service(resource("/users/{uid}", [(Method::GET, web::to(user::get))]))
        .service(resource(
            "/users/{uid}/revoke",
            [
                (Method::GET, web::to(revocation::of_user::get)),
                (Method::POST, web::to(revocation::of_user::post)),
            ],
        ))
        .service(resource(
            "/users/{uid}/delete",
            [(Method::GET, web::to(deletion::get)), (Method::POST, web::to(deletion::post))],
        ))
        .service(resource(
            "/users/{uid}/reveal",
            [(Method::GET, web::to(reveal::get)), (Method::POST, web::to(reveal::post))],
        ))
        .service(resource(
            "/users/{uid}/notes",
            [(Method::GET, web::to(notes::get)), (Method::POST, web::to(notes::post))],
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
        .service(resource(
            "/sessions/revoke-matching",
            [
                (Method::GET, web::to(revocation::matching::get)),
                (Method::POST, web::to(revocation::matching::post)),
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

fn of_jobs(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/jobs", [(Method::GET, web::to(jobs::get))]))
        .service(resource("/jobs/{jid}", [(Method::GET, web::to(job::get))]))
        .service(resource("/jobs/{jid}/pause", [(Method::POST, web::to(job::pause))]))
        .service(resource("/jobs/{jid}/resume", [(Method::POST, web::to(job::resume))]))
        .service(resource("/jobs/{jid}/cancel", [(Method::POST, web::to(job::cancel))]))
        .service(resource(
            "/emergency",
            [(Method::GET, web::to(emergency::get)), (Method::POST, web::to(emergency::propose))],
        ))
        .service(resource("/emergency/approve", [(Method::POST, web::to(emergency::approve))]))
        .service(resource("/emergency/refuse", [(Method::POST, web::to(emergency::refuse))]));
}

/// An address that is not there, said in the reader's own language.
async fn missing(visit: Visit) -> Answer {
    std::future::ready(Err(visit.refuse(errors::Refusal::NotFound))).await
}
