//! `/admin/apps`: how the mini-programs are set up, and whether WeChat takes it.

use actix_web::web;
use askama::Template;
use secrecy::ExposeSecret as _;

use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{Flash, FlashKind, Frame, Section};
use super::guard::allowed::{Allowed, ReadSettings, TestApps};
use super::guard::submission::Submission;
use super::guard::visit::{Answer, Visit};
use super::locale::Lang;
use super::parts::session_row::Fact;
use super::parts::sight::Sight;
use super::role::Permission;
use crate::config::App;
use crate::error::Error;
use crate::wechat::wxa::probe::Probe;
use crate::wechat::{Wxa, errcode};

const PATH: &str = "/admin/apps";

/// The mini-programs.
#[derive(Debug, Template)]
#[template(path = "apps/page.html")]
pub struct AppsPage {
    /// The frame.
    pub frame: Frame,
    /// One card each.
    pub apps: Vec<AppCard>,
    /// Whether the reader may test them.
    pub may_test: bool,
}

/// One mini-program.
#[derive(Clone, Debug)]
pub struct AppCard {
    /// What staff call it.
    pub name: String,
    /// Its appid.
    pub appid: String,
    /// How it is set up. The secret is not in here.
    pub facts: Vec<Fact>,
}

/// Shows how the mini-programs are set up.
pub async fn get(visit: Allowed<ReadSettings>) -> Answer {
    let apps = visit.state.config.apps.iter().map(|app| card(&visit, app)).collect();
    let may_test = visit.may(Permission::TestApps);
    let page = AppsPage { frame: visit.frame(Section::Settings), apps, may_test };
    std::future::ready(Ok(Page::new(visit.lang, page).into_response())).await
}

fn card(visit: &Visit, app: &App) -> AppCard {
    let names = visit.words().apps;
    let config = &visit.state.config;
    let switch = |is_on: bool| if is_on { names.on } else { names.off };
    let is_set = !app.secret.expose_secret().is_empty();
    let secret = match app.secret_at {
        Some(at) if is_set => (names.set_on)(&Sight::of(visit).when(at)),
        None if is_set => names.set_some_time.to_owned(),
        _ => names.not_set.to_owned(),
    };
    let push = match (&app.push.token, &app.push.aes_key) {
        (None, _) => names.not_set,
        (Some(_), None) => names.push_plain,
        (Some(_), Some(_)) => names.push_sealed,
    };
    let session = config.session;
    let policy = (names.policy)(&names.span(session.lifetime), &names.span(session.idle), session.per_user);
    let state =
        if is_set { Fact::text(names.state, names.ready) } else { Fact::text(names.state, names.not_ready) };
    let mut facts = vec![
        state,
        Fact::text(names.secret, secret),
        Fact::text(names.sessions, policy),
        Fact::text(names.push, push),
        Fact::text(names.push_address, format!("/wechat/push/{}", app.appid)),
        Fact::text(names.content_check, switch(config.wechat.content_check)),
        Fact::text(names.platform, app.platform.clone().unwrap_or_else(|| names.not_set.to_owned())),
        Fact::text(names.linking, switch(app.link_unionid)),
    ];
    if visit.may(Permission::Browse) {
        let href = format!("/admin/logins?app={}", app.appid);
        facts.push(Fact::text(names.logins, names.see_logins).link(Some(href)));
    }
    AppCard { name: app.name.clone(), appid: app.appid.clone(), facts }
}

/// Asks WeChat whether it takes a mini-program's secret, and says what it answered.
pub async fn test(
    visit: Allowed<TestApps>,
    appid: web::Path<String>,
    wxa: web::Data<Wxa>,
    form: Submission,
) -> Answer {
    form.check(&visit).await?;
    visit.answer(tested(&visit, &appid, &wxa).await)
}

async fn tested(visit: &Visit, appid: &str, wxa: &Wxa) -> Result<actix_web::HttpResponse, Refused> {
    let app = visit.state.config.app(Some(appid)).ok_or(Refusal::NotFound)?.clone();
    let probe = wxa.probe(&app).await;
    let outcome = if probe.outcome.is_ok() { "ok" } else { "failed" };
    let mut entry = visit.entry("app.test", format!("app:{appid}"), outcome);
    if let Some(code) = probe.errcode {
        entry.detail = format!("{{\"errcode\":{code}}}");
    }
    visit.record(entry).await?;
    let kind = if probe.outcome.is_ok() { FlashKind::Done } else { FlashKind::Problem };
    visit.leave(&Flash { kind, text: say(visit.lang, &app.name, &probe), link: None })?;
    Ok(visit.go(PATH))
}

/// What WeChat answered, and what to do about it.
fn say(lang: Lang, name: &str, probe: &Probe) -> String {
    let words = lang.words().apps;
    let mut text = match (&probe.outcome, probe.errcode) {
        (Ok(()), _) => (words.tested)(name, probe.latency.as_millis()),
        (Err(_), Some(code)) => match errcode::find(code) {
            Some(known) => (words.refused)(name, code, lang.of(known.meaning), lang.of(known.advice)),
            None => (words.refused_unknown)(name, code),
        },
        (Err(Error::WeChatTimeout), None) => format!("{name}: {}", words.late),
        (Err(Error::WeChatBadResponse), None) => format!("{name}: {}", words.nonsense),
        (Err(_), None) => format!("{name}: {}", words.unreachable),
    };
    let address = probe.refused_address.map(|address| (words.address)(&address.to_string()));
    let rid = probe.rid.as_deref().map(words.rid);
    for more in address.into_iter().chain(rid) {
        text.push(' ');
        text.push_str(&more);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn probe(outcome: Result<(), Error>, errcode: Option<i64>) -> Probe {
        let rid = errcode.map(|_| "abc-1".to_owned());
        Probe { outcome, errcode, rid, refused_address: None, latency: Duration::from_millis(86) }
    }

    #[test]
    fn the_answer_names_code_meaning_and_advice() {
        let refused = probe(Err(Error::WeChatMisconfigured { errcode: 40125 }), Some(40125));
        let zh = say(Lang::Zh, "小店", &refused);
        assert!(
            zh.starts_with("小店：微信返回 40125，AppSecret 无效。建议：核对 [[app]] 的 secret")
                && zh.ends_with("rid：abc-1")
        );
        assert!(
            say(Lang::En, "shop", &refused).contains("40125: the AppSecret is invalid. Advice: check secret")
        );
        assert!(say(Lang::En, "shop", &probe(Ok(()), None)).contains("86 ms"));
        assert!(say(Lang::En, "shop", &probe(Err(Error::WeChatTimeout), None)).contains("in time"));
    }
}
