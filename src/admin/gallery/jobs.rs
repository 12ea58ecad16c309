//! Samples of the pages about many sessions at once.

use super::{NOW, Texts, frame, html, tables};
use crate::admin::emergency::concerned::Concerned;
use crate::admin::emergency::{EmergencyPage, OpenProposal, ProposalForm, ProposalRow};
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Flash, Frame, Link, Section, Staff};
use crate::admin::jobs::job::JobPage;
use crate::admin::jobs::{JobRow, JobsPage, around};
use crate::admin::locale::Lang;
use crate::admin::locale::when::When;
use crate::admin::locale::zone::Zone;
use crate::admin::parts::form::{ReasonForm, reasons};
use crate::admin::parts::list::Columns;
use crate::admin::parts::session_row::{Badge, Fact};
use crate::admin::role::Role;
use crate::admin::sessions::revocation::matching::MatchingPage;
use crate::db::jobs::{Kind, State};

const HREFS: [&str; 2] = ["/admin/jobs", "/admin/jobs?state=unfinished"];
const JID: &str = "0198f0c1-1111-7333-8444-0000000000ab";

pub fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let words = lang.words();
    let grown = (words.jobs.grown)("3,000", "3,600");
    let none = |is_open| JobsPage {
        frame: frame(lang, Section::Jobs),
        list: around(words.jobs, HREFS.map(str::to_owned), is_open, true),
        rows: Vec::new(),
    };
    let failed = ((words.jobs.failed_so)(5, words.results.storage), words.jobs.after_failures.to_owned());
    vec![
        ("revoke-matching", html(&matching(lang, texts, Problems::none()))),
        ("revoke-matching-grown", html(&matching(lang, texts, Problems::one("matching", grown)))),
        ("jobs", html(&jobs(lang, texts))),
        ("jobs-none", html(&none(false))),
        ("jobs-none-unfinished", html(&none(true))),
        ("job-waiting", html(&job(lang, texts, State::Waiting))),
        ("job-running", html(&job(lang, texts, State::Running))),
        ("job-paused", html(&job(lang, texts, State::Paused))),
        ("job-done", html(&job(lang, texts, State::Done))),
        ("job-cancelled", html(&job(lang, texts, State::Cancelled))),
        ("job-failed", html(&JobPage { trouble: Some(failed), ..job(lang, texts, State::Paused) })),
        ("emergency", html(&emergency(lang, texts, false))),
        ("emergency-open", html(&emergency(lang, texts, true))),
        ("emergency-proposed", html(&proposed(lang, texts))),
        ("emergency-done", html(&carried_out(lang, texts))),
    ]
}

fn form(lang: Lang, texts: &Texts, problems: Problems) -> ReasonForm {
    ReasonForm {
        action: "/admin/x".to_owned(),
        back: "/admin/sessions?app=x".to_owned(),
        key: JID.to_owned(),
        reasons: reasons(None, lang.words().terms),
        note: texts.note.clone(),
        ticket: texts.term.clone(),
        may_freeze: false,
        also_freeze: false,
        problems,
    }
}

fn matching(lang: Lang, texts: &Texts, problems: Problems) -> MatchingPage {
    let words = lang.words();
    let own = |say: fn(&str) -> String| Link {
        href: "/admin/sessions?client=devtools".to_owned(),
        label: say("12"),
        current: false,
    };
    let rows = || tables::session_rows(lang, texts).into_iter().filter(|row| row.live);
    MatchingPage {
        frame: frame(lang, Section::Sessions),
        heading: (words.jobs.heading)("3,000"),
        filters: vec![format!("{}{}小店会员", words.sessions.app, words.lists.colon), texts.term.clone()],
        takes: (words.jobs.takes)((words.jobs.seconds)(2)),
        own: if problems.is_empty() {
            vec![own(words.jobs.own_devtools), own(words.jobs.own_trial)]
        } else {
            Vec::new()
        },
        newest: rows().take(3).collect(),
        oldest: rows().skip(3).take(2).collect(),
        columns: Columns { user: true, brief: true, ..Columns::default() },
        query: "app=x".to_owned(),
        counted: 3000,
        button: (words.jobs.button)("3,000"),
        form: form(lang, texts, problems),
    }
}

fn badge(lang: Lang, state: State) -> Badge {
    let (kind, label) = lang.words().jobs.badge(state);
    Badge { kind, label }
}

