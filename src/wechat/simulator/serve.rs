//! The stand-in's sockets.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::answer::{Then, answer};
use super::http;
use super::state::State;

const DRIP_EVERY: Duration = Duration::from_millis(50);

/// Accepts connections until `stopped` says true.
pub async fn serve(
    listener: std::net::TcpListener,
    state: Arc<State>,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => return Ok(()),
        };
        let Ok((stream, _)) = accepted else {
            // such as too many open files: wait for some to close
            tokio::time::sleep(DRIP_EVERY).await;
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            // a peer that is gone is none of our concern
            let _ = converse(stream, &state).await;
        });
    }
}

async fn converse(mut stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(1024);
    let mut turn = 0;
    while let Some(request) = http::next(&mut stream, &mut buffer).await {
        let answer = answer(state, &request, turn);
        if !answer.pause.is_zero() {
            tokio::time::sleep(answer.pause).await;
        }
        stream.write_all(&http::dated(answer.bytes, state.clock.now())).await?;
        match answer.then {
            Then::Stay => turn += 1,
            Then::Close => return stream.shutdown().await,
            Then::Reset => return socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)),
            Then::Hang => return hang(stream).await,
            Then::Drip => return drip(stream).await,
        }
    }
    Ok(())
}

/// Reads what comes until the peer has enough.
async fn hang(mut stream: TcpStream) -> io::Result<()> {
    let mut ignored = [0; 256];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

async fn drip(mut stream: TcpStream) -> io::Result<()> {
    loop {
        tokio::time::sleep(DRIP_EVERY).await;
        stream.write_all(b" ").await?;
    }
}
