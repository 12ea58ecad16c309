//! Random sequences of events against the model, on both databases: what a request, a list, a count and the row itself
//! say about every session must be the same after each step.

use std::sync::Arc;
use std::time::Duration;

use menwei::clock::Instant;
use menwei::config;
use menwei::db::epochs;
use menwei::db::identities::Identity;
use menwei::db::page::{BoundedCount, Start};
use menwei::db::sessions::end::{Ending, Revoked};
use menwei::db::sessions::list::{Filter, Order, StateFilter};
use menwei::db::sessions::{Session, State};
use menwei::db::users::list::{Filter as UserFilter, Order as UserOrder};
use menwei::db::users::{Status, User};
use menwei::db::{Conn, Database};
use menwei::error::{Error, Result};
use menwei::secret::{KeyRing, TokenDigest};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::log_in;
use super::model::{IDLE, Is, LIFETIME, Model, PER_USER, Step, USERS};
use crate::support::cases::runner;
use crate::support::database::TestDatabase;

fn step() -> impl Strategy<Value = Step> {
    let session = || 0..20_usize;
    let user = || 0..USERS;
    prop_oneof![
        8 => user().prop_map(Step::LogIn),
        8 => session().prop_map(Step::Use),
        // short waits, and waits to the very limits of idle and lifetime
        4 => (1..3600_u64).prop_map(Step::Wait),
        3 => prop_oneof![Just(3599), Just(3600), Just(3601), Just(900), Just(4500)].prop_map(Step::Wait),
        3 => Just(Step::Flush),
        2 => proptest::collection::vec(session(), 0..4).prop_map(Step::EndEach),
        1 => user().prop_map(Step::EndAll),
        1 => session().prop_map(Step::EndOthers),
        2 => session().prop_map(Step::LogOut),
        2 => (user(), proptest::option::of(1..5000_u64)).prop_map(|(user, span)| Step::Freeze(user, span)),
        1 => user().prop_map(Step::Unfreeze),
        1 => Just(Step::Recall),
        1 => Just(Step::Restart),
    ]
}

/// The database beside the model.
struct Run {
    settings: config::Database,
    db: Database,
    keys: Arc<KeyRing>,
    /// Makes the people of this run others than those of the runs before.
    name: String,
    begun: Instant,
    model: Model,
    digests: Vec<TokenDigest>,
    sids: Vec<String>,
    user_ids: [Option<i64>; USERS],
}

fn ending(now: Instant, reason: &str) -> Ending {
    Ending { ended_at: now, ended_by: "anna".into(), ended_reason: reason.into(), ended_note: String::new() }
}

impl Run {
    fn named(&self, number: usize) -> Option<usize> {
        (!self.sids.is_empty()).then(|| number % self.sids.len())
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        // every event has a moment of its own: what is opened in one millisecond has no order
        self.model.now = self.model.now + Duration::from_millis(1);
        let (now, liveness) = (self.model.now, self.model.liveness());
        match step.clone() {
            Step::LogIn(user) => self.log_in(user).await?,
            Step::Use(number) => self.use_session(number).await?,
            Step::Wait(seconds) => self.model.now = now + Duration::from_secs(seconds),
            Step::Flush => {
                self.db.flush_touches().await.unwrap();
                self.model.flush();
            }
            Step::EndEach(numbers) => {
                let mut places: Vec<usize> =
                    numbers.iter().filter_map(|number| self.named(*number)).collect();
                places.sort_unstable();
                places.dedup();
                let mut sids: Vec<String> = places.iter().map(|place| self.sids[*place].clone()).collect();
                sids.push("018bcfe5-6800-7000-8000-000000000000".to_owned());
                let write =
                    move |conn: &mut Conn| Session::end_each(conn, &sids, &ending(now, "test"), liveness);
                let (outcome, sids) = self.db.write(write).await.unwrap();
                prop_assert_eq!(outcome.revoked, sids.len());
                let were: Vec<Is> = places.iter().map(|place| self.model.end(*place, "test")).collect();
                let revoked = were.iter().filter(|was| **was == Is::Live).count();
                let expected = Revoked { revoked, already: were.len() - revoked, gone: 1 };
                prop_assert_eq!(outcome, expected);
            }
            Step::EndAll(user) => {
                let Some(id) = self.user_ids[user] else { return Ok(()) };
                let write = move |conn: &mut Conn| {
                    Session::end_all(conn, id, None, &ending(now, "violation"), liveness)
                };
                let ended = self.db.write(write).await.unwrap();
                prop_assert_eq!(ended.len(), self.model.end_all(user, None, "violation"));
            }
            Step::EndOthers(number) => {
                let Some(place) = self.named(number) else { return Ok(()) };
                let (user, digest) = (self.model.sessions[place].user, self.digests[place].clone());
                let id = self.user_ids[user].unwrap();
                let write = move |conn: &mut Conn| {
                    Session::end_all(conn, id, Some(&digest), &Ending::by_user(now), liveness)
                };
                let ended = self.db.write(write).await.unwrap();
                prop_assert_eq!(ended.len(), self.model.end_all(user, Some(place), "logout"));
            }
            Step::LogOut(number) => {
                let Some(place) = self.named(number) else { return Ok(()) };
                let digest = self.digests[place].clone();
                let write = move |conn: &mut Conn| Session::end(conn, &digest, &Ending::by_user(now));
                let was_open = self.db.write(write).await.unwrap();
                prop_assert_eq!(was_open, self.model.end(place, "logout") != Is::Ended);
            }
            Step::Freeze(user, span) => {
                let Some(id) = self.user_ids[user] else { return Ok(()) };
                let until = span.map(|seconds| now + Duration::from_secs(seconds));
                let write =
                    move |conn: &mut Conn| User::freeze(conn, id, until, &ending(now, "violation"), liveness);
                let ended = self.db.write(write).await.unwrap();
                let expected = self.model.end_all(user, None, "violation");
                self.model.status[user] = Status::Frozen { until };
                prop_assert_eq!(ended.len(), expected);
            }
            Step::Unfreeze(user) => {
                let Some(id) = self.user_ids[user] else { return Ok(()) };
                let outcome = self.db.write(move |conn| User::unfreeze(conn, id)).await;
                let was = std::mem::replace(&mut self.model.status[user], Status::Active);
                prop_assert_eq!(outcome.is_ok(), was != Status::Active);
            }
            Step::Recall => {
                let write = move |conn: &mut Conn| epochs::advance(conn, epochs::EVERY_APP, now);
                prop_assert_eq!(self.db.write(write).await.unwrap(), now);
                self.model.epoch = Some(now);
            }
            Step::Restart => {
                self.db = Database::open(&self.settings).unwrap();
                self.model.restart();
            }
        }
        self.compare().await
    }

