//! One person in several mini-programs: whatever the order of logins, the same people are joined, and nobody else.

use std::collections::{BTreeMap, BTreeSet};

use menwei::clock::Instant;
use menwei::db::identities::Identity;
use menwei::db::users::User;
use menwei::db::users::sign_in::{SignedIn, Vouched};
use menwei::db::{Conn, Database};
use menwei::error::{Error, Result};
use menwei::secret::KeyRing;
use proptest::prelude::*;

use super::KEY;
use crate::support::cases::runner;
use crate::support::database::{TestDatabase, on_each_database};

/// Three mini-programs that are linked, and one that is not.
const APPS: [&str; 4] = ["wx01", "wx02", "wx03", "wx04"];
const LINKED: usize = 3;
const PEOPLE: usize = 3;
const START: Instant = Instant::from_seconds(1_700_000_000);

/// A login of a person over a mini-program, for which WeChat tells the unionid, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    person: usize,
    app: usize,
    told: bool,
}

fn sign_in(db: &Database, keys: &KeyRing, run: usize, step: Step) -> Result<SignedIn> {
    sign_in_where(db, keys, run, step, true)
}

/// The same where mini-programs are linked, or where they are not yet.
fn sign_in_where(db: &Database, keys: &KeyRing, run: usize, step: Step, is_linked: bool) -> Result<SignedIn> {
    let linked: Vec<String> = APPS[..LINKED].iter().map(|&appid| appid.to_owned()).collect();
    let openid = format!("o-{run}-{}-{}", step.person, step.app);
    let unionid = format!("u-{run}-{}", step.person);
    db.write_now(|conn| {
        let vouched = Vouched {
            appid: APPS[step.app],
            openid: &openid,
            unionid: step.told.then_some(unionid.as_str()),
            session_key: KEY,
            linked: if is_linked && step.app < LINKED { &linked } else { &[] },
        };
        come(conn, &vouched, keys)
    })
}

/// A whole login, as far as it concerns who somebody is.
fn come(conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing) -> Result<SignedIn> {
    let signed_in = User::sign_in(conn, vouched, keys, START)?;
    signed_in.conclude(conn, START)?;
    Ok(signed_in)
}

/// What came of some logins.
#[derive(Debug, Default, PartialEq, Eq)]
struct Graph {
    /// The identities of each person, as (person, app), joined by a user or by a conflict that was recorded.
    people: BTreeSet<BTreeSet<(usize, usize)>>,
    /// How many users there are.
    users: usize,
    /// How many conflicts.
    conflicts: usize,
}

/// The identities of each user, as (person, app).
type Users = BTreeMap<i64, BTreeSet<(usize, usize)>>;

/// Takes the steps in that order, as a person's first: `run` tells them from those of other orders.
fn graph(db: &Database, keys: &KeyRing, run: usize, steps: &[Step]) -> Graph {
    let mut users: Users = BTreeMap::new();
    for &step in steps {
        let user = sign_in(db, keys, run, step).unwrap().user;
        users.entry(user.id).or_default().insert((step.person, step.app));
    }
    graph_of(db, &users)
}

/// Who is joined of these users.
fn graph_of(db: &Database, users: &Users) -> Graph {
    let pairs: Vec<(i64, i64)> = users
        .keys()
        .flat_map(|&id| {
            let others = db.write_now(|conn| Identity::same_person(conn, id)).unwrap();
            others.into_iter().map(move |other| (id, other.id)).collect::<Vec<_>>()
        })
        .collect();
    assert!(pairs.iter().all(|&(one, other)| pairs.contains(&(other, one))), "seen from both sides");
    let mut joined = users.clone();
    for (one, other) in &pairs {
        // whoever holds them now
        let holder = |id: i64| {
            let seed = users[&id].first().unwrap();
            *joined.iter().find(|(_, all)| all.contains(seed)).unwrap().0
        };
        let (into, from) = (holder(*one), holder(*other));
        if into != from {
            let moved = joined.remove(&from).unwrap();
            joined.get_mut(&into).unwrap().extend(moved);
        }
    }
    Graph { people: joined.into_values().collect(), users: users.len(), conflicts: pairs.len() / 2 }
}

