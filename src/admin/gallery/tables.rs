//! Samples of the pages with tables.

use std::time::Duration;

use super::{NOW, Texts, frame, html};
use crate::admin::audit::{AuditPage, AuditRow, Chain, Target};
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Flash, FlashKind, Frame, Link, Section, Staff};
use crate::admin::gallery::personal::note_rows;
use crate::admin::locale::Lang;
use crate::admin::locale::when::When;
use crate::admin::locale::zone::Zone;
use crate::admin::parts::avatar::Avatar;
use crate::admin::parts::list::{Columns, Count, Days, Empty, Jump, List, Pager, Select, Tag};
use crate::admin::parts::paging::Address;
use crate::admin::parts::session_row::{Badge, Fact, SessionRow, UserRef};
use crate::admin::reviews::{ReviewRow, ReviewsPage};
use crate::admin::role::Role;
use crate::admin::sessions::{self, More, SessionsPage};
use crate::admin::users::notes::NoteForm;
use crate::admin::users::user::{Actions, Deed, Deleted, IdentityRow, LoginRow, UserPage};
use crate::admin::users::{UserRow, UsersPage};

const NAMES: [&str; 8] = ["", "小雨🌧️", "王芳", "Anna Li", "李娜", "陈默", "🐼滚滚", "欧阳明月"];
const DEVICES: [&str; 4] = ["", "HUAWEI Mate 60 · Android 12", "Xiaomi 14 · Android 14", "Windows 11 · PC"];

pub fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let words = lang.words();
    let nothing = Empty::new(words.users.none_title, words.users.none_text);
    let no_match = Empty::new((words.lists.none_for)(&texts.term), words.users.no_match_hint);
    vec![
        ("users", html(&users(lang, texts, None))),
        ("users-nothing", html(&users(lang, texts, Some(nothing)))),
        ("users-no-match", html(&users(lang, texts, Some(no_match)))),
        ("users-slow", {
            let mut page = users(lang, texts, None);
            page.list.count = None;
            page.list.slow = true;
            html(&page)
        }),
        ("user", html(&user_page(lang, texts, false))),
        ("user-frozen", html(&user_page(lang, texts, true))),
        ("sessions", html(&sessions(lang, texts))),
        ("reviews", html(&reviews(lang, texts))),
        ("audit", html(&audit(lang, texts))),
        ("audit-broken", html(&AuditPage { chain: Some(broken(lang)), ..audit(lang, texts) })),
    ]
}

fn reviews(lang: Lang, texts: &Texts) -> ReviewsPage {
    let words = lang.words().reviews;
    let row = |place: usize| ReviewRow {
        rid: format!("0198f0c1-1111-7333-8444-00000000000{place}"),
        user: user(texts, place),
        kind: if place == 1 { words.avatar } else { words.nickname },
        value: texts.nickname.clone(),
        picture: (place == 1).then(|| "/avatar/0123456789abcdef0123456789abcdef.jpg".to_owned()),
        label: words.label([Some(10001), Some(20012), None][place]),
        since: ago(7 + 60 * u64::try_from(place).unwrap(), lang),
    };
    let frame = Frame { has_reviews: true, ..frame(lang, Section::Reviews) };
    ReviewsPage { frame, rows: (0..3).map(row).collect(), has_more: true }
}

pub fn ago(minutes: u64, lang: Lang) -> When {
    When::new(NOW - Duration::from_secs(minutes * 60 + minutes % 47), NOW, lang.words().times, Zone::SHANGHAI)
}

fn ahead(days: u64, lang: Lang) -> When {
    When::new(NOW + Duration::from_secs(days * 86_400), NOW, lang.words().times, Zone::SHANGHAI)
}

pub fn user(texts: &Texts, n: usize) -> UserRef {
    let name = match NAMES[n % NAMES.len()] {
        "" => texts.nickname.clone(),
        name => name.to_owned(),
    };
    let uid = format!("0198f0c1-2222-7333-8444-55556666{:04x}", 0x7a31 + n * 977);
    UserRef { avatar: Avatar::new(&uid, &name), detail: format!("oGZ4…{:04x}", n * 4099 + 33), name, uid }
}

