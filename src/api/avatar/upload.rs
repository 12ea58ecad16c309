//! The form that an upload is: one picture, perhaps a token, and whatever else a client adds.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, timeout_at};

use crate::api::error::ApiError;
use crate::error::{Error, Fault};
use crate::http::body::BodyFault;
use crate::picture;

/// The largest body, in bytes: the picture and a few small parts.
const LARGEST: usize = picture::LARGEST + 64 * 1024;
/// The longest token, in bytes: far longer than ours are.
const LONGEST_TOKEN: usize = 512;
/// As much of a refused body is still taken, and thrown away.
const DISCARDED: usize = 4 * LARGEST;
/// How long an upload may hold its room and send nothing.
const START: Duration = Duration::from_secs(3);
/// From then on it must have sent this much a second, in bytes: what is slower is not whole within the body's time anyway.
const SLOWEST: usize = 32 * 1024;
/// What snippets call the picture.
const NAMES: [&str; 2] = ["file", "avatar"];

/// What came.
pub(super) struct Upload {
    /// The picture, or what was sent for one.
    pub(super) file: Bytes,
    /// The session, when it came as a part.
    pub(super) token: Option<String>,
}

/// A request's body, counted.
#[derive(Clone)]
pub(super) struct Body(Rc<RefCell<Counted>>);

struct Counted {
    payload: Payload,
    /// How many bytes may still come.
    left: usize,
}

/// How much an upload may hold: what its head declares, else the most.
///
/// # Errors
/// [`Error::AvatarTooLarge`]; what is no multipart form is refused, too.
pub(super) fn declared(headers: &HeaderMap) -> Result<usize, ApiError> {
    let of = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = of(CONTENT_TYPE).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data")) {
        return Err(ApiError::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    if !parts.any(|part| part.get(..9).is_some_and(|name| name.eq_ignore_ascii_case("boundary="))) {
        return Err(ApiError::Body("Content-Type".to_owned(), Fault::NoBoundary));
    }
    match of(CONTENT_LENGTH).and_then(|length| length.parse().ok()) {
        Some(length) if length > LARGEST => Err(Error::AvatarTooLarge.into()),
        Some(length) => Ok(length),
        None => Ok(LARGEST),
    }
}

impl Body {
    pub(super) fn new(payload: Payload) -> Self {
        Self(Rc::new(RefCell::new(Counted { payload, left: LARGEST })))
    }

    /// Reads the form whole, of `size` bytes at most, as long as it keeps coming.
    pub(super) async fn read(&self, headers: &HeaderMap, size: usize) -> Result<Upload, ApiError> {
        let begun = Instant::now();
        let mut form = Multipart::new(headers, self.clone());
        let (mut file, mut token) = (None, None);
        while let Some(part) = self.soon(begun, form.next()).await? {
            let mut part = part.map_err(refusal)?;
            let name = part.name().unwrap_or_default().to_owned();
            if NAMES.contains(&name.as_str()) {
                let most = size.min(picture::LARGEST);
                let whole = self.whole(begun, &mut part, most, &Error::AvatarTooLarge).await?;
                if file.replace(whole).is_some() {
                    return Err(ApiError::Body(name, Fault::Duplicate));
                }
            } else if name == "token" {
                let text = self.whole(begun, &mut part, LONGEST_TOKEN, &Error::SessionUnknown).await?;
                token = Some(String::from_utf8_lossy(&text).trim().to_owned());
            } else {
                // what else a client sends along is not kept
                while let Some(piece) = self.soon(begun, part.next()).await? {
                    piece.map_err(refusal)?;
                }
            }
        }
        let file = file.filter(|file| !file.is_empty());
        let file = file.ok_or_else(|| ApiError::Body("file".to_owned(), Fault::Missing))?;
        Ok(Upload { file, token: token.filter(|token| !token.is_empty()) })
    }

    async fn whole(
        &self,
        begun: Instant,
        part: &mut Field,
        most: usize,
        over: &Error,
    ) -> Result<Bytes, ApiError> {
        // what grows piece by piece holds up to three times as much; pages that nothing is written to cost nothing
        let mut whole = BytesMut::with_capacity(most);
        while let Some(piece) = self.soon(begun, part.next()).await? {
            let piece = piece.map_err(refusal)?;
            if whole.len().saturating_add(piece.len()) > most {
                return Err(over.clone().into());
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// What comes next, if it comes while the upload is not too slow for the room that it holds.
    async fn soon<T>(&self, begun: Instant, next: impl Future<Output = T>) -> Result<T, ApiError> {
        let seconds = (LARGEST - self.0.borrow().left) / SLOWEST;
        let until = begun + START + Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX));
        timeout_at(until, next).await.map_err(|_elapsed| BodyFault::TooSlow.into())
    }

    /// Takes what is still coming, within bounds, and keeps none of it.
    pub(super) async fn discard(mut self) {
        self.0.borrow_mut().left = DISCARDED;
        while let Some(Ok(_thrown_away)) = self.next().await {}
    }
}

fn refusal(why: MultipartError) -> ApiError {
    match why {
        MultipartError::Payload(why) => match BodyFault::of(&why) {
            BodyFault::TooLarge => Error::AvatarTooLarge.into(),
            other => other.into(),
        },
        MultipartError::BoundaryMissing | MultipartError::ContentTypeParse => {
            ApiError::Body("Content-Type".to_owned(), Fault::NoBoundary)
        }
        _ => ApiError::Body(String::new(), Fault::NotForm),
    }
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut counted = self.0.borrow_mut();
        let polled = Pin::new(&mut counted.payload).poll_next(context);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            match counted.left.checked_sub(piece.len()) {
                Some(left) => counted.left = left,
                None => return Poll::Ready(Some(Err(PayloadError::Overflow))),
            }
        }
        polled
    }
}
