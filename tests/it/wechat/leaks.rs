use std::sync::{Mutex, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};
use menwei::wechat::simulator::fault;

use super::{Rig, SECRET, app, settings, wechat};

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
    assert!(canaries.len() > 8, "some exchanges succeeded");
    for canary in &canaries {
        assert!(lines_with(canary).is_empty(), "{:?}", lines_with(canary));
        assert!(!shown.iter().any(|text| text.contains(canary)), "an error or its Debug form shows {canary}");
    }
    assert!(!lines_with("rid ").is_empty() && !lines_with("IP whitelist").is_empty(), "alarms are told");
    assert!(lines_with("actix").len() + lines_with("mio").len() > 0, "libraries were heard");
}