/// Who must be joined: a person's identities of linked mini-programs for which a unionid was ever told.
fn expected(steps: &[Step]) -> BTreeSet<BTreeSet<(usize, usize)>> {
    let named: BTreeSet<(usize, usize)> = steps
        .iter()
        .filter(|step| step.told && step.app < LINKED)
        .map(|step| (step.person, step.app))
        .collect();
    let mut people: BTreeMap<usize, BTreeSet<(usize, usize)>> = BTreeMap::new();
    for &one in &named {
        people.entry(one.0).or_default().insert(one);
    }
    let alone = steps.iter().map(|step| (step.person, step.app)).filter(|one| !named.contains(one));
    people.into_values().chain(alone.map(|one| BTreeSet::from([one]))).collect()
}

fn step() -> impl Strategy<Value = Step> {
    (0..PEOPLE, 0..APPS.len(), any::<bool>()).prop_map(|(person, app, told)| Step { person, app, told })
}

fn hold(db: &TestDatabase) {
    let keys = KeyRing::generate().unwrap();
    let next = std::cell::Cell::new(0);
    let run = || next.replace(next.get() + 1);
    let orders = proptest::collection::vec(step(), 1..14)
        .prop_flat_map(|steps| (Just(steps.clone()), Just(steps).prop_shuffle()));
    runner(24)
        .run(&orders, |(steps, shuffled)| {
            let people = expected(&steps);
            for order in [&steps, &shuffled] {
                let graph = graph(db, &keys, run(), order);
                prop_assert_eq!(&graph.people, &people);
                // each user too many is told by a conflict
                prop_assert!(graph.conflicts >= graph.users - people.len(), "{:?}", graph);
            }
            // a unionid that is there from the beginning: one user each, and no conflict
            let early = |steps: &[Step]| steps.iter().map(|&step| Step { told: true, ..step }).collect();
            let (one, other): (Vec<_>, Vec<_>) = (early(&steps), early(&shuffled));
            let graphs = [graph(db, &keys, run(), &one), graph(db, &keys, run(), &other)];
            prop_assert_eq!(&graphs[0], &graphs[1]);
            prop_assert_eq!((graphs[0].users, graphs[0].conflicts), (graphs[0].people.len(), 0));
            Ok(())
        })
        .unwrap();
}

/// Some logins while mini-programs are linked or not, then one more of each while they are.
fn hold_when_linked_late(db: &TestDatabase) {
    let keys = KeyRing::generate().unwrap();
    let run = std::cell::Cell::new(0);
    let recorded = || {
        let mut plain = db.plain();
        ["unionid_conflicts", "audit"]
            .map(|table| plain.number(&format!("SELECT COUNT(*) AS number FROM {table}")))
    };
    runner(24)
        .run(&proptest::collection::vec((step(), any::<bool>()), 1..14), |steps| {
            run.set(run.get() + 1);
            let before = recorded();
            let mut users: Users = BTreeMap::new();
            let mut log_in = |step: Step, is_linked| {
                let user = sign_in_where(db, &keys, run.get(), step, is_linked).unwrap().user;
                users.entry(user.id).or_default().insert((step.person, step.app));
            };
            for &(step, is_linked) in &steps {
                log_in(step, is_linked);
            }
            let last: BTreeSet<Step> = steps.iter().map(|&(step, _)| Step { told: true, ..step }).collect();
            // twice: who learnt a unionid last may be the oldest, whom the others have yet to meet
            for _ in 0..2 {
                for &step in &last {
                    log_in(step, true);
                }
            }
            let after = recorded();
            for &step in last.iter().rev() {
                log_in(step, true);
            }
            prop_assert_eq!(recorded(), after, "nothing is recorded twice");
            let last: Vec<Step> = last.into_iter().collect();
            let graph = graph_of(db, &users);
            prop_assert_eq!(&graph.people, &expected(&last));
            prop_assert!(graph.conflicts >= graph.users - graph.people.len(), "{:?}", graph);
            let added = [after[0] - before[0], after[1] - before[1]];
            prop_assert_eq!(
                added,
                [i64::try_from(graph.conflicts).unwrap(); 2],
                "a pair stands there, and in the trail, once"
            );
            Ok(())
        })
        .unwrap();
}

