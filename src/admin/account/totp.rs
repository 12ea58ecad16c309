//! `/admin/account/totp`: an authenticator app as second factor, and codes for when it is gone.

use actix_session::SessionExt as _;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, QrCode};

use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, OwnKeys};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::db::Conn;
use crate::db::audit::{Audit, Entry};
use crate::db::second_factors::{self, SecondFactor};
use crate::db::staff_sessions::StaffSession;
use crate::error::{Error, Result};
use crate::secret::totp::TotpSecret;
use crate::secret::{KeyRing, random};

/// The entry of a console session that holds a secret, sealed, until a code proves that an app has it.
const DRAFT: &str = "totp_draft";
/// Letters of recovery codes: none looks like another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

/// The page with the QR code.
#[derive(Debug, Template)]
#[template(path = "account/totp.html")]
pub struct TotpPage {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the last try.
    pub problems: Problems,
    /// The QR code.
    pub qr: Drawing,
    /// The secret, for typing.
    pub text: String,
    /// Whether the account has a second factor already, which this would replace.
    pub replaces: bool,
    /// Whether nothing else can be done before.
    pub is_required: bool,
}

/// The page that shows recovery codes, once.
#[derive(Debug, Template)]
#[template(path = "account/codes.html")]
pub struct CodesPage {
    /// The frame.
    pub frame: Frame,
    /// The codes.
    pub codes: Vec<String>,
    /// Whether the second factor was set up just now.
    pub is_first: bool,
}

/// Shows a QR code; the same while it waits to be proved.
pub async fn get(visit: Allowed<OwnKeys>) -> Answer {
    let outcome = begin(&visit);
    std::future::ready(visit.answer(outcome)).await
}

fn begin(visit: &Allowed<OwnKeys>) -> std::result::Result<HttpResponse, Refused> {
    let secret = draft(visit).map_or_else(TotpSecret::generate, Ok)?;
    let sealed = STANDARD.encode(secret.seal(&visit.state.keys, visit.staff.id)?);
    let kept = visit.request.get_session().insert(DRAFT, sealed);
    kept.map_err(|_why| Error::Internal("session"))?;
    Ok(show(visit, StatusCode::OK, Problems::none(), &secret)?)
}

/// Takes the second factor that a code proves, shows recovery codes, and ends other sessions (OWASP ASVS 7.4.3).
pub async fn post(visit: Allowed<OwnKeys>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(set(&visit, &form).await)
}

async fn set(visit: &Allowed<OwnKeys>, form: &Fields) -> std::result::Result<HttpResponse, Refused> {
    let Some(secret) = draft(visit) else { return Ok(visit.go("/admin/account/totp")) };
    let Some(step) = secret.check(form.one("code"), visit.now()) else {
        let problems = Problems::one("code", visit.words().account.wrong_code);
        return Ok(show(visit, StatusCode::UNPROCESSABLE_ENTITY, problems, &secret)?);
    };
    let (codes, digests) = codes(&visit.state.keys)?;
    let (id, own, now) = (visit.staff.id, visit.staff.sid.clone(), visit.now());
    let sealed = secret.seal(&visit.state.keys, id)?;
    let entry = entry(visit, "staff.totp_set");
    let store = move |conn: &mut Conn| {
        SecondFactor::set(conn, id, &sealed, step, &digests, now)?;
        StaffSession::end_others(conn, id, &own, None, "second_factor", now)?;
        Audit::append(conn, &entry, now)
    };
    visit.write(store).await?;
    visit.request.get_session().remove(DRAFT);
    visit.renew(None)?;
    Ok(show_codes(visit, codes, true))
}

/// Takes the second factor away, where the settings leave that to people.
pub async fn remove(visit: Allowed<OwnKeys>, form: Submission) -> Answer {
    form.check(&visit).await?;
    visit.answer(removed(&visit).await)
}

