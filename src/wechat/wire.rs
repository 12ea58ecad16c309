//! One attempt over HTTP: what is sent, what comes back, and how far it got when nothing does.

mod dialer;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use actix_web::error::ParseError;
use actix_web::web::Bytes;
use awc::error::{ConnectError, SendRequestError};
use awc::http::{Method, StatusCode, header};
use awc::{Client, Connector};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::skew::Skew;
use super::upstream::{Upstream, unavailable, unavailable_for_long};
use super::{Connection, errcode};
use crate::config::App;
use crate::error::Error;
use dialer::Dialer;

/// The largest body and the largest head that are read.
const BODY_LIMIT: usize = 64 * 1024;
const HEAD_LIMIT: usize = 16 * 1024;
/// Below the 15 s after which servers commonly close an idle connection.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// What must be left of the deadline for a second attempt after a 5xx.
const LEFT_AFTER_5XX: Duration = Duration::from_millis(1500);
/// What an answer is given, at least, when an attempt begins again.
const LEFT_FOR_ANSWER: Duration = Duration::from_millis(200);

/// Why an attempt brought no identity. Causes are awc's and rustls' words, which name no URL.
#[derive(Debug)]
pub enum Fault {
    /// No connection: nothing was sent.
    Unreached(String),
    /// The peer is not WeChat, or cannot prove it: nothing was sent.
    Tls(String),
    /// The connection ended before an answer began.
    Lost {
        /// Whether it had carried another exchange before.
        reused: bool,
        /// Why.
        cause: String,
    },
    /// A 5xx.
    Down,
    /// An answer that makes no sense.
    Nonsense,
    /// An answer with an error code.
    Errcode(i64),
}

impl Fault {
    /// Whether the code may have reached WeChat.
    pub const fn reached(&self) -> bool {
        !matches!(self, Self::Unreached(_) | Self::Tls(_))
    }

    /// How long to wait before the one retry; none when there is to be none. `chance` spreads retries out.
    pub fn pause_before_retry(&self, chance: u8, left: Duration, upstream: &Upstream) -> Option<Duration> {
        let spread = |from: u64, to: u64| {
            Duration::from_millis(from + (to - from) * u64::from(chance) / u64::from(u8::MAX))
        };
        let (pause, needed) = match self {
            // so much that the deadline cannot end while nothing is sent yet
            Self::Unreached(_) => {
                (spread(50, 200), upstream.connect_timeout() + upstream.handshake_timeout())
            }
            Self::Lost { reused: true, .. } => (spread(50, 200), Duration::ZERO),
            Self::Down => (spread(50, 200), LEFT_AFTER_5XX),
            Self::Errcode(errcode::BUSY) => (spread(100, 300), LEFT_FOR_ANSWER),
            Self::Tls(_) | Self::Lost { .. } | Self::Nonsense | Self::Errcode(_) => return None,
        };
        (left >= pause + needed).then_some(pause)
    }

    /// The fault in menwei's words.
    pub fn error(&self, ambiguous: bool) -> Error {
        match self {
            Self::Unreached(_) | Self::Lost { .. } | Self::Down => unavailable(ambiguous),
            Self::Tls(_) => unavailable_for_long(ambiguous),
            Self::Nonsense => Error::WeChatBadResponse,
            Self::Errcode(code) => errcode::error(*code),
        }
    }
}

/// The clients of one worker.
#[derive(Clone)]
pub struct Wire {
    pooled: Client,
    fresh: Client,
    skew: Arc<Skew>,
}

impl Wire {
    pub fn new(upstream: &Upstream) -> Self {
        Self {
            pooled: client(upstream, KEEP_ALIVE),
            fresh: client(upstream, Duration::ZERO),
            skew: Arc::clone(upstream.skew()),
        }
    }

