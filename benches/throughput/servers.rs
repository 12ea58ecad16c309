//! The four servers, each with one worker.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Server;
use actix_web::http::header::ContentType;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::{Context as _, Result};
use menwei::api::error::ApiError;
use menwei::api::json::Json;
use menwei::api::login::Session;
use menwei::api::sign_in::{Client, Opened, SignIn};
use menwei::api::user::UserView;
use menwei::clock::Clock;
use menwei::db::users::{Status, User};
use menwei::error::Error;
use menwei::secret::{self, Token, TokenDigest};
use menwei::server::{self, told_to_stop};
use menwei::site::Site;
use menwei::wechat::WeChat;
use serde_json::{Value, json};

use crate::store;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Menwei, asked for `/api/me`.
    Me,
    /// Actix and nothing else: a handler with a constant answer as long as menwei's.
    Bare,
    /// Menwei, logging in.
    Login,
    /// Menwei's server, with maps in memory where the database is.
    Memory,
}

impl Kind {
    const ALL: [(Self, &str); 4] =
        [(Self::Me, "me"), (Self::Bare, "bare"), (Self::Login, "login"), (Self::Memory, "memory")];

    /// Its word on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind of that word.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|(_, known)| *known == name);
        found.map(|(kind, _)| kind).with_context(|| format!("{name}: me, bare, login or memory"))
    }

    /// Whether it is asked to log in.
    pub fn is_login(self) -> bool {
        matches!(self, Self::Login | Self::Memory)
    }
}

/// `serve KIND PLACE UPSTREAM`: prints the address, and serves until a signal.
pub fn serve(arguments: &mut dyn Iterator<Item = String>) -> Result<()> {
    let mut next = || arguments.next().context("serve KIND PLACE UPSTREAM");
    let (kind, place, upstream) = (Kind::parse(&next()?)?, next()?, next()?);
    let listener = server::listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = listener.local_addr()?;
    let settings = store::settings(Path::new(&place), &upstream)?;
    menwei::logger::start(&settings.log, Clock::System)?;
    let site = Site::open(settings, Clock::System)?;
    actix_web::rt::System::new().block_on(async {
        let running = match kind {
            Kind::Bare => bare(listener)?,
            Kind::Me | Kind::Login => {
                site.start_flushing();
                server::serve(listener, site.gate(), told_to_stop(), site.routes())?
            }
            Kind::Memory => memory(listener, &site)?,
        };
        crate::say(&address.to_string())?;
        running.await?;
        Ok(())
    })
}

/// An answer of `/api/me`, byte for byte as long.
const ANSWER: &str = r#"{"user":{"id":"01a204e8-2b31-7b52-9dd1-5f6dc8ed3738","nickName":"张伟1234","avatarUrl":"https://avatar.example.com/0000000004d2.jpg"},"session":{"sid":"01a204e8-2b3c-712f-bcf7-3dfa11c637f3","createdAt":"2026-11-22T20:17:34.012Z","expiresAt":"2026-12-22T20:17:34.012Z"}}"#;

fn bare(listener: TcpListener) -> Result<Server> {
    let answer = || async { HttpResponse::Ok().content_type(ContentType::json()).body(ANSWER) };
    let app = move || App::new().route("/api/me", web::get().to(answer));
    Ok(HttpServer::new(app).workers(1).listen(listener)?.run())
}

/// What a login writes, in maps.
#[derive(Default)]
struct Maps {
    users: HashMap<String, User>,
    sessions: HashMap<TokenDigest, i64>,
}

fn memory(listener: TcpListener, site: &Site) -> Result<Server> {
    let maps = Arc::new(Mutex::new(Maps::default()));
    let own = site.clone();
    let routes = move |config: &mut web::ServiceConfig| {
        let state = web::Data::new(own.state.clone());
        let wechat = Rc::new(WeChat::new(Arc::clone(&own.upstream)));
        let (codes, leaving) = (web::Data::new(own.codes.clone()), web::Data::new(own.leaving.clone()));
        let sign_in = SignIn { state, codes, leaving, limits: own.limits.clone(), wechat };
        config
            .app_data(web::Data::new(sign_in))
            .app_data(web::Data::from(Arc::clone(&maps)))
            .route("/api/login", web::post().to(login));
    };
    Ok(server::serve(listener, site.gate(), told_to_stop(), routes)?)
}

/// What `POST /api/login` does, but for the database.
async fn login(
    request: HttpRequest,
    sign_in: web::Data<SignIn>,
    maps: web::Data<Mutex<Maps>>,
    Json(body): Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (appid, code, client) = (text("appId"), text("code"), Client::of(&request));
    let app = sign_in.state.config.app(Some(&appid)).ok_or(Error::AppUnknown)?.clone();
    let (own, code_text, address) = (sign_in.clone(), code.clone(), client.address);
    let work = async move {
        let identity = own.wechat.code2session(&app, &code_text).await.outcome?;
        let now = own.state.now();
        let (token, sid) = (Token::generate(now)?, secret::public_id(now)?);
        let mut maps = maps.lock().unwrap_or_else(PoisonError::into_inner);
        let id = i64::try_from(maps.users.len()).unwrap_or(0);
        let new = || user(id, sid, now);
        let user = maps.users.entry(identity.openid).or_insert_with(new).clone();
        maps.sessions.insert(token.digest(), user.id);
        let expires_at = now + own.state.config.session.lifetime;
        Ok(Opened { user, identity_id: id, token, expires_at, is_new: false, displaced: 0 })
    };
    let opened = sign_in.codes.once(&sign_in.state.keys, &appid, &code, address, work).await?;
    let Session { token, token_type, expires_in, displaced, .. } = Session::of(&opened, &sign_in.state);
    let user = UserView::of(opened.user, &sign_in.state.config);
    Ok(HttpResponse::Ok().json(json!({
        "token": token, "tokenType": token_type, "expiresIn": expires_in, "displaced": displaced,
        "user": user, "isNew": opened.is_new,
    })))
}

fn user(id: i64, uid: String, now: menwei::clock::Instant) -> User {
    User {
        id,
        uid,
        nickname: String::new(),
        avatar_url: String::new(),
        gender: 0,
        country: String::new(),
        province: String::new(),
        city: String::new(),
        language: String::new(),
        status: Status::Active,
        frozen_reason: None,
        created_at: now,
        last_login_at: now,
        deleted_at: None,
        erase_at: None,
        erased_at: None,
        status_before: None,
        frozen_until: None,
    }
}
