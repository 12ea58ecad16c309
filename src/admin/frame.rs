//! What stands around every page: who is signed in, where they are, in which language and light.

pub mod again;
pub mod errors;
mod flash;
pub mod page;
pub mod problems;
mod theme;

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::locale::zone::Zone;
use super::locale::{Lang, Words};
use super::role::{Permission, Role};
use crate::clock::Instant;

pub use flash::{Flash, FlashKind};
pub use theme::Theme;

/// Everything that the layout shows. Each page's template holds one.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The reader's language.
    pub lang: Lang,
    /// The reader's choice of light or dark.
    pub theme: Theme,
    /// Who is signed in; none on the pages before sign-in.
    pub staff: Option<Staff>,
    /// The part of the console that the page belongs to.
    pub section: Section,
    /// What the last action did; shown once.
    pub flash: Option<Flash>,
    /// Whether single keys do something.
    pub shortcuts: bool,
    /// Whether nicknames and avatars are checked, so that some may wait for a person.
    pub has_reviews: bool,
    /// What kind of installation this is.
    pub setting: Setting,
    /// The site as browsers reach it, without a slash at its end.
    pub site: String,
    /// The page's own path with its query, for coming back to it. Holds no personal data.
    pub path: String,
    /// The form token, masked anew for each response.
    pub csrf: String,
    /// The request's id, for questions to an owner.
    pub request_id: String,
    /// menwei's version.
    pub version: &'static str,
    /// When the page is made.
    pub now: Instant,
    /// By whose clock the page shows times.
    pub zone: Zone,
    /// Where the stylesheet and its kin are.
    pub assets: Arc<Assets>,
}

/// The member of staff who reads the page.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The account's name.
    pub name: String,
    /// What they are.
    pub role: Role,
}

/// Fingerprinted addresses of `static/`.
#[derive(Clone, Debug)]
pub struct Assets {
    /// `app.css`
    pub css: String,
    /// `app.js`
    pub js: String,
    /// `favicon.svg`, the whole of it.
    pub icon: String,
}

/// A part of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The overview.
    Overview,
    /// Users, one user, freezing.
    Users,
    /// Sessions, one session, revoking.
    Sessions,
    /// Attempts to log in.
    Logins,
    /// Jobs, one job, emergencies.
    Jobs,
    /// Proposals that wait for a person.
    Reviews,
    /// The audit log.
    Audit,
    /// The accounts of staff.
    Staff,
    /// Signing in and choosing a password.
    Account,
    /// Mini-programs and the state of the process.
    Settings,
    /// Help.
    Help,
    /// Pages that say why not.
    Problem,
}

/// What kind of installation this is; each looks different, and says so in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The real one.
    Production,
    /// For trying changes.
    Test,
    /// `menwei demo`.
    Demo,
}

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// Its words.
    pub label: String,
    /// Whether the page is in there.
    pub current: bool,
}

/// One of several values that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Assets {
    /// The addresses, as this build has them.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        static EMBEDDED: LazyLock<Arc<Assets>> = LazyLock::new(|| {
            let url = |name| crate::assets::url(name).to_owned();
            Arc::new(Assets {
                css: url("app.css"),
                js: url("app.js"),
                icon: crate::assets::icon().to_owned(),
            })
        });
        Arc::clone(&EMBEDDED)
    }
}

impl Frame {
    /// The frame of a page about which nothing is known but its language and its request.
    #[must_use]
    pub fn bare(lang: Lang, request_id: &str) -> Self {
        Self {
            lang,
            theme: Theme::System,
            staff: None,
            section: Section::Problem,
            flash: None,
            shortcuts: true,
            has_reviews: false,
            setting: Setting::Production,
            site: String::new(),
            path: "/admin".to_owned(),
            csrf: String::new(),
            request_id: request_id.to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            now: Instant::EPOCH,
            zone: Zone::default(),
            assets: Assets::embedded(),
        }
    }

