//! `/livez`: the process answers. `/readyz`: it can also write, and is not about to stop.
//!
//! WeChat counts for neither: while it is down, sessions that live must stay in rotation.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::http::route::resource;

/// How long the outcome of a probe counts: load balancers must not load the database.
const KEPT: Duration = Duration::from_secs(1);
/// How long a probe may take; longer is no.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether menwei can serve.
pub struct Health {
    probe: Box<dyn Fn() -> LocalBoxFuture<'static, Result<()>> + Send + Sync>,
    last: Mutex<Option<(Instant, bool)>>,
    is_draining: AtomicBool,
}

impl Health {
    /// Health by `probe`, which writes something to the database.
    pub fn new<P, F>(probe: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + 'static,
    {
        Self {
            probe: Box::new(move || Box::pin(probe())),
            last: Mutex::new(None),
            is_draining: AtomicBool::new(false),
        }
    }

    /// From now on `/readyz` says no.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Whether the probe succeeds; one probe at a time, its outcome counts for a second.
    async fn can_write(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((when, outcome)) = *last
            && when.elapsed() < KEPT
        {
            return outcome;
        }
        let outcome = timeout(PATIENCE, (self.probe)()).await;
        let why = outcome.unwrap_or_else(|_late| Err(Error::storage("the probe took too long"))).err();
        if let Some(why) = &why {
            log::warn!(error:% = why; "not ready");
        }
        *last = Some((Instant::now(), why.is_none()));
        why.is_none()
    }
}

/// `/livez` and `/readyz`; the app's data must hold a [`Health`].
pub fn routes(app: &mut web::ServiceConfig) {
    app.service(resource("/livez", [(Method::GET, web::to(livez))]));
    app.service(resource("/readyz", [(Method::GET, web::to(readyz))]));
}

#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
struct Answer {
    /// `ok`, or why not: `stopping`, `storage_unavailable`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process answers.
#[utoipa::path(get, path = "/livez", tag = "operation", operation_id = "livez", responses(
    (status = 200, description = "It does.", body = Answer),
))]
pub(crate) async fn livez() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(Answer { status: "ok" })).await
}

/// Whether it can write and is not about to stop.
///
/// WeChat counts for nothing here: while it is down, sessions that live must stay in rotation.
#[utoipa::path(get, path = "/readyz", tag = "operation", operation_id = "readyz", responses(
    (status = 200, description = "It can.", body = Answer),
    (status = 503, description = "It cannot, or is about to stop.", body = Answer),
))]
pub(crate) async fn readyz(health: web::Data<Health>) -> HttpResponse {
    if health.is_draining.load(Ordering::Relaxed) {
        return HttpResponse::ServiceUnavailable().json(Answer { status: "stopping" });
    }
    if health.can_write().await {
        HttpResponse::Ok().json(Answer { status: "ok" })
    } else {
        HttpResponse::ServiceUnavailable().json(Answer { status: "storage_unavailable" })
    }
}
