//! awc's TCP connector, watched: whether an attempt opened a connection decides whether it may be tried again.

use std::cell::Cell;
use std::future::Future;
use std::task::{Context, Poll};

use actix_service::Service;
use actix_tls::connect::{ConnectError, ConnectInfo, Connection, ConnectorService};
use actix_web::rt::net::TcpStream;
use awc::http::Uri;

tokio::task_local! {
    static DIALED: Cell<bool>;
}

/// Runs `attempt`, and tells whether it dialed: if not, it took a connection out of the pool.
pub async fn watched<T>(attempt: impl Future<Output = T>) -> (T, bool) {
    DIALED
        .scope(Cell::new(false), async {
            let outcome = attempt.await;
            (outcome, DIALED.with(Cell::get))
        })
        .await
}

/// Resolves and connects as awc does, and notes that it did.
#[derive(Clone, Default)]
pub struct Dialer(ConnectorService);

impl Service<ConnectInfo<Uri>> for Dialer {
    type Response = Connection<Uri, TcpStream>;
    type Error = ConnectError;
    type Future = <ConnectorService as Service<ConnectInfo<Uri>>>::Future;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<ConnectInfo<Uri>>::poll_ready(&self.0, context)
    }

    fn call(&self, target: ConnectInfo<Uri>) -> Self::Future {
        // outside an attempt nobody asks
        let _ = DIALED.try_with(|dialed| dialed.set(true));
        self.0.call(target)
    }
}