async fn removed(visit: &Allowed<OwnKeys>) -> std::result::Result<HttpResponse, Refused> {
    let words = visit.words().account;
    if visit.state.config.admin.require_totp {
        visit.leave(&Flash::note(words.totp_required))?;
        return Ok(visit.go("/admin/account"));
    }
    let (id, own, now) = (visit.staff.id, visit.staff.sid.clone(), visit.now());
    let entry = entry(visit, "staff.totp_removed");
    let remove = move |conn: &mut Conn| {
        SecondFactor::remove(conn, id)?;
        StaffSession::end_others(conn, id, &own, None, "second_factor", now)?;
        Audit::append(conn, &entry, now)
    };
    visit.write(remove).await?;
    visit.renew(None)?;
    visit.leave(&Flash::done(words.totp_removed))?;
    Ok(visit.go("/admin/account"))
}

/// Shows new recovery codes; the older ones work no more.
pub async fn new_codes(visit: Allowed<OwnKeys>, form: Submission) -> Answer {
    form.check(&visit).await?;
    visit.answer(replaced(&visit).await)
}

async fn replaced(visit: &Allowed<OwnKeys>) -> std::result::Result<HttpResponse, Refused> {
    if !visit.staff.has_totp {
        return Ok(visit.go("/admin/account/totp"));
    }
    let (codes, digests) = codes(&visit.state.keys)?;
    let (id, now, entry) = (visit.staff.id, visit.now(), entry(visit, "staff.recovery_codes"));
    let replace = move |conn: &mut Conn| {
        SecondFactor::replace_codes(conn, id, &digests, now)?;
        Audit::append(conn, &entry, now)
    };
    visit.write(replace).await?;
    Ok(show_codes(visit, codes, false))
}

fn entry(visit: &Allowed<OwnKeys>, action: &str) -> Entry {
    visit.entry(action, format!("staff:{}", visit.staff.name), "ok")
}

/// The secret that waits to be proved.
fn draft(visit: &Allowed<OwnKeys>) -> Option<TotpSecret> {
    let text: String = visit.request.get_session().get(DRAFT).ok().flatten()?;
    let sealed = STANDARD.decode(text).ok()?;
    TotpSecret::open(&visit.state.keys, visit.staff.id, &sealed)
}

/// New recovery codes with their digests: ten letters each, 50 bits.
fn codes(keys: &KeyRing) -> Result<(Vec<String>, Vec<[u8; 32]>)> {
    let mut codes = Vec::new();
    let mut digests = Vec::new();
    while codes.len() < second_factors::CODES {
        let letters: String = random::<16>()?
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)).copied())
            .filter(|letter| *letter != b'-')
            .map(char::from)
            .take(10)
            .collect();
        if let Some((one, other)) = letters.split_at_checked(5).filter(|(_, other)| other.len() == 5) {
            let code = format!("{one}-{other}");
            digests.extend(second_factors::digests(keys, &code)?.first());
            codes.push(code);
        }
    }
    Ok((codes, digests))
}

fn show(visit: &Visit, status: StatusCode, problems: Problems, secret: &TotpSecret) -> Result<HttpResponse> {
    let who = visit.who.as_ref();
    let page = TotpPage {
        frame: visit.frame(Section::Account),
        problems,
        qr: Drawing::of(&secret.url(visit.name())?)?,
        text: secret.text(),
        replaces: who.is_some_and(|who| who.has_totp),
        is_required: visit.state.config.admin.require_totp && who.is_some_and(|who| !who.has_totp),
    };
    Ok(Page::new(visit.lang, page).status(status).into_response())
}

/// A QR code as the page draws it: its width in modules with the quiet zone, and the path of the dark ones.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Modules in a row.
    pub width: usize,
    /// A square for each dark module.
    pub path: String,
}

impl Drawing {
    pub(in crate::admin) fn of(text: &str) -> Result<Self> {
        const QUIET: usize = 4;
        let code = QrCode::new(text).map_err(|_why| Error::Internal("qr code"))?;
        let width = code.width();
        let squares = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
        let path =
            squares.map(|(place, _)| format!("M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET));
        Ok(Self { path: path.collect(), width: width + 2 * QUIET })
    }
}

fn show_codes(visit: &Visit, codes: Vec<String>, is_first: bool) -> HttpResponse {
    let page = CodesPage { frame: visit.frame(Section::Account), codes, is_first };
    Page::new(visit.lang, page).into_response()
}
