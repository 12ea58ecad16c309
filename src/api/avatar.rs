//! `/api/avatar`: the picture that `chooseAvatar` hands over, sent by `wx.uploadFile`; and `/avatar/…`, where it is to be had.

mod intake;
pub mod served;
mod upload;

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::content_check::ContentCheck;
use super::error::ApiError;
use super::openapi::refusals::{BadForm, NoPicture, NoPlace, NoSession, NoStorage, Refusals};
use super::turns::Turns;
use super::user::{Own, UserView};
use crate::avatar::Name;
use crate::clock::Instant;
use crate::db::avatars::Avatar;
use crate::db::reviews::{Kind, Review};
use crate::db::users::{Status, User};
use crate::error::{Error, Result};
use crate::http::ClientAddress;
use crate::http::client_address::household;
use crate::state::State;

pub use intake::Intake;
pub use served::get;
use upload::Body;

/// How long after a failure of the store an object may still appear in it.
const UNCERTAIN: Duration = Duration::from_mins(1);

/// wx.uploadFile hands its caller a text, whatever the type: the body says by itself what became of the upload.
#[derive(Serialize, ToSchema)]
#[schema(as = AvatarAnswer)]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// Always `success`.
    status: &'static str,
    /// Where the avatar is that is shown: the one before, while the new one waits to be let pass.
    avatar_url: String,
    /// The caller.
    user: UserView,
}

/// What the form holds, and the part `token` where no header can be set; other parts are ignored.
#[derive(ToSchema)]
#[schema(as = AvatarForm)]
#[expect(dead_code, reason = "only the document reads it")]
struct Sent {
    /// The picture; the part may also be called `avatar`. PNG, JPEG or WebP, 4 MiB and 2048 × 1536 pixels at most;
    /// of a lossless WebP 32 KiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Makes a picture the caller's avatar.
///
/// It is drawn anew, 256 × 256 pixels without metadata. The session is in a header, or in a part `token`, as not every
/// client can set headers on an upload.
#[utoipa::path(post, path = "/api/avatar", tag = "profile", operation_id = "uploadAvatar", security(("token" = []), ()),
    request_body(content = Sent, content_type = "multipart/form-data"), responses(
        (status = 200, description = "The picture is stored.", body = Answer),
        Refusals<(BadForm, NoSession, NoPicture, NoPlace, NoStorage)>,
    ),
)]
pub async fn post(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    intake: web::Data<Intake>,
    turns: web::Data<Turns>,
    content_check: web::Data<ContentCheck>,
) -> Result<HttpResponse, ApiError> {
    let body = Body::new(payload.into_inner());
    let outcome = take(&request, &body, &state, &intake, &turns).await;
    if outcome.is_err() {
        // a client that is still sending would see a broken connection instead of the answer
        body.discard().await;
    }
    let (caller, picture) = outcome?;
    let (user_id, identity_id) = (caller.row.user_id, caller.row.identity_id);
    let name = store(&state, user_id, picture).await?;
    if state.config.wechat.content_check {
        let proposed = propose(&state, (user_id, identity_id), name).await?;
        content_check.begin(proposed.into_iter().collect()).await;
    } else {
        show(&state, user_id, name).await?;
    }
    let user = state.db.lookup(move |conn| Own::read(conn, user_id)).await?.view(&state);
    Ok(HttpResponse::Ok().json(Answer { status: "success", avatar_url: user.avatar_url.clone(), user }))
}

/// The caller and their picture, drawn anew.
async fn take(
    request: &HttpRequest,
    body: &Body,
    state: &State,
    intake: &Intake,
    turns: &Turns,
) -> Result<(Caller, Vec<u8>), ApiError> {
    // who they are is asked first where that can be known without reading the body
    let known = match Caller::of(state, request.headers()).await {
        Ok(caller) => Some(caller),
        Err(Error::SessionMissing) => None,
        Err(why) => return Err(why.into()),
    };
    // a user's next upload waits before it takes up room, and so does the next from a place that nobody known sends from
    let turn = match &known {
        Some(caller) => turns.take(caller.row.user_id).await?,
        None => intake.strangers.take(household(ClientAddress::of(request).0)).await?,
    };
    let size = upload::declared(request.headers())?;
    let room = intake.room(known.is_some(), size).await?;
    let upload = body.read(request.headers(), size).await?;
    let (caller, turn) = match (known, upload.token) {
        (Some(caller), _) => (caller, turn),
        (None, Some(token)) => {
            let caller = Caller::of_token(state, &token).await?;
            drop(turn);
            let own = turns.take(caller.row.user_id).await?;
            (caller, own)
        }
        (None, None) => return Err(Error::SessionMissing.into()),
    };
    let picture = intake.draw(upload.file, room).await?;
    drop(turn);
    Ok((caller, picture))
}

/// Stores a picture; nobody's avatar yet.
async fn store(state: &State, user_id: i64, picture: Vec<u8>) -> Result<Name> {
    let name = Name::new()?;
    let (row, now) = (name.clone(), state.now());
    state.db.write(move |conn| Avatar::begin(conn, user_id, &row, now)).await?;
    if let Err(why) = state.objects.put(&name, picture).await {
        // what failed for us may still come to an end in the store
        abandon(state, name, state.now() + UNCERTAIN).await;
        return Err(why);
    }
    Ok(name)
}

/// Makes a stored picture the user's avatar.
async fn show(state: &State, user_id: i64, name: Name) -> Result<()> {
    let row = name.clone();
    let shown = state.db.write(move |conn| Avatar::show(conn, user_id, &row)).await;
    kept(state, name, shown).await.map(|_user| ())
}

/// Proposes a stored picture; the one before is shown until it is let pass.
async fn propose(state: &State, (user_id, identity_id): (i64, i64), name: Name) -> Result<Option<Review>> {
    let (row, now) = (name.clone(), state.now());
    let propose = move |conn: &mut _| {
        if User::hold(conn, user_id)? == Status::Deleted {
            return Err(Error::SessionRevoked);
        }
        Avatar::propose(conn, user_id, &row)?;
        Review::propose(conn, (user_id, identity_id), Kind::Avatar, &row.stored(), now)
    };
    let proposed = state.db.write(propose).await;
    kept(state, name, proposed).await
}

/// What became of a stored picture; it is given up when that failed. None when the user took their avatar back while it
/// was being stored: then it is as if they had done so just after.
async fn kept<T>(state: &State, name: Name, outcome: Result<T>) -> Result<Option<T>> {
    let why = match outcome {
        Ok(value) => return Ok(Some(value)),
        Err(why) => why,
    };
    abandon(state, name, state.now()).await;
    if matches!(why, Error::Conflict("avatar")) { Ok(None) } else { Err(why) }
}

/// Has a picture deleted soon rather than in an hour.
async fn abandon(state: &State, name: Name, due: Instant) {
    if let Err(why) = state.db.write(move |conn| Avatar::abandon(conn, &name, due)).await {
        log::warn!(error:% = why; "an avatar that nobody has is left for later");
    }
}
