//! What a first login needs: a part of the overview while nobody has logged in, and the whole of it for those who see no users.

use actix_web::HttpResponse;
use askama::Template;

use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::visit::Visit;
use crate::admin::role::Permission;
use crate::admin::staff::alone;
use crate::admin::system::{Connection, Process};
use crate::wechat::skew::TOLERABLE;

/// The overview of who keeps the settings: nothing of anybody is in it.
#[derive(Debug, Template)]
#[template(path = "overview/start.html")]
pub struct StartPage {
    /// The frame.
    pub frame: Frame,
    /// That one person alone does what should be between two, when it is so.
    pub alone: Option<&'static str>,
    /// What to check.
    pub steps: Vec<Step>,
}

/// One thing to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Whether it is as it should be.
    pub is_done: bool,
    /// What it is, or what to do.
    pub text: &'static str,
    /// How, or what comes next.
    pub hint: Option<&'static str>,
    /// Whether the page of the mini-programs is where to do it, and the reader may.
    pub in_apps: bool,
}

/// Shows the steps.
pub(super) async fn show(visit: &Visit, process: &Process) -> Result<HttpResponse, Refused> {
    let (alone, steps) = (alone(visit).await?, steps(visit, process));
    let page = StartPage { frame: visit.frame(Section::Overview), alone, steps };
    Ok(Page::new(visit.lang, page).into_response())
}

/// Everything that can be seen from here.
#[must_use]
pub fn steps(visit: &Visit, process: &Process) -> Vec<Step> {
    let names = visit.words().overview;
    let config = &visit.state.config;
    let may_test = visit.may(Permission::TestApps);
    let step = |is_done: bool, done, todo, hint| Step {
        is_done,
        text: if is_done { done } else { todo },
        hint: (!is_done).then_some(hint),
        in_apps: false,
    };
    let has_app = !config.apps.is_empty();
    let is_seen = Connection::of(&visit.request) != Connection::Ignored;
    let test = if may_test { names.app_test_own } else { names.app_test };
    let clock = match process.skew() {
        Some(seconds) => {
            step(seconds.abs() <= TOLERABLE, names.clock_done, names.clock_todo, names.clock_hint)
        }
        None => Step {
            in_apps: has_app && may_test,
            ..step(false, names.clock_done, names.clock_unknown, names.clock_unknown_hint)
        },
    };
    vec![
        Step {
            hint: Some(if has_app { test } else { names.app_hint }),
            in_apps: has_app && may_test,
            ..step(has_app, names.app_done, names.app_todo, names.app_hint)
        },
        step(config.is_https(), names.https_done, names.https_todo, names.https_hint),
        step(is_seen, names.proxy_done, names.proxy_todo, names.proxy_hint),
        clock,
    ]
}
