//! The whole of menwei as one set of routes over one state.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;

use crate::admin;
use crate::api;
use crate::api::phone::Turns;
use crate::api::sign_in::{LoginCodes, SignIn};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Database;
use crate::error::{Error, Result};
use crate::ops::health::Health;
use crate::password::Passwords;
use crate::secret::KeyRing;
use crate::server::Gate;
use crate::state::State;
use crate::wechat::upstream::Upstream;
use crate::wechat::{AccessTokens, WeChat, Wxa};

/// How often the last uses of sessions are written down.
const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked for pushes that wait: one seek in an index.
const WORK_OFF_EVERY: Duration = Duration::from_secs(2);

/// What a process is made of. Clones share everything.
#[derive(Clone)]
pub struct Site {
    /// Settings, data, keys, time.
    pub state: State,
    /// The way to WeChat, for all workers.
    pub upstream: Arc<Upstream>,
    /// The login codes that were seen lately.
    pub codes: LoginCodes,
    /// WeChat's access tokens.
    pub tokens: Arc<AccessTokens>,
    /// Who is handing in a phone number.
    pub turns: Turns,
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
        let codes = LoginCodes::new(clock.clone());
        let passwords = Passwords::new()?;
        let state = State { config: Arc::new(config), db, keys: Arc::new(keys), clock, passwords };
        let (tokens, turns) = (Arc::new(tokens), Turns::default());
        Ok(Self { state, upstream: Arc::new(upstream), codes, tokens, turns })
    }

    /// What every request passes.
    #[must_use]
    pub fn gate(&self) -> Gate {
        let db = self.state.db.clone();
        let health = Health::new(move || {
            let db = db.clone();
            async move { db.probe().await }
        });
        Gate::new(&self.state.config, self.state.clock.clone(), Arc::new(health), Some(admin::errors::bare))
    }

    /// The routes; called once in each worker, whose own way to WeChat is made here.
    pub fn routes(&self) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
        let site = self.clone();
        move |config| {
            let state = web::Data::new(site.state.clone());
            let codes = web::Data::new(site.codes.clone());
            let wechat = Rc::new(WeChat::new(Arc::clone(&site.upstream)));
            config
                .app_data(state.clone())
                .app_data(web::Data::new(SignIn { state, codes, wechat }))
                .app_data(web::Data::new(Wxa::new(Arc::clone(&site.tokens))))
                .app_data(web::Data::new(site.turns.clone()))
                .configure(api::routes);
            if let Err(why) = admin::routes(&site.state, config) {
                log::error!(error:% = why; "no console");
            }
        }
    }

    /// Works off what WeChat pushed, for as long as the process lives. Runs on an actix system.
    pub fn start_working_off(&self) {
        let state = self.state.clone();
        actix_web::rt::spawn(async move {
            loop {
                if let Err(why) = state.db.work_off_pushes(state.liveness()).await {
                    log::warn!(error:% = why; "pushes were not worked off");
                }
                actix_web::rt::time::sleep(WORK_OFF_EVERY).await;
            }
        });
    }

    /// Writes down, for as long as the process lives, what is collected in memory. Runs on an actix system.
    pub fn start_flushing(&self) {
        let db = self.state.db.clone();
        actix_web::rt::spawn(async move {
            loop {
                actix_web::rt::time::sleep(FLUSH_EVERY).await;
                if let Err(why) = db.flush_touches().await {
                    log::warn!(error:% = why; "last uses of sessions were not written down");
                }
            }
        });
    }
}
