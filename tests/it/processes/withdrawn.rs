//! What users take back in WeChat is gone within a minute, by the process itself: pushes are worked off, accounts erased and
//! objects collected, with nobody's help.

use std::path::Path;
use std::time::{Duration, Instant};

use menwei::clock::Clock;
use serde_json::json;

use super::{Process, menwei};
use crate::avatar::{body, files, pictures, upload};
use crate::push::signature;
use crate::support::database::TestDatabase;
use crate::support::dump::Plain;
use crate::support::raw::{Raw, with_body};
use crate::support::site::{APPID, SECRET, wechat};

const PUSH_TOKEN: &str = "PushToken2026";

/// A user with a nickname and an uploaded picture.
fn sharing(process: &Process, name: &str) {
    let token = process.login(&format!("{name}-1"));
    let picture = upload(Some(&token), &body(&[("file", Some("tmp.png"), &pictures::png())]));
    let mut client = Raw::connect(process.address);
    assert!(client.send(picture));
    let answer = client.answer();
    assert_eq!(answer.status, 200, "{answer:?}");
    let profile = json!({ "nickName": name });
    assert_eq!(process.ask("POST", "/api/userProfile", Some(&token), Some(&profile)).status, 200);
}

/// Sends an event about the user of that nickname, signed as WeChat does.
fn push(process: &Process, plain: &mut Plain, name: &str, event: &str, revoke_info: &str) {
    let openid = plain
        .lines(&format!(
            "SELECT i.openid AS line FROM identities i JOIN users u ON u.id = i.user_id WHERE u.nickname = '{name}'"
        ))
        .remove(0);
    let timestamp = Clock::System.now().seconds().to_string();
    let message = json!({
        "ToUserName": "gh_1", "FromUserName": "oPlatform", "CreateTime": Clock::System.now().seconds(),
        "MsgType": "event", "Event": event, "OpenID": openid, "AppID": APPID, "RevokeInfo": revoke_info,
    });
    let path = format!(
        "/wechat/push/{APPID}?signature={}&timestamp={timestamp}&nonce={name}",
        signature(&[PUSH_TOKEN, &timestamp, name])
    );
    let request = with_body("POST", &path, &["Content-Type: text/xml"], Some(&message.to_string()));
    let answer = Raw::connect(process.address).ask(&request);
    assert_eq!((answer.status, answer.body.as_str()), (200, "success"), "{answer:?}");
}

fn it_goes_within_a_minute(url: &str, folder: &Path) {
    let simulator = wechat(&Clock::System);
    let settings = format!("[[app]]\nappid = '{APPID}'\nsecret = '{SECRET}'\npush_token = '{PUSH_TOKEN}'\n");
    std::fs::write(folder.join("menwei.toml"), settings).unwrap();
    let mut command = menwei(folder, url, &simulator.api_base());
    command.env_remove("MENWEI_APP");
    let process = Process::start(command, folder);
    for name in ["alice", "bob", "carol"] {
        sharing(&process, name);
    }
    let mut plain = Plain::connect(url);
    let avatars = folder.join("avatars");
    assert_eq!(files(&avatars).len(), 3);
    let begun = Instant::now();
    push(&process, &mut plain, "alice", "user_authorization_revoke", "6");
    push(&process, &mut plain, "bob", "user_authorization_cancellation", "");
    let left = |plain: &mut Plain| {
        let named =
            plain.number("SELECT COUNT(*) AS number FROM users WHERE nickname <> '' OR avatar_url <> ''");
        let identities = plain.number("SELECT COUNT(*) AS number FROM identities");
        (named, identities, files(&avatars).len())
    };
    // Carol keeps what is hers, and Alice her account
    while left(&mut plain) != (1, 2, 1) {
        assert!(begun.elapsed() < Duration::from_secs(60), "still there: {:?}", left(&mut plain));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(plain.number("SELECT COUNT(*) AS number FROM users WHERE erased_at IS NOT NULL"), 1);
}

mod what_users_take_back_in_wechat_is_gone_within_a_minute_objects_included {
    use super::*;

    #[test]
    fn sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
        it_goes_within_a_minute(&url, folder.path());
    }

    #[test]
    fn postgres() {
        let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
        it_goes_within_a_minute(db.url(), folder.path());
    }
}
