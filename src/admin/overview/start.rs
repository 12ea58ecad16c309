//! What to do before the first login.

use crate::admin::system::Connection;
use crate::admin::visit::Visit;
use crate::clock::Instant;

/// The clock of a machine that shows less is behind: menwei was first built in November 2026.
const BUILT: Instant = Instant::from_seconds(1_793_000_000);

/// One thing to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Whether it is as it should be.
    pub is_done: bool,
    /// What it is, or what to do.
    pub text: &'static str,
    /// How, or what comes next.
    pub hint: Option<&'static str>,
}

/// Everything that can be seen from here.
#[must_use]
pub fn steps(visit: &Visit) -> Vec<Step> {
    let names = visit.words().overview;
    let config = &visit.state.config;
    let step = |is_done: bool, done, todo, hint| Step {
        is_done,
        text: if is_done { done } else { todo },
        hint: (!is_done).then_some(hint),
    };
    let has_app = !config.apps.is_empty();
    let is_seen = Connection::of(&visit.request) != Connection::Ignored;
    vec![
        Step {
            hint: Some(if has_app { names.app_test } else { names.app_hint }),
            ..step(has_app, names.app_done, names.app_todo, names.app_hint)
        },
        step(config.is_https(), names.https_done, names.https_todo, names.https_hint),
        step(is_seen, names.proxy_done, names.proxy_todo, names.proxy_hint),
        step(visit.now() > BUILT, names.clock_done, names.clock_todo, names.clock_hint),
    ]
}
