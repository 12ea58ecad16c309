//! The users of the demo: who they are, when they came, what staff did to them.

use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chance::Chance;
use super::visits::{Rules, Visit, visits};
use super::{devices, names};
use crate::api::device::Device;
use crate::clock::Instant;
use crate::db::bulk::{BulkUser, Freeze};
use crate::db::sessions::end::Ending;
use crate::error::Result;
use crate::phone::Phone;
use crate::secret;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// How far back the demo goes.
pub const PAST: Duration = Duration::from_hours(24 * 90);

const PLACES: [(&str, &str); 8] = [
    ("广东", "深圳"),
    ("浙江", "杭州"),
    ("四川", "成都"),
    ("北京", "朝阳"),
    ("上海", "浦东新区"),
    ("湖北", "武汉"),
    ("陕西", "西安"),
    ("福建", "厦门"),
];
const REVOCATIONS: [(&str, &str); 6] = [
    ("user_request", "用户来电，要求退出旧手机"),
    ("device_lost", "手机在地铁上丢失，已核对身份"),
    ("suspected_theft", "异地登录，用户否认"),
    ("test", ""),
    ("violation", "发布广告"),
    ("other", "see ticket #1042"),
];
const FREEZES: [(&str, &str); 3] =
    [("violation", "多次发布广告，已警告"), ("suspected_theft", "账号疑似被盗，等待用户联系"), ("other", "")];

/// One user with everything that happened.
pub struct Person {
    /// The user.
    pub user: BulkUser,
    /// In which mini-program.
    pub appid: &'static str,
    /// 28 characters.
    pub openid: String,
    /// WeChat's, base64 of 16 bytes.
    pub session_key: String,
    /// Oldest first.
    pub visits: Vec<Visit>,
    /// Who froze them, when and why.
    pub frozen: Option<Ending>,
}

/// The users, one after the other.
pub struct People {
    ages: std::vec::IntoIter<Duration>,
    apps: [(&'static str, Vec<Rc<Device>>); 2],
    rules: Rules,
}

impl People {
    /// `count` users, the oldest first; more of them came lately than long ago.
    pub fn new(chance: &mut Chance, count: usize, appids: [&'static str; 2], rules: Rules) -> Self {
        let mut ages: Vec<Duration> = (0..count)
            .map(|_| {
                let share = f64::from(u32::try_from(chance.below(30_000)).unwrap_or(0)) / 30_000.0;
                // at the end 2.5 times as many a day as on average
                PAST.mul_f64(share * (0.4 + 0.6 * share))
            })
            .collect();
        ages.sort_unstable_by(|one, other| other.cmp(one));
        let apps = appids.map(|appid| (appid, devices::shelf(chance, appid)));
        Self { ages: ages.into_iter(), apps, rules }
    }

    /// The next one; none after the last.
    pub fn next(&mut self, chance: &mut Chance) -> Result<Option<Person>> {
        let Some(age) = self.ages.next() else { return Ok(None) };
        let [main, other] = &self.apps;
        let app = if chance.happens(70) { main } else { other };
        person(chance, app, self.rules.now - age - Duration::from_secs(2), self.rules).map(Some)
    }
}

fn person(
    chance: &mut Chance,
    (appid, shelf): &(&'static str, Vec<Rc<Device>>),
    first: Instant,
    rules: Rules,
) -> Result<Person> {
    let freeze = freeze(chance, first, rules.now);
    let last = freeze.as_ref().map_or(rules.now, |(ending, _)| ending.ended_at);
    let mut visits = visits(chance, shelf, (first, last), rules);
    if let Some((ending, _)) = &freeze {
        end_all(&mut visits, ending, rules);
    } else if chance.happens(4) {
        revoke_one(chance, &mut visits, rules);
    }
    let last_login_at = visits.last().map_or(first, |visit| visit.at);
    let nickname = names::nickname(chance);
    let (province, city) = if chance.happens(30) { chance.pick(&PLACES) } else { ("", "") };
    let avatar_url = if nickname.is_empty() || chance.happens(30) {
        String::new()
    } else {
        format!("https://avatar.example.com/{:012x}.jpg", chance.below(1 << 48))
    };
    let user = BulkUser {
        uid: secret::public_id(first)?,
        nickname,
        avatar_url,
        gender: i64::from(chance.pick(&[0_u8, 0, 0, 1, 2])),
        country: if province.is_empty() { "" } else { "中国" }.to_owned(),
        province: province.to_owned(),
        city: city.to_owned(),
        language: chance.pick(&["zh_CN", "zh_CN", "zh_CN", "zh_TW", "en"]).to_owned(),
        phone: if chance.happens(40) { phone(chance) } else { None },
        freeze: freeze
            .as_ref()
            .map(|(ending, until)| Freeze { until: *until, reason: ending.ended_reason.clone() }),
        created_at: first,
        last_login_at,
    };
    let openid = format!("o{}", chance.text(27));
    let session_key = STANDARD.encode(chance.bytes());
    Ok(Person { user, appid, openid, session_key, visits, frozen: freeze.map(|(ending, _)| ending) })
}

/// A number that nobody has: no operator was given 154.
fn phone(chance: &mut Chance) -> Option<Phone> {
    Phone::new("86", &format!("154{:08}", chance.below(100_000_000)))
}

/// In a hundred users one or two are frozen; some only for a time.
fn freeze(chance: &mut Chance, first: Instant, now: Instant) -> Option<(Ending, Option<Instant>)> {
    let age = now.since(first);
    if age < 2 * DAY || !chance.happens(2) {
        return None;
    }
    let at = now - chance.span((age / 2).min(20 * DAY));
    let until = chance.happens(40).then(|| at + chance.pick(&[HOUR, DAY, DAY * 30]));
    let (reason, note) = chance.pick(&FREEZES);
    Some((by_staff("demo-admin", at, reason, note), until))
}

/// What a freeze does to the sessions that are open.
fn end_all(visits: &mut [Visit], ending: &Ending, rules: Rules) {
    let at = ending.ended_at;
    for visit in visits.iter_mut().filter(|visit| visit.is_open(at)) {
        let is_lasting = visit.is_lasting(at, rules);
        visit.end(if is_lasting { ending.clone() } else { Ending::by_system(at, "expired") });
    }
}

/// Staff end the last session that is still good.
fn revoke_one(chance: &mut Chance, visits: &mut [Visit], rules: Rules) {
    let Some(visit) = visits.iter_mut().rev().find(|visit| visit.ending.is_none()) else { return };
    let until = (visit.seen + rules.session.idle).min(rules.now);
    let at = visit.seen + chance.span(until.since(visit.seen).min(2 * DAY));
    let (reason, note) = chance.pick(&REVOCATIONS);
    let who = chance.pick(&["demo-support", "demo-support", "demo-admin"]);
    visit.end(by_staff(who, at, reason, note));
}

fn by_staff(who: &str, at: Instant, reason: &str, note: &str) -> Ending {
    Ending {
        ended_at: at,
        ended_by: who.to_owned(),
        ended_reason: reason.to_owned(),
        ended_note: note.to_owned(),
    }
}
