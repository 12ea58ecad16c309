//! Profile data that WeChat signed or encrypted: checked when it is sent, and then believed before the plain fields.

use std::time::Duration;

use super::Profile;
use crate::db::identities::Identity;
use crate::error::{Error, Fault, Result};
use crate::state::State;
use crate::wechat::SessionKey;
use crate::wechat::open_data::{self, Expected};

/// How far a watermark's time may be from now.
const WINDOW: Duration = Duration::from_secs(10 * 60);

/// The profile with what WeChat vouches for in place of the plain fields.
pub(super) async fn merged(profile: Profile, state: &State, identity_id: i64) -> Result<Profile> {
    let (signed, sealed) = pairs(&profile)?;
    if signed.is_none() && sealed.is_none() {
        return Ok(profile);
    }
    let identity = state.db.lookup(move |conn| Identity::get(conn, identity_id)).await?;
    let keys: Vec<SessionKey> = identity
        .session_keys(&state.keys)
        .iter()
        .filter_map(|key| SessionKey::parse(key.to_string()))
        .collect();
    let mut merged = Profile::default();
    if let Some((raw_data, signature)) = signed {
        first_that(&keys, |key| open_data::check_signature(raw_data, signature, key))?;
        merged = serde_json::from_str(raw_data).map_err(|_cause| Error::OpenDataInvalid)?;
    }
    if let Some((encrypted, iv)) = sealed {
        let now = state.now();
        let expected = Expected { appid: &identity.appid, openid: &identity.openid, now, window: WINDOW };
        let data = first_that(&keys, |key| open_data::decrypt(encrypted, iv, key, expected))?;
        merged = Profile {
            nick_name: data.nick_name,
            avatar_url: data.avatar_url,
            gender: data.gender,
            country: data.country,
            province: data.province,
            city: data.city,
            language: data.language,
            ..Profile::default()
        };
    }
    Ok(Profile {
        nick_name: merged.nick_name.or(profile.nick_name),
        avatar_url: merged.avatar_url.or(profile.avatar_url),
        gender: merged.gender.or(profile.gender),
        country: merged.country.or(profile.country),
        province: merged.province.or(profile.province),
        city: merged.city.or(profile.city),
        language: merged.language.or(profile.language),
        ..Profile::default()
    })
}

/// A text and what vouches for it.
type Pair<'a> = Option<(&'a str, &'a str)>;

/// The signed and the encrypted data, each with what belongs to it.
pub(super) fn pairs(profile: &Profile) -> Result<(Pair<'_>, Pair<'_>)> {
    let signed = pair("signature", profile.raw_data.as_ref(), profile.signature.as_ref())?;
    Ok((signed, pair("iv", profile.encrypted_data.as_ref(), profile.iv.as_ref())?))
}

/// Two fields that mean something only together.
fn pair<'a>(field: &'static str, one: Option<&'a String>, other: Option<&'a String>) -> Result<Pair<'a>> {
    match (one, other) {
        (Some(one), Some(other)) => Ok(Some((one, other))),
        (None, None) => Ok(None),
        _ => Err(Error::field(field, Fault::Incomplete)),
    }
}

/// Tries the last two session keys: the client may have asked just before a login that changed the key.
fn first_that<T>(keys: &[SessionKey], check: impl Fn(&SessionKey) -> Result<T>) -> Result<T> {
    keys.iter().find_map(|key| check(key).ok()).ok_or(Error::OpenDataInvalid)
}
