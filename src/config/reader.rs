//! Reads settings one by one, keeps every fault, and knows which keys nobody asked for.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::os::unix::fs::PermissionsExt as _;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use toml::{Table, Value};

use super::Faults;
use crate::clock::Instant;

/// A configuration that is being read. Keys are taken out as they are asked for; what is left is unknown.
pub struct Reader {
    table: Table,
    /// `MENWEI_<SECTION>_<KEY>` variables, not asked for yet.
    environment: Vec<(String, String)>,
    faults: Vec<String>,
    /// Files with secrets that everybody on this machine can read.
    exposed: Vec<String>,
}

impl Reader {
    /// Begins with a TOML text and the `MENWEI_…` variables.
    ///
    /// # Errors
    /// When the text is no TOML: the place, never the text, which may hold a secret.
    pub fn new(text: &str, environment: &[(String, String)]) -> Result<Self, Faults> {
        let table = text.parse::<Table>().map_err(|why| {
            let line = why
                .span()
                .map_or(0, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
            Faults(vec![format!("line {}: {}", line + 1, why.message())])
        })?;
        let environment = environment.iter().filter(|(name, _)| name != "MENWEI_CONFIG").cloned().collect();
        Ok(Self { table, environment, faults: Vec::new(), exposed: Vec::new() })
    }

    /// Notes a fault of `key`.
    pub fn fault(&mut self, key: &str, what: impl Display) {
        self.faults.push(format!("{key} {what}"));
    }

    /// The value of a variable that is no `<section>.<key>`.
    pub fn variable(&mut self, name: &str) -> Option<String> {
        let place = self.environment.iter().position(|(other, _)| other == name)?;
        Some(self.environment.swap_remove(place).1)
    }

    /// Takes the value of `section.key` (or of `key` in a table of a list), the variable before the file.
    fn take(&mut self, key: &str) -> Option<Value> {
        let variable = format!("MENWEI_{}", key.replace('.', "_").to_uppercase());
        let from_file = match key.split_once('.') {
            Some((section, name)) => match self.table.get_mut(section) {
                Some(Value::Table(section)) => section.remove(name),
                _ => None,
            },
            None => self.table.remove(key),
        };
        self.variable(&variable).map(Value::String).or(from_file)
    }

    /// A text; none when it is not given.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let value = self.take(key)?;
        if let Value::String(text) = value {
            return Some(text);
        }
        self.fault(key, "must be a text in quotes");
        None
    }

    /// A secret, from `key` or from the file that `<key>_file` names (its last line end does not count).
    pub fn secret(&mut self, key: &str) -> Option<SecretString> {
        self.dated_secret(key).map(|(secret, _)| secret)
    }

