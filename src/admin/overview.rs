//! `/admin`: how it is going. Every number is a link to the list of what it counts.

pub mod chart;
pub mod hours;
pub mod numbers;
pub mod start;

use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Frame, Section};
use super::guard::allowed::{Allowed, ReadOwnAudit};
use super::guard::visit::{Answer, Visit};
use super::jobs;
use super::locale::when;
use super::locale::zone::Zone;
use super::locale::{Lang, Words, grouped};
use super::parts::list::Count;
use super::role::Permission;
use super::sessions;
use super::system::Process;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::hourly::{self, HOUR, Number};
use crate::db::jobs::Job;
use crate::db::page::BoundedCount;
use crate::db::sessions::list::{Filter as SessionFilter, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;
use crate::db::users::list::Totals;
use crate::error::Result;
use crate::wechat::errcode;
use chart::Chart;
use hours::{ByHour, HourRow};
use numbers::{Numbers, Span};
use start::Step;

/// Numbers by the hour that are older than this are said to be.
const STALE: Duration = Duration::from_mins(5);
/// A job that is not over after this should be looked at.
const LONG: Duration = Duration::from_hours(1);

/// The overview.
#[derive(Debug, Template)]
#[template(path = "overview/page.html")]
pub struct OverviewPage {
    /// The frame.
    pub frame: Frame,
    /// What to do before the first login; none once somebody logged in.
    pub steps: Vec<Step>,
    /// Why the numbers by the hour are not there, or old.
    pub notice: Option<String>,
    /// The main numbers.
    pub tiles: Vec<Tile>,
    /// When the numbers by the hour were counted.
    pub as_of: String,
    /// Logins by the hour; none without any.
    pub logins: Option<Chart>,
    /// The most in an hour.
    pub peak: String,
    /// The same as a table, the newest hour first.
    pub hours: Vec<HourRow>,
    /// Live sessions at each full hour; none without any.
    pub live: Option<ByHour>,
    /// New users by the hour; none without any.
    pub users: Option<ByHour>,
    /// WeChat's errors.
    pub errcodes: Vec<ErrcodeRow>,
    /// Why sessions ended.
    pub ended: Vec<NumberLink>,
    /// How fast WeChat was; none without any call.
    pub latency: Option<Chart>,
    /// The same as a table.
    pub buckets: Vec<(String, String)>,
}

/// A number that leads to the list of what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberLink {
    /// What is counted.
    pub label: String,
    /// How many: `3,200`, `10,000+`.
    pub number: String,
    /// The list; empty when there is none for it.
    pub href: String,
}

/// A main number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The number.
    pub link: NumberLink,
    /// What else there is to know.
    pub hint: Option<String>,
    /// When it was counted: `截至 10:03:04`.
    pub as_of: String,
    /// Whether it is one that should be small.
    pub is_bad: bool,
}

/// One `errcode`.
#[derive(Clone, Debug)]
pub struct ErrcodeRow {
    /// How often it came.
    pub link: NumberLink,
    /// What it means.
    pub meaning: String,
    /// What to do.
    pub advice: String,
}

/// What was counted, and when.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Now: the numbers below are of this moment.
    pub now: Instant,
    /// Live sessions; none when the database was too slow to count them.
    pub live: Option<BoundedCount>,
    /// Users, and those who are new today; none when the database was too slow to count them.
    pub users: Option<Totals>,
    /// Jobs that are not over, for those who may see jobs.
    pub jobs: Option<Waiting>,
    /// When the hours were counted.
    pub counted_at: Option<Instant>,
}

/// Jobs that are not over.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// How many.
    pub count: BoundedCount,
    /// Since when the oldest is there.
    pub since: Option<Instant>,
}

impl Waiting {
    fn read(conn: &mut Conn) -> Result<Self> {
        let (count, since) = Job::waiting(conn)?;
        Ok(Self { count, since })
    }
}

