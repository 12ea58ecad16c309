//! `menwei check`: the doctor. A line for each thing that can be wrong, with advice.

use super::{Failure, say};
use crate::clock::{Clock, Instant};
use crate::config::{Config, Faults};
use crate::db::Database;
use crate::error::Error;
use crate::secret::KeyRing;
use crate::wechat::WeChat;
use crate::wechat::upstream::Upstream;

/// How one line turned out.
enum Finding {
    Good(String),
    Warning(String),
    Bad(String),
}

/// Looks at everything, prints what it found, and fails when anything is bad.
pub(super) fn run(config: Result<Config, Faults>, clock: &Clock) -> Result<(), Failure> {
    let config = match config {
        Ok(config) => config,
        Err(faults) => {
            for fault in &faults.0 {
                print("configuration", &Finding::Bad(fault.clone()))?;
            }
            return Err(faults.into());
        }
    };
    let mut bad = 0;
    let mut tell = |name: &str, finding: Finding| {
        bad += usize::from(matches!(finding, Finding::Bad(_)));
        print(name, &finding)
    };
    tell("configuration", Finding::Good("every setting is within its bounds".to_owned()))?;
    tell("database", database(&config))?;
    tell("clock", time(clock.now()))?;
    tell("keys", keys(&config))?;
    for path in &config.exposed {
        let advice = format!("{path} can be read by everybody on this machine: chmod o-rwx {path}");
        tell("secrets", Finding::Warning(advice))?;
    }
    if config.apps.is_empty() {
        tell(
            "wechat",
            Finding::Warning("no mini-program is configured: set [[app]] or MENWEI_APP".to_owned()),
        )?;
    }
    for warning in content_check(&config) {
        tell("wechat.content_check", Finding::Warning(warning))?;
    }
    for app in &config.apps {
        tell(&format!("wechat {}", app.appid), wechat(&config, app, clock))?;
    }
    if bad == 0 { Ok(()) } else { Err(Failure::Failed(format!("{bad} of these must be mended"))) }
}

fn print(name: &str, finding: &Finding) -> Result<(), Failure> {
    let (mark, text) = match finding {
        Finding::Good(text) => ("ok  ", text),
        Finding::Warning(text) => ("warn", text),
        Finding::Bad(text) => ("BAD ", text),
    };
    say(&format!("{mark} {name}: {text}"))
}

fn database(config: &Config) -> Finding {
    let pending = Database::open(&config.database).and_then(|db| Ok((db.engine(), db.pending_migrations()?)));
    match pending {
        Ok((engine, steps)) if steps.is_empty() => {
            Finding::Good(format!("{engine:?} answers, the schema is up to date"))
        }
        Ok((engine, steps)) => Finding::Warning(format!(
            "{engine:?} answers, {} steps of the schema are to do: menwei migrate",
            steps.len()
        )),
        Err(why) => Finding::Bad(format!("{why}: see [database] url")),
    }
}

/// A clock that is plainly wrong would end every session, or none.
fn time(now: Instant) -> Finding {
    let shown = now.rfc3339();
    // menwei was first built in November 2026
    if now < Instant::from_seconds(1_793_000_000) {
        Finding::Bad(format!("it is {shown} here: the clock is behind; start NTP"))
    } else {
        Finding::Good(format!("it is {shown}"))
    }
}

fn keys(config: &Config) -> Finding {
    let path = &config.key_file;
    if !path.exists() {
        return Finding::Warning(format!("{} will be made at the first start: back it up", path.display()));
    }
    match KeyRing::open_or_create(path) {
        Ok(ring) => Finding::Good(format!("{ring:?} in {}", path.display())),
        Err(why) => Finding::Bad(why),
    }
}

/// What keeps the verdict on an avatar from ever arriving: WeChat fetches the picture by its address, and pushes what it found.
fn content_check(config: &Config) -> Vec<String> {
    if !config.wechat.content_check {
        return Vec::new();
    }
    let unheard = config.apps.iter().filter(|app| app.push.token.is_none()).map(|app| {
        format!("avatars of {} stay pending: its verdicts come by message push; set push_token", app.appid)
    });
    let is_out_of_reach = config.is_local() && config.avatar.public_url.is_none();
    let unreached = is_out_of_reach.then(|| {
        format!(
            "avatars stay pending: WeChat cannot fetch pictures from {}; set [server] public_url, or [avatar] public_url",
            config.server.public_url
        )
    });
    unheard.chain(unreached).collect()
}

/// Asks WeChat with a code that cannot be valid: whether it refuses the code (good) or us.
fn wechat(config: &Config, app: &crate::config::App, clock: &Clock) -> Finding {
    let upstream = match Upstream::new(&config.wechat, clock.clone()) {
        Ok(upstream) => upstream,
        Err(why) => return Finding::Bad(why),
    };
    let exchange = actix_web::rt::System::new().block_on(async {
        let wechat = WeChat::new(std::sync::Arc::new(upstream));
        wechat.code2session(app, "errcode40029-menwei-check").await
    });
    let rid = exchange.rid.map(|rid| format!(" (rid {rid})")).unwrap_or_default();
    match exchange.outcome {
        Ok(_) | Err(Error::CodeInvalid | Error::CodeUsed) => Finding::Good(format!(
            "WeChat knows appid and secret; answered in {} ms",
            exchange.latency.as_millis()
        )),
        Err(Error::WeChatMisconfigured { errcode }) => {
            let advice = crate::wechat::errcode::find(errcode)
                .map_or_else(String::new, |known| format!(": {}", known.advice.en));
            Finding::Bad(format!("WeChat refuses with errcode {errcode}{rid}{advice}"))
        }
        Err(why) => {
            Finding::Bad(format!("{why}{rid}: see [wechat] api_base, and whether this machine reaches it"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_check_that_cannot_end_is_warned_of() {
        let app = "[[app]]\nappid = 'wx0000000000000001'\nsecret = 'a'";
        let on = "[wechat]\ncontent_check = 'wechat'";
        let public = "[server]\npublic_url = 'https://login.example.com'";
        let bucket = "[avatar]\npublic_url = 'https://cdn.example.com'";
        let warnings = |settings: &[&str]| content_check(&Config::parse(&settings.join("\n"), &[]).unwrap());
        assert!(warnings(&[app]).is_empty());
        let both = warnings(&[on, app]);
        assert!(
            both.len() == 2 && both[0].contains("push_token") && both[1].contains("public_url"),
            "{both:?}"
        );
        let local = "[server]\npublic_url = 'https://localhost:8443'";
        assert_eq!(warnings(&[on, local, app, "push_token = 'abc'"]).len(), 1);
        for reachable in [public, bucket] {
            assert!(warnings(&[on, reachable, app, "push_token = 'abc'"]).is_empty(), "{reachable}");
        }
    }
}
