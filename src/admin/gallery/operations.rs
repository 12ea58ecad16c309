//! Samples of the pages that say how it is going: overview, logins, mini-programs, system, help.

use std::time::Duration;

use super::tables::{ago, days, list, tabs, user};
use super::{NOW, Texts, frame, html};
use crate::admin::apps::{AppCard, AppsPage};
use crate::admin::frame::{Choice, Frame, Section, Staff};
use crate::admin::help::HelpPage;
use crate::admin::locale::Lang;
use crate::admin::locale::zone::Zone;
use crate::admin::logins::{LoginRow, LoginsPage};
use crate::admin::overview::numbers::{Numbers, Span};
use crate::admin::overview::start::{StartPage, Step};
use crate::admin::overview::{self, Counted, OverviewPage, Waiting};
use crate::admin::parts::list::{Empty, Select};
use crate::admin::parts::session_row::Fact;
use crate::admin::role::Role;
use crate::admin::system::{Group, SystemPage};
use crate::clock::Instant;
use crate::db::hourly::{BUCKETS, HOUR, Kind, Number, hour_of};
use crate::db::page::BoundedCount;
use crate::db::users::list::Totals;

pub fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let words = lang.words();
    let nothing = Empty::new(words.logins.none_title, words.logins.none_text);
    vec![
        ("overview", html(&overview(lang, &rows(), Some(NOW)))),
        ("overview-stale", html(&overview(lang, &rows(), Some(NOW - Duration::from_hours(2))))),
        ("overview-new", html(&OverviewPage { steps: steps(lang), ..overview(lang, &[], None) })),
        ("overview-owner", html(&start(lang))),
        ("logins", html(&logins(lang, texts, None))),
        ("logins-nothing", html(&logins(lang, texts, Some(nothing)))),
        ("apps", html(&apps(lang, texts, true))),
        ("apps-read", html(&apps(lang, texts, false))),
        ("apps-nothing", html(&AppsPage { apps: Vec::new(), ..apps(lang, texts, false) })),
        ("system", html(&system(lang))),
        ("help", html(&HelpPage::new(frame(lang, Section::Help)))),
    ]
}

/// A day as a shop has it: little at night, a peak in the evening, a bad hour.
fn rows() -> Vec<Number> {
    const CURVE: [i64; 24] =
        [41, 55, 78, 92, 70, 64, 88, 120, 164, 210, 190, 131, 84, 40, 22, 12, 8, 6, 9, 18, 37, 66, 84, 52];
    let number = |place: u32, kind, name: &str, amount| {
        let hour = hour_of(NOW) - HOUR * (23 - place);
        Number { hour, kind, name: name.to_owned(), appid: String::new(), amount }
    };
    let mut all = Vec::new();
    let mut live = 18_400;
    for (place, amount) in (0..).zip(CURVE) {
        // more come by day than go, and fewer at night
        live += amount * 13 - 900;
        let before = number(place, Kind::Live, "", live);
        all.push(Number { hour: before.hour - HOUR, ..before });
        all.push(number(place, Kind::Login, "ok", amount * 13));
        all.push(number(place, Kind::Login, "code_invalid", if place == 9 { 700 } else { amount / 3 }));
        all.push(number(place, Kind::User, "", amount / 4));
    }
    for (code, amount) in [("40029", 1043), ("45011", 87), ("-1", 12), ("40226", 3), ("99999", 1)] {
        all.push(number(9, Kind::Errcode, code, amount));
    }
    for (bucket, amount) in
        BUCKETS.into_iter().zip([2, 160, 900, 4200, 9800, 5100, 1900, 600, 190, 40, 11, 3, 1])
    {
        all.push(number(3, Kind::Latency, &bucket.to_string(), amount));
    }
    for (reason, amount) in
        [("logout", 912), ("displaced", 208), ("expired", 77), ("suspected_theft", 4), ("cancelled", 2)]
    {
        all.push(number(2, Kind::Ended, reason, amount));
    }
    all
}

fn overview(lang: Lang, rows: &[Number], counted_at: Option<Instant>) -> OverviewPage {
    let span = Span::until(NOW, Zone::SHANGHAI);
    let many = BoundedCount::MANY;
    let some =
        BoundedCount { counted: if rows.is_empty() { 0 } else { 431 }, is_more: false, is_part: false };
    let is_new = rows.is_empty();
    let counted = Counted {
        now: NOW,
        live: Some(if is_new { some } else { many }),
        users: Some(Totals {
            all: if is_new { some } else { many },
            about: (!is_new).then_some(1_000_000),
            new: some,
        }),
        jobs: Some(Waiting {
            count: BoundedCount::new(if is_new { 0 } else { 3 }),
            since: (!is_new).then_some(NOW - Duration::from_hours(3)),
        }),
        counted_at,
    };
    let numbers = Numbers::of(rows, &span);
    overview::page(frame(lang, Section::Overview), &counted, &numbers, &span)
}

fn start(lang: Lang) -> StartPage {
    let alone = Some(lang.words().staff.alone);
    StartPage { frame: frame(lang, Section::Overview), alone, steps: steps(lang) }
}

