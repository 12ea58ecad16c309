//! A server on a free port of the loopback, in a thread of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::web::ServiceConfig;
use menwei::clock::Clock;
use menwei::config::Config;
use menwei::ops::health::Health;
use menwei::server::{self, Gate, Stop};
use tokio::sync::oneshot;

use super::raw::{Answer, Raw};

/// Stops when it is dropped.
pub struct Running {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<Stop>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// A gate by the settings of a TOML text, with a database that is always well.
pub fn gate(settings: &str) -> Gate {
    let config = Config::parse(settings, &[]).unwrap();
    let health = Arc::new(Health::new(|| async { Ok(()) }));
    let mut gate = Gate::new(&config, Clock::System, health, None);
    gate.limits.workers = 1;
    gate
}

impl Running {
    /// Serves `routes` behind `gate` until it is dropped.
    pub fn start(gate: Gate, routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self::until(gate, || async move { stopped.await.unwrap_or(Stop::Now) }, routes, Some(stop))
    }

    /// Serves until a signal comes.
    pub fn until_signal(gate: Gate, routes: fn(&mut ServiceConfig)) -> Self {
        Self::until(gate, server::told_to_stop, routes, None)
    }

    fn until<S: Future<Output = Stop> + Send + 'static>(
        gate: Gate,
        stop: impl FnOnce() -> S + Send + 'static,
        routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
        handle: Option<oneshot::Sender<Stop>>,
    ) -> Self {
        let listener = server::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new()
                .block_on(async move { server::serve(listener, gate, stop(), routes)?.await })
        });
        Self { address, stop: handle, thread: Some(thread) }
    }

    /// A new connection.
    pub fn connect(&self) -> Raw {
        Raw::connect(self.address)
    }

    /// One request on a connection of its own.
    pub fn ask(&self, request: &str) -> Answer {
        self.connect().ask(request)
    }

    /// Asks it to stop, without waiting.
    pub fn stop(&mut self, how: Stop) {
        let _ = self.stop.take().map(|stop| stop.send(how));
    }

    /// Waits until it has stopped.
    pub fn join(&mut self) -> io::Result<()> {
        self.thread.take().map_or(Ok(()), |thread| thread.join().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop(Stop::Now);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
