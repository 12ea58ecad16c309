//! `[avatar]`: where uploaded avatars are kept.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::reader::Reader;

/// A directory, unless a bucket is named.
#[derive(Clone, Debug)]
pub struct Avatar {
    /// `directory`: where they are, on a disk of this machine. Default `data/avatars`.
    pub directory: PathBuf,
    /// `s3_…`: a bucket instead.
    pub s3: Option<S3>,
    /// `public_url`: where readers get a bucket's objects, such as a CDN before it. Without it menwei serves them itself.
    pub public_url: Option<String>,
}

/// A bucket of an S3-compatible store.
#[derive(Clone, Debug)]
pub struct S3 {
    /// `s3_bucket`: its name.
    pub bucket: String,
    /// `s3_endpoint`: where the store is, without the bucket. Without it Amazon's, by the region.
    pub endpoint: Option<String>,
    /// `s3_region`. Default `us-east-1`, which most others take as well.
    pub region: String,
    /// `s3_access_key`: the public half.
    pub access_key: String,
    /// `s3_secret` or `s3_secret_file`: the other half.
    pub secret: SecretString,
    /// `s3_path_style`: whether the bucket stands in the path (as `MinIO` wants it) or before the host. Default false.
    pub path_style: bool,
}

impl Avatar {
    pub(super) fn read(from: &mut Reader) -> Self {
        let avatar = Self {
            directory: from
                .text("avatar.directory")
                .map_or_else(|| PathBuf::from("data/avatars"), PathBuf::from),
            s3: S3::read(from),
            public_url: from.base_url("avatar.public_url"),
        };
        if avatar.public_url.as_ref().is_some_and(|url| !url.starts_with("https://")) {
            from.fault("avatar.public_url", "must be https: mini-programs load no other pictures");
        }
        avatar
    }
}

impl S3 {
    fn read(from: &mut Reader) -> Option<Self> {
        let bucket = from.text("avatar.s3_bucket");
        let rest = Self {
            bucket: bucket.clone().unwrap_or_default(),
            endpoint: from.base_url("avatar.s3_endpoint"),
            region: from.text("avatar.s3_region").unwrap_or_else(|| "us-east-1".to_owned()),
            access_key: from.text("avatar.s3_access_key").unwrap_or_default(),
            secret: from.secret("avatar.s3_secret").unwrap_or_default(),
            path_style: from.switch("avatar.s3_path_style", false),
        };
        let has_keys = !rest.access_key.is_empty() || !rest.secret.expose_secret().is_empty();
        let Some(bucket) = bucket else {
            if rest.endpoint.is_some() || has_keys {
                from.fault("avatar.s3_bucket", "is missing: without it avatars are in avatar.directory");
            }
            return None;
        };
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(is_name) {
            from.fault("avatar.s3_bucket", "must be 3 to 63 lower-case letters, digits, dots or hyphens");
        }
        for (key, text) in [
            ("avatar.s3_access_key", rest.access_key.as_str()),
            ("avatar.s3_secret", rest.secret.expose_secret()),
        ] {
            if text.is_empty() {
                from.fault(key, "is missing: the bucket needs it");
            }
        }
        Some(rest)
    }

    /// The endpoint as requests need it: the bucket before its host, unless it stands in the path.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let endpoint = self.endpoint.as_deref()?;
        Some(match endpoint.split_once("://") {
            Some((scheme, host)) if !self.path_style => format!("{scheme}://{}.{host}", self.bucket),
            _ => endpoint.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const WHOLE: &str = "[avatar]\ns3_bucket = 'faces'\ns3_access_key = 'AKIA'\ns3_secret = 'canary'\n";

    fn faults(text: &str) -> Vec<String> {
        Config::parse(text, &[]).map_or_else(|faults| faults.0, |_| Vec::new())
    }

    #[test]
    fn avatars_are_in_a_directory_unless_a_bucket_is_named() {
        assert!(Config::parse("", &[]).unwrap().avatar.s3.is_none());
        let config = Config::parse(WHOLE, &[]).unwrap();
        assert_eq!(config.avatar.s3.as_ref().unwrap().region, "us-east-1");
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[test]
    fn a_bucket_stands_before_the_host_or_in_the_path() {
        let address = |more: &str| {
            let text = format!("{WHOLE}s3_endpoint = 'https://oss-cn-hangzhou.example.com'\n{more}");
            Config::parse(&text, &[]).unwrap().avatar.s3.unwrap().address().unwrap()
        };
        assert_eq!(address(""), "https://faces.oss-cn-hangzhou.example.com");
        assert_eq!(address("s3_path_style = true"), "https://oss-cn-hangzhou.example.com");
    }

    #[test]
    fn half_a_bucket_is_refused() {
        assert_eq!(faults("[avatar]\ns3_bucket = 'faces'").len(), 2);
        assert!(faults("[avatar]\ns3_secret = 'canary'")[0].starts_with("avatar.s3_bucket"));
        let bad = format!("{WHOLE}public_url = 'http://cdn.example.com'").replace("faces", "Fa");
        assert!(faults(&bad).len() == 2 && !faults(&bad).concat().contains("canary"));
    }
}