    /// The same with the time at which its file was changed last; none when it stands in the configuration itself.
    pub fn dated_secret(&mut self, key: &str) -> Option<(SecretString, Option<Instant>)> {
        let inline = self.text(key);
        let path = self.text(&format!("{key}_file"));
        match (inline, path) {
            (Some(text), Some(_)) => {
                self.fault(key, format!("and {key}_file are both given: choose one"));
                Some((text.into(), None))
            }
            (Some(text), None) => Some((text.into(), None)),
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let about = std::fs::metadata(&path).ok();
                    if about.as_ref().is_some_and(|about| about.permissions().mode() & 0o004 != 0) {
                        self.exposed.push(path);
                    }
                    // not every file system tells
                    let changed = about.and_then(|about| about.modified().ok());
                    let at = changed.map(|at| Instant::from(DateTime::<Utc>::from(at)));
                    Some((text.trim_end_matches(['\r', '\n']).into(), at))
                }
                Err(why) => {
                    self.fault(&format!("{key}_file"), format!("({path}): {why}"));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// A value with a `FromStr`; `form` says how it must look.
    pub fn parsed<T: FromStr>(&mut self, key: &str, form: &str) -> Option<T> {
        let text = self.text(key)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.fault(key, format!("must be {form}"));
        }
        value
    }

    /// `http(s)://host[:port][/path]` without a slash at its end.
    pub fn base_url(&mut self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if host.is_empty() || text.contains(['@', '?', '#', ' ']) {
            self.fault(key, "must be a URL: https://host, without user, query or fragment");
            return None;
        }
        Some(text.trim_end_matches('/').to_owned())
    }

    /// A whole number within bounds.
    pub fn number<T>(&mut self, key: &str, default: T, bounds: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + PartialOrd + Display,
    {
        let number = match self.take(key) {
            None => return default,
            Some(Value::Integer(number)) => Some(number),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let fitting =
            number.and_then(|number| T::try_from(number).ok()).filter(|number| bounds.contains(number));
        fitting.unwrap_or_else(|| {
            self.fault(key, format!("must be a whole number from {} to {}", bounds.start(), bounds.end()));
            default
        })
    }

    /// A number of milliseconds within bounds.
    pub fn millis(&mut self, key: &str, default: u64, bounds: RangeInclusive<u64>) -> Duration {
        Duration::from_millis(self.number(key, default, bounds))
    }

    /// A span such as `30d`, `12h`, `5m`, `90s`, between `least` and `most`.
    pub fn span(&mut self, key: &str, default: &str, least: &str, most: &str) -> Duration {
        let usual = span(default).unwrap_or_default();
        let Some(text) = self.text(key) else { return usual };
        let bounds = span(least).unwrap_or_default()..=span(most).unwrap_or(Duration::MAX);
        span(&text).filter(|span| bounds.contains(span)).unwrap_or_else(|| {
            self.fault(key, format!("must be a span from {least} to {most}, such as {default}"));
            usual
        })
    }

    /// `true` or `false`.
    pub fn switch(&mut self, key: &str, default: bool) -> bool {
        match self.take(key) {
            None => default,
            Some(Value::Boolean(on)) => on,
            Some(Value::String(text)) if text == "true" => true,
            Some(Value::String(text)) if text == "false" => false,
            Some(_) => {
                self.fault(key, "must be true or false");
                default
            }
        }
    }

    /// One of a few words; the first is the default.
    pub fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T); 2]) -> T {
        let [(_, default), _] = *choices;
        let Some(text) = self.text(key) else { return default };
        let found = choices.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            self.fault(key, format!("must be {}", choices.map(|(word, _)| word).join(" or ")));
        }
        found.map_or(default, |(_, value)| *value)
    }

    /// A list of texts, each read by `parse`; in the environment they are separated by commas.
    pub fn list<T>(&mut self, key: &str, form: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let texts: Option<Vec<String>> = match self.take(key) {
            None => return Vec::new(),
            Some(Value::String(text)) => Some(
                text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect(),
            ),
            Some(Value::Array(values)) => {
                values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
            }
            Some(_) => None,
        };
        let parsed: Option<Vec<T>> = texts.and_then(|texts| texts.iter().map(|text| parse(text)).collect());
        parsed.unwrap_or_else(|| {
            self.fault(key, format!("must be a list of {form}"));
            Vec::new()
        })
    }

    /// The tables of a list `[[name]]`, each read by `read`.
    pub fn tables<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        let tables = match self.table.remove(name) {
            None => return Vec::new(),
            Some(Value::Array(tables)) => tables,
            Some(_) => {
                self.fault(name, format!("must be written [[{name}]]"));
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for table in tables {
            let Value::Table(table) = table else {
                self.fault(name, format!("must be written [[{name}]]"));
                continue;
            };
            let mut inner = Self { table, environment: Vec::new(), faults: Vec::new(), exposed: Vec::new() };
            found.push(read(&mut inner));
            self.exposed.append(&mut inner.exposed);
            let faults = inner.finish().map_or_else(|faults| faults.0, |()| Vec::new());
            self.faults.extend(faults.iter().map(|fault| format!("{name}.{fault}")));
        }
        found
    }

    /// The files of secrets read so far that everybody on this machine can read. No fault: a container may give them so
    /// (OWASP ASVS 13.3.1).
    pub fn exposed(&mut self) -> Vec<String> {
        std::mem::take(&mut self.exposed)
    }

    /// Ends the reading: what nobody asked for is a fault, too.
    ///
    /// # Errors
    /// All faults.
    pub fn finish(mut self) -> Result<(), Faults> {
        for (name, value) in &self.table {
            match value {
                Value::Table(section) => {
                    let known = KNOWN_SECTIONS.contains(&name.as_str());
                    let unknown = section.keys().map(|key| format!("{name}.{key} is no setting of menwei"));
                    if known {
                        self.faults.extend(unknown);
                    } else {
                        self.faults.push(format!("{name} is no section of menwei's settings"));
                    }
                }
                _ => self.faults.push(format!("{name} is no setting of menwei")),
            }
        }
        self.faults
            .extend(self.environment.iter().map(|(name, _)| format!("{name} is no setting of menwei")));
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults)) }
    }
}

const KNOWN_SECTIONS: [&str; 11] = [
    "server",
    "database",
    "wechat",
    "avatar",
    "session",
    "account",
    "retention",
    "keys",
    "api",
    "admin",
    "log",
];

/// `90s`, `5m`, `12h`, `30d`.
fn span(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    number.checked_mul(seconds).map(Duration::from_secs)
}