pub fn session_rows(lang: Lang, texts: &Texts) -> Vec<SessionRow> {
    let words = lang.words();
    let row = |n: usize| {
        let minutes = u64::try_from(n).unwrap() * 173;
        let device = match DEVICES[n % DEVICES.len()] {
            "" => texts.device.clone(),
            device => device.to_owned(),
        };
        let live = n % 5 != 4;
        let sid = format!("0198f0d2-aaaa-7bbb-8ccc-dddd0000{:04x}", 0x3f9a + n * 1201);
        SessionRow {
            four: crate::admin::parts::mask::last_four(&sid),
            sid,
            user: user(texts, n),
            device,
            versions: format!(
                "{} · {}",
                (words.sessions.wechat)("8.0.50"),
                (words.sessions.mini_program)("37")
            ),
            ip: format!("203.0.113.{}", n * 7 + 3),
            created: ago(minutes + 900, lang),
            seen: ago(minutes, lang),
            expires: ahead(30 - u64::try_from(n).unwrap(), lang),
            live,
            kind: if live { "live" } else { "ended" },
            state: if live { words.terms.live } else { words.terms.ended },
            ended: (!live).then(|| format!("{} · {}", texts.staff, words.terms.suspected_theft)),
        }
    };
    (0..8).map(row).collect()
}

fn choices(all: &[(&str, &str)]) -> Vec<Choice> {
    let choice = |(value, label): &(&str, &str)| Choice {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        chosen: value.is_empty(),
    };
    all.iter().map(choice).collect()
}

fn apps(lang: Lang) -> Select {
    let any = lang.words().lists.any;
    let options =
        choices(&[("", any), ("wx0123456789abcdef", "小店会员"), ("wxfedcba9876543210", "点餐助手")]);
    Select { name: "app", options }
}

pub fn tabs(labels: &[(&str, &str)]) -> Vec<Link> {
    let tab = |(place, (href, label)): (usize, &(&str, &str))| Link {
        href: (*href).to_owned(),
        label: (*label).to_owned(),
        current: place == 0,
    };
    labels.iter().enumerate().map(tab).collect()
}

pub fn list(lang: Lang, empty: Option<Empty>) -> List {
    let words = lang.words().lists;
    List {
        count: Some(Count::MoreThan(10_000).say(words)),
        total: Some((words.estimated)(1_000_000)),
        pager: Pager {
            older: Some("/admin/users?after=x".to_owned()),
            oldest: Some("/admin/users?before=x".to_owned()),
            jump: Some(Jump { path: "/admin/users", kept: Vec::new() }),
            ..Pager::default()
        },
        clear: "/admin/users".to_owned(),
        empty,
        ..List::default()
    }
}

pub fn days(name: &'static str) -> Days {
    Days { name, from: String::new(), to: String::new() }
}

fn users(lang: Lang, texts: &Texts, empty: Option<Empty>) -> UsersPage {
    let words = lang.words();
    let names = words.users;
    let is_search = empty.as_ref().is_some_and(|empty| empty.title != names.none_title);
    let tags = [Tag { label: format!("{}：{}", names.search, texts.term), href: "/admin/users".to_owned() }];
    let row = |n: usize| {
        let minutes = u64::try_from(n).unwrap() * 311;
        let frozen = n == 3;
        UserRow {
            user: user(texts, n),
            phone: if n.is_multiple_of(3) { String::new() } else { "138******34".to_owned() },
            app: "小店会员".to_owned(),
            live: (n % 4).to_string(),
            seen: ago(minutes, lang),
            created: ago(minutes + 40_000, lang),
            erasure: (n == 3).then(|| ago(minutes, lang)),
            status: Badge {
                kind: if frozen { "frozen" } else { "active" },
                label: if frozen { words.terms.frozen } else { words.terms.active },
            },
        }
    };
    UsersPage {
        frame: frame(lang, Section::Users),
        list: List {
            tabs: tabs(&[
                ("/admin/users", names.tab_all),
                ("/admin/users?has=session", names.tab_sessions),
                ("/admin/users?status=frozen", names.tab_frozen),
                ("/admin/users?created=2026-08-01..", names.tab_today),
            ]),
            tags: if is_search { tags.into() } else { Vec::new() },
            export: Some("/admin/exports/users".to_owned()),
            ..list(lang, empty)
        },
        q: if is_search { texts.term.clone() } else { String::new() },
        kept: vec![("has", "session".to_owned())],
        app: apps(lang),
        created: days("created"),
        seen: days("seen"),
        other: is_search.then(|| Choice {
            value: "phone".to_owned(),
            label: (words.lookup.retry)(words.lookup.as_phone),
            chosen: false,
        }),
        sort: (!is_search).then(|| Select {
            name: "sort",
            options: choices(&[("", names.sort_created), ("-seen", names.sort_seen)]),
        }),
        rows: (0..8).map(row).collect(),
    }
}

