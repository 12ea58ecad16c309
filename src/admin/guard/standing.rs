//! Whether whoever asks still may. A request is let in by its head, and its body may take ten seconds more: somebody
//! who was disabled meanwhile, or whose session was ended, must not finish what they began. So it is looked at again
//! when a form has come in, and once more in the transaction that does what it asks for.

use actix_session::SessionExt as _;
use actix_web::error::InternalError;

use super::allowed::signed_out;
use super::signed_in::NEW_COOKIE;
use super::visit::Visit;
use crate::admin::frame::errors::Again;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::staff_sessions::StaffSession;
use crate::error::{Error, Result};

impl Visit {
    /// Does what a request asks for, as one transaction, if its session is still live in it.
    ///
    /// The look comes after the deed: by then the deed's entry holds the end of the audit trail, which whoever ends a
    /// session or disables an account needs, too. Either they were first, and this sees it, or they come after.
    ///
    /// # Errors
    /// Those of `work`; [`Error::SessionRevoked`] when the session has ended since the request began, and then nothing
    /// was done.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let stands = self.stands();
        let write = move |conn: &mut Conn| {
            let done = work(conn)?;
            stands(conn)?;
            Ok(done)
        };
        self.state.db.write(write).await
    }

    /// Lets a form go on whose session is still live; else the page to sign in again, with the form.
    pub(super) async fn go_in(&self, again: impl FnOnce() -> Again) -> Result<(), actix_web::Error> {
        if self.who.is_none() && self.half.is_none() {
            return Ok(());
        }
        match self.state.db.lookup(self.stands()).await {
            Ok(()) => Ok(()),
            Err(Error::SessionRevoked) => Err(signed_out(&self.as_stranger()?, Some(again()))),
            Err(why) => Err(self.fail(&why)),
        }
    }

    /// What fails once the session of this request is no longer live; a stranger has none to lose.
    fn stands(&self) -> impl FnOnce(&mut Conn) -> Result<()> + Send + use<> {
        let who = self.who.as_ref().or(self.half.as_ref()).map(|who| (who.sid.clone(), who.role.clone()));
        let (now, idle) = (self.now(), self.state.config.admin.idle);
        move |conn| match who {
            Some((sid, role)) if !StaffSession::is_live(conn, &sid, &role, now, idle)? => {
                Err(Error::SessionRevoked)
            }
            _ => Ok(()),
        }
    }

    /// The same request by nobody in particular.
    fn as_stranger(&self) -> Result<Self, actix_web::Error> {
        let mut stranger = Self::of(&self.request).map_err(|why| self.fail(&why))?;
        (stranger.who, stranger.half) = (None, None);
        Ok(stranger)
    }

    /// Gives the session a new cookie, as at each change of what proves who it is (OWASP ASVS 7.2.4); one that has ended
    /// meanwhile gets none. `expires_at` moves its end.
    ///
    /// # Errors
    /// Never in practice: what is kept is a number.
    pub(in crate::admin) fn renew(&self, expires_at: Option<Instant>) -> Result<()> {
        let kept = self.request.get_session().insert(NEW_COOKIE, expires_at.map(Instant::micros));
        kept.map_err(|_why| Error::Internal("session"))
    }

    /// What was asked for was not done: the session had ended.
    pub(in crate::admin) fn gone(&self) -> actix_web::Error {
        InternalError::from_response("signed out", self.go("/admin/login")).into()
    }
}