fn jobs(lang: Lang, texts: &Texts) -> JobsPage {
    let words = lang.words().jobs;
    let row = |(place, state): (usize, State)| JobRow {
        jid: JID.to_owned(),
        four: "00ab".to_owned(),
        kind: words.kind(if place == 3 { Kind::Sweep } else { Kind::Revoke }),
        scope: if place == 1 { texts.term.clone() } else { words.everything.to_owned() },
        state: badge(lang, state),
        progress: (words.of)(1200, 3000),
        by: texts.staff.clone(),
        since: When::new(NOW, NOW, lang.words().times, Zone::SHANGHAI),
    };
    let states = [State::Waiting, State::Running, State::Paused, State::Done, State::Cancelled];
    let list = around(words, HREFS.map(str::to_owned), false, false);
    JobsPage {
        frame: frame(lang, Section::Jobs),
        list,
        rows: states.into_iter().enumerate().map(row).collect(),
    }
}

fn job(lang: Lang, texts: &Texts, state: State) -> JobPage {
    let words = lang.words();
    let names = words.jobs;
    let is_moving = matches!(state, State::Waiting | State::Running);
    JobPage {
        frame: frame(lang, Section::Jobs),
        href: format!("/admin/jobs/{JID}"),
        heading: (names.title)("00ab"),
        kind: names.revoke,
        state: badge(lang, state),
        scope: vec![texts.term.clone(), texts.nickname.clone()],
        progress: if state == State::Paused { "1,200".to_owned() } else { (names.of)(1200, 3000) },
        bar: (1200, (state != State::Paused).then_some(3000)),
        begins: (state == State::Waiting).then(|| (names.starts_in)(8)),
        trouble: None,
        facts: vec![
            Fact::text(names.ended, "1,190"),
            Fact::text(names.skipped, "10"),
            Fact::text(names.failed, "0"),
            Fact::text(names.rate, (names.per_second)(1500)),
            Fact::text(names.by, texts.staff.clone()),
            Fact::time(names.since, When::new(NOW, NOW, words.times, Zone::SHANGHAI)),
            Fact::text(words.audit.note, texts.note.clone()),
        ],
        may: (is_moving, state == State::Paused, !state.is_over()),
        is_moving,
        follows: state == State::Running,
    }
}

fn emergency(lang: Lang, texts: &Texts, is_open: bool) -> EmergencyPage {
    let words = lang.words().emergency;
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: value.is_empty(),
    };
    let open = OpenProposal {
        eid: JID.to_owned(),
        scope: words.all.to_owned(),
        by: (words.by_at)(&texts.staff, "2026-08-01 10:01:00"),
        until: (words.until)("2026-08-01 10:16:00"),
        reason: lang.words().terms.violation.to_owned(),
        note: texts.note.clone(),
        ticket: texts.term.clone(),
        is_alone: false,
        may_approve: true,
        refuse: Some(words.refuse),
    };
    let form = ProposalForm {
        scopes: vec![choice("", words.choose), choice("*", words.all), choice("wx1", &texts.term)],
        rule: words.two_people,
        reason: form(lang, texts, Problems::one("phrase", words.phrase_wrong)),
    };
    let row = |(kind, label, jid): (&'static str, &'static str, Option<&str>)| ProposalRow {
        scope: words.all.to_owned(),
        state: Badge { kind, label },
        by: texts.staff.clone(),
        decided_by: texts.staff.clone(),
        at: When::new(NOW, NOW, lang.words().times, Zone::SHANGHAI),
        jid: jid.map(str::to_owned),
    };
    EmergencyPage {
        frame: frame(lang, Section::Jobs),
        open: is_open.then_some(open),
        form: (!is_open).then_some(form),
        concerned: Some(Concerned {
            count: (words.would_end)(words.all, "1,234"),
            sample: tables::session_rows(lang, texts).into_iter().filter(|row| row.live).take(3).collect(),
            columns: Columns { user: true, brief: true, ..Columns::default() },
        }),
        rows: [("active", words.done, Some(JID)), ("ended", words.was_refused, None)]
            .into_iter()
            .map(row)
            .collect(),
    }
}

/// What the proposer sees: they may take it back, another person must approve.
fn proposed(lang: Lang, texts: &Texts) -> EmergencyPage {
    let page = emergency(lang, texts, true);
    let words = lang.words().emergency;
    let open =
        page.open.map(|open| OpenProposal { may_approve: false, refuse: Some(words.take_back), ..open });
    EmergencyPage { open, ..page }
}

/// What the owner sees who has just approved.
fn carried_out(lang: Lang, texts: &Texts) -> EmergencyPage {
    let words = lang.words();
    let page = emergency(lang, texts, false);
    let flash =
        Flash::done(words.emergency.approved).link("/admin/audit/7".to_owned(), words.frame.see_audit);
    let staff = Some(Staff { name: texts.staff.clone(), role: Role::Owner });
    let frame = Frame { flash: Some(flash), staff, ..page.frame };
    let form =
        page.form.map(|form| ProposalForm { reason: self::form(lang, texts, Problems::none()), ..form });
    EmergencyPage { frame, form, ..page }
}
