//! `/admin/system`: how the process, its database and its way to WeChat are. Read-only.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Frame, Section};
use super::guard::allowed::{Allowed, ReadSettings};
use super::guard::visit::{Answer, Visit};
use super::parts::session_row::Fact;
use super::parts::sight::Sight;
use crate::clock::Instant;
use crate::db::Engine;
use crate::db::facts::{Facts, Pressure};
use crate::db::hourly::Head;
use crate::http::client_address::TrustedProxies;
use crate::wechat::breaker::State as Breaker;
use crate::wechat::skew::TOLERABLE;
use crate::wechat::upstream::Upstream;

/// What is known of the process.
#[derive(Clone)]
pub struct Process {
    /// When it began.
    pub started_at: Instant,
    /// The way to WeChat of logins.
    pub logins: Arc<Upstream>,
    /// The way to WeChat of everything else.
    pub calls: Arc<Upstream>,
}

impl Process {
    /// By how many seconds WeChat's clock is ahead of ours, once it has answered.
    #[must_use]
    pub fn skew(&self) -> Option<i64> {
        self.logins.skew().seconds().or_else(|| self.calls.skew().seconds())
    }
}

/// The state of everything.
#[derive(Debug, Template)]
#[template(path = "system/page.html")]
pub struct SystemPage {
    /// The frame.
    pub frame: Frame,
    /// Facts under their headings.
    pub groups: Vec<Group>,
}

/// Facts under a heading.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its id on the page.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// The facts.
    pub facts: Vec<Fact>,
}

/// How a request came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Without `X-Forwarded-For`.
    Direct,
    /// Through a proxy that is trusted.
    Forwarded,
    /// With `X-Forwarded-For` from somebody who is not trusted.
    Ignored,
}

impl Connection {
    /// How this request came.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let proxies = request.app_data::<web::Data<TrustedProxies>>();
        let is_trusted = peer(request).zip(proxies).is_some_and(|(peer, proxies)| proxies.contain(peer));
        match request.headers().contains_key("x-forwarded-for") {
            false => Self::Direct,
            true if is_trusted => Self::Forwarded,
            true => Self::Ignored,
        }
    }
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip().to_canonical())
}

/// Shows the state of everything.
pub async fn get(visit: Allowed<ReadSettings>, process: web::Data<Process>) -> Answer {
    visit.answer(system(&visit, &process).await)
}

async fn system(visit: &Visit, process: &Process) -> Result<HttpResponse, Refused> {
    let sight = Sight::of(visit);
    let db = &visit.state.db;
    let facts = db.facts().await?;
    let head = db.read(Head::read).await?;
    let names = sight.words.system;
    let group = |id, title, facts| Group { id, title, facts };
    let groups = vec![
        group("you", names.you, own_connection(visit)),
        group("wechat", names.wechat, wechat(&sight, process)),
        group("database", names.database, database(&sight, &facts, db.pressure(), head)),
        group("process", names.process, own_process(visit, &sight, process)),
    ];
    let page = SystemPage { frame: visit.frame(Section::Settings), groups };
    Ok(Page::new(visit.lang, page).into_response())
}

fn own_connection(visit: &Visit) -> Vec<Fact> {
    let names = visit.words().system;
    let via = match Connection::of(&visit.request) {
        Connection::Direct => Fact::text(names.via, names.direct).hint(names.direct_hint),
        Connection::Forwarded => Fact::text(names.via, names.forwarded),
        Connection::Ignored => Fact::text(names.via, names.ignored).hint(names.ignored_hint),
    };
    let peer = peer(&visit.request).map(|peer| Fact::text(names.proxy, peer.to_string()));
    [Fact::text(names.seen_as, visit.address.to_string()), via].into_iter().chain(peer).collect()
}

fn wechat(sight: &Sight<'_>, process: &Process) -> Vec<Fact> {
    let names = sight.words.system;
    let fact = |name, upstream: &Upstream| {
        let state = match upstream.breaker() {
            Breaker::Closed => names.closed,
            Breaker::Open => names.open,
            Breaker::HalfOpen => names.half_open,
        };
        Fact::text(name, (names.in_flight)(state, upstream.in_flight()))
    };
    let mut all = vec![fact(names.wechat_logins, &process.logins), fact(names.wechat_calls, &process.calls)];
    all.extend(process.skew().map(|seconds| {
        let fact = Fact::text(names.skew, (names.skew_by)(seconds));
        if seconds.abs() > TOLERABLE { fact.hint(names.skew_hint) } else { fact }
    }));
    all
}

fn database(sight: &Sight<'_>, facts: &Facts, pressure: Pressure, head: Option<Head>) -> Vec<Fact> {
    let names = sight.words.system;
    let engine = match facts.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "Postgres",
    };
    let pool = (names.connections)(pressure.open, pressure.idle, pressure.most);
    let mut all = vec![
        Fact::text(names.engine, format!("{engine} {}", facts.version)),
        Fact::text(names.size, size(facts.size)),
        Fact::text(names.schema, facts.schema.clone()),
        Fact::text(names.pool, pool),
    ];
    if let Some(waiting) = pressure.waiting {
        all.push(Fact::text(names.queue, waiting.to_string()).hint(names.queue_hint));
    }
    all.push(head.map_or_else(
        || Fact::text(names.counted, names.counted_never),
        |head| Fact::time(names.counted, sight.when(head.counted_at)),
    ));
    // menwei makes none itself, and cannot know of any
    all.push(Fact::text(names.backup, names.backup_unknown).hint(match facts.engine {
        Engine::Sqlite => names.backup_sqlite,
        Engine::Postgres => names.backup_postgres,
    }));
    all
}

fn own_process(visit: &Visit, sight: &Sight<'_>, process: &Process) -> Vec<Fact> {
    let names = sight.words.system;
    let state = &visit.state;
    let keys: Vec<String> = state.keys.ids().iter().map(u8::to_string).collect();
    vec![
        Fact::text(names.version, env!("CARGO_PKG_VERSION")),
        Fact::time(names.started, sight.when(process.started_at)),
        Fact::text(names.workers, state.config.server.workers.to_string()),
        Fact::text(names.clock, sight.zone.absolute(visit.now())).hint(names.clock_hint),
        Fact::text(names.keys, keys.join(" · ")).hint(names.keys_hint),
    ]
}

/// `414.2 MB`
fn size(bytes: u64) -> String {
    let units = ["B", "KB", "MB", "GB", "TB"];
    let mut tenths = bytes.saturating_mul(10);
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < units.len() {
        (tenths, unit) = (tenths / 1024, unit + 1);
    }
    let name = units.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{bytes} B") } else { format!("{}.{} {name}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        assert_eq!(
            [0, 1023, 1024, 1536, 434_400_000].map(size),
            ["0 B", "1023 B", "1.0 KB", "1.5 KB", "414.2 MB"]
        );
    }
}
