//! Phone numbers the old way: in data that WeChat encrypted with the caller's session key.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use menwei::db::identities::Identity;
use serde_json::{Value, json};

use super::phone::stored;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{APPID, OTHER_APPID, START, TestSite, app, refused, text};

const IV: [u8; 16] = *b"0123456789abcdef";

/// WeChat's newest session key of the only user.
async fn session_key(site: &TestSite, db: &TestDatabase) -> String {
    let id = db.plain().number("SELECT id AS number FROM identities");
    let identity = db.lookup(move |conn| Identity::get(conn, id)).await.unwrap();
    identity.session_keys(&site.site.state.keys).remove(0).to_string()
}

/// What the button of an old client hands over.
fn sealed(key: &str, appid: &str, number: &str, at: i64) -> Value {
    let plain = json!({
        "phoneNumber": number, "purePhoneNumber": number, "countryCode": "86",
        "watermark": { "appid": appid, "timestamp": at },
    });
    let plain = plain.to_string();
    let key: [u8; 16] = STANDARD.decode(key).unwrap().try_into().unwrap();
    let cipher = cbc::Encryptor::<aes::Aes128>::new(&key.into(), &IV.into());
    let mut buffer = plain.as_bytes().to_vec();
    buffer.resize(plain.len() + 16, 0);
    let encrypted = cipher.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap();
    json!({ "encryptedData": STANDARD.encode(encrypted), "iv": STANDARD.encode(IV) })
}

on_each_database! {
    async fn encrypted_numbers_are_taken_in_order_and_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let key = session_key(&site, &db).await;
        let now = START.seconds();
        let first = sealed(&key, APPID, "13812345634", now);
        let answer = site.post("/api/phone", &alice.token, &first);
        assert_eq!((answer.status, text(&answer.json(), "/phone").as_str()), (200, "138******34"));
        let before = db.dump();
        for body in [
            first,
            sealed(&key, APPID, "13900000000", now),
            sealed(&key, APPID, "13900000000", now - 1),
        ] {
            refused(&site.post("/api/phone", &alice.token, &body), 400, "open_data_invalid");
        }
        assert_eq!(db.dump(), before);
        let newer = sealed(&key, APPID, "13900000000", now + 1);
        assert_eq!(site.post("/api/phone", &alice.token, &newer).status, 200);
        assert_eq!(stored(&site, &db).await.as_deref(), Some("+8613900000000"));
    }

    async fn a_number_of_another_app_time_or_key_is_refused_alike(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.apps = vec![app(APPID), app(OTHER_APPID)]);
        let body = json!({ "code": "alice-1", "appId": APPID });
        let alice = site.read(&site.ask("POST", "/api/login", None, Some(&body)));
        let key = session_key(&site, &db).await;
        let now = START.seconds();
        let before = db.dump();
        for body in [
            sealed(&key, OTHER_APPID, "13812345634", now),
            sealed(&key, APPID, "13812345634", now - 601),
            sealed(&key, APPID, "13812345634", now + 601),
            sealed(&key, APPID, "no number", now),
            sealed("AAAAAAAAAAAAAAAAAAAAAA==", APPID, "13812345634", now),
        ] {
            refused(&site.post("/api/phone", &alice.token, &body), 400, "open_data_invalid");
        }
        assert_eq!(db.dump(), before);
        // data of the session key before still opens
        let body = json!({ "code": "alice-2", "appId": APPID });
        assert_eq!(site.ask("POST", "/api/login", None, Some(&body)).status, 200);
        assert_ne!(session_key(&site, &db).await, key);
        let kept = sealed(&key, APPID, "13812345634", now);
        assert_eq!(site.post("/api/phone", &alice.token, &kept).status, 200);
    }

    async fn of_a_buttons_whole_detail_the_code_counts(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let detail = json!({ "code": "alice-p1", "encryptedData": "x", "iv": "y", "errMsg": "getPhoneNumber:ok" });
        assert_eq!(site.post("/api/phone", &alice.token, &detail).status, 200);
    }
}