fn steps(lang: Lang) -> Vec<Step> {
    let names = lang.words().overview;
    vec![
        Step { is_done: true, text: names.app_done, hint: Some(names.app_test_own), in_apps: true },
        Step { is_done: false, text: names.https_todo, hint: Some(names.https_hint), in_apps: false },
        Step { is_done: false, text: names.proxy_todo, hint: Some(names.proxy_hint), in_apps: false },
        Step { is_done: true, text: names.clock_done, hint: None, in_apps: false },
    ]
}

fn logins(lang: Lang, texts: &Texts, empty: Option<Empty>) -> LoginsPage {
    let words = lang.words();
    let names = words.logins;
    let row = |place: usize| {
        let code = [None, Some(40029), Some(45011), None, Some(-1), Some(40164)][place % 6];
        let is_ok = code.is_none();
        let known = code.and_then(crate::wechat::errcode::find);
        LoginRow {
            at: ago(u64::try_from(place).unwrap() * 7, lang),
            user: is_ok.then(|| user(texts, place)),
            app: if place == 0 { texts.nickname.clone() } else { "小店会员".to_owned() },
            kind: if is_ok { "live" } else { "problem" },
            result: if is_ok { names.ok } else { names.failed },
            errcode: code.map(|code| code.to_string()),
            meaning: known.map(|known| lang.sentence(known.meaning)),
            advice: known.map(|known| lang.sentence(known.advice)),
            rid: code.map(|_| "6a6ca2c5-1f2e3d4c-5b6a7988".to_owned()),
            session: is_ok.then(|| ("/admin/sessions/x".to_owned(), "3f9a".to_owned())),
            latency: format!("{} ms", 86 + place * 31),
            ip: "203.0.113.7".to_owned(),
            request: "66667777".to_owned(),
        }
    };
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: value.is_empty(),
    };
    let options = vec![choice("", words.lists.any), choice("wx0123456789abcdef", "小店会员")];
    let mut list = list(lang, empty);
    list.total = None;
    list.tabs = tabs(&[
        ("/admin/logins", names.tab_all),
        ("/admin/logins?result=failed", names.tab_failed),
        ("/admin/logins?result=ok", names.tab_ok),
    ]);
    LoginsPage {
        frame: frame(lang, Section::Logins),
        list,
        kept: Vec::new(),
        errcode: String::new(),
        app: Select { name: "app", options },
        at: days("at"),
        rows: (0..8).map(row).collect(),
    }
}

fn apps(lang: Lang, texts: &Texts, may_test: bool) -> AppsPage {
    let names = lang.words().apps;
    let card = |name: &str, appid: &str, push| AppCard {
        name: name.to_owned(),
        appid: appid.to_owned(),
        facts: vec![
            Fact::text(names.secret, names.set_some_time),
            Fact::text(names.sessions, (names.policy)(&(names.days)(30), &(names.days)(7), 10)),
            Fact::text(names.push, push),
            Fact::text(names.push_address, format!("/wechat/push/{appid}")),
            Fact::text(names.content_check, names.on),
            Fact::text(names.platform, texts.term.clone()),
            Fact::text(names.linking, names.off),
            Fact::text(names.logins, names.see_logins).link(Some("/admin/logins?app=x".to_owned())),
        ],
    };
    let mut frame: Frame = frame(lang, Section::Settings);
    if may_test {
        frame.staff = Some(Staff { name: texts.staff.clone(), role: Role::Owner });
    }
    let cards = vec![
        card(&texts.nickname, "wx0123456789abcdef", names.push_sealed),
        card("点餐助手", "wxfedcba9876543210", names.not_set),
    ];
    AppsPage { frame, apps: cards, may_test }
}

fn system(lang: Lang) -> SystemPage {
    let names = lang.words().system;
    let group = |id, title, facts| Group { id, title, facts };
    let you = vec![
        Fact::text(names.seen_as, "203.0.113.7"),
        Fact::text(names.via, names.ignored).hint(names.ignored_hint),
        Fact::text(names.proxy, "203.0.113.7"),
    ];
    let wechat = vec![
        Fact::text(names.wechat_logins, (names.in_flight)(names.closed, 3)),
        Fact::text(names.wechat_calls, (names.in_flight)(names.open, 0)),
    ];
    let database = vec![
        Fact::text(names.engine, "SQLite 3.51.3"),
        Fact::text(names.size, "414.2 MB"),
        Fact::text(names.schema, "20261122233600"),
        Fact::text(names.pool, (names.connections)(4, 3, 8)),
        Fact::text(names.queue, "2").hint(names.queue_hint),
        Fact::time(names.counted, ago(0, lang)),
        Fact::text(names.backup, names.backup_unknown).hint(names.backup_sqlite),
    ];
    let process = vec![
        Fact::text(names.version, "0.1.0"),
        Fact::time(names.started, ago(4000, lang)),
        Fact::text(names.workers, "4"),
        Fact::text(names.clock, "2026-08-01 10:03:04").hint(names.clock_hint),
        Fact::text(names.keys, "2 · 1").hint(names.keys_hint),
    ];
    let groups = vec![
        group("you", names.you, you),
        group("wechat", names.wechat, wechat),
        group("database", names.database, database),
        group("process", names.process, process),
    ];
    SystemPage { frame: frame(lang, Section::Settings), groups }
}