    /// The words of the reader's language.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.lang.words()
    }

    /// Whether the reader may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.staff.as_ref().is_some_and(|staff| staff.role.may(permission))
    }

    pub(super) fn may_look_up(&self) -> bool {
        self.may(Permission::Browse)
    }

    pub(super) fn may_export(&self) -> bool {
        self.may(Permission::Export)
    }

    pub(super) fn may_read_settings(&self) -> bool {
        self.may(Permission::ReadSettings)
    }

    pub(super) fn section_name(&self) -> &'static str {
        let words = self.words().frame;
        match self.section {
            Section::Overview => words.overview,
            Section::Users => words.users,
            Section::Sessions => words.sessions,
            Section::Logins => words.logins,
            Section::Jobs => words.jobs,
            Section::Reviews => words.reviews,
            Section::Audit => words.audit,
            Section::Staff => words.staff,
            Section::Account => words.account,
            Section::Settings => words.settings,
            Section::Help => words.help,
            Section::Problem => words.errors,
        }
    }

    /// The sections that the reader may open.
    pub(super) fn links(&self) -> Vec<Link> {
        let words = self.words().frame;
        let all = [
            (Section::Overview, Permission::ReadOwnAudit, "/admin", words.overview),
            (Section::Users, Permission::Browse, "/admin/users", words.users),
            (Section::Sessions, Permission::Browse, "/admin/sessions", words.sessions),
            (Section::Logins, Permission::Browse, "/admin/logins", words.logins),
            (Section::Jobs, Permission::WatchJobs, "/admin/jobs", words.jobs),
            (Section::Reviews, Permission::Moderate, "/admin/reviews", words.reviews),
            (Section::Staff, Permission::ReadStaff, "/admin/staff", words.staff),
            (Section::Audit, Permission::ReadOwnAudit, "/admin/audit", words.audit),
        ];
        let link = |(section, _, href, label): (Section, Permission, &str, &str)| Link {
            href: href.to_owned(),
            label: label.to_owned(),
            current: section == self.section,
        };
        let is_there = |section| section != Section::Reviews || self.has_reviews || self.section == section;
        let open = all.into_iter().filter(|(section, needed, _, _)| self.may(*needed) && is_there(*section));
        open.map(link).collect()
    }

    /// The kind of installation, as a badge; the real one shows it only to those who are signed in.
    pub(super) fn environment(&self) -> Option<(&'static str, &'static str)> {
        let words = self.words().frame;
        match self.setting {
            Setting::Production => self.staff.is_some().then_some(("production", words.production)),
            Setting::Test => Some(("test", words.test)),
            Setting::Demo => Some(("demo", words.demo)),
        }
    }

    pub(super) fn languages(&self) -> Vec<Choice> {
        let choice = |lang: Lang| Choice {
            value: lang.code().to_owned(),
            label: lang.name().to_owned(),
            chosen: lang == self.lang,
        };
        Lang::ALL.into_iter().map(choice).collect()
    }

    pub(super) fn themes(&self) -> Vec<Choice> {
        let words = self.words().frame;
        let label = |theme| match theme {
            Theme::System => words.theme_system,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        };
        let choice = |theme: Theme| Choice {
            value: theme.code().to_owned(),
            label: label(theme).to_owned(),
            chosen: theme == self.theme,
        };
        Theme::ALL.into_iter().map(choice).collect()
    }

    /// Who printed the page, when, and where it is, for paper.
    pub(super) fn print_line(&self) -> Option<String> {
        let staff = self.staff.as_ref()?;
        let line = (self.words().frame.printed)(&staff.name, &self.zone.absolute(self.now));
        Some(format!("{line} · {}{}", self.site, self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::gallery;

    fn hrefs(role: Option<Role>) -> Vec<String> {
        let mut frame = gallery::frame(Lang::En, Section::Users);
        frame.staff = role.map(|role| Staff { name: "x".to_owned(), role });
        frame.links().into_iter().map(|link| link.href).collect()
    }

    #[test]
    fn the_navigation_shows_what_the_role_may_open() {
        assert_eq!(
            hrefs(Some(Role::Support)),
            ["/admin", "/admin/users", "/admin/sessions", "/admin/logins", "/admin/audit"]
        );
        assert_eq!(hrefs(Some(Role::Owner)), ["/admin", "/admin/jobs", "/admin/staff", "/admin/audit"]);
        assert!(hrefs(None).is_empty());
    }

    #[test]
    fn a_theme_overrules_the_system_only_when_chosen() {
        assert_eq!(Theme::ALL.map(|theme| theme.forced()), [None, Some("light"), Some("dark")]);
        assert_eq!(Theme::parse("dark"), Some(Theme::Dark));
        assert_eq!(Theme::parse("sepia"), None);
    }
}
