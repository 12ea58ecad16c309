//! The whole of menwei as one set of routes over one state.

mod background;
pub mod collecting;
mod jobs;

use std::rc::Rc;
use std::sync::Arc;

use actix_web::web;

use crate::admin;
use crate::admin::system::Process;
use crate::api;
use crate::api::avatar::Intake;
use crate::api::content_check::ContentCheck;
use crate::api::sign_in::limits::Limits;
use crate::api::sign_in::{LeavingCodes, LoginCodes, SignIn};
use crate::api::turns::Turns;
use crate::clock::{Clock, Instant};
use crate::config::Config;
use crate::db::Database;
use crate::error::{Error, Result};
use crate::objects::Objects;
use crate::ops::health::Health;
use crate::password::Passwords;
use crate::secret::KeyRing;
use crate::server::Gate;
use crate::state::State;
use crate::wechat::upstream::Upstream;
use crate::wechat::{AccessTokens, WeChat, Wxa};

/// What a process is made of. Clones share everything.
#[derive(Clone)]
pub struct Site {
    /// Settings, data, keys, time.
    pub state: State,
    /// The way to WeChat, for all workers.
    pub upstream: Arc<Upstream>,
    /// The login codes that were seen lately.
    pub codes: LoginCodes,
    /// Those by which accounts were deleted lately.
    pub leaving: LeavingCodes,
    /// What one address may ask of logins.
    pub limits: Limits,
    /// WeChat's access tokens.
    pub tokens: Arc<AccessTokens>,
    /// Who is handing in a phone number or a picture.
    pub turns: Turns,
    /// When the process began.
    pub started_at: Instant,
    /// The room for uploads.
    pub intake: Intake,
}

impl Site {
    /// Opens and migrates the database, and makes everything ready to serve.
    ///
    /// # Errors
    /// When the database, the key file or the settings for WeChat cannot be used.
    pub fn open(config: Config, clock: Clock) -> Result<Self> {
        let db = Database::open(&config.database)?;
        for step in db.migrate()? {
            log::info!(step = step.as_str(); "migrated");
        }
        let keys = KeyRing::open_or_create(&config.key_file).map_err(Error::storage)?;
        Self::new(config, clock, db, keys)
    }

    /// A site over a database that is open and migrated.
    ///
    /// # Errors
    /// When the settings for WeChat cannot be used.
    pub fn new(config: Config, clock: Clock, db: Database, keys: KeyRing) -> Result<Self> {
        let upstream = Upstream::new(&config.wechat, clock.clone()).map_err(Error::storage)?;
        let tokens = AccessTokens::new(&config.wechat, clock.clone()).map_err(Error::storage)?;
        let (codes, leaving) = (LoginCodes::new(clock.clone()), LeavingCodes::new(clock.clone()));
        let limits = Limits::new(config.wechat.max_in_flight);
        let passwords = Passwords::new()?;
        let objects = Objects::open(&config.avatar)?;
        let state = State { config: Arc::new(config), db, keys: Arc::new(keys), clock, objects, passwords };
        let (tokens, turns) = (Arc::new(tokens), Turns::default());
        let started_at = state.now();
        let (upstream, intake) = (Arc::new(upstream), Intake::new()?);
        Ok(Self { state, upstream, codes, leaving, limits, tokens, turns, started_at, intake })
    }

    /// What every request passes.
    #[must_use]
    pub fn gate(&self) -> Gate {
        let db = self.state.db.clone();
        let health = Health::new(move || {
            let db = db.clone();
            async move { db.probe().await }
        });
        Gate::new(
            &self.state.config,
            self.state.clock.clone(),
            Arc::new(health),
            Some(admin::frame::errors::bare),
        )
    }

    /// The routes; called once in each worker, whose own way to WeChat is made here.
    pub fn routes(&self) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
        let site = self.clone();
        move |config| {
            let state = web::Data::new(site.state.clone());
            let codes = web::Data::new(site.codes.clone());
            let (leaving, limits) = (web::Data::new(site.leaving.clone()), site.limits.clone());
            let wechat = Rc::new(WeChat::new(Arc::clone(&site.upstream)));
            let wxa = Wxa::new(Arc::clone(&site.tokens));
            let content_check = ContentCheck { state: site.state.clone(), wxa: wxa.clone() };
            let process = Process {
                started_at: site.started_at,
                logins: Arc::clone(&site.upstream),
                calls: Arc::clone(site.tokens.upstream()),
            };
            config
                .app_data(web::Data::new(process))
                .app_data(state.clone())
                .app_data(web::Data::new(content_check))
                .app_data(web::Data::new(SignIn { state, codes, leaving, limits, wechat }))
                .app_data(web::Data::new(wxa))
                .app_data(web::Data::new(site.turns.clone()))
                .app_data(web::Data::new(site.intake.clone()))
                .configure(api::routes);
            if let Err(why) = admin::routes(&site.state, config) {
                log::error!(error:% = why; "no console");
            }
        }
    }
}