fn user_page(lang: Lang, texts: &Texts, frozen: bool) -> UserPage {
    let words = lang.words();
    let names = words.user;
    let deed = |minutes, action: &str, reason: &str| Deed {
        at: ago(minutes, lang),
        action: action.to_owned(),
        who: (names.done_by)(&texts.staff, words.terms.admin),
        reason: Some(reason.to_owned()),
        note: Some(texts.note.clone()),
    };
    let login = |minutes, kind, result: &str, detail: Option<&str>| LoginRow {
        at: ago(minutes, lang),
        app: "小店会员".to_owned(),
        kind,
        result: result.to_owned(),
        detail: detail.map(str::to_owned),
        ip: "203.0.113.7".to_owned(),
        latency: "86 ms".to_owned(),
    };
    let user = user(texts, 0);
    UserPage {
        frame: Frame {
            flash: (!frozen).then(|| Flash {
                kind: FlashKind::Done,
                text: (words.revocation.done_partly)(3, 1),
                link: Some(Link {
                    href: "/admin/audit/1".to_owned(),
                    label: words.frame.see_audit.to_owned(),
                    current: false,
                }),
            }),
            ..frame(lang, Section::Users)
        },
        status: Badge {
            kind: if frozen { "frozen" } else { "active" },
            label: if frozen { words.terms.frozen } else { words.terms.active },
        },
        live: (names.live_count)(if frozen { 0 } else { 3 }),
        app: "小店会员".to_owned(),
        actions: Actions {
            revoke: (!frozen).then(|| format!("/admin/users/{}/revoke", user.uid)),
            freeze: (!frozen).then(|| format!("/admin/users/{}/freeze", user.uid)),
            unfreeze: frozen.then(|| format!("/admin/users/{}/unfreeze", user.uid)),
            delete: Some(format!("/admin/users/{}/delete", user.uid)),
        },
        frozen: frozen.then(|| format!("{} · {}", texts.staff, words.terms.violation)),
        deleted: frozen.then(|| Deleted {
            title: names.leaving_title,
            text: names.leaving_text,
            at: ago(30, lang),
        }),
        proposals: vec![(names.profile.to_owned(), texts.nickname.clone())],
        same_person: vec![("/admin/users/0".to_owned(), user.clone())],
        rows: if frozen { Vec::new() } else { session_rows(lang, texts).into_iter().take(3).collect() },
        columns: Columns::default(),
        all_sessions: Some(format!("/admin/sessions?user={}", user.uid)),
        facts: vec![
            Fact::text(names.id, user.uid.clone()),
            Fact::text(names.gender, names.female),
            Fact::text(names.region, format!("中国 浙江 {}", texts.city)),
            Fact::text(names.language, "zh_CN"),
            Fact::text(names.phone, "138******34")
                .reveal(Some(format!("/admin/users/{}/reveal?field=phone", user.uid))),
            Fact::time(names.created, ago(400_000, lang)),
            Fact::time(names.seen, ago(12, lang)),
        ],
        identities: vec![IdentityRow {
            app: "小店会员".to_owned(),
            appid: "wx0123456789abcdef".to_owned(),
            openid: "oGZ4…8s1Q".to_owned(),
            unionid: "o6_b…sLXw".to_owned(),
            reveal_openid: Some(format!("/admin/users/{}/reveal?field=openid&of=0", user.uid)),
            reveal_unionid: None,
        }],
        notes: note_rows(lang, texts),
        all_notes: Some(format!("/admin/users/{}/notes", user.uid)),
        note_form: Some(NoteForm {
            action: format!("/admin/users/{}/notes", user.uid),
            ..NoteForm::default()
        }),
        logins: vec![
            login(12, "live", words.audit.done, None),
            login(1500, "problem", words.audit.failed, Some("40029 · invalid code")),
        ],
        history: vec![
            deed(3000, words.revocation.title, words.terms.device_lost),
            deed(90_000, words.freeze.title, words.terms.violation),
        ],
        user,
    }
}

