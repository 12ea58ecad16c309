//! The guard: a request of somebody who is signed in and may do what it asks for.

use std::marker::PhantomData;
use std::ops::Deref;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::errors::Refusal;
use super::role::{Permission, Role};
use super::signed_in::{SignedIn, UNAVAILABLE};
use super::visit::Visit;

/// A permission as a type, so that a handler's arguments say what it takes to reach it.
pub trait Needs {
    /// The permission.
    const PERMISSION: Permission;
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
needs! { Browse Revoke Freeze ReadOwnAudit }

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

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(request).map_err(actix_web::error::ErrorInternalServerError);
        Box::pin(async move {
            let visit = visit?;
            if visit.request.get_session().contains_key(UNAVAILABLE) {
                return Err(visit.refuse(Refusal::Unavailable));
            }
            let Some((staff, role)) = visit.who.clone().zip(visit.role()) else {
                return Err(InternalError::from_response("signed out", to_sign_in(&visit)).into());
            };
            if let Err(why) = visit.require(N::PERMISSION).await {
                return Err(visit.refusal(why));
            }
            Ok(Self { visit, staff, role, needs: PhantomData })
        })
    }
}

/// The way to the sign-in page, and back afterwards.
fn to_sign_in(visit: &Visit) -> HttpResponse {
    let next = visit.request.uri().path_and_query().map_or("/admin", |path| path.as_str());
    if visit.request.method().is_safe() && next != "/admin" {
        let next = super::query::encode(next);
        visit.go(&format!("/admin/login?next={next}"))
    } else {
        visit.go("/admin/login")
    }
}
