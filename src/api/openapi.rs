//! `GET /openapi.json`: the API's document, OpenAPI 3.1, in Chinese or English by `Accept-Language`.
//!
//! utoipa makes it of the annotations beside the handlers: their English is the source. What holds for many operations
//! (problems, headers, the token's second place) is put in by `dress`; Chinese by `chinese`.

mod chinese;
mod dress;
pub mod refusals;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_LANGUAGE, VARY};
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{Modify, OpenApi, PartialSchema, ToSchema};

use super::error::problem::Wire;
use super::{
    account, avatar, docs, introspect, login, logout, me, phone, push, session_check, sessions, user_profile,
    verify,
};
use crate::clock::Instant;
use crate::http::Language;
use crate::http::request_id::Current;
use crate::ops::health;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "menwei",
        description = "The login backend of WeChat mini-programs. JSON in UTF-8. Every error is `application/problem+json` \
            with a stable `code`; 401 means only that a session is not live: log in once more. A method that a path does not \
            have is answered 405 with `Allow`; what goes wrong on our side, 500 `internal`.",
    ),
    paths(
        login::post, me::get, logout::post, sessions::get, sessions::delete_others, sessions::delete, session_check::post,
        user_profile::get, user_profile::post, phone::post, avatar::post, avatar::served::get,
        account::delete, account::restore, account::export::get,
        verify::get, introspect::post,
        push::get, push::post,
        health::livez, health::readyz, get, docs::get,
    ),
    components(schemas(Wire<'_>)),
    modifiers(&Locks),
    tags(
        (name = "session", description = "Log in, and what becomes of the session."),
        (name = "profile", description = "What the user shares of themself."),
        (name = "account", description = "Leave for good, come back in time, take one's data along."),
        (name = "services", description = "For the team's other services."),
        (name = "wechat", description = "For WeChat's server."),
        (name = "operation", description = "For those who run it."),
    ),
)]
struct Api;

/// The ways of proving who one is.
struct Locks;

impl Modify for Locks {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let locks = [
            ("token", http(HttpAuthScheme::Bearer, "The `token` of a login.")),
            (
                "skey",
                SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                    "X-WX-Skey",
                    "The same token, where clients of wafer send it.",
                ))),
            ),
            ("client", http(HttpAuthScheme::Basic, "The id and secret of one of the team's services.")),
        ];
        components.security_schemes.extend(locks.map(|(name, lock)| (name.to_owned(), lock.into())));
    }
}

fn http(scheme: HttpAuthScheme, description: &str) -> SecurityScheme {
    let mut http = Http::new(scheme);
    http.description = Some(description.to_owned());
    SecurityScheme::Http(http)
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        let time = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A point in time: RFC 3339, UTC."))
            .examples(["2026-01-31T08:00:00.000Z"]);
        time.into()
    }
}

impl ToSchema for Instant {
    fn name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }
}

/// The whole document in a language; made once.
#[must_use]
pub fn document(language: Language) -> &'static Value {
    static ENGLISH: LazyLock<Value> = LazyLock::new(|| make(Language::English));
    static CHINESE: LazyLock<Value> = LazyLock::new(|| make(Language::Chinese));
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

fn make(language: Language) -> Value {
    let mut document = serde_json::to_value(Api::openapi()).unwrap_or_default();
    dress::dress(&mut document, language);
    if language == Language::Chinese {
        chinese::translate(&mut document);
    }
    document
}

/// Answers this document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation", operation_id = "openapi", responses(
    (status = 200, description = "OpenAPI 3.1, Chinese or English by `Accept-Language`.", body = serde_json::Value),
))]
pub async fn get(current: Current) -> HttpResponse {
    std::future::ready(
        HttpResponse::Ok()
            .insert_header((CONTENT_LANGUAGE, current.language.tag()))
            .insert_header((VARY, "accept-language"))
            .json(document(current.language)),
    )
    .await
}
