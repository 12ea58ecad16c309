//! Connections that work off the async workers, no more at once than there are.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::conn::{Conn, Connector};
use crate::error::{Error, Result};

/// How long a request may wait for a connection: then the database counts as out of reach.
const PATIENCE: Duration = Duration::from_secs(2);

/// A pool of connections with a queue in front that does not grow without end.
pub(super) struct Pool {
    connections: r2d2::Pool<Connector>,
    permits: Arc<Semaphore>,
}

impl Pool {
    /// A pool of at most `size` connections, opened as they are needed.
    pub(super) fn new(connector: Connector, size: u32) -> Self {
        let connections = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(2))
            // a broken connection is noticed when it comes back; asking each time costs a round trip
            .test_on_check_out(false)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(connector);
        let permits = usize::try_from(size).unwrap_or(1);
        Self { connections, permits: Arc::new(Semaphore::new(permits)) }
    }

    /// Connections that there may be, that are open, that nobody uses.
    pub(super) fn state(&self) -> (u32, u32, u32) {
        let state = self.connections.state();
        (self.connections.max_size(), state.connections, state.idle_connections)
    }

    /// Runs `work` on a thread that may block.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let waited = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = waited else { return Err(Error::storage("every connection is taken")) };
        let connections = self.connections.clone();
        let job = tokio::task::spawn_blocking(move || {
            // owned by the work: a caller that goes away does not make room for more than there is
            let _permit = permit;
            let mut pooled = connections.get().map_err(Error::storage)?;
            let outcome = work(&mut pooled.conn);
            pooled.has_failed = matches!(outcome, Err(Error::Storage(_)));
            outcome
        });
        job.await.map_err(|_panic| Error::Internal("a query panicked"))?
    }
}
