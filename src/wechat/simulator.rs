//! A stand-in for WeChat's server API: for developing without AppSecret or internet, for `menwei demo`, for tests.
//!
//! It speaks the wire of the original, oddities included: JSON labelled `text/plain`, request ids in `errmsg`, codes
//! that work once. It is written on bare sockets, since a web server cannot misbehave the way networks do.
//!
//! | path | answers |
//! |---|---|
//! | `GET /sns/jscode2session` | as WeChat does; by the code's prefix it misbehaves, see [`fault::TABLE`] |
//! | `POST /cgi-bin/stable_token` | the app's access token, the same one until 5 minutes before its end |
//! | `POST /wxa/business/getuserphonenumber` | a number for each NAME, when the openid is that person's; by the code's prefix it misbehaves, see `wxa` |
//! | `GET /wxa/checksession` | whether the signature is made with the openid's last session key |
//! | `GET /simulator/code?who=NAME` | a code of NAME that works once, for 5 minutes |
//! | `GET /simulator/calls` | how many calls of `/sns/jscode2session` there were |
//!
//! A code is `NAME-anything` or `NAME.anything`: the same NAME is the same person, with one openid in each app.

mod answer;
pub mod code;
mod content;
pub mod fault;
mod http;
mod serve;
mod state;
mod wxa;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::watch;

use crate::clock::Clock;
use state::State;

/// How the stand-in behaves.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The appids it knows, with their secrets; empty: every appid with any secret.
    pub apps: Vec<(String, SecretString)>,
    /// Whether answers hold a `unionid`.
    pub unionid: bool,
    /// How long each answer of `/sns/jscode2session` takes.
    pub latency: Duration,
}

/// A stand-in that runs on a thread of its own, until it is dropped.
pub struct Running {
    address: SocketAddr,
    state: Arc<State>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a stand-in on `listener`; port 0 was replaced by a real one when it was bound.
///
/// # Errors
/// When the listener cannot be used or no thread can be had.
pub fn start(listener: TcpListener, settings: Settings, clock: Clock) -> io::Result<Running> {
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let state = Arc::new(State::new(settings, clock));
    let (stop, stopped) = watch::channel(false);
    let shared = Arc::clone(&state);
    let thread = std::thread::Builder::new().name("simulator".to_owned()).spawn(move || {
        if let Err(why) = runtime.block_on(serve::serve(listener, shared, stopped)) {
            log::error!("simulator: {why}");
        }
    })?;
    Ok(Running { address, state, stop, thread: Some(thread) })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value for `wechat.api_base`.
    #[must_use]
    pub fn api_base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many calls of `/sns/jscode2session` there were.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.state.calls()
    }

    /// The checks of texts and pictures that were asked for, in their order: what was to be checked, with the trace of
    /// a picture's.
    #[must_use]
    pub fn checks(&self) -> Vec<(String, String)> {
        self.state.checks()
    }

    /// How many tokens were asked for.
    #[must_use]
    pub fn token_calls(&self) -> u64 {
        self.state.token_calls()
    }

    /// Makes every token invalid, as a leak or another system's `force_refresh` does.
    pub fn forget_tokens(&self) {
        self.state.forget_tokens();
    }

    /// Lets `stable_token` answer 502, or mends it.
    pub fn set_token_service_down(&self, is_down: bool) {
        self.state.set_token_service_down(is_down);
    }

    /// How many requests came to where the fault `redirect` points: a sound client makes none.
    #[must_use]
    pub fn redirected(&self) -> u64 {
        self.state.redirected()
    }

    /// Waits until the stand-in ends, which it does only by a fault of its own: for a command that is nothing else.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // a panic was reported by the thread itself
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
