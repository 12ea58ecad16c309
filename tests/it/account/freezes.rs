//! A freeze and a deletion do not undo each other: by table, and by chance against a model.

use std::sync::Arc;
use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::sessions::Liveness;
use menwei::db::sessions::end::Ending;
use menwei::db::tombstones::Tombstone;
use menwei::db::users::erasure::Erasure;
use menwei::db::users::sign_in::{SignedIn, Vouched};
use menwei::db::users::{Freeze, User};
use menwei::db::{Conn, Database};
use menwei::error::{Error, Result};
use menwei::secret::KeyRing;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{DAY, delete_by, erase, freeze, restore, unfreeze, until};
use crate::db::APPID;
use crate::support::cases::runner;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{START, TestSite, refused};

on_each_database! {
    async fn a_frozen_user_may_leave_and_stays_out(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        freeze(&site, &alice.uid, None).await;
        refused(&super::delete(&site, &alice.token), 401, "session_revoked");
        assert_eq!(delete_by(&site, "alice-2").status, 200);
        refused(&site.try_login("alice-3"), 403, "account_deleted");
        // what comes back is frozen, and not deleted any more
        refused(&restore(&site, "alice-4"), 403, "user_frozen");
        refused(&site.try_login("alice-5"), 403, "user_frozen");
        assert_eq!(delete_by(&site, "alice-6").status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        let refusal = site.try_login("alice-7");
        refused(&refusal, 403, "user_frozen");
        assert_eq!(until(&refusal), Value::Null);
        refused(&restore(&site, "alice-8"), 404, "account_not_found");
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM users"), 1, "nobody new was made");
        // others with the same name elsewhere come in
        assert_eq!(site.try_login("bob-1").status, 200);
        assert!(unfreeze(&site, &alice.uid).await && !unfreeze(&site, &alice.uid).await);
        assert_ne!(site.login("alice-9").uid, alice.uid);
    }

    async fn a_freeze_with_an_end_ends_after_the_erasure_too(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        freeze(&site, &alice.uid, Some(START + DAY * 30)).await;
        assert_eq!(delete_by(&site, "alice-2").status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        let refusal = site.try_login("alice-3");
        refused(&refusal, 403, "user_frozen");
        assert_eq!(until(&refusal), json!((START + DAY * 30).rfc3339()));
        site.clock.advance((DAY * 23).saturating_sub(Duration::from_secs(1)));
        refused(&site.try_login("alice-4"), 403, "user_frozen");
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(site.try_login("alice-5").status, 200);
    }

    async fn staff_can_freeze_who_is_leaving_but_not_who_has_gone(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        for login in [&alice, &bob] {
            assert_eq!(super::delete(&site, &login.token).status, 200);
        }
        freeze(&site, &alice.uid, None).await;
        refused(&site.try_login("alice-2"), 403, "account_deleted");
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 2);
        refused(&site.try_login("alice-3"), 403, "user_frozen");
        assert!(!unfreeze(&site, &bob.uid).await);
        assert_eq!(site.try_login("bob-2").status, 200);
    }
}

on_each_database! {
    async fn a_unionid_keeps_an_erased_person_out_where_mini_programs_are_linked_and_nowhere_else(db: TestDatabase) {
        let keys = Arc::new(KeyRing::generate().unwrap());
        let liveness = Liveness::at(START, Duration::from_secs(3600));
        let write = move |conn: &mut Conn| {
            let vouched = |appid, openid, unionid| Vouched { appid, openid, unionid, session_key: "c2VjcmV0", linked: &[] };
            let known = vouched("wx1", "oAlice", Some("uAlice"));
            let id = User::sign_in(conn, &known, &keys, START)?.user.id;
            let ending = Ending::by_system(START, "test");
            User::freeze(conn, id, None, &ending, liveness)?;
            User::delete(conn, id, START, &ending, liveness)?;
            assert_eq!(User::erase(conn, id, &keys, START)?, Erasure::Done);
            let mut out = |vouched: &Vouched<'_>, linked: &[&str]| {
                let linked: Vec<String> = linked.iter().map(|appid| (*appid).to_owned()).collect();
                let vouched = Vouched { linked: &linked, ..*vouched };
                Tombstone::check(conn, &vouched, &keys, START).is_err()
            };
            assert!(out(&known, &[]) && out(&vouched("wx1", "oAlice", None), &[]));
            let elsewhere = vouched("wx2", "oOther", Some("uAlice"));
            assert!(out(&elsewhere, &["wx1", "wx2"]) && !out(&elsewhere, &[]) && !out(&elsewhere, &["wx2"]));
            assert!(!out(&vouched("wx2", "oAlice", Some("uBob")), &["wx1", "wx2"]));
            assert!(!out(&vouched("wx1", "uAlice", Some("oAlice")), &["wx1", "wx2"]), "one is never taken for the other");
            Ok(())
        };
        db.write(write).await.unwrap();
    }
}

