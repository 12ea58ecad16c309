//! Samples of the pages that ask or tell something.

use super::{NOW, Texts, frame, html, personal};
use crate::admin::audit::entry::AuditEntryPage;
use crate::admin::door::setup::{SetupGonePage, SetupPage};
use crate::admin::frame::errors::{Again, Refusal};
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Flash, FlashKind, Frame, Link, Section, Setting};
use crate::admin::gallery::tables;
use crate::admin::guard::ask::SignInPage;
use crate::admin::locale::Lang;
use crate::admin::locale::when::When;
use crate::admin::locale::zone::Zone;
use crate::admin::lookup::LookupPage;
use crate::admin::parts::form::{ReasonForm, reasons};
use crate::admin::parts::list::{Columns, Count};
use crate::admin::parts::session_row::Fact;
use crate::admin::role::Permission;
use crate::admin::sessions::revocation::RevocationPage;
use crate::admin::sessions::session::{Event, Neighbours, SessionPage};
use crate::admin::users::freeze::FreezePage;

pub fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let mut pages = vec![
        ("sign-in", html(&sign_in(lang, texts, Problems::none()))),
        ("sign-in-failed", {
            let words = lang.words().sign_in;
            html(&sign_in(lang, texts, Problems::one("name", words.failed)))
        }),
        ("sign-in-kept", {
            let again = Some(super::accounts::again(texts));
            html(&SignInPage { again, ..sign_in(lang, texts, Problems::none()) })
        }),
        ("setup-first", html(&setup(lang, texts, None))),
        ("setup-staff", {
            let words = lang.words();
            html(&setup(lang, texts, Some((words.setup.for_account)(&texts.staff, words.terms.support))))
        }),
        ("setup-gone", html(&SetupGonePage { frame: outside(lang) })),
        ("session", html(&session(lang, texts, true))),
        ("session-ended", html(&session(lang, texts, false))),
        ("revoke", html(&revocation(lang, texts, Problems::none()))),
        ("revoke-wrong", {
            let words = lang.words().forms;
            html(&revocation(lang, texts, Problems::one("reason", words.choose)))
        }),
        ("freeze", html(&freeze(lang, texts, false))),
        ("unfreeze", html(&freeze(lang, texts, true))),
        ("lookup", html(&lookup(lang, texts, true))),
        ("lookup-none", html(&lookup(lang, texts, false))),
        ("audit-entry", html(&entry(lang, texts))),
    ];
    pages.extend(errors(lang, texts));
    pages
}

fn outside(lang: Lang) -> Frame {
    Frame { staff: None, setting: Setting::Demo, ..frame(lang, Section::Account) }
}

fn sign_in(lang: Lang, texts: &Texts, problems: Problems) -> SignInPage {
    let name = if problems.is_empty() { String::new() } else { texts.staff.clone() };
    SignInPage { frame: outside(lang), problems, name, next: "/admin/users".to_owned(), again: None }
}

fn setup(lang: Lang, texts: &Texts, account: Option<String>) -> SetupPage {
    let problems = if account.is_some() {
        Problems::one("password", (lang.words().forms.too_short)(15))
    } else {
        Problems::none()
    };
    SetupPage {
        frame: outside(lang),
        action: "/admin/setup/sample".to_owned(),
        account,
        name: texts.staff.clone(),
        problems,
    }
}

fn session(lang: Lang, texts: &Texts, live: bool) -> SessionPage {
    let words = lang.words();
    let row = tables::session_rows(lang, texts).remove(0);
    let verdict = if live {
        words.session.live.to_owned()
    } else {
        (words.session.ended_line)("2026-08-01 09:58:40", &texts.staff, words.terms.device_lost)
    };
    let names = words.session;
    SessionPage {
        frame: frame(lang, Section::Sessions),
        heading: (names.heading)(&row.four),
        user: row.user,
        live,
        verdict,
        verdict_icon: if live { "done" } else { "cut" },
        note: (!live).then(|| texts.note.clone()),
        facts: vec![
            Fact::text(names.id, row.sid.clone()),
            Fact::text(names.app, "小店会员"),
            Fact::time(names.created, row.created.clone()),
            Fact::time(names.seen, row.seen).hint(names.seen_hint),
            Fact::time(names.expires, row.expires),
            Fact::text(names.ip, row.ip),
            Fact::text(names.device, texts.device.clone()),
            Fact::text(names.wechat_version, "8.0.50"),
            Fact::text(names.app_version, "37"),
        ],
        history: vec![Event {
            at: row.created.clone(),
            what: names.opened,
            how: (names.by_because)(&texts.staff, words.terms.device_lost),
        }],
        neighbours: vec![Neighbours {
            id: "same-address",
            title: names.same_address,
            count: Count::MoreThan(10_000).say(words.lists),
            rows: tables::session_rows(lang, texts).into_iter().take(3).collect(),
        }],
        columns: Columns { user: true, revoke: true, ..Columns::default() },
        agent: texts.agent.clone(),
        others: "/admin/sessions?user=x".to_owned(),
        revoke: live.then(|| format!("/admin/sessions/{}/revoke", row.sid)),
    }
}