    async fn log_in(&mut self, user: usize) -> Result<(), TestCaseError> {
        let (keys, openid, liveness) =
            (Arc::clone(&self.keys), format!("{}-{user}", self.name), self.model.liveness());
        let write = move |conn: &mut Conn| log_in(conn, &keys, &openid, LIFETIME, PER_USER, liveness);
        match self.db.write(write).await {
            Ok((id, digest, sid, displaced)) => {
                prop_assert!(!self.model.is_barred(user), "a frozen user logged in");
                prop_assert_eq!(displaced, self.model.log_in(user));
                self.user_ids[user] = Some(id);
                self.digests.push(digest);
                self.sids.push(sid);
            }
            Err(Error::UserFrozen { until }) => {
                prop_assert!(self.model.is_barred(user));
                prop_assert_eq!(Status::Frozen { until }, self.model.status[user]);
            }
            Err(why) => prop_assert!(false, "{why}"),
        }
        Ok(())
    }

    /// What the extractor does with a token.
    async fn use_session(&mut self, number: usize) -> Result<(), TestCaseError> {
        let Some(place) = self.named(number) else { return Ok(()) };
        let (digest, liveness) = (self.digests[place].clone(), self.model.liveness());
        let key = digest.clone();
        let row = self.db.lookup(move |conn| Session::find_caller(conn, &key)).await.unwrap().unwrap();
        let is_admitted = row.admit(liveness).is_ok();
        if is_admitted {
            self.db.touches().note(&digest, row.last_seen_at, liveness.now, IDLE);
        }
        prop_assert_eq!(is_admitted, self.model.use_session(place));
        Ok(())
    }

    /// Everything that tells what is live says what the model says.
    async fn compare(&self) -> Result<(), TestCaseError> {
        let (model, begun) = (self.model.clone(), self.begun);
        let (digests, sids, ids) = (self.digests.clone(), self.sids.clone(), self.user_ids);
        let read = move |conn: &mut Conn| {
            Ok(rows_agree(conn, &model, &digests, &sids)
                .and_then(|()| lists_agree(conn, &model, &sids, ids, begun)))
        };
        self.db.read(read).await.unwrap()
    }
}

