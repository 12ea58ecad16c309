//! `admin.environment`: which installation this is, so that nobody takes one for another.

use std::str::FromStr;

use super::reader::Reader;

/// What an installation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real users.
    Production,
    /// Trying changes.
    Test,
}

impl Environment {
    /// The setting; without it a real one is what is reached over https.
    pub(super) fn read(from: &mut Reader, public_url: &str) -> Self {
        let by_url = if public_url.starts_with("https:") { Self::Production } else { Self::Test };
        from.parsed("admin.environment", "production or test").unwrap_or(by_url)
    }
}

impl FromStr for Environment {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "production" => Ok(Self::Production),
            "test" => Ok(Self::Test),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_reached_over_https_is_the_real_one_unless_it_is_said() {
        for (settings, environment) in [
            ("", Environment::Test),
            ("[server]\npublic_url = 'https://login.example.com'", Environment::Production),
            (
                "[server]\npublic_url = 'https://test.example.com'\n[admin]\nenvironment = 'test'",
                Environment::Test,
            ),
            ("[admin]\nenvironment = 'production'", Environment::Production),
        ] {
            assert_eq!(Config::parse(settings, &[]).unwrap().admin.environment, environment, "{settings}");
        }
        let faults = Config::parse("[admin]\nenvironment = 'staging'", &[]).unwrap_err();
        assert_eq!(faults.0, ["admin.environment must be production or test"]);
    }
}
