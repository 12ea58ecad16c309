//! What an uploaded avatar is called: in the users' table, in the object store, and on the web.

use std::fmt;

use crate::config::Config;
use crate::error::Result;
use crate::secret;

/// How whoever fetches an avatar may keep it: for ever, as another picture has another name.
pub const CACHED: &str = "public, max-age=31536000, immutable";
/// Marks an avatar of our own in `users.avatar_url`; anything else there is the https URL of a picture elsewhere.
const MARK: &str = "avatar:";

/// The name of one uploaded picture: 128 random bits as 32 lower-case hexadecimal digits. A new picture gets a new name,
/// so that whatever is cached under it stays true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// A name that nobody can guess.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new() -> Result<Self> {
        Ok(Self(secret::hex(&secret::random::<16>()?)))
    }

    /// The name that `text` is: nothing but its 32 digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 32 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The name of a file: `<name>.jpg`.
    #[must_use]
    pub fn of_file(file: &str) -> Option<Self> {
        file.strip_suffix(".jpg").and_then(Self::parse)
    }

    /// The name that stands in `users.avatar_url`; none for a picture elsewhere.
    #[must_use]
    pub fn of_stored(stored: &str) -> Option<Self> {
        stored.strip_prefix(MARK).and_then(Self::parse)
    }

    /// What stands in `users.avatar_url`.
    #[must_use]
    pub fn stored(&self) -> String {
        format!("{MARK}{self}")
    }

    /// The object's key: `avatars/ab/ab….jpg`, so that no directory holds them all.
    #[must_use]
    pub fn key(&self) -> String {
        let folder: String = self.0.chars().take(2).collect();
        format!("avatars/{folder}/{self}.jpg")
    }

    /// Where menwei itself serves the picture, wherever it is kept.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/avatar/{self}.jpg")
    }

    /// Where the picture is to be had.
    #[must_use]
    pub fn url(&self, config: &Config) -> String {
        match &config.avatar.public_url {
            Some(base) => format!("{base}/{}", self.key()),
            None => format!("{}{}", config.server.public_url, self.path()),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The URL that clients get for what stands in `users.avatar_url`; empty for nothing.
#[must_use]
pub fn url(stored: &str, config: &Config) -> String {
    Name::of_stored(stored).map_or_else(|| stored.to_owned(), |name| name.url(config))
}

/// Whether `url`, `http` or `https`, is at WeChat's own hosts for avatars: nobody else can put another picture there.
#[must_use]
pub fn is_wechats(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.strip_suffix(".qlogo.cn").is_some_and(|name| !name.is_empty())
}

/// Whether `url` is one of an uploaded avatar, which only an upload can make somebody's.
#[must_use]
pub fn is_own(url: &str, config: &Config) -> bool {
    let bases = [Some(&config.server.public_url), config.avatar.public_url.as_ref()];
    let paths = ["/avatar/", "/avatars/"];
    bases
        .into_iter()
        .flatten()
        .filter_map(|base| url.strip_prefix(base.as_str()))
        .any(|rest| paths.iter().any(|path| rest.starts_with(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_name_is_its_digits_and_no_path() {
        let name = Name::of_file(&format!("{DIGITS}.jpg")).unwrap();
        assert_eq!(Name::of_stored(&name.stored()), Some(name.clone()));
        assert_eq!(name.key(), format!("avatars/01/{DIGITS}.jpg"));
        for file in [
            DIGITS,
            "../0123456789abcdef0123456789ab.jpg",
            "0123456789ABCDEF0123456789abcdef.jpg",
            "0123456789abcdef0123456789abcdef.jpg.jpg",
            ".jpg",
            "",
        ] {
            assert_eq!(Name::of_file(file), None, "{file}");
        }
        assert_ne!(Name::new().unwrap(), Name::new().unwrap());
    }

    #[test]
    fn wechats_own_pictures_are_known_by_their_host() {
        for url in ["https://thirdwx.qlogo.cn/mmopen/vi_32/x/132", "http://wx.qlogo.cn/a/0"] {
            assert!(is_wechats(url), "{url}");
        }
        for url in [
            "https://img.example.com/a.png",
            "https://evilqlogo.cn/a",
            "https://.qlogo.cn/a",
            "https://evil.example.com/.qlogo.cn",
            "https://evil.example.com?.qlogo.cn",
            "https://evil.example.com#.qlogo.cn",
            "ftp://wx.qlogo.cn/a",
            "",
        ] {
            assert!(!is_wechats(url), "{url}");
        }
    }

    #[test]
    fn an_own_avatar_has_an_address_here_or_at_the_public_store() {
        let name = Name::parse(DIGITS).unwrap();
        let here = Config::parse("[server]\npublic_url = 'https://login.example.com'", &[]).unwrap();
        let url_here = url(&name.stored(), &here);
        assert_eq!(url_here, format!("https://login.example.com/avatar/{DIGITS}.jpg"));
        assert!(
            is_own(&url_here, &here) && !is_own("https://login.example.com.evil.example.com/avatar/x", &here)
        );
        let there = Config::parse("[avatar]\npublic_url = 'https://cdn.example.com'", &[]).unwrap();
        assert_eq!(url(&name.stored(), &there), format!("https://cdn.example.com/avatars/01/{DIGITS}.jpg"));
        assert!(is_own(&url(&name.stored(), &there), &there));
        for elsewhere in ["", "https://wx.qlogo.cn/a/0"] {
            assert_eq!(url(elsewhere, &here), elsewhere);
        }
    }
}
