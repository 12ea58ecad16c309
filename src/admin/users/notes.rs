//! `/admin/users/{uid}/notes`: what staff tell each other about a user.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, Annotate, Browse};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::when::When;
use crate::admin::parts::form::{key, keyed};
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::admin::role::{Permission, Role};
use crate::db::audit::Audit;
use crate::db::selections::Selection;
use crate::db::user_notes::{NewNote, UserNote};
use crate::db::users::{Status, User};
use crate::error::{Error, FieldFault};
use crate::text;

/// How many notes a page shows at most.
const SHOWN: usize = 200;
/// The longest note, in characters.
const LONGEST: usize = 500;

/// The notes about one user.
#[derive(Debug, Template)]
#[template(path = "notes/page.html")]
pub struct NotesPage {
    /// The frame.
    pub frame: Frame,
    /// About whom.
    pub bar: IdentityBar,
    /// The notes, newest first.
    pub notes: Vec<NoteRow>,
    /// To write one, for those who may.
    pub form: Option<NoteForm>,
}

/// One note.
#[derive(Clone, Debug)]
pub struct NoteRow {
    /// When.
    pub at: When,
    /// Who, with the role at the time.
    pub who: String,
    /// What.
    pub text: String,
}

/// The form for a new note.
#[derive(Clone, Debug, Default)]
pub struct NoteForm {
    /// Where it is sent.
    pub action: String,
    /// Makes a second submit show the first one's result.
    pub key: String,
    /// The text so far.
    pub text: String,
    /// Whether the writer was told that it looks personal.
    pub was_warned: bool,
    /// What must be corrected.
    pub problems: Problems,
}

/// Shows the notes.
pub async fn get(visit: Allowed<Browse>, uid: web::Path<String>) -> Answer {
    visit.answer(show(&visit, &uid, None).await)
}

/// Adds a note.
pub async fn post(visit: Allowed<Annotate>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(add(&visit, &uid, &form).await)
}

async fn add(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let words = visit.words();
    let text = match read(form, visit) {
        Ok(text) => text,
        Err(problems) => return show(visit, uid, Some((form, problems))).await,
    };
    let (uid, now, staff, key) = (id(uid)?, visit.now(), visit.id(), key(form)?);
    let (author, role) =
        visit.who.as_ref().map_or_else(Default::default, |who| (who.name.clone(), who.role.clone()));
    // the trail says that there is a note, and not what it says: that goes with the account
    let entry = visit.entry("user.note", format!("user:{uid}"), "ok");
    let wanted = uid.clone();
    let write = move |conn: &mut _| {
        Selection::press(conn, staff, key.as_deref(), "noted", now)?;
        let user = User::find(conn, &wanted)?.ok_or(Error::NotFound)?;
        if User::hold(conn, user.id)? == Status::Deleted {
            return Err(Error::NotFound);
        }
        UserNote::append(conn, &NewNote { user_id: user.id, author, role, text, created_at: now })?;
        Audit::append(conn, &entry, now)
    };
    match visit.write(write).await {
        // a second press shows what the first one did
        Ok(_) | Err(Error::Conflict(_)) => visit.leave(&Flash::done(words.notes.added))?,
        Err(why) => return Err(why.into()),
    }
    Ok(visit.go(&format!("/admin/users/{uid}")))
}

/// The text, if it can be kept; what looks personal is asked about once.
fn read(form: &Fields, visit: &Visit) -> Result<String, Problems> {
    let words = visit.words();
    let line = form.one("text").replace(['\r', '\n', '\t'], " ");
    let fault = |fault| Problems::from_faults(&[FieldFault { field: "text", fault }], words.forms);
    let text = text::clean(&line, LONGEST).map_err(fault)?;
    if text.is_empty() {
        return Err(fault(crate::error::Fault::Missing));
    }
    if looks_personal(&text) && form.one("sure") != "yes" {
        return Err(Problems::one("text", words.notes.looks_personal));
    }
    Ok(text)
}

/// Whether a text holds what may be a phone number of China, or an identity number: 11 digits that begin with 1, or 17
/// digits with one more or an X, whatever stands between them.
#[must_use]
pub fn looks_personal(text: &str) -> bool {
    let mut runs = vec![String::new()];
    for one in text.chars() {
        let digit =
            one.to_digit(10).or_else(|| u32::from(one).checked_sub(0xff10).filter(|digit| *digit < 10));
        match (digit.and_then(|digit| char::from_digit(digit, 10)), runs.last_mut()) {
            (Some(digit), Some(run)) => run.push(digit),
            (None, Some(run)) if matches!(one, 'x' | 'X') && run.len() == 17 => run.push('0'),
            (None, _) if matches!(one, ' ' | '-') => {}
            _ => runs.push(String::new()),
        }
    }
    let is_phone = |run: &str| {
        let national = run.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(run);
        national.len() == 11 && national.starts_with('1')
    };
    runs.iter().any(|run| is_phone(run) || run.len() == 18)
}

async fn show(visit: &Visit, uid: &str, sent: Option<(&Fields, Problems)>) -> Result<HttpResponse, Refused> {
    let sight = Sight::of(visit);
    let (wanted, liveness) = (id(uid)?, sight.liveness);
    let read = move |conn: &mut _| {
        let whole = User::find_whole(conn, &wanted, liveness)?;
        Ok((UserNote::of_user(conn, whole.user.id, SHOWN)?, whole))
    };
    let (notes, whole) = visit.state.db.read(read).await?;
    let user = &whole.user;
    if sent.is_some() && user.status == Status::Deleted {
        return Err(Refusal::NotFound.into());
    }
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = NotesPage {
        frame: visit.frame(Section::Users),
        bar: IdentityBar::of(&sight, &whole),
        notes: notes.iter().map(|note| row(&sight, note)).collect(),
        form: form(visit, user, sent),
    };
    Ok(Page::new(visit.lang, page).status(status).into_response())
}

/// The form, for those who may write about users that are there.
pub(in crate::admin) fn form(
    visit: &Visit,
    user: &User,
    sent: Option<(&Fields, Problems)>,
) -> Option<NoteForm> {
    let may = visit.may(Permission::Annotate) && user.status != Status::Deleted;
    let action = format!("/admin/users/{}/notes", user.uid);
    may.then(|| match sent {
        None => NoteForm { action, key: keyed("", visit.now()), ..NoteForm::default() },
        Some((form, problems)) => NoteForm {
            action,
            key: keyed(form.one("key"), visit.now()),
            text: form.one("text").to_owned(),
            was_warned: problems.of("text") == Some(visit.words().notes.looks_personal),
            problems,
        },
    })
}

pub(in crate::admin) fn row(sight: &Sight<'_>, note: &UserNote) -> NoteRow {
    let words = sight.words;
    let role = note.role.parse::<Role>().map_or(note.role.as_str(), |role| words.terms.role(role));
    NoteRow {
        at: sight.when(note.created_at),
        who: (words.user.done_by)(&note.author, role),
        text: note.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::looks_personal;

    #[test]
    fn numbers_of_people_are_seen_however_they_are_written() {
        for text in [
            "电话 13812345634",
            "138 1234-5634",
            "+86 13812345634",
            "１３８１２３４５６３４",
            "证件11010119900307123X。",
        ] {
            assert!(looks_personal(text), "{text}");
        }
        for text in
            ["", "工单 20261122001", "3 个会话，共 12 次", "订单 202611220012345", "2026-11-22 10:03:04"]
        {
            assert!(!looks_personal(text), "{text}");
        }
    }
}
