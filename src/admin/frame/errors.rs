//! Pages that say why not: which parameter, which permission and who can grant it, what to do next.

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
pub use super::again::Again;
use super::page::Page;
use crate::admin::role::{Permission, Role};
use crate::error::Error;
use crate::http::request_id::Current;

/// An error page.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub frame: Frame,
    /// The status, as a number.
    pub status: u16,
    /// What is the matter.
    pub title: &'static str,
    /// Why, and what to do.
    pub lines: Vec<String>,
    /// Whether an owner will want the request's id.
    pub show_request_id: bool,
    /// A form to submit again, with all that was filled in.
    pub again: Option<Again>,
    /// Where the reader came from.
    pub back: Option<String>,
    /// The first page that the reader may open.
    pub home: &'static str,
}

/// Why a page is not shown or an action not done.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// 400: a parameter in the address is malformed or unknown.
    Parameter(String),
    /// 403: the reader's role lacks a permission.
    Permission(Permission),
    /// 403: the request was made by another site.
    CrossSite,
    /// 403: the console is not open to the reader's network.
    Network,
    /// 404: nothing is there, or it is not for the reader.
    NotFound,
    /// 405: the address takes no such request.
    Method,
    /// 409: somebody else did it first; the sentence says who and when.
    Conflict(String),
    /// 409: it must not be done, as the sentence says.
    Barred(String),
    /// 419: the form's token is not of this session any more.
    Expired(Again),
    /// 200: the reader proved that it is they, and goes on with what they were about to do.
    Proven(Again),
    /// 413: too much was sent.
    TooLarge,
    /// 429: to be tried again after so many seconds.
    TooMany(u64),
    /// 500: our fault.
    Internal,
    /// 503: the database is away or its queue is full.
    Unavailable,
}

/// Why a handler gives no page of its own; [`crate::admin::guard::visit::Visit::answer`] turns it into an answer.
#[derive(Clone, Debug)]
pub enum Refused {
    /// A page says why not.
    Because(Refusal),
    /// Something went wrong further down.
    Failed(Error),
    /// The same list has another address: 308.
    Moved(String),
    /// The reader goes on there: 303.
    GoOn(String),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Because(refusal)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Refusal {
    /// The status of its answer. 419 is no standard status, but one that browsers and staff both understand.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Parameter(_) => StatusCode::BAD_REQUEST,
            Self::Permission(_) | Self::CrossSite | Self::Network => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) | Self::Barred(_) => StatusCode::CONFLICT,
            Self::Expired(_) => expired(),
            Self::Proven(_) => StatusCode::OK,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Its page.
    #[must_use]
    pub fn page(self, frame: Frame, back: Option<String>) -> Page<ErrorPage> {
        let (title, lines) = self.say(&frame);
        let status = self.status();
        let home = if frame.staff.is_some() { "/admin" } else { "/admin/login" };
        let show_request_id = matches!(self, Self::Internal);
        let again = if let Self::Expired(again) | Self::Proven(again) = self { Some(again) } else { None };
        let lang = frame.lang;
        let status_number = status.as_u16();
        let page =
            ErrorPage { frame, status: status_number, title, lines, show_request_id, again, back, home };
        Page::new(lang, page).status(status)
    }

    fn say(&self, frame: &Frame) -> (&'static str, Vec<String>) {
        let words = frame.words().errors;
        match self {
            Self::Parameter(name) => (words.bad_request, vec![(words.bad_parameter)(name)]),
            Self::Permission(permission) => (words.forbidden, forbidden(*permission, frame)),
            Self::CrossSite => (words.cross_site, vec![words.cross_site_text.to_owned()]),
            Self::Network => (words.network, vec![words.network_text.to_owned()]),
            Self::NotFound => (words.not_found, vec![words.not_found_text.to_owned()]),
            Self::Method => (words.method, vec![words.method_text.to_owned()]),
            Self::Conflict(who) => (words.conflict, vec![who.clone()]),
            Self::Barred(why) => (words.barred, vec![why.clone()]),
            Self::Expired(_) => (words.expired, vec![words.expired_text.to_owned()]),
            Self::Proven(_) => (words.proven, vec![words.proven_text.to_owned()]),
            Self::TooLarge => (words.too_large, Vec::new()),
            Self::TooMany(seconds) => (words.too_many, vec![(words.wait)(*seconds)]),
            Self::Internal => (words.internal, vec![words.internal_text.to_owned()]),
            Self::Unavailable => (words.unavailable, vec![words.unavailable_text.to_owned()]),
        }
    }
}

/// 419: what was filled in came too late, and is kept in the page.
pub(in crate::admin) fn expired() -> StatusCode {
    StatusCode::from_u16(419).unwrap_or(StatusCode::BAD_REQUEST)
}

/// The page of an error that no handler of the console made, such as an address that is not there.
#[must_use]
pub fn bare(status: StatusCode, current: &Current) -> String {
    let refusal = match status {
        StatusCode::FORBIDDEN => Refusal::Network,
        StatusCode::NOT_FOUND => Refusal::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Refusal::Method,
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Refusal::Unavailable,
        status if status.is_server_error() => Refusal::Internal,
        _ => Refusal::Parameter(status.to_string()),
    };
    let frame = Frame::bare(current.language.into(), &current.id);
    refusal.page(frame, None).template.render().unwrap_or_default()
}

fn forbidden(permission: Permission, frame: &Frame) -> Vec<String> {
    let words = frame.words();
    let roles: Vec<&str> = Role::that_may(permission).map(|role| words.terms.role(role)).collect();
    let joint = if frame.lang == crate::admin::locale::Lang::Zh { "、" } else { ", " };
    vec![
        (words.errors.needs)(words.terms.permission(permission)),
        (words.errors.held_by)(&roles.join(joint)),
        words.errors.forbidden_logged.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::frame::Section;
    use crate::admin::gallery;
    use crate::admin::locale::Lang;

    fn html(refusal: Refusal, lang: Lang) -> String {
        refusal.page(gallery::frame(lang, Section::Problem), None).template.render().unwrap()
    }

    #[test]
    fn a_bad_parameter_is_named() {
        let page = html(Refusal::Parameter("sotr".to_owned()), Lang::En);
        assert!(page.contains("The parameter “sotr” in the address is wrong or unknown."));
    }

    #[test]
    fn a_missing_permission_names_itself_and_who_has_it() {
        let page = html(Refusal::Permission(Permission::Freeze), Lang::Zh);
        assert!(page.contains("需要的权限：冻结与解冻用户。") && page.contains("拥有此权限的角色：管理员。"));
    }

    #[test]
    fn an_expired_form_keeps_what_was_filled_in() {
        let fields = vec![("note".to_owned(), "a \"quoted\" note".to_owned())];
        let again = Again { action: "/admin/x".to_owned(), fields };
        let page = html(Refusal::Expired(again), Lang::En);
        assert!(
            page.contains("name=\"note\" value=\"a &#34;quoted&#34; note\"") && page.contains("Submit again")
        );
    }

    #[test]
    fn only_our_own_faults_show_the_request_id_large() {
        assert!(html(Refusal::Internal, Lang::En).contains("<code class=\"long\">"));
        assert!(!html(Refusal::NotFound, Lang::En).contains("<code class=\"long\">"));
    }
}
