//! Signed and encrypted profiles, end to end: WeChat's own examples through login, database and endpoint.

use menwei::clock::{Clock, Instant};
use menwei::db::sessions::Session;
use menwei::db::sessions::open::NewSession;
use menwei::db::users::User;
use menwei::db::users::sign_in::Vouched;
use menwei::secret::{self, Token};
use serde_json::{Value, json};

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{TestSite, app, refused};

/// The app and the person of WeChat's `WXBizDataCrypt` demo.
const APPID: &str = "wx4f4bc4dec97d474b";
const OPENID: &str = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";
const KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
const IV: &str = "r7BXXKkLb8qrSNn05n0qiA==";
const ENCRYPTED: &str = concat!(
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+o",
    "NPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnE",
    "tpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//",
    "FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHq",
    "Z9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoK",
    "laRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==",
);
const SEALED_AT: i64 = 1_477_314_187;
/// The example of WeChat's page on signatures.
const SIGNING_KEY: &str = "HyVFkGl5F5OQWJZZaNzBBg==";
const SIGNED: &str = concat!(
    r#"{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","#,
    r#""country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/"#,
    r#"1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}"#
);
const SIGNATURE: &str = "75e81ceda165f4ffa64f4068af58c64b8f54b88c";

/// A site of that app, `seconds` after the data was sealed.
fn site(db: &TestDatabase, seconds: i64) -> TestSite {
    let clock = Clock::fixed(Instant::from_seconds(SEALED_AT + seconds));
    TestSite::at(db, clock, |config| config.apps = vec![app(APPID)])
}

