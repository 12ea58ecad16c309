//! The chain of the audit trail: what an entry's hash covers, and a walk along it that names the first broken link.
//!
//! The head ([`audit_head`]) is read before the entries that it covers, so that a walk holds while others append. What
//! no chain can tell is that its end was cut and the head set back to fit: a link that was noted elsewhere does, see
//! [`Link`].

use std::fmt;
use std::str::FromStr;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::Audit;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::{audit, audit_head};
use crate::error::{Error, Result};
use crate::secret::hex;

/// How many entries are read at a time.
const BATCH: i64 = 1000;

/// A link: an entry's number and its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The entry's number.
    pub id: i64,
    /// SHA-256, 32 bytes; empty before the first entry.
    pub hash: Vec<u8>,
}

impl fmt::Display for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.id, hex(&self.hash))
    }
}

impl FromStr for Link {
    type Err = &'static str;

    /// Reads what [`Link`] prints: `NUMBER:HASH`.
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let read = || {
            let (id, digits) = text.split_once(':')?;
            let is_hash = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let (pairs, _) = digits.as_bytes().as_chunks::<2>();
            let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
            let id = id.parse().ok().filter(|id| *id > 0 && is_hash)?;
            Some(Self { id, hash: pairs.iter().map(byte).collect::<Option<_>>()? })
        };
        read().ok_or("not a number, a colon and 64 hexadecimal digits")
    }
}

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The entry is not there.
    Missing,
    /// Its hash is not that of its contents.
    Hash,
    /// What it says of the entry before is not that entry's hash.
    Previous,
    /// A column holds what menwei cannot have written.
    Unreadable,
    /// The head names another hash for it.
    Head,
    /// It stands behind the head: nobody appended it.
    Beyond,
    /// It is not the one that was noted elsewhere.
    Noted,
}

/// The first broken link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The entry's number.
    pub id: i64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// A chain, or the part of it that was walked, without a flaw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// How many entries.
    pub entries: i64,
    /// When the first of them was written.
    pub from: Option<Instant>,
    /// When the last one was.
    pub to: Option<Instant>,
    /// The last link: to be noted where whoever can write to the database cannot.
    pub last: Link,
}

/// What a walk found.
pub type Verdict = std::result::Result<Sound, Break>;

