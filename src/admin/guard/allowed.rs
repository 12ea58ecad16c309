//! The guard: a request of somebody who is signed in and may do what it asks for.

use std::marker::PhantomData;
use std::ops::Deref;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::ask;
use super::signed_in::{SignedIn, UNAVAILABLE};
use super::submission::Submission;
use super::visit::Visit;
use crate::admin::frame::errors::{Again, Refusal, expired};
use crate::admin::role::{Permission, Role};

/// A permission as a type, so that a handler's arguments say what it takes to reach it.
pub trait Needs {
    /// The permission.
    const PERMISSION: Permission;
    /// Whether one must have proved lately that it is oneself.
    const PROOF: bool = false;
    /// Whether it may be reached without the second factor that the settings demand.
    const ENROLS: bool = false;
}

macro_rules! needs {
    ($($permission:ident)*) => {$(
        #[doc = concat!("[`Permission::", stringify!($permission), "`] as a type.")]
        #[derive(Debug)]
        pub enum $permission {}

        impl Needs for $permission {
            const PERMISSION: Permission = Permission::$permission;
        }
    )*};
}
needs! { Browse Revoke Freeze Moderate ReadStaff ReadOwnAudit ReadSettings TestApps Reveal Annotate Export ExportUsers ExportAudit WatchJobs ProposeEmergency }

/// Deleting somebody's account.
#[derive(Debug)]
pub enum Erase {}

impl Needs for Erase {
    const PERMISSION: Permission = Permission::Erase;
    const PROOF: bool = true;
}

/// Users and sessions, taken away as a file: one must have proved that it is oneself.
#[derive(Debug)]
pub enum TakeUsers {}

impl Needs for TakeUsers {
    const PERMISSION: Permission = Permission::ExportUsers;
    const PROOF: bool = true;
}

/// The audit log, taken away as a file: one must have proved that it is oneself.
#[derive(Debug)]
pub enum TakeAudit {}

impl Needs for TakeAudit {
    const PERMISSION: Permission = Permission::ExportAudit;
    const PROOF: bool = true;
}

/// Bulk work, begun: one must have proved that it is oneself.
#[derive(Debug)]
pub enum RevokeMatching {}

impl Needs for RevokeMatching {
    const PERMISSION: Permission = Permission::RevokeMatching;
    const PROOF: bool = true;
}

/// Bulk work that is under way: to stop it nobody must look for a password first.
#[derive(Debug)]
pub enum SteerJobs {}

impl Needs for SteerJobs {
    const PERMISSION: Permission = Permission::RevokeMatching;
}

/// Everything revoked, proposed: one must have proved that it is oneself.
#[derive(Debug)]
pub enum ProposeProven {}

impl Needs for ProposeProven {
    const PERMISSION: Permission = Permission::ProposeEmergency;
    const PROOF: bool = true;
}

/// Everything revoked, approved: one must have proved that it is oneself.
#[derive(Debug)]
pub enum ApproveEmergency {}

impl Needs for ApproveEmergency {
    const PERMISSION: Permission = Permission::ApproveEmergency;
    const PROOF: bool = true;
}

/// One's own account.
#[derive(Debug)]
pub enum OwnAccount {}

impl Needs for OwnAccount {
    const PERMISSION: Permission = Permission::KeepOwnAccount;
    const ENROLS: bool = true;
}

/// The accounts of staff, to change them.
#[derive(Debug)]
pub enum KeepStaff {}

impl Needs for KeepStaff {
    const PERMISSION: Permission = Permission::KeepStaff;
    const PROOF: bool = true;
}

/// The keys to one's own account: password and second factor.
#[derive(Debug)]
pub enum OwnKeys {}

impl Needs for OwnKeys {
    const PERMISSION: Permission = Permission::KeepOwnAccount;
    const PROOF: bool = true;
    const ENROLS: bool = true;
}

/// A request by a member of staff who may do `N`. Who is not signed in is sent to do so; who may not sees which
/// permission is missing, and the audit trail has it.
pub struct Allowed<N> {
    visit: Visit,
    /// Who they are.
    pub staff: SignedIn,
    /// What they are.
    pub role: Role,
    needs: PhantomData<N>,
}

impl<N> Deref for Allowed<N> {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl<N: Needs + 'static> FromRequest for Allowed<N> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, std::result::Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(request).map_err(actix_web::error::ErrorInternalServerError);
        let is_lost = visit.as_ref().is_ok_and(|visit| visit.who.is_none()) && !request.method().is_safe();
        let sent = is_lost.then(|| Submission::from_request(request, payload));
        Box::pin(async move {
            let mut visit = visit?;
            if visit.request.get_session().contains_key(UNAVAILABLE) {
                return Err(visit.refuse(Refusal::Unavailable));
            }
            let Some((staff, role)) = visit.who.clone().zip(visit.role()) else {
                let sent = if let Some(sent) = sent { sent.await.ok() } else { None };
                let again = sent.and_then(|sent| sent.left(&visit));
                return Err(signed_out(&visit, again));
            };
            if visit.state.config.admin.require_totp && !staff.has_totp && !N::ENROLS {
                let onward = visit.go("/admin/account/totp");
                return Err(InternalError::from_response("no second factor", onward).into());
            }
            if let Err(why) = visit.require(N::PERMISSION).await {
                return Err(visit.refusal(why));
            }
            visit.needs_proof = N::PROOF && !visit.is_proven();
            if visit.needs_proof && visit.request.method().is_safe() {
                let proof = visit.go(&onward(&visit, "/admin/reauth"));
                return Err(InternalError::from_response("not proven", proof).into());
            }
            Ok(Self { visit, staff, role, needs: PhantomData })
        })
    }
}

/// The sign-in page with the form that was sent, or the way to it: nothing of the form is kept on the server.
pub(super) fn signed_out(visit: &Visit, again: Option<Again>) -> actix_web::Error {
    let page = match again {
        None => Ok(to_sign_in(visit)),
        Some(again) if visit.half.is_some() => Ok(ask::code_instead(visit, expired(), again)),
        Some(again) => ask::name_instead(visit, expired(), again),
    };
    page.map_or_else(|why| why, |page| InternalError::from_response("signed out", page).into())
}

/// The way to the sign-in page, and back afterwards.
fn to_sign_in(visit: &Visit) -> HttpResponse {
    let door = if visit.half.is_some() { "/admin/login/second" } else { "/admin/login" };
    visit.go(&onward(visit, door))
}

/// A page to pass first, with the way back to this one.
fn onward(visit: &Visit, first: &str) -> String {
    let next = super::personal::way_to(visit.request.uri());
    if visit.request.method().is_safe() && next != "/admin" {
        format!("{first}?next={}", crate::admin::query::encode(next))
    } else {
        first.to_owned()
    }
}