fn reason_form(lang: Lang, texts: &Texts, problems: Problems) -> ReasonForm {
    ReasonForm {
        action: "/admin/sessions/revoke".to_owned(),
        back: "/admin/sessions?state=all".to_owned(),
        key: "0198f0c1".to_owned(),
        reasons: reasons(None, lang.words().terms),
        note: if problems.is_empty() { String::new() } else { texts.note.clone() },
        ticket: String::new(),
        may_freeze: true,
        also_freeze: false,
        problems,
    }
}

fn revocation(lang: Lang, texts: &Texts, problems: Problems) -> RevocationPage {
    let words = lang.words().revocation;
    let rows = tables::session_rows(lang, texts).into_iter().filter(|row| row.live).take(3).collect();
    RevocationPage {
        frame: frame(lang, Section::Sessions),
        heading: (words.heading)(3),
        bar: None,
        users: Some((words.users)(3)),
        rows,
        columns: Columns { user: true, brief: true, ..Columns::default() },
        more: None,
        button: (words.button)(3),
        ends: crate::admin::users::freeze::ends::choices("never", lang.words().freeze),
        form: reason_form(lang, texts, problems),
    }
}

fn freeze(lang: Lang, texts: &Texts, thaw: bool) -> FreezePage {
    let words = lang.words().freeze;
    let text = str::to_owned;
    let heading = if thaw { words.undo_heading } else { words.heading };
    let effects = if thaw {
        vec![text(words.undo_login), text(words.undo_sessions)]
    } else {
        vec![(words.sessions_end)(3), text(words.no_login), text(words.every_path), text(words.data_kept)]
    };
    FreezePage {
        frame: frame(lang, Section::Users),
        thaw,
        heading: heading(&texts.nickname),
        bar: personal::bar(lang, texts),
        effects,
        ends: if thaw { Vec::new() } else { crate::admin::users::freeze::ends::choices("24h", words) },
        form: reason_form(lang, texts, Problems::none()),
    }
}

fn lookup(lang: Lang, texts: &Texts, found: bool) -> LookupPage {
    let words = lang.words().lookup;
    let other = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: (words.retry)(label),
        chosen: false,
    };
    LookupPage {
        frame: frame(lang, Section::Users),
        heading: if found { (words.several)(words.as_phone, "3") } else { (words.nothing)(words.as_openid) },
        term: Some(texts.term.clone()),
        users: if found { (0..3).map(|n| tables::user(texts, n)).collect() } else { Vec::new() },
        rows: Vec::new(),
        columns: Columns { user: true, ..Columns::default() },
        hints: vec![words.hint_openid, words.hint_app, words.hint_deleted],
        others: vec![other("nickname", words.as_nickname), other("id", words.as_id)],
        note: None,
        is_later: false,
        older: None,
    }
}

fn entry(lang: Lang, texts: &Texts) -> AuditEntryPage {
    let words = lang.words();
    AuditEntryPage {
        frame: frame(lang, Section::Audit),
        action: words.revocation.title.to_owned(),
        at: When::new(NOW, NOW, words.times, Zone::SHANGHAI),
        kind: "live",
        result: words.audit.done,
        facts: vec![
            Fact::text(words.audit.actor, texts.staff.clone()),
            Fact::text(words.audit.target, texts.nickname.clone()).link(Some("/admin/users/x".to_owned())),
            Fact::text(words.audit.note, texts.note.clone()),
            Fact::text(words.audit.request, "0198f0c1-2222-7333-8444-555566667777"),
        ],
    }
}

fn errors(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let note = texts.note.clone();
    let again = Again { action: "/admin/x".to_owned(), fields: vec![("note".to_owned(), note.clone())] };
    let refusals = [
        ("error-400", Refusal::Parameter(texts.term.clone())),
        ("error-403", Refusal::Permission(Permission::Freeze)),
        ("error-403-site", Refusal::CrossSite),
        ("error-404", Refusal::NotFound),
        ("error-405", Refusal::Method),
        ("error-409", {
            Refusal::Conflict((lang.words().revocation.by_other)(&texts.staff, "2026-08-01 10:01:00"))
        }),
        ("error-413", Refusal::TooLarge),
        ("error-419", Refusal::Expired(again)),
        ("error-429", Refusal::TooMany(30)),
        ("error-500", Refusal::Internal),
        ("error-503", Refusal::Unavailable),
    ];
    let flash = Flash {
        kind: FlashKind::Problem,
        text: note,
        link: Some(Link { href: "/admin".to_owned(), label: texts.term.clone(), current: false }),
    };
    let page = |(name, refusal): (&'static str, Refusal)| {
        let frame = Frame { flash: Some(flash.clone()), ..frame(lang, Section::Problem) };
        let frame = if name == "error-409" { frame } else { Frame { flash: None, ..frame } };
        (name, html(&refusal.page(frame, Some("/admin/sessions".to_owned())).template))
    };
    refusals.into_iter().map(page).collect()
}
