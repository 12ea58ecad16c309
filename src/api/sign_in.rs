//! From a login code to a session: what `POST /api/login` does, and `POST /api/userProfile` with a fresh code.

pub mod limits;

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::{HttpRequest, web};

use super::account;
use super::device::Device;
use crate::clock::Instant;
use crate::config::App;
use crate::db::audit::Audit;
use crate::db::identities::Identity as Known;
use crate::db::logins::{Login, NewLogin};
use crate::db::reviews::Review;
use crate::db::sessions::Session;
use crate::db::sessions::open::NewSession;
use crate::db::users::sign_in::Vouched;
use crate::db::users::{Status, User};
use crate::error::{Error, Fault, Result};
use crate::http::client_address::ClientAddress;
use crate::http::request_id::Current;
use crate::secret::{self, Token};
use crate::state::State;
use crate::wechat::codes::Codes;
use crate::wechat::{Exchange, Identity, WeChat};
use limits::Limits;

/// A session that was opened, with its token: what a duplicate of the same code from the same address gets, too.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Who signed in.
    pub user: User,
    /// Under which identity.
    pub identity_id: i64,
    /// The session's token.
    pub token: Token,
    /// When the session ends at the latest.
    pub expires_at: Instant,
    /// Whether the user was created.
    pub is_new: bool,
    /// How many older sessions were ended over the cap.
    pub displaced: usize,
}

/// Who asks, from where and with what.
#[derive(Clone, Debug)]
pub struct Client {
    /// The client's address.
    pub address: IpAddr,
    /// What it tells of itself.
    pub device: Device,
    /// Our id of the request.
    pub request_id: Arc<str>,
}

/// What a code is exchanged for.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    LogIn,
    /// To take back the deletion of the account first.
    Restore,
}

/// The codes that were seen lately, with what came of them.
pub type LoginCodes = Codes<Opened>;
/// The codes by which accounts were deleted lately, with when each is erased.
pub type LeavingCodes = Codes<Instant>;

/// What signing in needs on this worker.
#[derive(Clone)]
pub struct SignIn {
    /// The process's state.
    pub state: web::Data<State>,
    /// The codes that were seen lately.
    pub codes: web::Data<LoginCodes>,
    /// Those by which somebody left.
    pub leaving: web::Data<LeavingCodes>,
    /// What one address may ask.
    pub limits: Limits,
    /// This worker's way to WeChat.
    pub wechat: Rc<WeChat>,
}

/// Codes are at most this long; WeChat's have 32 characters, its documents promise nothing.
const LONGEST_CODE: usize = 128;

impl SignIn {
    /// Exchanges a code and opens a session. Runs to its end even when the client goes away; a duplicate of the code
    /// from the same address shares the outcome.
    ///
    /// # Errors
    /// The code's faults, WeChat's, a freeze or a deletion of the account, the database's.
    pub async fn run(&self, appid: Option<&str>, code: &str, client: Client) -> Result<Opened> {
        self.run_for(Purpose::LogIn, appid, code, client).await
    }

    /// The same after taking back the deletion of the account; an account that is not deleted is only logged in to.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] when there is none, or it was erased; and as [`SignIn::run`].
    pub async fn restore(&self, appid: Option<&str>, code: &str, client: Client) -> Result<Opened> {
        self.run_for(Purpose::Restore, appid, code, client).await
    }

    /// The mini-program that is meant.
    ///
    /// # Errors
    /// [`Error::AppUnknown`]
    pub fn app(&self, appid: Option<&str>) -> Result<App> {
        self.state.config.app(appid).cloned().ok_or(Error::AppUnknown)
    }

    /// Exchanges a code only to know whose it is; remembers nothing of it, for WeChat takes it once.
    ///
    /// # Errors
    /// The code's and WeChat's; [`Error::RateLimited`].
    pub async fn identify(&self, app: &App, code: &str, address: IpAddr) -> Result<Identity> {
        self.ask_wechat(app, code, address).await.outcome
    }

    /// Exchanges a code, as often as an address may.
    async fn ask_wechat(&self, app: &App, code: &str, address: IpAddr) -> Exchange {
        let place = match self.limits.enter(address, self.state.now()).await {
            Ok(place) => place,
            Err(why) => return Exchange::refused(why),
        };
        let exchange = self.wechat.code2session(app, code).await;
        drop(place);
        if matches!(exchange.outcome, Err(Error::CodeInvalid | Error::CodeUsed)) {
            self.limits.note_failure(address, self.state.now());
        }
        exchange
    }

    async fn run_for(
        &self,
        purpose: Purpose,
        appid: Option<&str>,
        code: &str,
        client: Client,
    ) -> Result<Opened> {
        let app = self.app(appid)?;
        check_code(code)?;
        let (own, code_text, address) = (self.clone(), code.to_owned(), client.address);
        // a duplicate shares the outcome of what it asks for, not of something else
        let asked = match purpose {
            Purpose::LogIn => app.appid.clone(),
            Purpose::Restore => format!("{} restore", app.appid),
        };
        let is_first = Rc::new(Cell::new(false));
        let begun = Rc::clone(&is_first);
        let work = async move {
            begun.set(true);
            own.exchange(purpose, app, code_text, client).await
        };
        let opened = self.codes.once(&self.state.keys, &asked, code, address, work).await?;
        if !is_first.get() {
            self.check_still_live(&opened).await?;
        }
        Ok(opened)
    }

