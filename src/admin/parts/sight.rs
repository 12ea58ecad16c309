//! How rows of the database look to this reader: in their words, at this time, masked as far as they may see.

use super::avatar::Avatar;
use super::mask;
use super::session_row::{Badge, SessionRow, UserRef};
use crate::admin::guard::visit::Visit;
use crate::admin::locale::Words;
use crate::admin::locale::when::When;
use crate::admin::locale::zone::Zone;
use crate::admin::role::Permission;
use crate::clock::Instant;
use crate::config::Config;
use crate::db::identities::Identity;
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Liveness, Session, State};
use crate::db::users::{Status, User};

/// What decides how things look.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The reader's words.
    pub words: &'static Words,
    /// Now, and what is live now.
    pub liveness: Liveness,
    /// By whose clock times are shown.
    pub zone: Zone,
    config: &'a Config,
    sees_addresses: bool,
}

impl<'a> Sight<'a> {
    /// The sight of this visit's reader.
    #[must_use]
    pub fn of(visit: &'a Visit) -> Self {
        let sees_addresses = visit.may(Permission::SeeAddresses);
        Self::new(visit.words(), visit.state.liveness(), visit.zone(), &visit.state.config, sees_addresses)
    }

    /// The sight of a reader whose visit is over.
    pub(in crate::admin) fn new(
        words: &'static Words,
        liveness: Liveness,
        zone: Zone,
        config: &'a Config,
        sees_addresses: bool,
    ) -> Self {
        Self { words, liveness, zone, config, sees_addresses }
    }

    /// A time.
    #[must_use]
    pub fn when(&self, at: Instant) -> When {
        When::new(at, self.liveness.now, self.words.times, self.zone)
    }

    /// An address, whole or masked.
    #[must_use]
    pub fn ip(&self, address: &str) -> String {
        match address {
            "" => self.words.times.unknown.to_owned(),
            address if self.sees_addresses => address.to_owned(),
            address => mask::ip(address),
        }
    }

    /// The name of a mini-program; its appid when it is not configured any more.
    #[must_use]
    pub fn app(&self, appid: &str) -> String {
        self.config.app(Some(appid)).map_or_else(|| appid.to_owned(), |app| app.name.clone())
    }

    /// What a user is called: users without a nickname are 微信用户.
    #[must_use]
    pub fn name(&self, nickname: &str) -> String {
        if nickname.is_empty() { self.words.terms.nobody.to_owned() } else { nickname.to_owned() }
    }

    /// A user as a link.
    #[must_use]
    pub fn user(&self, uid: &str, nickname: &str) -> UserRef {
        let name = self.name(nickname);
        let avatar = Avatar::new(uid, &name);
        UserRef { uid: uid.to_owned(), detail: format!("…{}", mask::short(uid)), avatar, name }
    }

    /// A user's status. A freeze whose time is over counts as none; a deletion that can be taken back is not the end.
    #[must_use]
    pub fn status(&self, user: &User) -> Badge {
        let terms = self.words.terms;
        match user.status {
            Status::Deleted if user.erased_at.is_none() => Badge { kind: "deleted", label: terms.leaving },
            Status::Deleted => Badge { kind: "deleted", label: terms.erased },
            status if status.is_barred(self.liveness.now) => Badge { kind: "frozen", label: terms.frozen },
            _ => Badge { kind: "active", label: terms.active },
        }
    }

    /// Who ended a session: `系统`, `用户本人`, or a member of staff's name.
    #[must_use]
    pub fn ender<'b>(&self, by: &'b str) -> &'b str {
        match by {
            "user" => self.words.terms.by_user,
            "system" | "" => self.words.terms.by_system,
            name => name,
        }
    }

    /// The mini-programs of some identities, each once.
    pub fn apps<'b>(&self, identities: impl Iterator<Item = &'b Identity>) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in identities.map(|identity| self.app(&identity.appid)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(" · ")
    }

    /// The device of a session, or at least its kind.
    #[must_use]
    pub fn device(&self, session: &Session) -> String {
        if !session.device.is_empty() {
            return session.device.clone();
        }
        client(&session.client, self.words).to_owned()
    }

    /// A session with its user as a row.
    #[must_use]
    pub fn row(&self, listed: &Listed) -> SessionRow {
        let session = &listed.session;
        let state = session.state(listed.status, self.liveness);
        let terms = self.words.terms;
        let (kind, label) = match state {
            State::Live => ("live", terms.live),
            State::Ended => ("ended", terms.ended),
            State::Expired | State::Idle => ("expired", terms.expired),
            State::Recalled => ("ended", terms.recalled),
            State::Barred => ("ended", terms.by_freeze),
        };
        let ended = session.ended_at.map(|at| {
            let by = self.ender(session.ended_by.as_deref().unwrap_or_default());
            let why = terms.reason(session.ended_reason.as_deref().unwrap_or_default());
            format!("{by} · {why} · {}", self.zone.absolute(at))
        });
        SessionRow {
            sid: session.sid.clone(),
            four: mask::last_four(&session.sid),
            user: self.user(&listed.uid, &listed.nickname),
            device: self.device(session),
            versions: self.versions(session),
            ip: self.ip(&session.ip),
            created: self.when(session.created_at),
            seen: self.when(session.last_seen_at),
            expires: self.when(session.expires_at),
            live: state == State::Live,
            kind,
            state: label,
            ended,
        }
    }

    fn versions(&self, session: &Session) -> String {
        let words = self.words.sessions;
        let wechat = (!session.wechat_version.is_empty()).then(|| (words.wechat)(&session.wechat_version));
        let app = (!session.app_version.is_empty()).then(|| (words.mini_program)(&session.app_version));
        wechat.into_iter().chain(app).collect::<Vec<_>>().join(" · ")
    }
}

/// A user's session as lists have it, when the user is known already.
#[must_use]
pub fn listed(session: Session, user: &User) -> Listed {
    Listed { session, uid: user.uid.clone(), nickname: user.nickname.clone(), status: user.status }
}

/// A kind of client by its name.
pub(in crate::admin) fn client(kind: &str, words: &'static Words) -> &'static str {
    match kind {
        "ios" => "iOS",
        "android" => "Android",
        "windows" => "Windows",
        "mac" => "macOS",
        "harmony" => "HarmonyOS",
        "devtools" => words.terms.devtools,
        _ => words.terms.unknown_device,
    }
}
