//! The last two of WeChat's session keys are kept, whatever arrives at once.

use menwei::clock::Instant;
use menwei::db::Database;
use menwei::db::identities::Identity;
use menwei::db::users::User;
use menwei::db::users::sign_in::Vouched;
use menwei::secret::KeyRing;

use super::APPID;
use crate::support::database::on_each_database;
use crate::support::dump::Plain;

const START: Instant = Instant::from_seconds(1_700_000_000);
const FIRST: &str = "Zmlyc3Qga2V5IG9mIGFsbA==";
const SECOND: &str = "c2Vjb25kIGtleSBvZiBhbA==";

/// Signs the one user in, whom WeChat gives this session key; their identity.
fn sign_in(db: &Database, keys: &KeyRing, session_key: &str) -> i64 {
    let signed_in = db.write_now(|conn| {
        let vouched = Vouched { appid: APPID, openid: "oAlice", unionid: None, session_key, linked: &[] };
        User::sign_in(conn, &vouched, keys, START)
    });
    signed_in.unwrap().identity_id
}

on_each_database! {
    async fn two_logins_at_once_with_one_new_key_leave_the_key_before_it(db: TestDatabase) {
        let keys = KeyRing::generate().unwrap();
        let id = sign_in(&db, &keys, FIRST);
        let mut plain = db.plain();
        let other = db.again();
        std::thread::scope(|scope| {
            let is_postgres = matches!(plain, Plain::Postgres(_));
            if is_postgres {
                // both read the identity, and then wait for its user
                plain.execute("BEGIN; SELECT id FROM users FOR UPDATE").unwrap();
            }
            for db in [&*db, &other] {
                let keys = &keys;
                scope.spawn(move || sign_in(db, keys, SECOND));
            }
            if is_postgres {
                db.await_waiting(2);
                plain.execute("COMMIT").unwrap();
            }
        });
        let identity = db.write_now(|conn| Identity::get(conn, id)).unwrap();
        let known: Vec<String> = identity.session_keys(&keys).iter().map(|key| key.to_string()).collect();
        assert_eq!(known, [SECOND, FIRST]);
    }
}
