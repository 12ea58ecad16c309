//! Console sessions in the database, behind actix-session.
//!
//! The cookie's value is random and stored as a digest only. A session is inserted once, at sign-in; everything later
//! updates, so that one that was ended meanwhile stays ended. Who the member of staff is comes from their row at every
//! load, never from what the session carries.

use std::collections::HashMap;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration as CookieDuration;
use anyhow::anyhow;

use crate::db::staff_sessions::{NewStaffSession, StaffSession, TOUCH_EVERY};
use crate::error::{Error, Result};
use crate::secret::{self, TokenDigest, token};
use crate::state::State;

/// The names under which a session carries things.
pub mod name {
    /// The member of staff's key: set at sign-in.
    pub const STAFF: &str = "staff";
    /// The browser's address at sign-in.
    pub const IP: &str = "ip";
    /// The browser's User-Agent at sign-in.
    pub const AGENT: &str = "agent";
    /// What the form tokens of this session are made of.
    pub const SEED: &str = "seed";
    /// What the last action did.
    pub const FLASH: &str = "flash";
    /// The member of staff as their row has it now: put in at every load.
    pub const ACCOUNT: &str = "account";
    /// The database could not be asked: put in instead of everything else.
    pub const UNAVAILABLE: &str = "unavailable";
}

/// What a session carries: JSON by name, as actix-session has it.
type Carried = HashMap<String, String>;

/// A member of staff, as their row has them now.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Account {
    /// Their key.
    pub id: i64,
    /// What they sign in with.
    pub name: String,
    /// The word for their role.
    pub role: String,
    /// The language they chose.
    pub language: Option<String>,
}

/// The store.
#[derive(Clone, Debug)]
pub struct Store(pub State);

impl Store {
    async fn find(&self, key: &SessionKey) -> Result<Option<Carried>> {
        let digest = TokenDigest::of_text(key.as_ref());
        let (now, idle) = (self.0.now(), self.0.config.admin.idle);
        let wanted = digest.clone();
        let found = self.0.db.lookup(move |conn| StaffSession::find_live(conn, &wanted, now, idle)).await?;
        let Some(session) = found else { return Ok(None) };
        if now.since(session.last_seen_at) >= TOUCH_EVERY {
            self.0.db.write(move |conn| StaffSession::touch(conn, &digest, now)).await?;
        }
        let staff = session.staff;
        let account = Account { id: staff.id, name: staff.name, role: staff.role, language: staff.language };
        let mut carried: Carried = serde_json::from_str(&session.state).unwrap_or_default();
        carried.insert(name::ACCOUNT.to_owned(), json(&account)?);
        Ok(Some(carried))
    }

    async fn open(&self, carried: &Carried) -> Result<String> {
        let read = |name: &str| -> Option<String> { serde_json::from_str(carried.get(name)?).ok() };
        let staff_id = carried.get(name::STAFF).and_then(|id| serde_json::from_str(id).ok());
        let (key, digest) = token::one_time()?;
        let now = self.0.now();
        let new = NewStaffSession {
            digest: digest.as_bytes().to_vec(),
            sid: secret::public_id(now)?,
            staff_id: staff_id.ok_or(Error::Internal("a console session of nobody"))?,
            state: text(carried)?,
            created_at: now,
            last_seen_at: now,
            expires_at: now + self.0.config.admin.session_lifetime,
            ip: read(name::IP).unwrap_or_default(),
            user_agent: read(name::AGENT).unwrap_or_default(),
        };
        self.0.db.write(move |conn| StaffSession::open(conn, &new)).await?;
        Ok(key)
    }
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<Carried>, LoadError> {
        self.find(key).await.or_else(|why| {
            // actix-session would answer 500 for every page; the guard says 503 instead
            log::warn!(error:% = why; "a console session could not be loaded");
            Ok(Some(HashMap::from([(name::UNAVAILABLE.to_owned(), "true".to_owned())])))
        })
    }

    async fn save(&self, carried: Carried, _ttl: &CookieDuration) -> Result<SessionKey, SaveError> {
        let key = self.open(&carried).await.map_err(|why| SaveError::Other(anyhow!(why)))?;
        SessionKey::try_from(key).map_err(|why| SaveError::Other(anyhow!(why)))
    }

    async fn update(
        &self,
        key: SessionKey,
        carried: Carried,
        _ttl: &CookieDuration,
    ) -> Result<SessionKey, UpdateError> {
        let digest = TokenDigest::of_text(key.as_ref());
        let state = text(&carried).map_err(|why| UpdateError::Serialization(anyhow!(why)))?;
        // a session that was ended meanwhile stays ended: its cookie opens nothing
        let stored = self.0.db.write(move |conn| StaffSession::store(conn, &digest, &state)).await;
        stored.map(|_was_there| key).map_err(|why| UpdateError::Other(anyhow!(why)))
    }

    async fn update_ttl(&self, _key: &SessionKey, _ttl: &CookieDuration) -> Result<(), anyhow::Error> {
        // the end is fixed at sign-in, and use is noted at load
        std::future::ready(Ok(())).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let (digest, now) = (TokenDigest::of_text(key.as_ref()), self.0.now());
        let end = move |conn: &mut _| StaffSession::end(conn, &digest, "sign_out", now);
        self.0.db.write(end).await.map_err(|why| anyhow!(why))
    }
}

/// What is stored: everything but what comes fresh at each load.
fn text(carried: &Carried) -> Result<String> {
    let kept: HashMap<&String, &String> =
        carried.iter().filter(|(name, _)| name.as_str() != name::ACCOUNT).collect();
    json(&kept)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_cause| Error::Internal("a session that is no JSON"))
}