/// Signs a person in with a session key of WeChat's, as a login does; the token.
async fn sign_in(site: &TestSite, openid: &'static str, key: &'static str) -> String {
    let state = site.site.state.clone();
    let now = state.now();
    let token = Token::generate(now).unwrap();
    let text = token.reveal();
    let db = state.db.clone();
    let work = move |conn: &mut _| {
        let vouched = Vouched { appid: APPID, openid, unionid: None, session_key: key, linked: &[] };
        let signed_in = User::sign_in(conn, &vouched, &state.keys, now)?;
        let new = NewSession {
            digest: token.digest().as_bytes().to_vec(),
            sid: secret::public_id(now)?,
            user_id: signed_in.user.id,
            identity_id: signed_in.identity_id,
            appid: APPID.to_owned(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + state.config.session.lifetime,
            ip: String::new(),
            user_agent: String::new(),
            client: "other".to_owned(),
            device: String::new(),
            wechat_version: String::new(),
            app_version: String::new(),
        };
        Session::open(conn, &new, 10, state.liveness())
    };
    db.write(work).await.unwrap();
    text
}

fn encrypted() -> Value {
    json!({ "encryptedData": ENCRYPTED, "iv": IV })
}

fn signed() -> Value {
    json!({ "rawData": SIGNED, "signature": SIGNATURE })
}

on_each_database! {
    async fn the_official_encrypted_profile_is_opened_and_stored(db: TestDatabase) {
        let site = site(&db, 60);
        let token = sign_in(&site, OPENID, KEY).await;
        let mut body = encrypted();
        // what WeChat vouches for goes before what the client says
        body["nickName"] = json!("forged");
        let answer = site.post("/api/userProfile", &token, &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        let user = &answer.json()["user"];
        assert_eq!([&user["nickName"], &user["city"], &user["country"]], ["Band", "Guangzhou", "CN"]);
        assert_eq!(user["gender"], 1);
        assert!(user["avatarUrl"].as_str().unwrap().starts_with("https://wx.qlogo.cn/mmopen/vi_32/aSKcBBPp"));
    }

    async fn a_unionid_that_comes_with_it_is_learnt_and_is_no_reason_to_merge(db: TestDatabase) {
        let site = site(&db, 60);
        let token = sign_in(&site, OPENID, KEY).await;
        let known = "SELECT coalesce(unionid, 'none') AS line FROM identities";
        assert_eq!(db.plain().lines(known), ["none"]);
        assert_eq!(site.post("/api/userProfile", &token, &encrypted()).status, 200);
        assert_eq!(db.plain().lines(known), ["ocMvos6NjeKLIBqg5Mr9QjxrP1FA"]);
        // another than the one that was known is a conflict, and overwrites nothing
        db.plain().execute("UPDATE identities SET unionid = 'uAnother', profile_sealed_at = NULL").unwrap();
        assert_eq!(site.post("/api/userProfile", &token, &encrypted()).status, 200);
        assert_eq!(db.plain().lines(known), ["uAnother"]);
        let conflicts = "SELECT count(*) AS number FROM audit WHERE action = 'identity.unionid_conflict'";
        assert_eq!(db.plain().number(conflicts), 1);
    }

    async fn what_was_taken_once_is_not_taken_again(db: TestDatabase) {
        let site = site(&db, 60);
        let token = sign_in(&site, OPENID, KEY).await;
        assert_eq!(site.post("/api/userProfile", &token, &encrypted()).status, 200);
        assert_eq!(site.post("/api/userProfile", &token, &json!({ "nickName": "Later" })).status, 200);
        let before = db.dump();
        refused(&site.post("/api/userProfile", &token, &encrypted()), 400, "open_data_invalid");
        assert_eq!(db.dump(), before, "a replay brings no old name back");
    }

    async fn the_official_signed_profile_is_stored(db: TestDatabase) {
        let site = site(&db, 0);
        let token = sign_in(&site, OPENID, SIGNING_KEY).await;
        let answer = site.post("/api/userProfile", &token, &signed());
        assert_eq!((answer.status, &answer.json()["user"]["nickName"]), (200, &json!("Band")));
    }

    async fn data_of_the_session_key_before_still_counts_and_of_the_one_before_that_no_more(db: TestDatabase) {
        let site = site(&db, 60);
        let token = sign_in(&site, OPENID, KEY).await;
        for (key, status) in [("AAAAAAAAAAAAAAAAAAAAAA==", 200), ("AAAAAAAAAAAAAAAAAAAAAQ==", 400)] {
            sign_in(&site, OPENID, key).await;
            assert_eq!(site.post("/api/userProfile", &token, &encrypted()).status, status);
        }
    }

    async fn whatever_does_not_check_out_is_one_error_and_changes_nothing(db: TestDatabase) {
        let site = site(&db, 60);
        let token = sign_in(&site, OPENID, KEY).await;
        let signer = sign_in(&site, "oSigner", SIGNING_KEY).await;
        let stranger = sign_in(&site, "oStranger", KEY).await;
        let before = db.dump();
        let flipped = ENCRYPTED.replacen('C', "D", 1);
        let last = format!("{}A==", ENCRYPTED.trim_end_matches("w=="));
        let mut details = Vec::new();
        for (token, body) in [
            (&token, json!({ "encryptedData": flipped, "iv": IV })),
            (&token, json!({ "encryptedData": last, "iv": IV })),
            (&token, json!({ "encryptedData": "AAAA", "iv": IV })),
            (&token, json!({ "encryptedData": "", "iv": "" })),
            (&token, json!({ "encryptedData": "\u{0}", "iv": "张" })),
            (&token, json!({ "encryptedData": ENCRYPTED, "iv": "AAAAAAAAAAAAAAAAAAAAAA==" })),
            (&token, signed()),
            (&signer, encrypted()),
            (&signer, json!({ "rawData": SIGNED.replace("Band", "Bond"), "signature": SIGNATURE })),
            (&signer, json!({ "rawData": SIGNED, "signature": "" })),
            // the key fits, the openid inside is another's
            (&stranger, encrypted()),
        ] {
            let mut body = body;
            body["city"] = json!("深圳");
            let answer = site.post("/api/userProfile", token, &body);
            refused(&answer, 400, "open_data_invalid");
            let mut problem = answer.json();
            problem["requestId"] = json!("");
            details.push(problem);
        }
        assert!(details.iter().all(|problem| *problem == details[0]), "an oracle: {details:?}");
        assert_eq!(db.dump(), before);
    }

    async fn data_that_is_old_or_of_another_app_is_refused(db: TestDatabase) {
        for (seconds, status) in [(600, 200), (601, 400), (-600, 200), (-601, 400)] {
            // as if nothing had been taken yet
            db.plain().execute("UPDATE identities SET profile_sealed_at = NULL").unwrap();
            let site = site(&db, seconds);
            let token = sign_in(&site, OPENID, KEY).await;
            assert_eq!(site.post("/api/userProfile", &token, &encrypted()).status, status, "{seconds}");
        }
        let site = site(&db, 0);
        let token = sign_in(&site, OPENID, KEY).await;
        let moved = "UPDATE identities SET appid = 'wx0123456789abcdef'; UPDATE sessions SET appid = 'wx0123456789abcdef'";
        db.plain().execute(moved).unwrap();
        // nor does the key itself open any more: it is sealed for its row
        refused(&site.post("/api/userProfile", &token, &encrypted()), 400, "open_data_invalid");
    }
}
