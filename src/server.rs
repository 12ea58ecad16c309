//! The server: workers, limits, what happens around every request, and the stop.
//!
//! HTTP/1.1 only; TLS is the proxy's work. What actix-web leaves open (slow bodies, second heads, unread answers, panics,
//! bare errors) is closed here: `body.rs`, `connection.rs`, `answer.rs`.

pub mod headers;

mod answer;
mod connection;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_service::ServiceFactory;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{App, Error, HttpResponse, HttpServer, web};
use socket2::{Domain, Protocol, Socket, Type};

use crate::clock::Clock;
use crate::config::Config;
use crate::http::TrustedProxies;
use crate::http::request_id::Current;
use crate::ops::health::{self, Health};

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;

/// Draws an error as an HTML page, for paths of the console.
pub type ErrorPage = fn(StatusCode, &Current) -> String;

/// What every request passes. Clones share the health.
#[derive(Clone)]
pub struct Gate {
    /// Numbers and times.
    pub limits: Limits,
    /// The networks whose `X-Forwarded-For` and `X-Request-Id` are believed.
    pub trusted_proxies: TrustedProxies,
    /// Whether browsers come over https.
    pub is_https: bool,
    /// The time.
    pub clock: Clock,
    /// `/livez` and `/readyz`.
    pub health: Arc<Health>,
    /// The console's face of errors; without it every error is problem+json.
    pub error_page: Option<ErrorPage>,
}

/// How much and how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Threads that answer.
    pub workers: usize,
    /// Connections a worker holds at once.
    pub connections: usize,
    /// Connections one client address holds at once, over all workers; trusted proxies have no limit.
    pub connections_per_peer: usize,
    /// Threads of each worker for work that blocks.
    pub blocking_threads: usize,
    /// How long a request head may take.
    pub head: Duration,
    /// How long a whole body may take, from its head on.
    pub body: Duration,
    /// How long a connection may wait for its next request.
    pub keep_alive: Duration,
    /// How long an answer may wait for its reader without any progress.
    pub unread_answer: Duration,
    /// How long `/readyz` says no before the server stops taking connections.
    pub drain: Duration,
    /// How long requests under way may take after that, in whole seconds.
    pub stop: Duration,
}

impl Limits {
    /// The limits of a configuration: the drain takes a fifth of the stop, at most 2 s.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let shutdown = config.server.shutdown;
        let drain = (shutdown / 5).min(Duration::from_secs(2));
        Self {
            workers: config.server.workers,
            connections: 5_000,
            connections_per_peer: 1_024,
            blocking_threads: 16,
            head: Duration::from_secs(5),
            body: Duration::from_secs(10),
            keep_alive: Duration::from_secs(10),
            unread_answer: Duration::from_secs(30),
            drain,
            stop: shutdown.saturating_sub(drain),
        }
    }
}

impl Gate {
    /// The gate of a configuration.
    #[must_use]
    pub fn new(config: &Config, clock: Clock, health: Arc<Health>, error_page: Option<ErrorPage>) -> Self {
        Self {
            limits: Limits::of(config),
            trusted_proxies: TrustedProxies(config.server.trusted_proxies.as_slice().into()),
            is_https: config.is_https(),
            clock,
            health,
            error_page,
        }
    }
}

/// A socket that listens on `address`. Port 0 takes any free one: ask the listener for it.
///
/// # Errors
/// The operating system's, such as an address in use.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // a restart must not wait for the last connections of the one before
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// One worker's app: `routes` behind the gate. Unknown paths are bare 404s, which the gate gives a face; `routes` may
/// set a `default_service` of its own.
pub fn app<R>(
    gate: Gate,
    routes: R,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
>
where
    R: FnOnce(&mut web::ServiceConfig),
{
    let gate = web::Data::new(gate);
    let outermost = gate.clone();
    App::new()
        .app_data(gate.clone())
        .app_data(web::Data::new(gate.trusted_proxies.clone()))
        .app_data(web::Data::from(Arc::clone(&gate.health)))
        .default_service(web::to(|| std::future::ready(HttpResponse::NotFound().finish())))
        .configure(health::routes)
        .configure(crate::assets::routes)
        .configure(routes)
        .wrap(from_fn(move |request, next: Next<_>| answer::answer(outermost.clone(), request, next)))
}

/// How a server is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Say no on `/readyz` first, so that the load balancer looks elsewhere.
    Drain,
    /// At once; requests under way are still finished.
    Now,
}

/// Serves until `stop` comes, then until the requests under way are answered or `limits.stop` is over. The future that is
/// returned must be awaited on an actix system.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve<R, S>(listener: TcpListener, gate: Gate, stop: S, routes: R) -> io::Result<Server>
where
    R: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    S: Future<Output = Stop> + Send + 'static,
{
    let limits = gate.limits;
    let (health, peers) = (Arc::clone(&gate.health), connection::Peers::default());
    let watched = gate.clone();
    let server = HttpServer::new(move || app(gate.clone(), routes.clone()))
        .on_connect(move |stream, about| connection::connected(&watched, &peers, stream, about))
        .workers(limits.workers)
        .max_connections(limits.connections)
        .worker_max_blocking_threads(limits.blocking_threads)
        .client_request_timeout(limits.head)
        .keep_alive(limits.keep_alive)
        .shutdown_timeout(limits.stop.as_secs().max(1))
        .shutdown_signal(async move {
            let stop = stop.await;
            health.drain();
            if stop == Stop::Drain {
                tokio::time::sleep(limits.drain).await;
            }
        })
        .listen(listener)?
        .run();
    Ok(server)
}

/// Comes with SIGTERM ([`Stop::Drain`]) or SIGINT ([`Stop::Now`]); never when signals cannot be had.
///
/// Signals are listened for as soon as this is called, which must be within an actix system: what says that menwei is up
/// comes after it, or whoever ends it at once would kill it.
pub fn told_to_stop() -> impl Future<Output = Stop> + Send + 'static {
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        match signals {
            (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
                _ = terminate.recv() => Stop::Drain,
                _ = interrupt.recv() => Stop::Now,
            },
            (Err(why), _) | (_, Err(why)) => {
                log::error!("no signals: {why}");
                std::future::pending().await
            }
        }
    }
}