fn sessions(lang: Lang, texts: &Texts) -> SessionsPage {
    let words = lang.words();
    let names = words.sessions;
    SessionsPage {
        frame: Frame { path: "/admin/sessions".to_owned(), ..frame(lang, Section::Sessions) },
        list: List {
            tabs: tabs(&[
                ("/admin/sessions", names.tab_live),
                ("/admin/sessions?state=ended", names.tab_revoked),
                ("/admin/sessions?state=idle", names.tab_idle),
                ("/admin/sessions?state=expired", names.tab_expired),
                ("/admin/sessions?state=all", names.tab_all),
            ]),
            ..list(lang, None)
        },
        kept: vec![("state", "all".to_owned())],
        app: apps(lang),
        reason: None,
        created: days("created"),
        more: Address::stored("/admin/sessions", sessions::KNOWN, "client=ios", Zone::SHANGHAI)
            .map(|address| More::of(&address, words))
            .unwrap(),
        sort: Select {
            name: "sort",
            options: choices(&[
                ("", names.sort_created),
                ("-seen", names.sort_seen),
                ("expires", names.sort_expires),
            ]),
        },
        problems: Problems::none(),
        columns: Columns { tick: true, user: true, brief: false, revoke: true },
        rows: session_rows(lang, texts),
        revoke_all: Some(Link {
            href: "/admin/sessions/revoke-matching".to_owned(),
            label: (names.revoke_all)("10,000+"),
            current: false,
        }),
    }
}

fn broken(lang: Lang) -> Chain {
    let names = lang.words().audit;
    Chain { is_whole: false, text: (names.chain_broken)(1017, names.flaw_hash) }
}

fn audit(lang: Lang, texts: &Texts) -> AuditPage {
    let words = lang.words();
    let names = words.audit;
    let row = |n: usize| {
        let refused = n == 2;
        AuditRow {
            id: (1042 - n).to_string(),
            at: ago(u64::try_from(n).unwrap() * 37, lang),
            actor: if n.is_multiple_of(3) { texts.staff.clone() } else { "zhou.min".to_owned() },
            role: if n.is_multiple_of(3) { words.terms.admin } else { words.terms.support }.to_owned(),
            ip: "198.51.100.20".to_owned(),
            action: [words.revocation.title, words.sign_in.title, words.freeze.title][n % 3].to_owned(),
            target: (n % 3 != 1).then(|| Target {
                href: Some("/admin/users/x".to_owned()),
                label: format!("{} …66667a31", words.users.user),
            }),
            reason: if n % 3 == 1 { "—".to_owned() } else { words.terms.device_lost.to_owned() },
            note: (n == 0).then(|| texts.note.clone()),
            kind: if refused { "problem" } else { "live" },
            result: if refused { names.refused } else { names.done },
            request: "66667777".to_owned(),
        }
    };
    let chain = Chain {
        is_whole: true,
        text: (names.chain_whole)(1000, "2026-07-02 08:10:00", "2026-08-01 10:02:55"),
    };
    let mut frame = frame(lang, Section::Audit);
    frame.staff = Some(Staff { name: texts.staff.clone(), role: Role::Auditor });
    AuditPage {
        frame,
        list: List { export: Some("/admin/exports/audit".to_owned()), ..list(lang, None) },
        chain: Some(chain),
        own_only: false,
        kept: Vec::new(),
        target: format!("user:{}", texts.term),
        reason: Select { name: "reason", options: choices(&[("", words.lists.any)]) },
        actor: texts.staff.clone(),
        action: Select { name: "action", options: choices(&[("", words.lists.any)]) },
        result: Select {
            name: "result",
            options: choices(&[("", words.lists.any), ("refused", names.refused)]),
        },
        at: days("at"),
        rows: (0..7).map(row).collect(),
    }
}