/// SHA-256 over the previous hash, the number, the time (microseconds since 1970; both as eight bytes, the highest first)
/// and every field, each with its length in bytes before it (eight bytes, too), so that nothing can be moved from one
/// field to the next.
pub(super) fn hash(previous: &[u8], id: i64, at: Instant, fields: &[&str; 10]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(id.to_be_bytes());
    hasher.update(at.micros().to_be_bytes());
    for field in fields {
        hasher.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().to_vec()
}

impl Audit {
    /// The entries after that number, oldest first, at most a thousand: how an export reads the trail.
    pub fn after(conn: &mut Conn, id: i64) -> Result<Vec<Self>> {
        Self::between(conn, id, i64::MAX, BATCH)
    }

    fn between(conn: &mut Conn, after: i64, last: i64, most: i64) -> Result<Vec<Self>> {
        Ok(audit::table
            .filter(audit::id.gt(after))
            .filter(audit::id.le(last))
            .order(audit::id)
            .limit(most)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Walks the whole chain, a thousand entries at a time; `noted` are links of it that were written down elsewhere.
    pub fn verify(conn: &mut Conn, noted: &[Link]) -> Result<Verdict> {
        let highest: Option<i64> = audit::table.select(diesel::dsl::max(audit::id)).get_result(conn)?;
        let head = head(conn)?;
        let mut walk = Walk::new(Link::default(), noted);
        let outcome = walk.to(conn, &head)?;
        let beyond = highest.filter(|highest| *highest > head.id);
        Ok(match (outcome, beyond) {
            (Err(found), _) => Err(found),
            (Ok(()), Some(id)) => Err(Break { id, flaw: Flaw::Beyond }),
            (Ok(()), None) => walk.end(),
        })
    }

    /// Walks the last `most` links: what a page has time for. The entry before them is taken as it is.
    pub fn verify_end(conn: &mut Conn, most: i64) -> Result<Verdict> {
        let head = head(conn)?;
        let before = (head.id - most).max(0);
        let known: Option<Vec<u8>> =
            audit::table.find(before).select(audit::hash).get_result(conn).optional()?;
        let start = Link { id: before, hash: known.unwrap_or_default() };
        let mut walk = Walk::new(start, &[]);
        Ok(walk.to(conn, &head)?.and_then(|()| walk.end()))
    }
}

fn head(conn: &mut Conn) -> Result<Link> {
    let (id, hash) =
        audit_head::table.find(1).select((audit_head::last_id, audit_head::hash)).get_result(conn)?;
    Ok(Link { id, hash })
}

/// How far a walk came.
struct Walk<'a> {
    sound: Sound,
    noted: &'a [Link],
}

impl<'a> Walk<'a> {
    fn new(start: Link, noted: &'a [Link]) -> Self {
        Self { sound: Sound { last: start, ..Sound::default() }, noted }
    }

    /// Walks up to the head.
    fn to(&mut self, conn: &mut Conn, head: &Link) -> Result<std::result::Result<(), Break>> {
        while self.sound.last.id < head.id {
            let after = self.sound.last.id;
            let entries = match Audit::between(conn, after, head.id, BATCH) {
                // one that cannot be read hides the others: then one by one
                Err(Error::Query(_)) => match Audit::between(conn, after, head.id, 1) {
                    Err(Error::Query(_)) => return Ok(Err(Break { id: after + 1, flaw: Flaw::Unreadable })),
                    one => one?,
                },
                entries => entries?,
            };
            if entries.is_empty() {
                return Ok(Err(Break { id: after + 1, flaw: Flaw::Missing }));
            }
            for entry in &entries {
                if let Err(flaw) = self.step(entry) {
                    // behind a gap, what is wrong is what is not there
                    return Ok(Err(Break { id: self.sound.last.id + 1, flaw }));
                }
            }
        }
        let is_head = self.sound.last.hash == head.hash;
        Ok(if is_head { Ok(()) } else { Err(Break { id: head.id, flaw: Flaw::Head }) })
    }

    fn step(&mut self, entry: &Audit) -> std::result::Result<(), Flaw> {
        let last = &self.sound.last;
        if entry.id != last.id + 1 {
            return Err(Flaw::Missing);
        }
        if entry.previous != last.hash {
            return Err(Flaw::Previous);
        }
        if entry.hash != hash(&entry.previous, entry.id, entry.at, &entry.fields()) {
            return Err(Flaw::Hash);
        }
        if self.noted.iter().any(|noted| noted.id == entry.id && noted.hash != entry.hash) {
            return Err(Flaw::Noted);
        }
        self.sound.from.get_or_insert(entry.at);
        self.sound.to = Some(entry.at);
        self.sound.entries += 1;
        self.sound.last = Link { id: entry.id, hash: entry.hash.clone() };
        Ok(())
    }

    /// Nothing is wrong, unless a link that was noted is further on than the chain reaches.
    fn end(self) -> Verdict {
        let cut = self.noted.iter().map(|noted| noted.id).filter(|id| *id > self.sound.last.id).min();
        cut.map_or(Ok(self.sound), |id| Err(Break { id, flaw: Flaw::Noted }))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Missing => "it is missing",
            Self::Hash => "its hash is not that of its contents",
            Self::Previous => "what it says of the entry before is not that entry's hash",
            Self::Unreadable => "a column holds what menwei cannot have written",
            Self::Head => "the head of the chain names another hash for it",
            Self::Beyond => "it stands behind the head of the chain: nobody appended it",
            Self::Noted => "it is not the one that was noted",
        })
    }
}
