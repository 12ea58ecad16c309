//! The JSON API of mini-programs, and of the team's other services: one file a resource.

pub mod account;
pub mod avatar;
pub mod caller;
pub mod client;
pub mod content_check;
pub mod device;
pub mod docs;
pub mod error;
pub mod introspect;
pub mod json;
pub mod login;
pub mod logout;
pub mod me;
pub mod open_data;
pub mod openapi;
pub mod phone;
pub mod push;
pub mod session_check;
pub mod sessions;
pub mod sign_in;
pub mod turns;
pub mod user;
pub mod user_profile;
pub mod verify;

use actix_web::http::Method;
use actix_web::web;

use crate::http::route::resource;

/// The routes under `/api`, those that other services ask, and the one that WeChat pushes to.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(resource("/api/login", [(Method::POST, web::to(login::post))]))
        .service(resource("/api/logout", [(Method::POST, web::to(logout::post))]))
        .service(resource("/api/me", [(Method::GET, web::to(me::get))]))
        .service(resource(
            "/api/userProfile",
            [(Method::GET, web::to(user_profile::get)), (Method::POST, web::to(user_profile::post))],
        ))
        .service(resource("/api/avatar", [(Method::POST, web::to(avatar::post))]))
        .service(resource("/avatar/{file}", [(Method::GET, web::to(avatar::get))]))
        .service(resource("/api/phone", [(Method::POST, web::to(phone::post))]))
        .service(resource("/api/session/check", [(Method::POST, web::to(session_check::post))]))
        .service(resource(
            "/api/sessions",
            [(Method::GET, web::to(sessions::get)), (Method::DELETE, web::to(sessions::delete_others))],
        ))
        .service(resource("/api/sessions/{sid}", [(Method::DELETE, web::to(sessions::delete))]))
        .service(resource("/docs", [(Method::GET, web::to(docs::get))]))
        .service(resource("/openapi.json", [(Method::GET, web::to(openapi::get))]))
        .service(resource("/api/account", [(Method::DELETE, web::to(account::delete))]))
        .service(resource("/api/account/export", [(Method::GET, web::to(account::export::get))]))
        .service(resource("/api/account/restore", [(Method::POST, web::to(account::restore))]))
        .service(resource("/introspect", [(Method::POST, web::to(introspect::post))]))
        .service(resource("/verify", [(Method::GET, web::to(verify::get))]))
        .service(resource(
            "/wechat/push/{appid}",
            [(Method::GET, web::to(push::get)), (Method::POST, web::to(push::post))],
        ));
}