impl Counted {
    /// Reads it, with the rows of the hours: four statements, and one more for jobs.
    fn read(
        conn: &mut Conn,
        liveness: Liveness,
        span: &Span,
        with_jobs: bool,
    ) -> Result<(Self, Vec<Number>)> {
        let (counted_at, rows) = hourly::since(conn, span.first_hour - HOUR, span.first_day)?;
        let counted = Self {
            now: liveness.now,
            live: in_time(Session::count(conn, &SessionFilter::of(StateFilter::Live), liveness)),
            users: in_time(User::totals(conn, Some(span.today_begins), liveness)),
            jobs: with_jobs.then(|| Waiting::read(conn)).transpose()?,
            counted_at,
        };
        Ok((counted, rows))
    }
}

/// A number for which the page does not wait too long.
fn in_time<T>(counted: Result<T>) -> Option<T> {
    counted.inspect_err(|why| log::warn!(error:% = why; "not counted for the overview")).ok()
}

/// Shows how it is going to those who may see users, and others how things are set up.
pub async fn get(visit: Allowed<ReadOwnAudit>, process: web::Data<Process>) -> Answer {
    if visit.may(Permission::Browse) {
        visit.answer(overview(&visit, &process).await)
    } else {
        visit.answer(start::show(&visit, &process).await)
    }
}

async fn overview(visit: &Visit, process: &Process) -> Result<HttpResponse, Refused> {
    let liveness = visit.state.liveness();
    let span = Span::until(liveness.now, visit.zone());
    let (wanted, with_jobs) = (span.clone(), visit.may(Permission::WatchJobs));
    let read = move |conn: &mut Conn| Counted::read(conn, liveness, &wanted, with_jobs);
    let (counted, rows) = visit.state.db.read(read).await?;
    let numbers = Numbers::of(&rows, &span);
    let is_new = counted.users.is_some_and(|users| users.all.counted == 0) && numbers.logins() == (0, 0);
    let page = page(visit.frame(Section::Overview), &counted, &numbers, &span);
    let steps = if is_new { start::steps(visit, process) } else { Vec::new() };
    Ok(Page::new(visit.lang, OverviewPage { steps, ..page }).into_response())
}

/// The page of these numbers.
#[must_use]
pub fn page(frame: Frame, counted: &Counted, numbers: &Numbers, span: &Span) -> OverviewPage {
    let (lang, words, zone) = (frame.lang, frame.words(), frame.zone);
    let names = words.overview;
    let is_slow = counted.live.is_none() || counted.users.is_none();
    let notice = match counted.counted_at {
        _ if is_slow => Some(names.slow.to_owned()),
        None => Some(names.not_counted.to_owned()),
        Some(at) if counted.now.since(at) > STALE => Some((names.stale)(&zone.absolute(at))),
        Some(_) => None,
    };
    OverviewPage {
        frame,
        steps: Vec::new(),
        notice,
        tiles: tiles(words, zone, counted, numbers, span),
        as_of: hours_as_of(words, zone, counted),
        logins: hours::logins(words, zone, numbers),
        peak: (names.peak)(numbers.hours.iter().map(|(_, hour)| hour.ok + hour.failed).max().unwrap_or(0)),
        hours: numbers.hours.iter().rev().map(|(at, hour)| hours::row(words, zone, *at, *hour)).collect(),
        live: hours::live(words, zone, counted, numbers),
        users: hours::users(words, zone, numbers),
        errcodes: numbers.errcodes.iter().map(|(code, n)| errcode_row(lang, *code, *n, span)).collect(),
        ended: numbers.ended.iter().map(|(reason, n)| ended_row(words, reason, *n, span)).collect(),
        latency: latency(words, numbers),
        buckets: numbers.latency.iter().map(|(end, n)| (bucket(words, *end), grouped(*n))).collect(),
    }
}