/// Each row, as a request and as the console read it.
fn rows_agree(
    conn: &mut Conn,
    model: &Model,
    digests: &[TokenDigest],
    sids: &[String],
) -> Result<(), TestCaseError> {
    for (place, (digest, sid)) in digests.iter().zip(sids).enumerate() {
        let is = model.is(place);
        let caller = Session::find_caller(conn, digest).unwrap().unwrap();
        let admitted = match caller.admit(model.liveness()) {
            Ok(()) => "live",
            Err(why) => why.code(),
        };
        let expected = match is {
            Is::Live => "live",
            Is::Ended | Is::Recalled | Is::Barred => "session_revoked",
            Is::Expired | Is::Idle => "session_expired",
        };
        let barred = model.is_barred(model.sessions[place].user);
        let expected = if barred { "session_revoked" } else { expected };
        prop_assert_eq!(admitted, expected, "session {}", place);
        let row = Session::find(conn, sid).unwrap().unwrap();
        let state = match row.state(caller.status, model.liveness()) {
            State::Live => Is::Live,
            State::Ended => Is::Ended,
            State::Recalled => Is::Recalled,
            State::Expired => Is::Expired,
            State::Idle => Is::Idle,
            State::Barred => Is::Barred,
        };
        prop_assert_eq!(state, is, "session {}", place);
        prop_assert_eq!(row.ended_reason.as_deref(), model.sessions[place].ended);
        prop_assert_eq!(row.last_seen_at, model.sessions[place].seen);
    }
    Ok(())
}

/// The lists by state, their counts, the live sessions of each user, and the list of users with a session.
fn lists_agree(
    conn: &mut Conn,
    model: &Model,
    sids: &[String],
    ids: [Option<i64>; USERS],
    begun: Instant,
) -> Result<(), TestCaseError> {
    let liveness = model.liveness();
    for (user, id) in ids.into_iter().enumerate().filter_map(|(user, id)| Some((user, id?))) {
        let states = [StateFilter::Live, StateFilter::Ended, StateFilter::Recalled, StateFilter::All];
        for state in states {
            let expected: Vec<&String> = model
                .of_user(user)
                .filter(|place| match (state, model.is(*place)) {
                    (StateFilter::All, _) => true,
                    (StateFilter::Live, is) => is == Is::Live,
                    (StateFilter::Ended, is) => is == Is::Ended,
                    (StateFilter::Recalled, is) => is == Is::Recalled,
                    // one may be both, which the lists of paging.rs tell apart
                    (StateFilter::Expired | StateFilter::Idle, _) => false,
                })
                .map(|place| &sids[place])
                .rev()
                .collect();
            let filter = Filter { user_id: Some(id), ..Filter::of(state) };
            let screen =
                Session::list(conn, &filter, Order::CreatedDown, &Start::First, 100, liveness).unwrap();
            let found: Vec<&String> = screen.rows.iter().map(|row| &row.session.sid).collect();
            prop_assert_eq!(&found, &expected, "{:?}", state);
            let counted = Session::count(conn, &filter, liveness).unwrap();
            prop_assert_eq!(counted, BoundedCount::new(expected.len()));
        }
        let live = i64::try_from(model.live_of(user).len()).unwrap();
        let beside = Identity::with_users(conn, &[id], liveness).unwrap();
        prop_assert!(!beside.is_empty());
        prop_assert!(
            beside.iter().all(|(identity, _, counted)| identity.user_id == id && *counted == Some(live))
        );
        prop_assert!(live <= PER_USER);
        prop_assert!(live == 0 || !model.is_barred(user), "a frozen user has a live session");
    }
    let with_session: Vec<i64> = {
        let filter = UserFilter { created: (Some(begun), None), has_session: true, ..UserFilter::default() };
        let screen = User::list(conn, &filter, UserOrder::CreatedDown, &Start::First, 100, liveness).unwrap();
        screen.rows.iter().map(|user| user.id).collect()
    };
    let mut expected: Vec<i64> =
        (0..USERS).filter(|user| !model.live_of(*user).is_empty()).filter_map(|user| ids[user]).collect();
    expected.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    prop_assert_eq!(with_session.len(), expected.len());
    prop_assert!(expected.iter().all(|id| with_session.contains(id)));
    Ok(())
}

/// Runs the property on a database; each case has its own people and begins long after the one before.
fn holds_on(db: &TestDatabase) {
    let keys = Arc::new(KeyRing::generate().unwrap());
    let system = actix_web::rt::System::new();
    let case = std::cell::Cell::new(0_i64);
    let steps = proptest::collection::vec(step(), 1..40);
    let outcome = runner(20).run(&steps, |steps| {
        case.set(case.get() + 1);
        let begun = Instant::from_seconds(1_700_000_000 + case.get() * 100 * 86_400);
        let mut run = Run {
            settings: db.settings.clone(),
            db: db.again(),
            keys: Arc::clone(&keys),
            name: format!("o{}", case.get()),
            begun,
            model: Model::new(begun),
            digests: Vec::new(),
            sids: Vec::new(),
            user_ids: [None; USERS],
        };
        system.block_on(async {
            for step in &steps {
                run.take(step).await?;
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

mod whatever_happens_a_session_is_live_for_everybody_or_for_nobody {
    use super::*;

    #[test]
    fn sqlite() {
        holds_on(&TestDatabase::sqlite());
    }

    #[test]
    fn postgres() {
        holds_on(&TestDatabase::postgres());
    }
}
