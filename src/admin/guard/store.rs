//! Where actix-session keeps console sessions: our own rows, by the digest of the cookie's value.
//!
//! A session is a row only once somebody has signed in: strangers cannot fill the database. What ended stays ended:
//! an update that finds no open row changes nothing and inserts nothing (the Redis store that comes with the crate
//! would bring the session back).

use std::collections::HashMap;

use actix_session::storage::{
    LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key,
};
use actix_web::cookie::time::Duration;
use anyhow::anyhow;

use super::signed_in::{
    HALF_SIGNED_IN, NEW_COOKIE, NEXT_SID, OWED_FOR, OWES_CODE, PROVED, SIGNED_IN, SignedIn, UNAVAILABLE,
};
use crate::clock::Instant;
use crate::db::staff::proved::Proved;
use crate::db::staff_sessions::{NewStaffSession, StaffSession, TOUCH_EVERY};
use crate::secret::{self, TokenDigest};
use crate::state::State;

type Entries = HashMap<String, String>;

/// Keeps console sessions in the database.
#[derive(Clone, Debug)]
pub struct Store(pub State);

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<Entries>, LoadError> {
        let (digest, now, idle) = (digest(key), self.0.now(), self.0.config.admin.idle);
        let wanted = digest.clone();
        let find = move |conn: &mut _| StaffSession::find_live(conn, &wanted, now, idle);
        let session = match self.0.db.lookup(find).await {
            Ok(Some(session)) => session,
            Ok(None) => return Ok(None),
            Err(why) => {
                log::warn!(error:% = why; "a console session could not be looked up");
                return Ok(Some(Entries::from([(UNAVAILABLE.to_owned(), "true".to_owned())])));
            }
        };
        if now.since(session.last_seen_at) >= TOUCH_EVERY {
            let touch = self.0.db.write(move |conn| StaffSession::touch(conn, &digest, now)).await;
            if let Err(why) = touch {
                // reading must go on while nothing can be written
                log::warn!("a console session's use was not written down: {why}");
            }
        }
        let mut entries: Entries =
            serde_json::from_str(&session.state).map_err(|why| LoadError::Deserialization(anyhow!(why)))?;
        let who = SignedIn::from(session);
        let who = serde_json::to_string(&who).map_err(|why| LoadError::Deserialization(anyhow!(why)))?;
        let entry = if entries.contains_key(OWES_CODE) { HALF_SIGNED_IN } else { SIGNED_IN };
        entries.insert(entry.to_owned(), who);
        Ok(Some(entries))
    }

    async fn save(&self, mut entries: Entries, _ttl: &Duration) -> Result<SessionKey, SaveError> {
        let who: SignedIn = entries
            .get(SIGNED_IN)
            .or_else(|| entries.get(HALF_SIGNED_IN))
            .and_then(|text| serde_json::from_str(text).ok())
            .ok_or_else(|| SaveError::Other(anyhow!("only people who signed in have sessions")))?;
        let proved: Proved = entries
            .remove(PROVED)
            .and_then(|text| serde_json::from_str(&text).ok())
            .ok_or_else(|| SaveError::Other(anyhow!("nothing was proved")))?;
        let now = self.0.now();
        let lasts =
            if entries.contains_key(OWES_CODE) { OWED_FOR } else { self.0.config.admin.session_lifetime };
        let key = generate_session_key();
        let named = entries.remove(NEXT_SID).and_then(|text| serde_json::from_str(&text).ok());
        let sid =
            named.map_or_else(|| secret::public_id(now), Ok).map_err(|why| SaveError::Other(anyhow!(why)))?;
        let new = NewStaffSession {
            digest: digest(&key).as_bytes().to_vec(),
            sid,
            staff_id: who.id,
            state: kept(entries).map_err(SaveError::Serialization)?,
            created_at: now,
            last_seen_at: now,
            expires_at: now + lasts,
            ip: who.ip,
            user_agent: who.user_agent,
        };
        let idle = self.0.config.admin.idle;
        let opened = self.0.db.write(move |conn| StaffSession::open(conn, &new, &proved, idle)).await;
        opened.map_err(|why| SaveError::Other(anyhow!(why)))?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        mut entries: Entries,
        _ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let renews = entries.remove(NEW_COOKIE);
        let (old, state) = (digest(&key), kept(entries).map_err(UpdateError::Serialization)?);
        let fail = |why: crate::error::Error| UpdateError::Other(anyhow!(why));
        let Some(expires) = renews else {
            let stored = self.0.db.write(move |conn| StaffSession::store(conn, &old, &state)).await;
            return stored.map(|_is_there| key).map_err(fail);
        };
        let expires: Option<i64> =
            serde_json::from_str(&expires).map_err(|why| UpdateError::Serialization(anyhow!(why)))?;
        let (new_key, expires_at) = (generate_session_key(), expires.map(Instant::from_micros));
        let new = digest(&new_key);
        // the row moves: between an end and a beginning, whoever ends all sessions would find none
        let renew = move |conn: &mut _| StaffSession::renew(conn, (&old, &new), &state, expires_at);
        Ok(if self.0.db.write(renew).await.map_err(fail)? { new_key } else { key })
    }

    async fn update_ttl(&self, _key: &SessionKey, _ttl: &Duration) -> Result<(), anyhow::Error> {
        // idle and absolute ends are the row's
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let (digest, now) = (digest(key), self.0.now());
        Ok(self.0.db.write(move |conn| StaffSession::end(conn, &digest, "signed_out", now)).await?)
    }
}

fn digest(key: &SessionKey) -> TokenDigest {
    TokenDigest::of_text(key.as_ref())
}

/// What is written to the row: all but who is signed in, which has columns of its own.
fn kept(mut entries: Entries) -> Result<String, anyhow::Error> {
    entries.remove(SIGNED_IN);
    entries.remove(HALF_SIGNED_IN);
    Ok(serde_json::to_string(&entries)?)
}
