//! Which values a profile may have.

use super::Profile;
use crate::avatar;
use crate::db::users::profile::ProfileChange;
use crate::error::{Error, Fault, FieldFault, Result};
use crate::text;

/// The longest nickname, in characters after NFC.
const LONGEST_NICKNAME: usize = 64;
/// The longest place name, in characters.
const LONGEST_PLACE: usize = 64;
/// The longest avatar URL, in bytes.
const LONGEST_URL: usize = 512;
/// What WeChat calls everybody since `getUserProfile` was recalled.
const GREY_NICKNAME: &str = "微信用户";
/// The picture that goes with it, as clients have seen it.
const GREY_AVATAR: &str =
    "POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg";

/// The change that a profile asks for; every faulty field is told at once.
///
/// Empty texts and gender 0 say nothing: since 2021 WeChat sends them for everybody, and they must not wipe out what
/// is known. Nor does the grey default.
pub(super) fn check(profile: &Profile) -> Result<ProfileChange> {
    let mut faults = Vec::new();
    let mut clean = |field, value: &Option<String>, most| {
        let value = value.as_deref().filter(|value| !value.trim().is_empty())?;
        match text::clean(value, most) {
            Ok(value) => Some(value),
            Err(fault) => {
                faults.push(FieldFault { field, fault });
                None
            }
        }
    };
    let nickname = clean("nickName", &profile.nick_name, LONGEST_NICKNAME);
    let country = clean("country", &profile.country, LONGEST_PLACE);
    let province = clean("province", &profile.province, LONGEST_PLACE);
    let city = clean("city", &profile.city, LONGEST_PLACE);
    let language = clean("language", &profile.language, 16);
    let avatar_url = profile.avatar_url.as_deref().filter(|url| !url.is_empty()).and_then(|url| {
        address(url).map_err(|fault| faults.push(FieldFault { field: "avatarUrl", fault })).ok()
    });
    if profile.gender.is_some_and(|gender| !(0..=2).contains(&gender)) {
        faults.push(FieldFault { field: "gender", fault: Fault::OutOfRange });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let gender = profile.gender.filter(|gender| *gender != 0);
    let change = ProfileChange { nickname, avatar_url, gender, country, province, city, language };
    Ok(if is_grey(&change) { ProfileChange::default() } else { change })
}

/// Nobody's profile: what WeChat answers instead of a real one.
fn is_grey(change: &ProfileChange) -> bool {
    let is_grey_avatar = change.avatar_url.as_deref().is_none_or(|url| url.contains(GREY_AVATAR));
    change.nickname.as_deref() == Some(GREY_NICKNAME) && is_grey_avatar
}

/// An `https` URL of a picture. WeChat's own hosts may come as `http` in old data: they speak https, too.
fn address(url: &str) -> Result<String, Fault> {
    let is_local = ["wxfile://", "http://tmp/", "http://tmp_", "http://usr/", "file:", "blob:", "data:"];
    // the last is how the developer tools call theirs
    if is_local.iter().any(|prefix| url.starts_with(prefix)) || url.contains("/__tmp__/") {
        return Err(Fault::LocalPath);
    }
    if url.len() > LONGEST_URL {
        return Err(Fault::TooLong(LONGEST_URL));
    }
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://").filter(|_| avatar::is_wechats(url)));
    let rest = rest.ok_or(Fault::NotUrl)?;
    let is_host = |host: &str| {
        host.contains('.')
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    };
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte));
    if is_plain && is_host(host(rest)) { Ok(format!("https://{rest}")) } else { Err(Fault::NotUrl) }
}

fn host(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(json: &str) -> Profile {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_grey_default_is_no_profile() {
        let grey = format!(
            r#"{{"nickName":"微信用户","avatarUrl":"https://thirdwx.qlogo.cn/mmopen/vi_32/{GREY_AVATAR}/132","gender":0,"city":""}}"#
        );
        assert_eq!(check(&profile(&grey)).unwrap(), ProfileChange::default());
        assert_eq!(
            check(&profile(r#"{"nickName":"微信用户","avatarUrl":""}"#)).unwrap(),
            ProfileChange::default()
        );
        let own =
            check(&profile(r#"{"nickName":"微信用户","avatarUrl":"https://example.com/me.png"}"#)).unwrap();
        assert_eq!(own.avatar_url.as_deref(), Some("https://example.com/me.png"));
    }

    #[test]
    fn every_fault_is_told_with_its_field() {
        let bad = r#"{"nickName":"a\u0000","avatarUrl":"javascript:alert(1)","gender":7,"city":"a\u2028b"}"#;
        let Err(Error::Invalid(faults)) = check(&profile(bad)) else { panic!("must be refused") };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["nickName", "city", "avatarUrl", "gender"]);
    }

    #[test]
    fn avatars_are_https_urls_of_plain_hosts() {
        assert_eq!(address("http://wx.qlogo.cn/a/0").as_deref(), Ok("https://wx.qlogo.cn/a/0"));
        assert_eq!(address("http://tmp/x.jpg"), Err(Fault::LocalPath));
        assert_eq!(address("wxfile://tmp_x"), Err(Fault::LocalPath));
        assert_eq!(address("http://127.0.0.1:33111/__tmp__/x.jpg"), Err(Fault::LocalPath));
        for url in [
            "http://example.com/a",
            "https://",
            "https://localhost/x",
            "https://a.b\"onerror=x",
            "https://user@evil.example.com/",
            "//example.com",
            "javascript:x",
            "https://exa mple.com",
            "https://例子.cn/x",
            "http://evil.example.com/.qlogo.cn",
        ] {
            assert_eq!(address(url), Err(Fault::NotUrl), "{url}");
        }
    }
}
