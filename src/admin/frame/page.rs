//! A page as an answer.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, ContentType};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

use crate::admin::locale::Lang;

/// A rendered template with its status. Never cached: it shows personal data.
///
/// The security headers that all of menwei's answers carry are the server's.
#[derive(Debug)]
pub struct Page<T> {
    /// What is shown.
    pub template: T,
    /// Usually 200.
    pub status: StatusCode,
    /// The language it is in.
    pub lang: Lang,
}

impl<T: Template> Page<T> {
    /// A page with status 200.
    #[must_use]
    pub const fn new(lang: Lang, template: T) -> Self {
        Self { template, status: StatusCode::OK, lang }
    }

    /// The same page with another status.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The page as an HTTP answer.
    #[must_use]
    pub fn into_response(self) -> HttpResponse {
        match self.template.render() {
            Ok(html) => HttpResponse::build(self.status)
                .insert_header(ContentType::html())
                .insert_header((CACHE_CONTROL, "no-store"))
                .insert_header((CONTENT_LANGUAGE, self.lang.code()))
                .body(html),
            Err(why) => {
                log::error!("a page could not be rendered: {why}");
                HttpResponse::InternalServerError()
                    .insert_header(ContentType::plaintext())
                    .insert_header((CACHE_CONTROL, "no-store"))
                    .body("系统出现错误 · Something went wrong\n")
            }
        }
    }
}

impl<T: Template> Responder for Page<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        self.into_response()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[derive(Template)]
    #[template(source = "<p>{{ name }}</p>", ext = "html")]
    struct Sample {
        name: &'static str,
    }

    #[actix_web::test]
    async fn a_page_is_escaped_html_that_nobody_stores() {
        let answer = Page::new(Lang::En, Sample { name: "<i>" }).status(StatusCode::CONFLICT).into_response();
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("content-language"), "en");
        assert_eq!(to_bytes(answer.into_body()).await.unwrap(), "<p>&#60;i&#62;</p>");
    }
}
