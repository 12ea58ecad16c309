//! The guard: a request of somebody who is signed in, and what they may do.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::errors::{Refusal, Refused};
use super::role::{Permission, Role};
use super::store::Account;
use super::visit::Visit;
use crate::db::audit::Audit;

/// A visit of a member of staff. Handlers that ask for it are reached by them only; others are sent to sign in.
#[derive(Clone)]
pub struct Member {
    visit: Visit,
    /// Who.
    pub account: Account,
    /// What they are now.
    pub role: Role,
}

impl Member {
    /// Lets them go on who may do this. A refusal is written to the audit trail.
    ///
    /// # Errors
    /// [`Refusal::Permission`].
    pub async fn require(&self, permission: Permission) -> Result<(), Refused> {
        if self.role.may(permission) {
            return Ok(());
        }
        let mut entry = self.entry("permission.denied", "");
        "denied".clone_into(&mut entry.result);
        entry.detail = serde_json::json!({ "permission": format!("{permission:?}") }).to_string();
        let now = self.now();
        self.console().state.db.write(move |conn| Audit::append(conn, &entry, now)).await?;
        Err(Refusal::Permission(permission).into())
    }
}

impl Deref for Member {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl FromRequest for Member {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload).into_inner();
        ready(visit.and_then(|visit| {
            if visit.is_unavailable() {
                return Err(Refusal::Unavailable.into());
            }
            let found = visit.account().map(|(account, role)| (account.clone(), role));
            let (account, role) = found.ok_or(Refusal::SignIn)?;
            Ok(Self { visit, account, role })
        }))
    }
}
