//! `/admin/exports/users`

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
use crate::admin::users::{self as list, Found, UserRow};
use crate::db::Conn;
use crate::db::page::{BoundedCount, Start};
use crate::db::sessions::Liveness;
use crate::db::users::User;
use crate::db::users::list::{Filter, Key, Order, SearchKey};
use crate::error::Result;
use crate::text::fold;

/// The list of users, as narrowed.
#[derive(Clone)]
pub(super) struct Users {
    filter: Filter,
    order: Order,
    /// Folded; empty when no name is searched for.
    needle: String,
}

/// Where a part ends: in the list, or in a search.
#[derive(Clone)]
pub(super) enum Place {
    Listed(Key),
    Found(SearchKey),
}

/// Asks which columns.
pub async fn get(visit: Allowed<ExportUsers>) -> Answer {
    visit.answer(question::<Users>(&visit, Problems::none()).await)
}

/// Sends the file.
pub async fn post(visit: Allowed<TakeUsers>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(download::<Users>(&visit, &form).await)
}

impl Sheet for Users {
    const PATH: &'static str = "/admin/exports/users";
    const LIST: &'static str = list::PATH;
    const NAME: &'static str = "users";
    const KNOWN: &'static [Known] = list::KNOWN;
    const COLUMNS: &'static [&'static str] = &[
        "id", "nickname", "status", "app", "live", "phone", "gender", "region", "language", "created", "seen",
    ];
    const SECTION: Section = Section::Users;
    type Key = Place;

    async fn of(visit: &Visit, address: &Address) -> std::result::Result<(Self, Vec<Tag>), Refused> {
        let order = if address.get("sort") == Some("-seen") { Order::SeenDown } else { Order::CreatedDown };
        let needle = fold(address.get("q").unwrap_or_default());
        let sheet = Self { filter: list::filter(address), order, needle };
        std::future::ready(Ok((sheet, list::tags(visit, address)))).await
    }

    fn title(words: &Words) -> &'static str {
        words.exports.users
    }

    fn label(words: &Words, column: &str) -> &'static str {
        let (names, user) = (words.users, words.user);
        match column {
            "id" => words.exports.id,
            "nickname" => words.exports.nickname,
            "status" => names.status,
            "app" => names.app,
            "live" => names.live,
            "phone" => user.phone,
            "gender" => user.gender,
            "region" => user.region,
            "language" => user.language,
            "created" => names.created,
            _ => names.seen,
        }
    }

    fn count(&self, conn: &mut Conn, liveness: Liveness) -> Result<Option<BoundedCount>> {
        if self.needle.is_empty() { User::count(conn, &self.filter, liveness).map(Some) } else { Ok(None) }
    }

    fn part(&self, conn: &mut Conn, start: &Start<Place>, size: usize, how: &How) -> Result<Part<Place>> {
        let (liveness, filter) = (how.liveness, &self.filter);
        let screen = if self.needle.is_empty() {
            let start =
                if let Start::After(Place::Listed(key)) = start { Start::After(*key) } else { Start::First };
            User::list(conn, filter, self.order, &start, size, liveness)?
        } else {
            let start =
                if let Start::After(Place::Found(key)) = start { Start::After(*key) } else { Start::First };
            User::search(conn, &self.needle, filter, &start, size, liveness)?
        };
        let place = |user: &User| match self.needle.as_str() {
            "" => Place::Listed(user.key(self.order)),
            needle => Place::Found(user.search_key(needle)),
        };
        let next = screen.last().map(place);
        let found = Found::around(conn, screen, liveness)?;
        let sight = how.sight();
        let row = |user: &User| {
            let listed = found.row(user, &sight, &how.keys);
            how.columns.iter().map(|column| cell(column, user, &listed, how)).collect()
        };
        Ok(Part { rows: found.users().iter().map(row).collect(), next })
    }
}

fn cell(column: &str, user: &User, listed: &UserRow, how: &How) -> String {
    match column {
        "id" => user.uid.clone(),
        "nickname" => user.nickname.clone(),
        "status" => listed.status.label.to_owned(),
        "app" => listed.app.clone(),
        "live" => listed.live.clone(),
        "phone" => listed.phone.clone(),
        "gender" => match user.gender {
            1 => how.words.user.male.to_owned(),
            2 => how.words.user.female.to_owned(),
            _ => String::new(),
        },
        "region" => [user.country.as_str(), &user.province, &user.city].join(" ").trim().to_owned(),
        "language" => user.language.clone(),
        "created" => cells::time(user.created_at, how.zone),
        _ => cells::time(user.last_login_at, how.zone),
    }
}
