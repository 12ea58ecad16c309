//! Samples of the pages of one's own account.

use super::{NOW, Texts, frame, html};
use crate::admin::account::password::PasswordPage;
use crate::admin::account::totp::{CodesPage, Drawing, TotpPage};
use crate::admin::account::{AccountPage, OwnSession, preferences};
use crate::admin::frame::again::Again;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Frame, Section, Staff};
use crate::admin::guard::ask::ReauthPage;
use crate::admin::guard::ask::SecondFactorPage;
use crate::admin::locale::Lang;
use crate::admin::locale::when::When;
use crate::admin::locale::zone::Zone;
use crate::admin::parts::form::{ReasonForm, STAFF_REASONS, reasons_of};
use crate::admin::parts::session_row::Badge;
use crate::admin::role::Role;
use crate::admin::staff::account::StaffAccountPage;
use crate::admin::staff::change::ChangePage;
use crate::admin::staff::new::{NewStaffPage, roles};
use crate::admin::staff::{LinkPage, StaffPage, StaffRow};

pub fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    let words = lang.words().account;
    let second = |problems| SecondFactorPage {
        frame: Frame { staff: None, ..frame(lang, Section::Account) },
        problems,
        next: "/admin/users".to_owned(),
        again: None,
    };
    vec![
        ("account", html(&account(lang, texts, true))),
        ("account-plain", html(&account(lang, texts, false))),
        ("account-password", {
            let frame = frame(lang, Section::Account);
            html(&PasswordPage { frame, name: texts.staff.clone(), problems: Problems::none() })
        }),
        ("account-totp", html(&totp(lang))),
        ("account-codes", {
            let frame = frame(lang, Section::Account);
            let codes = (10..20).map(|number| format!("ab{number}c-de{number}f")).collect();
            html(&CodesPage { frame, codes, is_first: true })
        }),
        (
            "staff",
            html(&StaffPage {
                frame: owner(lang),
                rows: staff(lang, texts),
                may_add: true,
                alone: Some(lang.words().staff.one_owner),
            }),
        ),
        ("staff-account", {
            html(&StaffAccountPage {
                frame: owner(lang),
                account: staff(lang, texts).remove(1),
                may_change: true,
                is_disabled: false,
                has_totp: true,
            })
        }),
        ("staff-role", html(&change(lang, texts, true))),
        ("staff-disable", html(&change(lang, texts, false))),
        ("staff-new", {
            let words = lang.words();
            html(&NewStaffPage {
                frame: owner(lang),
                problems: Problems::one("name", words.staff.taken),
                name: texts.staff.clone(),
                roles: roles("", words),
            })
        }),
        ("staff-link", {
            let link = "/admin/setup/0123456789abcdef0123456789abcdef".to_owned();
            html(&LinkPage { frame: owner(lang), name: texts.staff.clone(), link, is_new: true })
        }),
        ("second-factor", html(&second(Problems::none()))),
        ("second-factor-wrong", html(&second(Problems::one("code", words.wrong_code)))),
        ("reauth", {
            html(&ReauthPage {
                frame: frame(lang, Section::Account),
                problems: Problems::one("password", words.wrong_password),
                name: texts.staff.clone(),
                has_totp: true,
                next: "/admin/account/totp".to_owned(),
                again: Some(again(texts)),
            })
        }),
    ]
}

/// A form that waits.
pub fn again(texts: &Texts) -> Again {
    Again { action: "/admin/account/codes".to_owned(), fields: vec![("note".to_owned(), texts.note.clone())] }
}

fn totp(lang: Lang) -> TotpPage {
    let url = "otpauth://totp/menwei:lin.xia?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=menwei";
    TotpPage {
        frame: frame(lang, Section::Account),
        problems: Problems::none(),
        qr: Drawing::of(url).unwrap(),
        text: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
        replaces: false,
        is_required: true,
    }
}

fn account(lang: Lang, texts: &Texts, has_totp: bool) -> AccountPage {
    let words = lang.words();
    let when =
        |hours| When::new(NOW - std::time::Duration::from_hours(hours), NOW, words.times, Zone::SHANGHAI);
    let session = |place: u64| OwnSession {
        sid: format!("0198f0c1-3333-7333-8444-00000000000{place}"),
        browser: texts.agent.clone(),
        name: (place < 2).then(|| "Chrome · Windows".to_owned()),
        ip: format!("203.0.113.{}", 7 + place),
        created: when(place * 3 + 1),
        seen: when(place),
        is_this: place == 0,
    };
    AccountPage {
        frame: frame(lang, Section::Account),
        name: texts.staff.clone(),
        role: words.terms.admin,
        totp: has_totp.then(|| when(24 * 9)),
        codes: (words.account.codes_left)(8),
        preferences: preferences(&frame(lang, Section::Account), Some(100)),
        is_required: false,
        sessions: (0..if has_totp { 3 } else { 1 }).map(session).collect(),
    }
}

fn owner(lang: Lang) -> Frame {
    let staff = Some(Staff { name: "chen.yu".to_owned(), role: Role::Owner });
    Frame { staff, ..frame(lang, Section::Staff) }
}

fn change(lang: Lang, texts: &Texts, is_role: bool) -> ChangePage {
    let words = lang.words();
    let problems = Problems::one("reason", words.forms.choose);
    let heading = if is_role { words.staff.role_heading } else { words.staff.disable_heading };
    ChangePage {
        frame: owner(lang),
        heading: heading(&texts.staff),
        title: if is_role { words.staff.change_role } else { words.staff.disable },
        effects: vec![words.staff.sessions_end, words.staff.no_sign_in, words.staff.trail_kept],
        roles: if is_role { roles("support", words) } else { Vec::new() },
        is_dangerous: true,
        form: ReasonForm {
            action: "/admin/staff/2/role".to_owned(),
            back: "/admin/staff/2".to_owned(),
            key: String::new(),
            reasons: reasons_of(&STAFF_REASONS, None, words.terms),
            note: texts.note.clone(),
            ticket: String::new(),
            may_freeze: false,
            also_freeze: false,
            problems: if is_role { Problems::none() } else { problems },
        },
    }
}

fn staff(lang: Lang, texts: &Texts) -> Vec<StaffRow> {
    let words = lang.words();
    let when =
        |hours| When::new(NOW - std::time::Duration::from_hours(hours), NOW, words.times, Zone::SHANGHAI);
    let row = |place: u64| StaffRow {
        id: i64::try_from(place).unwrap(),
        name: if place == 0 { "chen.yu".to_owned() } else { texts.staff.clone() },
        role: [words.terms.owner, words.terms.support, words.terms.admin][usize::try_from(place).unwrap()],
        state: [
            Badge { kind: "live", label: words.staff.active },
            Badge { kind: "live", label: words.staff.active },
            Badge { kind: "frozen", label: words.staff.invited },
        ][usize::try_from(place).unwrap()],
        totp: Badge {
            kind: if place == 0 { "live" } else { "ended" },
            label: if place == 0 { words.staff.on } else { words.staff.off },
        },
        last: (place < 2).then(|| (when(place * 2200), format!("203.0.113.{}", 7 + place))),
        failed: (place * 3).to_string(),
        created: when(5000),
        is_unused: place == 1,
        is_own: place == 0,
    };
    (0..3).map(row).collect()
}