/// Where somebody is a second user.
const TWINS_APPID: &str = "wxtwin";

/// What can happen to one person.
#[derive(Clone, Debug)]
enum Step {
    LogIn,
    Freeze(Option<u64>),
    Unfreeze,
    Delete(u64),
    Restore,
    Erase,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = || 1..50_u64;
    prop_oneof![
        4 => Just(Step::LogIn),
        2 => proptest::option::of(seconds()).prop_map(Step::Freeze),
        1 => Just(Step::Unfreeze),
        3 => prop_oneof![Just(0), seconds()].prop_map(Step::Delete),
        2 => Just(Step::Restore),
        3 => Just(Step::Erase),
        3 => seconds().prop_map(Step::Wait),
    ]
}

/// A person by a few lines of Rust: whether they have an account, until when it waits, and their freeze (until when),
/// which belongs to the person, not to the account.
#[derive(Clone, Debug, Default)]
struct Model {
    account: Option<usize>,
    accounts: usize,
    /// Whether they are a second user in a linked mini-program, whom they have not joined: linking came late.
    has_twin: bool,
    erase_at: Option<Instant>,
    freeze: Option<Freeze>,
}

impl Model {
    fn is_frozen(&self, now: Instant) -> bool {
        self.freeze.as_ref().is_some_and(|freeze| freeze.is_lasting(now))
    }

    fn log_in(&mut self, now: Instant) -> &'static str {
        if self.erase_at.is_some() {
            return "account_deleted";
        }
        if self.is_frozen(now) {
            return "user_frozen";
        }
        if self.account.is_none() {
            // a new account has no past, and the second user's has neither
            (self.account, self.freeze, self.has_twin) = (Some(self.accounts), None, false);
            self.accounts += 1;
        }
        "ok"
    }

    fn restore(&mut self, now: Instant) -> &'static str {
        if self.account.is_none() || self.erase_at.is_some_and(|at| at <= now) {
            return "account_not_found";
        }
        self.erase_at = None;
        "ok"
    }
}

/// The same person in the database.
struct Run<'a> {
    db: &'a Database,
    keys: Arc<KeyRing>,
    /// Names them.
    person: String,
    now: Instant,
    model: Model,
    ids: Vec<i64>,
}

fn word<T>(outcome: &Result<T>) -> &'static str {
    outcome.as_ref().map_or_else(Error::code, |_| "ok")
}