    /// A duplicate shares a session only while it is live: a code is no way around a revocation or a freeze.
    async fn check_still_live(&self, opened: &Opened) -> Result<()> {
        let digest = opened.token.digest();
        let row = self.state.db.lookup(move |conn| Session::find_caller(conn, &digest)).await?;
        let (row, liveness) = (row.ok_or(Error::CodeUsed)?, self.state.liveness());
        match row.status {
            Status::Frozen { until } if row.status.is_barred(liveness.now) => {
                Err(Error::UserFrozen { until })
            }
            _ => row.admit(liveness).map_err(|_ended| Error::CodeUsed),
        }
    }

    async fn exchange(self, purpose: Purpose, app: App, code: String, client: Client) -> Result<Opened> {
        let Exchange { outcome, errcode, rid, latency, is_made } =
            self.ask_wechat(&app, &code, client.address).await;
        let attempt = NewLogin {
            at: self.state.now(),
            appid: app.appid.clone(),
            user_id: None,
            sid: None,
            result: "ok".to_owned(),
            errcode,
            rid,
            latency_ms: i64::try_from(latency.as_millis()).unwrap_or(i64::MAX),
            ip: client.address.to_string(),
            request_id: client.request_id.to_string(),
        };
        let (openid, attempt_at) =
            (outcome.as_ref().ok().map(|identity| identity.openid.clone()), attempt.at);
        let outcome = match (outcome, purpose) {
            (Ok(identity), Purpose::Restore) => self.take_back(&app, identity, &client).await,
            (outcome, _) => outcome,
        };
        let opened = match outcome {
            Ok(identity) => self.open(app, identity, attempt.clone(), &client).await,
            Err(why) => Err(why),
        };
        if let Err(why) = &opened
            && (is_made || self.limits.may_log(attempt_at))
        {
            let failed = NewLogin { result: why.code().to_owned(), ..attempt };
            if let Err(unrecorded) = self.record_failed(failed, openid).await {
                log::warn!("a failed login could not be recorded: {unrecorded}");
            }
        }
        opened
    }

    /// Takes a deletion back, in a transaction of its own: it stands even if the user is kept out for another reason.
    async fn take_back(&self, app: &App, identity: Identity, client: &Client) -> Result<Identity> {
        let now = self.state.now();
        let (appid, linked) = (app.appid.clone(), self.state.config.linked(app));
        let proven = account::Proven { appid, identity: identity.clone(), linked };
        let request_id = client.request_id.to_string();
        let write = move |conn: &mut _| {
            let Some(user) = User::restore(conn, &proven.vouched(), now)? else { return Ok(()) };
            let detail = serde_json::json!({ "appId": proven.appid }).to_string();
            let entry = account::entry("account.restore", &user.uid, detail, request_id);
            Audit::append(conn, &entry, now).map(drop)
        };
        self.state.db.write(write).await?;
        Ok(identity)
    }

    /// Notes a login that failed, on the user's page too when it is known who tried: support looks there when a user
    /// says that they cannot get in.
    async fn record_failed(&self, mut failed: NewLogin, openid: Option<String>) -> Result<()> {
        let record = move |conn: &mut _| {
            if let Some(openid) = openid {
                failed.user_id = Known::find(conn, &failed.appid, &openid)?.map(|(_, user)| user.id);
            }
            Login::record(conn, &failed)
        };
        self.state.db.write(record).await
    }

    async fn open(&self, app: App, identity: Identity, attempt: NewLogin, client: &Client) -> Result<Opened> {
        let (state, now) = (self.state.clone(), attempt.at);
        let (token, sid) = (Token::generate(now)?, secret::public_id(now)?);
        let (address, device) = (client.address, client.device.clone());
        let linked = state.config.linked(&app);
        state
            .clone()
            .db
            .write(move |conn| {
                let vouched = Vouched {
                    appid: &app.appid,
                    openid: &identity.openid,
                    unionid: identity.unionid.as_deref(),
                    session_key: identity.session_key.reveal(),
                    linked: &linked,
                };
                let signed_in = User::sign_in(conn, &vouched, &state.keys, now)?;
                if state.config.wechat.content_check {
                    Review::wake(conn, signed_in.user.id, now)?;
                }
                let settings = state.config.session;
                let expires_at = now + settings.lifetime;
                let new = NewSession {
                    digest: token.digest().as_bytes().to_vec(),
                    sid: sid.clone(),
                    user_id: signed_in.user.id,
                    identity_id: signed_in.identity_id,
                    appid: app.appid,
                    created_at: now,
                    last_seen_at: now,
                    expires_at,
                    ip: address.to_string(),
                    user_agent: device.user_agent,
                    client: device.client.to_owned(),
                    device: device.model,
                    wechat_version: device.wechat_version,
                    app_version: device.app_version,
                };
                let displaced = Session::open(conn, &new, settings.per_user, state.liveness())?;
                let login = NewLogin { user_id: Some(signed_in.user.id), sid: Some(sid), ..attempt };
                Login::record(conn, &login)?;
                signed_in.conclude(conn, now)?;
                let (identity_id, is_new) = (signed_in.identity_id, signed_in.is_new);
                Ok(Opened { user: signed_in.user, identity_id, token, expires_at, is_new, displaced })
            })
            .await
    }
}

/// A code is 1 to 128 visible ASCII characters: WeChat promises nothing more precise.
pub(super) fn check_code(code: &str) -> Result<()> {
    let fault = if code.is_empty() {
        Some(Fault::Missing)
    } else if code.len() > LONGEST_CODE {
        Some(Fault::TooLong(LONGEST_CODE))
    } else if !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some(Fault::Characters)
    } else {
        None
    };
    fault.map_or(Ok(()), |fault| Err(Error::field("code", fault)))
}

impl Client {
    /// The client of a request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let request_id = Current::get().map_or_else(|| "".into(), |current| current.id);
        Self { address: ClientAddress::of(request).0, device: Device::of(request.headers()), request_id }
    }
}
