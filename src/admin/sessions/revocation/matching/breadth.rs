//! Whether a filter leaves any session out. What leaves none out is everything, which nobody revokes alone: that is for
//! two people, on `/admin/emergency`.

use std::time::Duration;

use crate::admin::frame::Flash;
use crate::admin::frame::errors::Refused;
use crate::admin::guard::visit::Visit;
use crate::clock::Instant;
use crate::db::sessions::Liveness;
use crate::db::sessions::list::Filter;

/// Where everything is revoked.
pub const EMERGENCY: &str = "/admin/emergency";

/// Whether a filter is all live sessions, or all of one mini-program: also when it names days between which every live
/// session lies, for none is older than its lifetime or idle for longer than the limit.
#[must_use]
pub fn is_everything(filter: &Filter, lifetime: Duration, liveness: Liveness) -> bool {
    let now = liveness.now;
    let is_one_kind = filter.user_id.is_some() || filter.client.is_some() || filter.app_version.is_some();
    !is_one_kind
        && spans(filter.created, now - lifetime, now)
        && spans(filter.seen, liveness.idle_since, now)
        && spans(filter.expires, now, now + lifetime)
}

/// Whether `times` hold all that lies between two moments.
fn spans(times: (Option<Instant>, Option<Instant>), first: Instant, last: Instant) -> bool {
    times.0.is_none_or(|from| from <= first) && times.1.is_none_or(|until| until > last)
}

/// To the page for that, which says why.
pub(super) fn elsewhere(visit: &Visit) -> Refused {
    match visit.leave(&Flash::note(visit.words().jobs.not_everything)) {
        Ok(()) => Refused::GoOn(EMERGENCY.to_owned()),
        Err(why) => why.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::sessions::list::StateFilter;

    const DAY: Duration = Duration::from_hours(24);

    fn filter(change: fn(&mut Filter, Instant)) -> bool {
        let now = Instant::from_seconds(1_800_000_000);
        let mut filter = Filter::of(StateFilter::Live);
        change(&mut filter, now);
        is_everything(&filter, DAY * 30, Liveness::at(now, DAY * 7))
    }

    #[test]
    fn only_what_leaves_something_out_is_narrow() {
        let all: [fn(&mut Filter, Instant); 6] = [
            |_, _| {},
            |filter, _| filter.appid = Some("wx".to_owned()),
            |filter, now| filter.created = (Some(now - DAY * 30), Some(now + DAY)),
            |filter, _| filter.created.0 = Some(Instant::EPOCH),
            |filter, now| filter.seen = (Some(now - DAY * 7), None),
            |filter, now| filter.expires.1 = Some(now + DAY * 31),
        ];
        let some: [fn(&mut Filter, Instant); 7] = [
            |filter, _| filter.client = Some("ios".to_owned()),
            |filter, _| filter.user_id = Some(1),
            |filter, _| filter.app_version = Some("7".to_owned()),
            |filter, now| filter.created.0 = Some(now - DAY * 29),
            |filter, now| filter.created.1 = Some(now - DAY),
            |filter, now| filter.seen.0 = Some(now - DAY),
            |filter, now| filter.expires.1 = Some(now + DAY),
        ];
        assert_eq!(all.map(filter), [true; 6]);
        assert_eq!(some.map(filter), [false; 7]);
    }
}