impl Run<'_> {
    /// The person is a user of either mini-program, before these are linked.
    async fn become_two(&mut self) {
        let (keys, person, now) = (Arc::clone(&self.keys), self.person.clone(), self.now);
        let write = move |conn: &mut Conn| {
            come(conn, &keys, TWINS_APPID, &person, false, now)?;
            come(conn, &keys, APPID, &person, false, now)
        };
        self.ids.push(self.db.write(write).await.unwrap().user.id);
        self.model = Model { account: Some(0), accounts: 1, has_twin: true, ..Model::default() };
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.now = self.now + Duration::from_millis(1);
        let (now, keys, person) = (self.now, Arc::clone(&self.keys), self.person.clone());
        let liveness = Liveness::at(now, Duration::from_secs(3600));
        let last = self.ids.last().copied();
        match *step {
            Step::Wait(seconds) => self.now = now + Duration::from_secs(seconds),
            Step::LogIn => {
                let write = move |conn: &mut Conn| come(conn, &keys, APPID, &person, true, now);
                let outcome = self.db.write(write).await;
                let (was_known, had_twin) = (self.model.account.is_some(), self.model.has_twin);
                prop_assert_eq!(word(&outcome), self.model.log_in(now));
                if let Ok(signed_in) = outcome {
                    prop_assert_eq!(signed_in.is_new, !was_known && !had_twin);
                    if !was_known {
                        self.ids.push(signed_in.user.id);
                    }
                    prop_assert_eq!(self.model.account.map(|place| self.ids[place]), Some(signed_in.user.id));
                }
            }
            Step::Restore => {
                let write = move |conn: &mut Conn| {
                    let openid = format!("{person}-{APPID}");
                    let vouched = Vouched {
                        appid: APPID,
                        openid: &openid,
                        unionid: None,
                        session_key: "",
                        linked: &[],
                    };
                    User::restore(conn, &vouched, now)
                };
                prop_assert_eq!(word(&self.db.write(write).await), self.model.restore(now));
            }
            Step::Freeze(span) => {
                let Some(id) = last else { return Ok(()) };
                let until = span.map(|seconds| now + Duration::from_secs(seconds));
                let write = move |conn: &mut Conn| {
                    User::freeze(conn, id, until, &Ending::by_system(now, "test"), liveness)
                };
                let is_known = self.model.account.is_some();
                prop_assert_eq!(self.db.write(write).await.is_ok(), is_known);
                if is_known {
                    self.model.freeze = Some(Freeze { until, reason: None });
                }
            }
            Step::Unfreeze => {
                let Some(id) = last else { return Ok(()) };
                let outcome = self.db.write(move |conn| User::unfreeze(conn, id)).await;
                prop_assert_eq!(outcome.is_ok(), self.model.freeze.take().is_some());
            }
            Step::Delete(span) => {
                let Some(id) = last else { return Ok(()) };
                let erase_at = now + Duration::from_secs(span);
                let write = move |conn: &mut Conn| {
                    User::delete(conn, id, erase_at, &Ending::by_deletion(now), liveness)
                };
                let outcome = self.db.write(write).await;
                prop_assert_eq!(outcome.is_ok(), self.model.account.is_some());
                if let Ok(deletion) = outcome {
                    prop_assert_eq!(deletion.is_new, self.model.erase_at.is_none());
                    let earlier = self.model.erase_at.map_or(erase_at, |known| known.min(erase_at));
                    prop_assert_eq!(deletion.erase_at, earlier);
                    self.model.erase_at = Some(earlier);
                }
            }
            Step::Erase => {
                let Some(id) = last else { return Ok(()) };
                let outcome = self.db.write(move |conn| User::erase(conn, id, &keys, now)).await.unwrap();
                let is_due = self.model.erase_at.is_some_and(|at| at <= now);
                prop_assert_eq!(outcome, if is_due { Erasure::Done } else { Erasure::NotDue });
                if is_due {
                    let left = self.model.freeze.take().filter(|freeze| freeze.is_lasting(now));
                    let Model { accounts, has_twin, .. } = self.model;
                    self.model = Model { accounts, has_twin, freeze: left, ..Model::default() };
                }
            }
        }
        Ok(())
    }
}

/// A login of somebody by an openid of theirs, where mini-programs are linked or not yet.
fn come(
    conn: &mut Conn,
    keys: &KeyRing,
    appid: &str,
    person: &str,
    is_linked: bool,
    now: Instant,
) -> Result<SignedIn> {
    let (openid, unionid) = (format!("{person}-{appid}"), format!("union-{person}"));
    let linked = if is_linked { vec![APPID.to_owned(), TWINS_APPID.to_owned()] } else { Vec::new() };
    let vouched =
        Vouched { appid, openid: &openid, unionid: Some(&unionid), session_key: "c2VjcmV0", linked: &linked };
    let signed_in = User::sign_in(conn, &vouched, keys, now)?;
    signed_in.conclude(conn, now)?;
    Ok(signed_in)
}

/// Each case is another person.
fn holds_on(db: &TestDatabase) {
    let keys = Arc::new(KeyRing::generate().unwrap());
    let system = actix_web::rt::System::new();
    let case = std::cell::Cell::new(0);
    let cases = (any::<bool>(), proptest::collection::vec(step(), 1..40));
    let outcome = runner(40).run(&cases, |(has_twin, steps)| {
        case.set(case.get() + 1);
        let mut run = Run {
            db,
            keys: Arc::clone(&keys),
            person: format!("o{}", case.get()),
            now: START,
            model: Model::default(),
            ids: Vec::new(),
        };
        system.block_on(async {
            if has_twin {
                run.become_two().await;
            }
            for step in &steps {
                run.take(step).await?;
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

mod whatever_happens_a_freeze_is_the_persons_and_an_account_comes_back_only_in_time {
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
