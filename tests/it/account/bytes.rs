//! What is left of an erased account, to the byte.

use std::time::Duration;

use menwei::admin::query::encode;
use serde_json::json;

use super::{DAY, delete, delete_by, erase, freeze};
use crate::support::browser::Browser;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::dump::Plain;
use crate::support::raw::with_body;
use crate::support::site::{TestSite, code};

const NICKNAME: &str = "绝无仅有的昵称甲乙丙";
const PROPOSED: &str = "待审的另一个昵称丁";
const AVATAR: &str = "https://img.example.com/unmistakable-face.png";
const CITY: &str = "无锡宜兴丁蜀";
const DEVICE: &str = "unmistakable-handset";

/// Which of these texts stand anywhere in the database's own files.
fn found(db: &TestDatabase, texts: &[String]) -> Vec<String> {
    let is_there: Box<dyn Fn(&str) -> bool> = match db.folder() {
        Some(folder) => {
            let files: Vec<Vec<u8>> = std::fs::read_dir(folder)
                .unwrap()
                .map(|file| std::fs::read(file.unwrap().path()).unwrap())
                .collect();
            Box::new(move |text| {
                files.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
            })
        }
        // read by the server, which may be another machine
        None => Box::new(|text| {
            let hex = menwei::secret::hex(text.as_bytes());
            let query = format!(
                "SELECT COUNT(*) AS number FROM pg_class c WHERE c.relkind IN ('r', 'i', 't') AND NOT c.relisshared \
                 AND pg_relation_filepath(c.oid) IS NOT NULL \
                 AND position('\\x{hex}'::bytea IN pg_read_binary_file(pg_relation_filepath(c.oid))) > 0"
            );
            db.plain().number(&query) > 0
        }),
    };
    // in an address a text stands percent-encoded
    let is_found = |text: &&String| is_there(text) || (!text.is_ascii() && is_there(&encode(text)));
    texts.iter().filter(is_found).cloned().collect()
}

/// What is found after tidying up. Postgres keeps what somebody may still be reading, were it its own autovacuum: then it is
/// tidied up again.
fn found_when_compact(db: &TestDatabase, texts: &[String]) -> Vec<String> {
    let mut left = texts.to_vec();
    for _ in 0..20 {
        compact(db);
        left = found(db, texts);
        if left.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    left
}

/// Writes everything to the files, and what is not needed any more away.
fn compact(db: &TestDatabase) {
    let mut plain = db.plain();
    let statements: &[&str] = match plain {
        Plain::Sqlite(_) => &["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"],
        Plain::Postgres(_) => &["VACUUM (FULL, ANALYZE)", "CHECKPOINT"],
    };
    for statement in statements {
        plain.execute(statement).unwrap();
    }
}

/// Makes the server write what it has, without tidying up.
fn flush(db: &TestDatabase) {
    let mut plain = db.plain();
    let statement = match plain {
        Plain::Sqlite(_) => "PRAGMA wal_checkpoint(PASSIVE)",
        Plain::Postgres(_) => "CHECKPOINT",
    };
    plain.execute(statement).unwrap();
}

/// Somebody who shared all there is; the texts that name them.
fn sharing(site: &TestSite, db: &TestDatabase) -> (String, String, Vec<String>) {
    let user_agent = format!("User-Agent: {DEVICE} MicroMessenger/8.0.50");
    let body = json!({ "code": "alice-1" }).to_string();
    let lines = ["Content-Type: application/json", &user_agent];
    let login = site.read(&site.connect().ask(&with_body("POST", "/api/login", &lines, Some(&body))));
    let profile = json!({ "nickName": NICKNAME, "avatarUrl": AVATAR, "city": CITY });
    assert_eq!(site.post("/api/userProfile", &login.token, &profile).status, 200);
    assert_eq!(site.post("/api/phone", &login.token, &json!({ "code": "alice-p1" })).status, 200);
    let openid = db.plain().lines("SELECT openid AS line FROM identities").remove(0);
    // the simulator gives no unionid without being told
    db.plain().execute("UPDATE identities SET unionid = 'u-unmistakable-unionid'").unwrap();
    db.plain()
        .execute(&format!(
            "INSERT INTO reviews (user_id, kind, rid, identity_id, value, state, tries, created_at) \
             SELECT user_id, 'nickname', 'r', id, '{PROPOSED}', 'review', 1, created_at FROM identities"
        ))
        .unwrap();
    let phone = site.get("/api/account/export", &login.token).json()["user"]["phone"].clone();
    let phone = phone.as_str().unwrap().trim_start_matches('+').to_owned();
    let texts =
        [&openid, NICKNAME, "绝无仅有", AVATAR, CITY, DEVICE, "u-unmistakable-unionid", PROPOSED, &phone];
    (login.uid, login.token, texts.map(str::to_owned).to_vec())
}

on_each_database! {
    async fn no_byte_of_an_erased_account_is_left(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (_, token, texts) = sharing(&site, &db);
        // staff look for the nickname, and take along what they find
        let mut admin = Browser::of(&site, "chen", "admin").await;
        for path in ["/admin/users", "/admin/exports/users"] {
            let narrowed = format!("{path}?q={}", encode(NICKNAME));
            assert_eq!(admin.get(&narrowed).status, 200);
        }
        let exported = admin.send(&format!("/admin/exports/users?q={}", encode(NICKNAME)), &[("column", "nickname")]);
        assert!(exported.body.contains(NICKNAME), "{exported:?}");
        let others: Vec<_> = (0..30).map(|number| site.login(&format!("other{number}-1"))).collect();
        flush(&db);
        let sealed = texts.last().unwrap();
        let clear: Vec<String> = texts.iter().filter(|text| *text != sealed).cloned().collect();
        assert_eq!(found(&db, &texts), clear, "before, all but the phone number is found");
        assert_eq!(delete(&site, &token).status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        if db.folder().is_some() {
            // already before any tidying up: secure_delete in the file, and an empty log
            assert!(db.empty_log().await.unwrap());
            assert_eq!(found(&db, &texts), Vec::<String>::new());
        }
        assert_eq!(found_when_compact(&db, &texts), Vec::<String>::new());
        let dump = format!("{:?}", db.dump());
        assert!(texts.iter().all(|text| !dump.contains(text.as_str())));
        // and nothing of anybody else's went
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM identities"), 30);
        site.clock.advance(Duration::from_secs(1));
        assert!(others.iter().enumerate().all(|(number, login)| {
            site.login(&format!("other{number}-2")).uid == login.uid
        }));
    }

    async fn of_a_frozen_user_only_digests_and_a_bare_page_are_left(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (uid, _, texts) = sharing(&site, &db);
        freeze(&site, &uid, None).await;
        assert_eq!(delete_by(&site, "alice-2").status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        assert_eq!(found_when_compact(&db, &texts), Vec::<String>::new());
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM tombstones"), 2);
        assert_eq!(code(&site.try_login("alice-3")), "user_frozen");
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let page = admin.get(&format!("/admin/users/{uid}")).body;
        assert!(page.contains("Erased") && texts.iter().all(|text| !page.contains(text.as_str())));
        // that somebody tried to come back leaves no openid either
        assert_eq!(found_when_compact(&db, &texts[..1]), Vec::<String>::new());
    }
}
