//! Profile data that WeChat signed or encrypted: checked when it is sent, and then believed before the plain fields.

use super::Profile;
use crate::api::open_data::{Known, Pair, pair};
use crate::db::identities::sealed::SealedProfile;
use crate::error::{Error, Result};
use crate::state::State;
use crate::wechat::open_data::OpenData;

/// The profile with what WeChat vouches for in place of the plain fields; what else came with it, if WeChat encrypted it.
pub(super) async fn merged(
    profile: Profile,
    state: &State,
    identity_id: i64,
) -> Result<(Profile, Option<SealedProfile>)> {
    let (signed, sealed) = pairs(&profile)?;
    if signed.is_none() && sealed.is_none() {
        return Ok((profile, None));
    }
    let known = Known::get(state, identity_id).await?;
    let mut merged = Profile::default();
    let mut taken = None;
    if let Some((raw_data, signature)) = signed {
        known.check_signature(raw_data, signature)?;
        merged = serde_json::from_str(raw_data).map_err(|_cause| Error::OpenDataInvalid)?;
    }
    if let Some((encrypted, iv)) = sealed {
        let (data, at) = known.decrypt::<OpenData>(encrypted, iv)?;
        let linked = known.app(state).map(|app| state.config.linked(app)).unwrap_or_default();
        taken = Some(SealedProfile { at, unionid: data.unionid().map(str::to_owned), linked });
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
    let profile = Profile {
        nick_name: merged.nick_name.or(profile.nick_name),
        avatar_url: merged.avatar_url.or(profile.avatar_url),
        gender: merged.gender.or(profile.gender),
        country: merged.country.or(profile.country),
        province: merged.province.or(profile.province),
        city: merged.city.or(profile.city),
        language: merged.language.or(profile.language),
        ..Profile::default()
    };
    Ok((profile, taken))
}

/// The signed and the encrypted data, each with what belongs to it.
pub(super) fn pairs(profile: &Profile) -> Result<(Pair<'_>, Pair<'_>)> {
    let signed = pair("signature", profile.raw_data.as_ref(), profile.signature.as_ref())?;
    Ok((signed, pair("iv", profile.encrypted_data.as_ref(), profile.iv.as_ref())?))
}
