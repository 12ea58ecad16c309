//! What a term can be, and the form in which it is looked for.

use std::net::IpAddr;

use super::locale;
use crate::config::Network;
use crate::{phone, text};

/// What a term can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::admin) enum Kind {
    OpenId,
    Phone,
    Ip,
    Id,
    Nickname,
}

/// What an id names: one thing, or any that has such a one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Id {
    /// The public id of a user, a session or a job.
    Public(String),
    /// An entry of the audit log.
    Entry(i64),
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::OpenId, Self::Phone, Self::Ip, Self::Id, Self::Nickname];

    /// What it most likely is: openids have 28 characters of base64url, phone numbers are complete.
    pub(in crate::admin) fn of(term: &str) -> Self {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let is_plain_number = term.bytes().all(|byte| byte.is_ascii_digit());
        if network(term).is_some() {
            Self::Ip
        } else if phone::typed(term).is_some() {
            Self::Phone
        } else if !is_plain_number && Id::read(term).is_some() {
            Self::Id
        } else if term.len() == 28 && term.bytes().all(is_base64url) {
            Self::OpenId
        } else {
            Self::Nickname
        }
    }

    /// Whether it names a person: such a term stands in no address.
    pub(in crate::admin) const fn is_personal(self) -> bool {
        matches!(self, Self::OpenId | Self::Phone | Self::Ip)
    }

    pub(in crate::admin) const fn code(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Phone => "phone",
            Self::Ip => "ip",
            Self::Id => "id",
            Self::Nickname => "nickname",
        }
    }

    pub(in crate::admin) const fn name(self, words: &locale::Lookup) -> &'static str {
        match self {
            Self::OpenId => words.as_openid,
            Self::Phone => words.as_phone,
            Self::Ip => words.as_ip,
            Self::Id => words.as_id,
            Self::Nickname => words.as_nickname,
        }
    }
}

impl Id {
    /// A UUID with or without its hyphens, the number of an entry with or without `#`; before it may stand what it is,
    /// as the audit log writes it (`user:…`).
    pub(super) fn read(term: &str) -> Option<Self> {
        let (kind, id) = term.split_once(':').unwrap_or(("", term));
        let is_entry =
            || id.strip_prefix('#').unwrap_or(id).parse().ok().filter(|id| (1..i64::MAX).contains(id));
        let public = || {
            let is_whole = matches!(id.len(), 32 | 36);
            uuid::Uuid::try_parse(id).ok().filter(|_| is_whole).map(|id| id.hyphenated().to_string())
        };
        match kind {
            "" => public().map(Self::Public).or_else(|| is_entry().map(Self::Entry)),
            "user" | "session" | "job" => public().map(Self::Public),
            "audit" => is_entry().map(Self::Entry),
            _ => None,
        }
    }
}

/// The address or network that a term names, as sessions have it.
pub(super) fn network(term: &str) -> Option<Network> {
    match term.parse::<IpAddr>() {
        Ok(address) => Network::parse(&address.to_canonical().to_string()),
        Err(_) => Network::parse(term),
    }
}

/// What was typed without what cannot be seen, full-width letters and digits made plain.
pub(in crate::admin) fn plain(term: &str) -> String {
    text::plain(term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_taken_for_what_it_looks_like() {
        for (term, kind) in [
            ("oGZUI0egBJY1zhBYw2KhdUfwVJJE", Kind::OpenId),
            ("203.0.113.7", Kind::Ip),
            ("203.0.113.0/24", Kind::Ip),
            ("2001:db8::/32", Kind::Ip),
            ("203.0.113.0/33", Kind::Nickname),
            ("13812345634", Kind::Phone),
            ("8613812345634", Kind::Phone),
            ("１３８１２３４５６３４", Kind::Phone),
            ("138\u{200b}1234\u{feff}5634\u{200e}", Kind::Phone),
            ("+852 5123 4567", Kind::Phone),
            ("1381234563", Kind::Nickname),
            ("2001:db8::1", Kind::Ip),
            ("0198f0c1-2222-7333-8444-555566667777", Kind::Id),
            ("0198F0C1222273338444555566667777", Kind::Id),
            ("job:0198f0c1-2222-7333-8444-555566667777", Kind::Id),
            ("#1042", Kind::Id),
            ("audit:1042", Kind::Id),
            ("#0", Kind::Nickname),
            ("1042", Kind::Nickname),
            ("张伟", Kind::Nickname),
            ("anna", Kind::Nickname),
            ("oGZUI0egBJY1zhBYw2KhdUfwVJJ", Kind::Nickname),
        ] {
            assert_eq!(Kind::of(&plain(term)), kind, "{term}");
        }
    }

    #[test]
    fn an_id_is_read_however_it_is_written() {
        let public = Some(Id::Public("0198f0c1-2222-7333-8444-555566667777".to_owned()));
        assert_eq!(Id::read("0198F0C1-2222-7333-8444-555566667777"), public);
        assert_eq!(Id::read("session:0198f0c1222273338444555566667777"), public);
        assert_eq!((Id::read("#7"), Id::read("7")), (Some(Id::Entry(7)), Some(Id::Entry(7))));
        assert_eq!(Id::read("staff:7"), None);
    }
}