/// The main numbers: the first three and the jobs counted now, by the functions of the lists themselves.
fn tiles(words: &Words, zone: Zone, counted: &Counted, numbers: &Numbers, span: &Span) -> Vec<Tile> {
    let names = words.overview;
    let (now, hours) = ((names.as_of)(&zone.clock(counted.now)), hours_as_of(words, zone, counted));
    let tile = |label: &str, number: String, href: String, hint: Option<String>, as_of: &str| Tile {
        link: NumberLink { label: label.to_owned(), number, href },
        hint,
        as_of: as_of.to_owned(),
        is_bad: false,
    };
    let short = |count: BoundedCount| Count::from(count).short();
    let or_dash = |count: Option<BoundedCount>| count.map_or_else(|| words.times.unknown.to_owned(), short);
    let [users, today] =
        [|users: Totals| users.all, |users: Totals| users.new].map(|of| counted.users.map(of));
    let about = counted.users.and_then(|users| users.about);
    let about = about.and_then(|all| u64::try_from(all).ok()).map(names.about_many);
    let (ok, failed) = numbers.logins();
    let hint = || Some(names.last_day.to_owned());
    let of = |result: &str| format!("/admin/logins?result={result}&hours={}", span.hours);
    let mut all = vec![
        tile(names.live, or_dash(counted.live), "/admin/sessions".to_owned(), None, &now),
        tile(names.users, or_dash(users), "/admin/users".to_owned(), about, &now),
        tile(names.today, or_dash(today), format!("/admin/users?created={}", span.today), None, &now),
        tile(names.logins_ok, grouped(ok), of("ok"), hint(), &hours),
        Tile {
            is_bad: failed > 0,
            ..tile(names.logins_failed, grouped(failed), of("failed"), hint(), &hours)
        },
    ];
    if let Some((half, most)) = numbers.percentile(50).zip(numbers.percentile(95)) {
        let href = format!("/admin/logins?hours={}", span.hours);
        let hint = Some((names.p95)(&bucket(words, most)));
        all.push(tile(names.latency, bucket(words, half), href, hint, &hours));
    }
    all.extend(counted.jobs.map(|waiting| Tile {
        is_bad: waiting.since.is_some_and(|since| counted.now.since(since) > LONG),
        ..tile(names.jobs, short(waiting.count), jobs::UNFINISHED.to_owned(), oldest(words, counted), &now)
    }));
    all
}

/// Since when the oldest job waits: `最早：3 小时前`.
fn oldest(words: &Words, counted: &Counted) -> Option<String> {
    let since = counted.jobs?.since?;
    Some((words.overview.oldest_job)(&when::relative(since, counted.now, words.times)))
}

/// When the hours were counted: `截至 10:03:04`.
fn hours_as_of(words: &Words, zone: Zone, counted: &Counted) -> String {
    let at = counted.counted_at.map_or_else(|| words.times.unknown.to_owned(), |at| zone.clock(at));
    (words.overview.as_of)(&at)
}

fn latency(words: &Words, numbers: &Numbers) -> Option<Chart> {
    let names = words.overview;
    let (half, most) = (numbers.percentile(50)?, numbers.percentile(95)?);
    let values: Vec<(u64, u64)> = numbers.latency.iter().map(|(_, amount)| (*amount, 0)).collect();
    // short: four of them fit on a phone
    let ticks = ["≤25", "≤150", "≤1000", ">5000 ms"].map(str::to_owned).to_vec();
    let desc = (names.latency_desc)(&bucket(words, half), &bucket(words, most));
    Some(Chart::of("latency", names.latency, desc, &values, ticks))
}

/// `≤ 100 ms`, `> 5000 ms`.
fn bucket(words: &Words, end: i64) -> String {
    let longest = hourly::BUCKETS.iter().rev().nth(1).copied().unwrap_or(0);
    if end > longest { (words.overview.longer)(longest) } else { (words.overview.at_most)(end) }
}

fn errcode_row(lang: Lang, code: i64, amount: u64, span: &Span) -> ErrcodeRow {
    let names = lang.words().overview;
    let known = errcode::find(code);
    let say = |both: fn(&errcode::Errcode) -> errcode::Words, unknown: &str| {
        known.map_or_else(|| unknown.to_owned(), |known| lang.sentence(both(known)))
    };
    let meaning = say(|known| known.meaning, names.unknown_code);
    let advice = say(|known| known.advice, names.unknown_advice);
    let href = format!("/admin/logins?errcode={code}&hours={}", span.hours);
    ErrcodeRow {
        link: NumberLink { label: code.to_string(), number: grouped(amount), href },
        meaning,
        advice,
    }
}

fn ended_row(words: &Words, reason: &str, amount: u64, span: &Span) -> NumberLink {
    let href = format!("/admin/sessions?state=revoked&ended={}&reason={reason}", span.days);
    NumberLink {
        label: words.terms.reason(reason).to_owned(),
        number: grouped(amount),
        href: if sessions::REASONS.contains(&reason) { href } else { String::new() },
    }
}
