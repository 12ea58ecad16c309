//! `/admin/exports/sessions`

use super::{How, Part, Sheet, cells, download, question};
use crate::admin::frame::Section;
use crate::admin::frame::errors::Refused;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::allowed::{Allowed, ExportUsers, TakeUsers};
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::Words;
use crate::admin::parts::list::Tag;
use crate::admin::parts::paging::Address;
use crate::admin::query::Known;
use crate::admin::sessions as list;
use crate::db::Conn;
use crate::db::page::{BoundedCount, Start};
use crate::db::sessions::list::{Filter, Key, Listed, Order};
use crate::db::sessions::{Liveness, Session};
use crate::error::Result;

/// The list of sessions, as narrowed.
#[derive(Clone)]
pub(super) struct Sessions {
    filter: Filter,
    order: Order,
}

/// Asks which columns.
pub async fn get(visit: Allowed<ExportUsers>) -> Answer {
    visit.answer(question::<Sessions>(&visit, Problems::none()).await)
}

/// Sends the file.
pub async fn post(visit: Allowed<TakeUsers>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(download::<Sessions>(&visit, &form).await)
}

impl Sheet for Sessions {
    const PATH: &'static str = "/admin/exports/sessions";
    const LIST: &'static str = list::PATH;
    const NAME: &'static str = "sessions";
    const KNOWN: &'static [Known] = list::KNOWN;
    const COLUMNS: &'static [&'static str] = &[
        "sid", "user", "nickname", "app", "device", "client", "wechat", "version", "ip", "created", "seen",
        "expires", "state", "ended", "by", "reason",
    ];
    const SECTION: Section = Section::Sessions;
    type Key = Key;

    async fn of(visit: &Visit, address: &Address) -> std::result::Result<(Self, Vec<Tag>), Refused> {
        let (filter, whose) = list::narrowed(visit, address).await?;
        let sheet = Self { filter, order: list::order(address)? };
        Ok((sheet, list::tags(visit, address, whose.as_deref())))
    }

    fn title(words: &Words) -> &'static str {
        words.exports.sessions
    }

    fn label(words: &Words, column: &str) -> &'static str {
        let (names, one, own) = (words.sessions, words.session, words.exports);
        match column {
            "sid" => own.sid,
            "user" => own.id,
            "nickname" => own.nickname,
            "app" => names.app,
            "device" => names.device,
            "client" => own.client,
            "wechat" => one.wechat_version,
            "version" => one.app_version,
            "ip" => names.ip,
            "created" => names.created,
            "seen" => names.seen,
            "expires" => names.expires,
            "state" => names.state,
            "ended" => own.ended_at,
            "by" => own.ended_by,
            _ => names.reason,
        }
    }

    fn count(&self, conn: &mut Conn, liveness: Liveness) -> Result<Option<BoundedCount>> {
        Session::count(conn, &self.filter, liveness).map(Some)
    }

    fn part(&self, conn: &mut Conn, start: &Start<Key>, size: usize, how: &How) -> Result<Part<Key>> {
        let screen = Session::list(conn, &self.filter, self.order, start, size, how.liveness)?;
        let next = screen.last().map(|listed| listed.key(self.order));
        let row = |listed: &Listed| how.columns.iter().map(|column| cell(column, listed, how)).collect();
        Ok(Part { rows: screen.rows.iter().map(row).collect(), next })
    }
}

fn cell(column: &str, listed: &Listed, how: &How) -> String {
    let (sight, session) = (how.sight(), &listed.session);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match column {
        "sid" => session.sid.clone(),
        "user" => listed.uid.clone(),
        "nickname" => listed.nickname.clone(),
        "app" => sight.app(&session.appid),
        "device" => sight.device(session),
        "client" => session.client.clone(),
        "wechat" => session.wechat_version.clone(),
        "version" => session.app_version.clone(),
        "ip" if session.ip.is_empty() => String::new(),
        "ip" => sight.ip(&session.ip),
        "created" => cells::time(session.created_at, how.zone),
        "seen" => cells::time(session.last_seen_at, how.zone),
        "expires" => cells::time(session.expires_at, how.zone),
        "state" => sight.row(listed).state.to_owned(),
        "ended" => cells::time_or_none(session.ended_at, how.zone),
        "by" => session.ended_by.as_deref().map(|by| sight.ender(by).to_owned()).unwrap_or_default(),
        _ => how.words.terms.reason(&text(&session.ended_reason)).to_owned(),
    }
}
