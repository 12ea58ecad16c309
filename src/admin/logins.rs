//! `/admin/logins`: attempts to log in, with what each means and what helps.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{Frame, Link, Section};
use super::guard::allowed::{Allowed, Browse};
use super::guard::visit::{Answer, Visit};
use super::locale::Lang;
use super::locale::when::When;
use super::parts::list::{Count, Days, Empty, List, Pager, Select, Tag};
use super::parts::mask;
use super::parts::paging::{Address, PER_PAGE};
use super::parts::session_row::UserRef;
use super::parts::sight::Sight;
use super::query::{Kind, Known, hours_shown};
use crate::db::logins::Login;
use crate::db::logins::list::{Filter, Listed, Outcome};
use crate::db::users::User;
use crate::wechat::errcode;

const PATH: &str = "/admin/logins";

const KNOWN: &[Known] = &[
    Known { name: "result", default: None, kind: Kind::OneOf(&RESULTS) },
    Known { name: "errcode", default: None, kind: Kind::Number },
    Known { name: "app", default: None, kind: Kind::Text(64) },
    Known { name: "user", default: None, kind: Kind::Id },
    Known { name: "at", default: None, kind: Kind::Days },
    Known { name: "hours", default: None, kind: Kind::Hours },
    Known { name: "jump", default: None, kind: Kind::Day },
    Known { name: "after", default: None, kind: Kind::Cursor },
    Known { name: "before", default: None, kind: Kind::Cursor },
    Known { name: "n", default: Some("50"), kind: Kind::OneOf(&PER_PAGE) },
];

const RESULTS: [&str; 2] = ["ok", "failed"];

