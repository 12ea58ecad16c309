//! What can go wrong, in menwei's words. Knows no HTTP: `api/error.rs` and `admin/errors.rs` give each its status.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Instant;

/// The outcome of anything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not done. Cheap to clone: duplicates of one login share one answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// What a person or a client sent does not fit; one entry for each fault found.
    #[error("invalid input")]
    Invalid(Vec<FieldFault>),
    /// No mini-program of that `appId` is configured, or none was named and there are several.
    #[error("unknown app")]
    AppUnknown,
    /// WeChat does not know the login code, or it is older than 5 minutes (errcode 40029).
    #[error("login code is invalid")]
    CodeInvalid,
    /// The login code was used before (errcode 40163, or our own memory of codes).
    #[error("login code was used before")]
    CodeUsed,
    /// WeChat takes the user for high-risk and refuses the login (errcode 40226).
    #[error("WeChat blocks this user")]
    WeChatUserBlocked,
    /// Staff froze the user, for good or until a time.
    #[error("user is frozen")]
    UserFrozen {
        /// When the freeze ends by itself; none: when staff undo it.
        until: Option<Instant>,
    },
    /// The user deleted their account, and it is not erased yet.
    #[error("account is deleted")]
    AccountDeleted {
        /// When it will be erased; until then it can be restored.
        until: Option<Instant>,
    },
    /// Nobody has an account here by that identity, or not any more.
    #[error("no such account")]
    AccountNotFound,
    /// The request carries no session token.
    #[error("no session token")]
    SessionMissing,
    /// The token is not one of ours.
    #[error("unknown session")]
    SessionUnknown,
    /// The session reached its idle or absolute end.
    #[error("session expired")]
    SessionExpired,
    /// The session was ended: by its user, by staff, or by a newer login over the cap.
    #[error("session revoked")]
    SessionRevoked,
    /// Too many calls: WeChat's limit (errcode 45011) or ours.
    #[error("too many calls")]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// WeChat says that it is busy (errcode -1), twice.
    #[error("WeChat is busy")]
    WeChatBusy,
    /// WeChat cannot be reached, or too many exchanges are under way.
    #[error("WeChat is unavailable")]
    WeChatUnavailable {
        /// When to try again.
        retry_after: Duration,
        /// Whether the code may have reached WeChat, so that only a new one is safe.
        ambiguous: bool,
    },
    /// WeChat did not answer within the deadline.
    #[error("WeChat did not answer in time")]
    WeChatTimeout,
    /// WeChat's answer makes no sense.
    #[error("WeChat's answer makes no sense")]
    WeChatBadResponse,
    /// WeChat answered an error code that menwei does not know.
    #[error("WeChat answered errcode {errcode}")]
    WeChatError {
        /// WeChat's `errcode`.
        errcode: i64,
    },
    /// WeChat refuses our appId, secret or address: an operator must act.
    #[error("WeChat refuses our configuration: errcode {errcode}")]
    WeChatMisconfigured {
        /// WeChat's `errcode`.
        errcode: i64,
    },
    /// Signed or encrypted profile data does not check out. One error for every cause: no padding oracle.
    #[error("open data is invalid")]
    OpenDataInvalid,
    /// An upload is no whole, still PNG, JPEG or WebP.
    #[error("avatar is no picture")]
    AvatarInvalid,
    /// An upload has more bytes or pixels than an avatar may have, or more of a WebP's lossless coding.
    #[error("avatar is too large")]
    AvatarTooLarge,
    /// There is no such thing, or it is not the caller's.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it first.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// More work is waiting than can be done soon.
    #[error("busy")]
    Busy,
    /// The database cannot be reached, refused, or its queue is full.
    #[error("storage is unavailable: {0}")]
    Storage(Arc<str>),
    /// The database answered an error that is our bug.
    #[error("query failed: {0}")]
    Query(Arc<str>),
    /// Something that cannot happen did.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

/// One field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name as the client or the form spells it.
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with a field; each face says it in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It must be there and not empty.
    Missing,
    /// It has another type than it must have.
    WrongType,
    /// It is longer than this many characters.
    TooLong(usize),
    /// It is shorter than this many characters.
    TooShort(usize),
    /// It has characters that may not stand in it.
    Characters,
    /// It is none of the values it may have.
    NotAllowed,
    /// It is no `https` URL.
    NotUrl,
    /// It is the address of a picture that its owner can change after it was let pass.
    Elsewhere,
    /// It is a path on the user's phone (`wxfile://`, `http://tmp/`), which a server cannot read.
    LocalPath,
    /// It is a number outside its range.
    OutOfRange,
    /// It stands there twice.
    Duplicate,
    /// There are more parts in it than this.
    TooMany(usize),
    /// The body is no JSON.
    Malformed,
    /// The body is no whole multipart form.
    NotForm,
    /// A `Content-Type` that a client wrote by hand, without the boundary that only whoever makes the form knows.
    NoBoundary,
    /// It must come together with another field.
    Incomplete,
    /// A password that is soon guessed: of common ones, words, patterns, or names.
    CommonPassword,
    /// The two passwords differ.
    Differs,
}

impl Error {
    /// One faulty field.
    #[must_use]
    pub fn field(field: &'static str, fault: Fault) -> Self {
        Self::Invalid(vec![FieldFault { field, fault }])
    }

    /// A database that is out of reach, with the cause for the log.
    #[must_use]
    pub fn storage(cause: impl std::fmt::Display) -> Self {
        Self::Storage(cause.to_string().into())
    }

    /// The stable word for this error: the API's `code`, the login log's `result`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_request",
            Self::AppUnknown => "app_unknown",
            Self::CodeInvalid => "code_invalid",
            Self::CodeUsed => "code_used",
            Self::WeChatUserBlocked => "wechat_user_blocked",
            Self::UserFrozen { .. } => "user_frozen",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::AccountNotFound => "account_not_found",
            Self::SessionMissing => "session_missing",
            Self::SessionUnknown => "session_unknown",
            Self::SessionExpired => "session_expired",
            Self::SessionRevoked => "session_revoked",
            Self::RateLimited { .. } => "rate_limited",
            Self::WeChatBusy => "wechat_busy",
            Self::WeChatUnavailable { .. } => "wechat_unavailable",
            Self::WeChatTimeout => "wechat_timeout",
            Self::WeChatBadResponse => "wechat_bad_response",
            Self::WeChatError { .. } => "wechat_error",
            Self::WeChatMisconfigured { .. } => "wechat_misconfigured",
            Self::OpenDataInvalid => "open_data_invalid",
            Self::AvatarInvalid => "avatar_invalid",
            Self::AvatarTooLarge => "avatar_too_large",
            Self::NotFound => "not_found",
            Self::Conflict(_) => "conflict",
            Self::Busy => "busy",
            Self::Storage(_) => "storage_unavailable",
            Self::Query(_) | Self::Internal(_) => "internal",
        }
    }
}