on_each_database! {
    async fn linking_that_is_switched_on_late_joins_nobody_and_records_each_pair_once(db: TestDatabase) {
        actix_web::rt::task::spawn_blocking(move || hold_when_linked_late(&db)).await.unwrap();
    }

    async fn any_order_of_logins_joins_the_same_people(db: TestDatabase) {
        actix_web::rt::task::spawn_blocking(move || hold(&db)).await.unwrap();
    }

    async fn a_unionid_that_changes_is_recorded_once_and_neither_merged_nor_overwritten(db: TestDatabase) {
        let keys = KeyRing::generate().unwrap();
        let linked = [APPS[0].to_owned(), APPS[1].to_owned()];
        let log_in = |appid: &'static str, openid: &'static str, unionid: &'static str| {
            let (keys, linked) = (&keys, &linked);
            db.write_now(move |conn| {
                let vouched = Vouched { appid, openid, unionid: Some(unionid), session_key: KEY, linked };
                come(conn, &vouched, keys)
            })
        };
        let (one, other) = (log_in(APPS[0], "oA", "uA").unwrap(), log_in(APPS[1], "oB", "uB").unwrap());
        for _ in 0..3 {
            assert_eq!(log_in(APPS[0], "oA", "uB").unwrap().user.id, one.user.id);
        }
        let known = db.write_now(|conn| Identity::get(conn, one.identity_id)).unwrap();
        assert_eq!(known.unionid.as_deref(), Some("uA"));
        let same = db.write_now(|conn| Identity::same_person(conn, other.user.id)).unwrap();
        assert_eq!(same.iter().map(|user| user.id).collect::<Vec<_>>(), [one.user.id]);
        let dump = db.dump();
        assert_eq!((dump["unionid_conflicts"].len(), dump["audit"].len(), dump["users"].len()), (1, 1, 2));
        // a new openid of a mini-program in which the unionid has one already joins nobody
        let second = log_in(APPS[0], "oC", "uA").unwrap();
        assert!(second.is_new && second.user.id != one.user.id);
        assert_eq!(db.dump()["unionid_conflicts"].len(), 2);
    }

    async fn whoever_is_frozen_is_kept_out_of_each_linked_mini_program(db: TestDatabase) {
        let keys = KeyRing::generate().unwrap();
        let here = Step { person: 0, app: 0, told: true };
        let user = sign_in(&db, &keys, 0, here).unwrap().user;
        db.plain().execute(&format!("UPDATE users SET status = 'frozen' WHERE id = {}", user.id)).unwrap();
        let elsewhere = sign_in(&db, &keys, 0, Step { app: 1, ..here });
        assert!(matches!(elsewhere, Err(Error::UserFrozen { until: None })), "{elsewhere:?}");
        // not where mini-programs are apart
        assert!(sign_in(&db, &keys, 0, Step { app: 3, ..here }).unwrap().is_new);
        assert_eq!(db.dump()["identities"].len(), 2);
    }

    async fn two_first_logins_at_once_over_two_mini_programs_are_one_user(db: TestDatabase) {
        let (keys, other) = (KeyRing::generate().unwrap(), db.again());
        for run in 0..8 {
            let ids: Vec<i64> = std::thread::scope(|scope| {
                let come = |db, app| {
                    let keys = &keys;
                    scope.spawn(move || sign_in(db, keys, run, Step { person: 0, app, told: true }).unwrap().user.id)
                };
                let threads = [come(&*db, 0), come(&other, 1), come(&*db, 2)];
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        }
    }
}