/// The list of attempts.
#[derive(Debug, Template)]
#[template(path = "logins/list.html")]
pub struct LoginsPage {
    /// The frame.
    pub frame: Frame,
    /// Tabs, filters in force, counts, paging.
    pub list: List,
    /// Filters that the form has no field for and must keep.
    pub kept: Vec<(&'static str, String)>,
    /// Filter: WeChat's `errcode`.
    pub errcode: String,
    /// Filter: mini-program.
    pub app: Select,
    /// Filter: on these days.
    pub at: Days,
    /// One screen of attempts.
    pub rows: Vec<LoginRow>,
}

/// One attempt in the list.
#[derive(Clone, Debug)]
pub struct LoginRow {
    /// When.
    pub at: When,
    /// Who, when that is known.
    pub user: Option<UserRef>,
    /// To which mini-program.
    pub app: String,
    /// The look of the result.
    pub kind: &'static str,
    /// How it went.
    pub result: &'static str,
    /// WeChat's `errcode`.
    pub errcode: Option<String>,
    /// What it means.
    pub meaning: Option<String>,
    /// What helps.
    pub advice: Option<String>,
    /// WeChat's id of the request, for its support.
    pub rid: Option<String>,
    /// The session that was opened: its page, and the end of its id.
    pub session: Option<(String, String)>,
    /// How long WeChat took.
    pub latency: String,
    /// From where, masked for those who may not see it whole.
    pub ip: String,
    /// The end of the request's id.
    pub request: String,
}

/// Shows one screen of attempts.
pub async fn get(visit: Allowed<Browse>, request: HttpRequest) -> Answer {
    visit.answer(screen(&visit, &request).await)
}

async fn screen(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let address = Address::read(request, PATH, KNOWN)?;
    let sight = Sight::of(visit);
    let db = &visit.state.db;
    let mut filter = filter(&address);
    let mut whose = None;
    if let Some(uid) = address.get("user").map(str::to_owned) {
        let user = db.lookup(move |conn| User::find(conn, &uid)).await?.ok_or(Refusal::NotFound)?;
        filter.user_id = Some(user.id);
        whose = Some(sight.name(&user.nickname));
    }
    let (start, size, narrowed) = (address.start(visit)?, address.size(), filter.clone());
    let screen = db.read(move |conn| Login::list(conn, &narrowed, &start, size)).await?;
    let pager = address.pager(&visit.state.keys, &screen, Listed::key)?;
    let rows: Vec<LoginRow> = screen.rows.iter().map(|listed| row(visit.lang, &sight, listed)).collect();
    let mut list = around(visit, &address, whose.as_deref(), rows.is_empty(), pager);
    if !rows.is_empty() {
        match db.read(move |conn| Login::count(conn, &filter)).await {
            Ok(found) => list.count = Some(Count::from(found).say(sight.words.lists)),
            Err(why) => {
                log::warn!(error:% = why; "logins were not counted");
                list.slow = true;
            }
        }
    }
    Ok(Page::new(visit.lang, page(visit, &address, list, rows)).into_response())
}

fn filter(address: &Address) -> Filter {
    Filter {
        outcome: address
            .get("result")
            .map(|result| if result == "ok" { Outcome::Ok } else { Outcome::Failed }),
        errcode: address.get("errcode").and_then(|code| code.parse().ok()),
        appid: address.get("app").map(str::to_owned),
        user_id: None,
        at: vec![address.times("at"), address.hours("hours")],
    }
}

fn row(lang: Lang, sight: &Sight<'_>, listed: &Listed) -> LoginRow {
    let words = sight.words;
    let login = &listed.login;
    let is_ok = login.result == "ok";
    let known = login.errcode.and_then(errcode::find);
    let meaning = known.map_or_else(
        || words.results.explain(&login.result).to_owned(),
        |known| lang.sentence(known.meaning),
    );
    LoginRow {
        at: sight.when(login.at),
        user: listed.user.as_ref().map(|(uid, nickname)| sight.user(uid, nickname)),
        app: sight.app(&login.appid),
        kind: if is_ok { "live" } else { "problem" },
        result: if is_ok { words.logins.ok } else { words.logins.failed },
        errcode: login.errcode.map(|code| code.to_string()),
        meaning: (!is_ok).then_some(meaning),
        advice: known.filter(|_| !is_ok).map(|known| lang.sentence(known.advice)),
        rid: login.rid.clone(),
        session: login.sid.as_ref().map(|sid| (format!("/admin/sessions/{sid}"), mask::last_four(sid))),
        latency: format!("{} ms", login.latency_ms),
        ip: sight.ip(&login.ip),
        request: mask::short(&listed.request_id),
    }
}

fn around(visit: &Visit, address: &Address, whose: Option<&str>, is_empty: bool, pager: Pager) -> List {
    let words = visit.words();
    let names = words.logins;
    let tab = |result: Option<&str>, label: &str| Link {
        href: address.with("result", result),
        label: label.to_owned(),
        current: address.get("result") == result,
    };
    let tabs =
        vec![tab(None, names.tab_all), tab(Some("failed"), names.tab_failed), tab(Some("ok"), names.tab_ok)];
    let labels = [
        ("errcode", names.errcode),
        ("app", names.app),
        ("user", names.user),
        ("at", names.time),
        ("hours", names.hours),
    ];
    let value = |name, value: &str| match name {
        "app" => Sight::of(visit).app(value),
        "user" => format!("{} …{}", whose.unwrap_or_default(), mask::short(value)),
        "hours" => hours_shown(value),
        _ => value.to_owned(),
    };
    let tags = Tag::of(address, &labels, visit.words().lists, value);
    let empty = is_empty.then(|| {
        if tags.is_empty() && address.get("result").is_none() {
            Empty::new(names.none_title, names.none_text)
        } else {
            Empty::new(names.no_match_title, names.no_match_hint)
        }
    });
    let is_later = address.get("after").or(address.get("before")).is_some();
    List { tabs, tags, clear: PATH.to_owned(), pager, empty, is_later, ..List::default() }
}

fn page(visit: &Visit, address: &Address, list: List, rows: Vec<LoginRow>) -> LoginsPage {
    let kept = ["result", "user", "hours", "n"];
    LoginsPage {
        frame: visit.frame(Section::Logins),
        list,
        kept: kept.into_iter().filter_map(|name| Some((name, address.get(name)?.to_owned()))).collect(),
        errcode: address.get("errcode").unwrap_or_default().to_owned(),
        app: Select::apps(&visit.state.config, address.get("app"), visit.words().lists),
        at: Days::of("at", address.get("at")),
        rows,
    }
}
