//! Request bodies: whole, within a limit, in bounded time.
//!
//! actix-web reads a body as slowly as its sender likes. Here every payload carries a deadline, so that any extractor
//! gives up on a body that does not come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, Sleep, sleep_until};

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// It is larger than it may be: 413.
    TooLarge,
    /// It was not complete in time: 408.
    TooSlow,
    /// The connection broke, or its framing is wrong: 400.
    Broken,
}

/// Reads a whole body of at most `limit` bytes, declared or chunked.
///
/// The time it may take is a property of the payload: see `hold`.
///
/// # Errors
/// As [`BodyFault`] says.
pub fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<Bytes, BodyFault>> + use<> {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut payload = payload.take();
    async move {
        if declared.is_some_and(|declared: usize| declared > limit) {
            return Err(BodyFault::TooLarge);
        }
        let mut body = BytesMut::with_capacity(declared.unwrap_or(0));
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|why| BodyFault::of(&why))?;
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(BodyFault::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

impl BodyFault {
    /// What a payload's error means for its reader.
    #[must_use]
    pub fn of(error: &PayloadError) -> Self {
        match error {
            PayloadError::Overflow => Self::TooLarge,
            PayloadError::Io(why) if why.kind() == io::ErrorKind::TimedOut => Self::TooSlow,
            _ => Self::Broken,
        }
    }
}

/// Gives the request's payload `span` from now to be complete.
pub(crate) fn hold(request: &mut ServiceRequest, span: Duration) {
    let inner = request.take_payload();
    if !matches!(inner, Payload::None) {
        let timed = Timed { inner, deadline: Instant::now() + span, sleep: None };
        request.set_payload(Payload::Stream { payload: Box::pin(timed) });
    }
}

/// A payload that fails with `TimedOut` at its deadline. The timer is made only when the payload is not there at once.
struct Timed {
    inner: Payload,
    deadline: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Stream for Timed {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(item) = Pin::new(&mut self.inner).poll_next(cx) {
            return Poll::Ready(item);
        }
        let deadline = self.deadline;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        sleep.as_mut().poll(cx).map(|()| {
            self.inner = Payload::None;
            Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into())))
        })
    }
}
