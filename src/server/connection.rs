//! Ends connections whose other side keeps them without using them.
//!
//! actix-http times only the first request head of a connection. A client that sends half of a second head, never ends a
//! chunked body that nobody waits for, or never reads its answer would hold its place for ever; here a task beside each
//! connection shuts its socket down.

use std::any::Any;
use std::cell::Cell;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::rt::net::TcpStream;
use socket2::{SockRef, Socket};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::Gate;

/// One client's connection, as its worker knows it.
pub(super) struct Connection {
    /// A second handle of the socket; dropped with the connection, so that the peer sees its end.
    socket: Socket,
    /// Requests whose answers are not handed over yet.
    under_way: Cell<usize>,
    /// Answers that wait for the client to read.
    sending: Cell<usize>,
    /// When a request last ended, or an answer last moved on.
    moved: Cell<Instant>,
    watch: Cell<Option<JoinHandle<()>>>,
    _place: Place,
}

/// How long a connection may stand still.
#[derive(Clone, Copy)]
struct Patience {
    /// Without any request under way.
    idle: Duration,
    /// With an answer that is not read.
    unread: Duration,
}

/// Called by actix for each new connection.
pub(super) fn connected(gate: &Gate, peers: &Peers, stream: &dyn Any, about: &mut Extensions) {
    let Some(stream) = stream.downcast_ref::<TcpStream>() else { return };
    let handle = SockRef::from(stream);
    let Ok(peer) = stream.peer_addr() else { return };
    let most =
        if gate.trusted_proxies.contain(peer.ip()) { usize::MAX } else { gate.limits.connections_per_peer };
    let (Some(place), Ok(socket)) = (peers.take(peer.ip().to_canonical(), most), handle.try_clone()) else {
        // the client's side may be gone already
        let _ = handle.shutdown(Shutdown::Both);
        return;
    };
    let connection = Rc::new(Connection {
        socket,
        under_way: Cell::new(0),
        sending: Cell::new(0),
        moved: Cell::new(Instant::now()),
        watch: Cell::new(None),
        _place: place,
    });
    let patience =
        Patience { idle: gate.limits.keep_alive + gate.limits.head, unread: gate.limits.unread_answer };
    let watch = actix_web::rt::spawn(watch(Rc::downgrade(&connection), patience));
    connection.watch.set(Some(watch));
    about.insert(connection);
}

async fn watch(connection: Weak<Connection>, patience: Patience) {
    // a strong reference must not live across the sleep: it would keep the socket open
    while let Some(rest) = connection.upgrade().and_then(|connection| connection.rest(patience)) {
        sleep(rest).await;
    }
}

impl Connection {
    /// How long to wait until the next look; none when the connection was cut.
    fn rest(&self, patience: Patience) -> Option<Duration> {
        let limit = match (self.under_way.get(), self.sending.get()) {
            (0, 0) => patience.idle,
            (0, _) => patience.unread,
            // a handler is at work; the time of the body it waits for is bounded by body::hold
            (_, _) => return Some(patience.idle),
        };
        let rest = limit.saturating_sub(self.moved.get().elapsed());
        if rest.is_zero() {
            let _ = self.socket.shutdown(Shutdown::Both);
            return None;
        }
        Some(rest)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(watch) = self.watch.take() {
            watch.abort();
        }
    }
}

/// A request under way on a connection, until its answer is handed over.
pub(super) struct UnderWay {
    connection: Option<Rc<Connection>>,
    is_sending: bool,
}

impl UnderWay {
    /// Marks the connection of `request` as busy.
    pub(super) fn begin(request: &ServiceRequest) -> Self {
        let connection = request.conn_data::<Rc<Connection>>().map(Rc::clone);
        if let Some(connection) = &connection {
            connection.under_way.set(connection.under_way.get().saturating_add(1));
        }
        Self { connection, is_sending: false }
    }

    /// Notes that a piece of the answer was asked for: the first ends the handler's time, all of them are movement.
    pub(super) fn moved(&mut self) {
        let Some(connection) = &self.connection else { return };
        connection.moved.set(Instant::now());
        if !self.is_sending {
            self.is_sending = true;
            connection.under_way.set(connection.under_way.get().saturating_sub(1));
            connection.sending.set(connection.sending.get().saturating_add(1));
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let Some(connection) = &self.connection else { return };
        let count = if self.is_sending { &connection.sending } else { &connection.under_way };
        count.set(count.get().saturating_sub(1));
        connection.moved.set(Instant::now());
    }
}

/// How many connections each client address has, over all workers.
#[derive(Clone, Default)]
pub(super) struct Peers(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection's place in [`Peers`].
struct Place {
    peers: Peers,
    peer: IpAddr,
}

impl Peers {
    /// A place for one more connection of `peer`; none when it has `most` already.
    fn take(&self, peer: IpAddr, most: usize) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_default();
        if *count >= most {
            log::warn!(peer:% = peer, connections = *count; "too many connections from one address");
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place { peers: self.clone(), peer })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_gets_its_place_back_when_a_connection_ends() {
        let peers = Peers::default();
        let peer = IpAddr::from([192, 0, 2, 1]);
        let (first, second) = (peers.take(peer, 2), peers.take(peer, 2));
        assert!(first.is_some() && second.is_some() && peers.take(peer, 2).is_none());
        drop(first);
        assert!(peers.take(peer, 2).is_some());
        drop(second);
        assert!(peers.0.lock().unwrap().is_empty());
    }
}