    /// Sends one GET, or a POST of `json`, and reads the body of a 200. Has no deadline of its own.
    pub async fn send(&self, url: &str, json: Option<Bytes>, connection: Connection) -> Result<Bytes, Fault> {
        let method = if json.is_some() { Method::POST } else { Method::GET };
        let request = match connection {
            Connection::Pooled => self.pooled.request(method, url),
            Connection::Fresh => self.fresh.request(method, url).force_close(),
        };
        let (response, dialed) = dialer::watched(async {
            match json {
                Some(json) => request.content_type("application/json").send_body(json).await,
                None => request.send().await,
            }
        })
        .await;
        let mut response = response.map_err(|cause| fault(&cause, !dialed))?;
        if let Some(date) = response.headers().get(header::DATE).and_then(|date| date.to_str().ok()) {
            self.skew.note(date);
        }
        let status = response.status();
        let head: usize =
            response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if status.is_server_error() {
            return Err(Fault::Down);
        }
        if status != StatusCode::OK || head > HEAD_LIMIT {
            return Err(Fault::Nonsense);
        }
        let announced = response.headers().get(header::CONTENT_LENGTH).cloned();
        let body = response.body().limit(BODY_LIMIT).await.map_err(|_cause| Fault::Nonsense)?;
        // awc takes a body that was cut short for a whole one
        let is_whole = announced.is_none_or(|length| length.as_bytes() == body.len().to_string().as_bytes());
        if is_whole { Ok(body) } else { Err(Fault::Nonsense) }
    }
}

/// The URL holds the secret and the code: it goes into no log and no error.
pub fn code2session_url(api_base: &str, app: &App, code: &str) -> Zeroizing<String> {
    let mut url = Zeroizing::new(format!("{api_base}/sns/jscode2session?appid="));
    percent_encode(&mut url, &app.appid);
    url.push_str("&secret=");
    percent_encode(&mut url, app.secret.expose_secret());
    url.push_str("&js_code=");
    percent_encode(&mut url, code);
    url.push_str("&grant_type=authorization_code");
    url
}

/// The URL of a call for an app. Its query holds the access token: it goes into no log and no error.
pub fn call_url(api_base: &str, path: &str, query: &[(&str, &str)]) -> Zeroizing<String> {
    let mut url = Zeroizing::new([api_base, path].concat());
    for (place, (name, value)) in query.iter().enumerate() {
        url.push(if place == 0 { '?' } else { '&' });
        url.push_str(name);
        url.push('=');
        percent_encode(&mut url, value);
    }
    url
}

fn percent_encode(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // writing to a String cannot fail
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

/// No redirects: awc would carry the secret to wherever an answer points. No timeout: the whole exchange has one.
fn client(upstream: &Upstream, keep_alive: Duration) -> Client {
    let connector = Connector::new()
        .connector(Dialer::default())
        .rustls_0_23(upstream.tls())
        .timeout(upstream.connect_timeout())
        .handshake_timeout(upstream.handshake_timeout())
        .limit(upstream.max_in_flight())
        .conn_keep_alive(keep_alive);
    #[expect(clippy::disallowed_methods, reason = "the one place that builds clients")]
    let builder = Client::builder();
    builder
        .connector(connector)
        .disable_timeout()
        .disable_redirects()
        .no_default_headers()
        .add_default_header((header::USER_AGENT, concat!("menwei/", env!("CARGO_PKG_VERSION"))))
        .finish()
}

fn fault(cause: &SendRequestError, reused: bool) -> Fault {
    match cause {
        SendRequestError::Connect(ConnectError::Disconnected) | SendRequestError::Send(_) => {
            lost(cause, reused)
        }
        SendRequestError::Response(parse) => match parse {
            // "bytes remaining on stream": a head that was cut is an answer that began
            ParseError::Io(why) if why.kind() != std::io::ErrorKind::Other => lost(cause, reused),
            _ => Fault::Nonsense,
        },
        SendRequestError::Connect(ConnectError::Io(why)) if is_tls(why) => Fault::Tls(why.to_string()),
        SendRequestError::Connect(why) => Fault::Unreached(why.to_string()),
        other => Fault::Unreached(other.to_string()),
    }
}

fn lost(cause: &SendRequestError, reused: bool) -> Fault {
    Fault::Lost { reused, cause: cause.to_string() }
}

fn is_tls(why: &std::io::Error) -> bool {
    why.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_codes_stay_inside_their_parameter() {
        let app = App::new("wx1", "s&t".into());
        let url = code2session_url("http://127.0.0.1:1", &app, "a\"&secret=x%0d\r\n#");
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:1/sns/jscode2session?appid=wx1&secret=s%26t\
             &js_code=a%22%26secret%3Dx%250d%0D%0A%23&grant_type=authorization_code"
        );
    }
}
