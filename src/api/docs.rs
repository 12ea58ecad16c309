//! `GET /docs`: the API's document as a page for people, made of what `/openapi.json` answers.
//!
//! No script, no cookie: the language is in the address, light or dark is the reader's system's.

mod advice;
mod code;
mod read;
mod schema;
mod words;

use actix_web::http::header::{CONTENT_LANGUAGE, ContentType, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::error::{ApiError, catalog};
use super::json;
use super::openapi::document;
use crate::assets;
use crate::config::Config;
use crate::error::Error;
use crate::http::Language;
use crate::http::request_id::Current;
use crate::state::State;
use code::Examples;
use read::{Group, Piece, pieces};
use words::Words;

#[derive(Template)]
#[template(path = "docs/page.html")]
struct Page {
    lang: Language,
    w: &'static Words,
    version: &'static str,
    about: Vec<Piece>,
    groups: Vec<Group>,
    codes: Vec<Code>,
    limits: Vec<(&'static str, String)>,
    examples: Examples,
    css: &'static str,
    own_css: &'static str,
    icon: &'static str,
}

/// A row of the table of errors.
struct Code {
    status: u16,
    name: &'static str,
    means: &'static str,
    advice: &'static str,
}

/// Shows this document to people.
///
/// A page without a script. `?lang=zh` and `?lang=en` overrule `Accept-Language`.
#[utoipa::path(get, path = "/docs", tag = "operation", operation_id = "docs",
    params(("lang" = Option<String>, Query, description = "`zh` or `en`; else by `Accept-Language`.")), responses(
    (status = 200, description = "A page in HTML.", body = String, content_type = "text/html"),
))]
pub async fn get(
    current: Current,
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let lang = asked_for(request.query_string()).unwrap_or(current.language);
    let page = page(lang, &state.config).render();
    let page = page.map_err(|_why| Error::Internal("the page of docs could not be rendered"))?;
    let answer = HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CONTENT_LANGUAGE, lang.tag()))
        .insert_header((VARY, "accept-language"))
        .body(page);
    std::future::ready(Ok(answer)).await
}

/// The first language that the address names; whatever else stands there is no reason to refuse a page to read.
fn asked_for(query: &str) -> Option<Language> {
    query.split('&').find_map(|pair| match pair {
        "lang=zh" => Some(Language::Chinese),
        "lang=en" => Some(Language::English),
        _ => None,
    })
}

fn page(lang: Language, config: &Config) -> Page {
    let url = config.server.public_url.as_str();
    let (document, w) = (document(lang), Words::of(lang));
    let text = |pointer: &str| document.pointer(pointer).and_then(|text| text.as_str()).unwrap_or_default();
    let code = |problem: &super::error::Problem| Code {
        status: problem.status.as_u16(),
        name: problem.code,
        means: problem.detail(lang),
        advice: advice::of(problem.code, lang),
    };
    Page {
        lang,
        w,
        version: env!("CARGO_PKG_VERSION"),
        about: pieces(text("/info/description")),
        groups: read::groups(document, w, url),
        codes: catalog::all().iter().map(code).collect(),
        limits: w.limits(json::LARGEST / 1024),
        examples: Examples::of(config, lang),
        css: assets::url("app.css"),
        own_css: assets::url("docs.css"),
        icon: assets::icon(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_address_names_is_taken() {
        assert_eq!(asked_for("lang=zh&lang=en"), Some(Language::Chinese));
        assert_eq!(asked_for("lang=xx&x&lang=en"), Some(Language::English));
        assert_eq!([asked_for(""), asked_for("lang=&%zz")], [None, None]);
    }

    #[test]
    fn it_holds_every_path_every_code_and_what_to_do() {
        for lang in [Language::Chinese, Language::English] {
            let html = page(lang, &Config::parse("", &[]).unwrap()).render().unwrap();
            for path in document(lang)["paths"].as_object().unwrap().keys() {
                assert!(html.contains(&format!("<code>{path}</code>")), "{path}");
            }
            for problem in catalog::all() {
                assert!(html.contains(&format!("id=\"code-{}\"", problem.code)), "{}", problem.code);
                assert!(!advice::of(problem.code, lang).is_empty(), "{}", problem.code);
            }
            assert!(!html.contains("<script") && html.contains(&format!("lang=\"{}\"", lang.tag())));
        }
    }
}
