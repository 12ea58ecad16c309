//! `/admin/reviews`: nicknames and avatars of which WeChat says that a person should look, let pass or refused.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::audit::actor;
use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{Flash, Frame, Section};
use super::guard::allowed::{Allowed, Moderate};
use super::guard::submission::{Fields, Submission};
use super::guard::visit::{Answer, Visit};
use super::locale::when::When;
use super::parts::session_row::UserRef;
use super::parts::sight::Sight;
use crate::admin::parts::public_id::id;
use crate::avatar::Name;
use crate::db::audit::Audit;
use crate::db::reviews::settle::Decision;
use crate::db::reviews::{Kind, Review, State};
use crate::error::Error;

/// How many proposals a page shows: the oldest. What is decided makes room.
const SHOWN: usize = 25;
/// In how many of a user's last entries a decision is looked for.
const LAST: usize = 50;

/// The proposals that wait for a person.
#[derive(Debug, Template)]
#[template(path = "reviews/list.html")]
pub struct ReviewsPage {
    /// The frame.
    pub frame: Frame,
    /// The oldest that wait.
    pub rows: Vec<ReviewRow>,
    /// Whether more wait than are shown.
    pub has_more: bool,
}

/// One proposal.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    /// Its public id.
    pub rid: String,
    /// Whose.
    pub user: UserRef,
    /// Nickname or avatar.
    pub kind: &'static str,
    /// What is proposed. The address of a picture elsewhere is text here: it is not fetched.
    pub value: String,
    /// Where an uploaded picture is to be seen: on this very server.
    pub picture: Option<String>,
    /// What WeChat suspects.
    pub label: &'static str,
    /// Since when it waits.
    pub since: When,
}

/// Shows what waits.
pub async fn get(visit: Allowed<Moderate>) -> Answer {
    visit.answer(waiting(&visit).await)
}

async fn waiting(visit: &Visit) -> Result<HttpResponse, Refused> {
    let found = visit.state.db.read(|conn| Review::waiting(conn, SHOWN)).await?;
    let sight = Sight::of(visit);
    let words = sight.words.reviews;
    let row = |(review, uid, nickname): &(Review, String, String)| ReviewRow {
        rid: review.rid.clone(),
        user: sight.user(uid, nickname),
        kind: words.kind(review.kind()),
        value: review.value.clone(),
        picture: Name::of_stored(&review.value).map(|name| name.path()),
        label: words.label(review.label),
        since: sight.when(review.created_at),
    };
    let page = ReviewsPage {
        frame: visit.frame(Section::Reviews),
        rows: found.iter().take(SHOWN).map(row).collect(),
        has_more: found.len() > SHOWN,
    };
    Ok(Page::new(visit.lang, page).into_response())
}

/// Lets a proposal pass: it becomes the user's nickname or avatar.
pub async fn accept(visit: Allowed<Moderate>, rid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(decide(&visit, &rid, &form, Decision::Pass).await)
}

/// Refuses a proposal: what was there stays.
pub async fn refuse(visit: Allowed<Moderate>, rid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(decide(&visit, &rid, &form, Decision::Risky(None)).await)
}

async fn decide(
    visit: &Visit,
    rid: &str,
    form: &Fields,
    decision: Decision,
) -> Result<HttpResponse, Refused> {
    let (rid, now) = (id(rid)?, visit.now());
    let action = if decision == Decision::Pass { "review.accept" } else { "review.refuse" };
    let entry = visit.entry(action, String::new(), "ok");
    let wanted = rid.clone();
    let write = move |conn: &mut _| {
        let Some((review, uid)) = Review::find(conn, &rid)? else { return Err(Error::Conflict("decided")) };
        if review.state() != State::Review {
            return Err(Error::Conflict("decided"));
        }
        Review::settle(conn, &rid, decision)?;
        let mut entry = entry;
        entry.target = format!("user:{uid}");
        let after = if decision == Decision::Pass { "shown" } else { "refused" };
        entry.detail = serde_json::json!({
            "kind": review.kind().code(), "label": review.label, "review": rid,
            "before": { "proposal": "waiting" }, "after": { "proposal": after },
        })
        .to_string();
        Audit::append(conn, &entry, now)
    };
    let words = visit.words();
    let flash = match visit.write(write).await {
        Ok(audit) => {
            let text =
                if decision == Decision::Pass { words.reviews.accepted } else { words.reviews.refused };
            Flash::done(text).link(format!("/admin/audit/{audit}"), words.frame.see_audit)
        }
        Err(Error::Conflict(_)) => decided(visit, &wanted, form.one("user")).await?,
        Err(why) => return Err(why.into()),
    };
    visit.leave(&flash)?;
    Ok(visit.go("/admin/reviews"))
}

/// Somebody was faster: who, and when, if that was another member of staff. The row of what passed is gone, so that the
/// trail of its user is asked.
async fn decided(visit: &Visit, rid: &str, uid: &str) -> Result<Flash, Refused> {
    let (sight, target) = (Sight::of(visit), format!("user:{uid}"));
    let last = visit.state.db.read(move |conn| Audit::of_target(conn, &target, LAST)).await?;
    let is_it = |entry: &&Audit| {
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        detail.get("review").and_then(serde_json::Value::as_str) == Some(rid)
    };
    let words = sight.words.reviews;
    match last.iter().find(is_it).filter(|entry| entry.actor != visit.name()) {
        Some(entry) => {
            let text = (words.decided_by)(&actor(&sight, entry), &sight.zone.absolute(entry.at));
            Err(Refusal::Conflict(text).into())
        }
        None => Ok(Flash::note(words.decided_before)),
    }
}

/// What a proposal says on its user's page.
pub(super) fn line(sight: &Sight<'_>, review: &Review) -> (String, String) {
    let words = sight.words.reviews;
    let state = match review.state() {
        State::Pending => words.pending,
        State::Review => words.review,
        State::Risky => words.risky,
    };
    let name = match review.kind() {
        Kind::Nickname => words.wants_nickname,
        Kind::Avatar => words.wants_avatar,
    };
    let value = if Name::of_stored(&review.value).is_some() { String::new() } else { review.value.clone() };
    (format!("{name}{state}"), value)
}
