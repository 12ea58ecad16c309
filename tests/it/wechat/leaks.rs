use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};
use menwei::clock::Instant;
use menwei::wechat::open_data::Expected;
use menwei::wechat::simulator::fault;

use super::calls::Stub;
use super::{APPID, Rig, SECRET, app, settings, wechat};

/// Every line that anything in this binary logs.
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Capture;

impl Log for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}", record.target(), record.args());
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn flush(&self) {}
}

fn lines_with(text: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|line| line.contains(text)).cloned().collect()
}

#[actix_web::test]
async fn no_line_at_trace_level_holds_a_secret_code_openid_or_key() {
    log::set_logger(&Capture).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let mut canaries = vec![SECRET.to_owned(), "canarycode".to_owned()];
    let mut shown = Vec::new();
    let prefixes = fault::TABLE.iter().map(|(prefix, _)| *prefix).filter(|prefix| !prefix.ends_with('…'));
    for prefix in prefixes.chain(["", "errcode40164", "errcode40125", "oncebusy"]) {
        // a server each, since the breaker is not what is tested here
        let rig = Rig::new(250);
        for number in 0..2 {
            let prefix = prefix.replace('N', "502");
            let code = format!("{prefix}-canarycode-{number}");
            let exchange = rig.login(code.trim_start_matches('-')).await;
            shown.push(format!("{exchange:?}"));
            match exchange.outcome {
                Ok(identity) => {
                    canaries.extend([identity.openid.clone(), identity.session_key.reveal().to_owned()]);
                }
                Err(why) => shown.push(format!("{why} {why:?}")),
            }
        }
    }
    for base in ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://wechat.invalid"] {
        let exchange = wechat(&settings(base, 250)).code2session(&app(), "canarycode").await;
        shown.push(format!("{exchange:?}"));
    }
    canaries.extend(["canarytoken", "canaryopenid", "13812345634"].map(str::to_owned));
    for answer in [
        r#"{"errcode":40001,"errmsg":"canarytoken"}"#,
        r#"{"errcode":40013,"errmsg":"canaryopenid rid: 6129ee10-272863a4-64d75414"}"#,
        r#"{"errcode":0,"phone_info":{"purePhoneNumber":"13812345634","countryCode":"86"}}"#,
        r#"{"errcode":0,"phone_info":{"purePhoneNumber":"13812345634","countryCode":"86","watermark":{"timestamp":1,"appid":"wx1"}}}"#,
        "canaryopenid",
    ] {
        let stub = Stub::new(move |path, _| match path {
            "/cgi-bin/stable_token" => r#"{"access_token":"canarytoken","expires_in":7200}"#.to_owned(),
            _ => answer.to_owned(),
        });
        let expected = Expected {
            appid: APPID,
            openid: "canaryopenid",
            now: Instant::from_seconds(1_700_000_000),
            window: Duration::from_secs(600),
        };
        let outcome = stub.wxa().phone_number(&app(), "canarycode", expected).await;
        assert!(outcome.is_err());
        shown.push(format!("{outcome:?} {}", outcome.as_ref().unwrap_err()));
        shown.push(format!(
            "{:?}",
            stub.wxa().call::<serde_json::Value>(&app(), "/wxa/x", &serde_json::json!({})).await.err()
        ));
    }
    assert!(canaries.len() > 8, "some exchanges succeeded");
    for canary in &canaries {
        assert!(lines_with(canary).is_empty(), "{:?}", lines_with(canary));
        assert!(!shown.iter().any(|text| text.contains(canary)), "an error or its Debug form shows {canary}");
    }
    assert!(!lines_with("rid ").is_empty() && !lines_with("IP whitelist").is_empty(), "alarms are told");
    assert!(lines_with("actix").len() + lines_with("mio").len() > 0, "libraries were heard");
}
