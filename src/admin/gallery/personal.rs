//! Samples of the pages around personal data: one field shown, notes, a deletion, exports.

use std::time::Duration;

use zeroize::Zeroizing;

use super::{NOW, Texts, frame, html, tables};
use crate::admin::exports::{ExportPage, ExportsPage};
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Link, Section};
use crate::admin::locale::Lang;
use crate::admin::locale::when::When;
use crate::admin::locale::zone::Zone;
use crate::admin::parts::form::{ReasonForm, reasons};
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::list::{Count, Tag};
use crate::admin::parts::session_row::Badge;
use crate::admin::users::deletion::DeletionPage;
use crate::admin::users::notes::{NoteForm, NoteRow, NotesPage};
use crate::admin::users::reveal::RevealPage;

pub fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let words = lang.words();
    vec![
        ("reveal", html(&reveal(lang, texts, false, 12))),
        ("reveal-shown", html(&reveal(lang, texts, true, 3))),
        ("reveal-used-up", html(&reveal(lang, texts, false, 0))),
        ("notes", html(&notes(lang, texts, Problems::none()))),
        ("notes-personal", html(&notes(lang, texts, Problems::one("text", words.notes.looks_personal)))),
        ("delete", html(&deletion(lang, texts, Problems::none()))),
        (
            "delete-wrong",
            html(&deletion(lang, texts, Problems::one("confirm", words.deletion.confirm_wrong))),
        ),
        ("exports", html(&index(lang))),
        ("export", html(&export(lang, texts, Problems::none()))),
        ("export-wrong", html(&export(lang, texts, Problems::one("column", words.exports.choose)))),
    ]
}

fn form(lang: Lang, texts: &Texts, verb: &str, problems: Problems) -> ReasonForm {
    ReasonForm {
        action: format!("/admin/users/x/{verb}"),
        back: "/admin/users/x".to_owned(),
        key: String::new(),
        reasons: reasons(None, lang.words().terms),
        note: texts.note.clone(),
        ticket: String::new(),
        may_freeze: false,
        also_freeze: false,
        problems,
    }
}

fn reveal(lang: Lang, texts: &Texts, is_open: bool, left: u64) -> RevealPage {
    RevealPage {
        frame: frame(lang, Section::Users),
        bar: bar(lang, texts),
        name: lang.words().user.phone,
        masked: "138******34".to_owned(),
        value: is_open.then(|| Zeroizing::new("+86 13800001234".to_owned())),
        left,
        is_most_used: left < 5,
        kept: vec![("field", "phone".to_owned())],
        form: form(lang, texts, "reveal", Problems::none()),
    }
}

pub fn note_rows(lang: Lang, texts: &Texts) -> Vec<NoteRow> {
    let words = lang.words();
    let row = |hours| NoteRow {
        at: When::new(NOW - Duration::from_hours(hours), NOW, words.times, Zone::SHANGHAI),
        who: (words.user.done_by)(&texts.staff, words.terms.support),
        text: texts.note.clone(),
    };
    [2, 49].map(row).into()
}

fn notes(lang: Lang, texts: &Texts, problems: Problems) -> NotesPage {
    NotesPage {
        frame: frame(lang, Section::Users),
        bar: bar(lang, texts),
        notes: if problems.is_empty() { note_rows(lang, texts) } else { Vec::new() },
        form: Some(NoteForm {
            action: "/admin/users/x/notes".to_owned(),
            key: String::new(),
            text: texts.note.clone(),
            was_warned: !problems.is_empty(),
            problems,
        }),
    }
}

fn deletion(lang: Lang, texts: &Texts, problems: Problems) -> DeletionPage {
    let words = lang.words().deletion;
    let effects = [words.no_login, words.restore, words.erased, words.kept].map(str::to_owned);
    let first = [(words.sessions_end)(3), (words.erase_at)("2026-08-08 10:03:04")];
    let bar = bar(lang, texts);
    DeletionPage {
        frame: frame(lang, Section::Users),
        heading: (words.heading)(&bar.user.name),
        bar,
        effects: first.into_iter().chain(effects).collect(),
        eight: "66667a31".to_owned(),
        form: form(lang, texts, "delete", problems),
    }
}

fn index(lang: Lang) -> ExportsPage {
    let words = lang.words().exports;
    let link = |label: &str| Link {
        href: "/admin/exports/users".to_owned(),
        label: label.to_owned(),
        current: false,
    };
    ExportsPage { frame: frame(lang, Section::Users), links: vec![link(words.users), link(words.sessions)] }
}

fn export(lang: Lang, texts: &Texts, problems: Problems) -> ExportPage {
    let words = lang.words();
    let labels =
        [words.exports.id, words.exports.nickname, words.user.phone, words.users.app, words.users.created];
    let column = |(place, label): (usize, &str)| Choice {
        value: format!("c{place}"),
        label: label.to_owned(),
        chosen: problems.is_empty(),
    };
    let label = format!("{}{}{}", words.users.search, words.lists.colon, texts.term);
    ExportPage {
        frame: frame(lang, Section::Users),
        title: words.exports.users,
        action: "/admin/exports/users?q=x".to_owned(),
        back: "/admin/users?q=x".to_owned(),
        tags: vec![Tag { label, href: "/admin/exports/users".to_owned() }],
        count: Some(Count::MoreThan(10_000).say(words.lists)),
        most: 50_000,
        columns: labels.into_iter().enumerate().map(column).collect(),
        problems,
    }
}

pub fn bar(lang: Lang, texts: &Texts) -> IdentityBar {
    let words = lang.words();
    IdentityBar {
        user: tables::user(texts, 0),
        status: Badge { kind: "active", label: words.terms.active },
        live: (words.user.live_count)(3),
        app: "小店会员 · 小店商家".to_owned(),
    }
}
