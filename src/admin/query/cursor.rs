//! Places in a list: opaque, signed, and bound to the list and its filters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::clock::Instant;
use crate::db::users::list::Rank;
use crate::error::Result;
use crate::secret::KeyRing;

/// How much of the signature is kept: 128 bits.
const SIGNATURE: usize = 16;

/// The key of a row, by which a list goes on.
pub trait Place: Sized {
    /// The place as text.
    fn write(&self) -> String;
    /// The place that a text names.
    fn read(text: &str) -> Option<Self>;
    /// The place after everything that is not before a moment; none where the order is another.
    #[must_use]
    fn before(_: Instant) -> Option<Self> {
        None
    }
}

impl Place for (Instant, i64) {
    fn write(&self) -> String {
        format!("{} {}", self.0.micros(), self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once(' ')?;
        Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
    }

    fn before(at: Instant) -> Option<Self> {
        Some((at, i64::MIN))
    }
}

impl Place for (Instant, String) {
    fn write(&self) -> String {
        format!("{} {}", self.0.micros(), self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once(' ')?;
        Some((Instant::from_micros(at.parse().ok()?), id.to_owned()))
    }
}

impl Place for (Rank, i64) {
    fn write(&self) -> String {
        let rank = match self.0 {
            Rank::Exact => 'e',
            Rank::Beginning => 'b',
            Rank::Inside => 'i',
        };
        format!("{rank} {}", self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (rank, id) = text.split_once(' ')?;
        let rank = match rank {
            "e" => Rank::Exact,
            "b" => Rank::Beginning,
            "i" => Rank::Inside,
            _ => return None,
        };
        Some((rank, id.parse().ok()?))
    }
}

/// The place as it stands in the URL of that list; `list` names it with its filters.
///
/// # Errors
/// When the key ring is empty.
pub fn seal(keys: &KeyRing, list: &str, place: &impl Place) -> Result<String> {
    let place = place.write();
    let signature = sign(keys, list, &place)?;
    let bytes: Vec<u8> = signature.into_iter().take(SIGNATURE).chain(place.into_bytes()).collect();
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The place that a URL holds; none when it is forged, cut, or of a list with other filters.
///
/// # Errors
/// When the key ring is empty.
pub fn open<P: Place>(keys: &KeyRing, list: &str, text: &str) -> Result<Option<P>> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return Ok(None) };
    let Some((signature, place)) = bytes.split_first_chunk::<SIGNATURE>() else { return Ok(None) };
    let Ok(place) = std::str::from_utf8(place) else { return Ok(None) };
    let expected: Vec<u8> = sign(keys, list, place)?.into_iter().take(SIGNATURE).collect();
    let is_ours = bool::from(expected.as_slice().ct_eq(signature));
    Ok(if is_ours { P::read(place) } else { None })
}

fn sign(keys: &KeyRing, list: &str, place: &str) -> Result<[u8; 32]> {
    keys.digest("cursor", &format!("{place}\n{list}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_in_the_list_that_wrote_it() {
        let keys = KeyRing::generate().unwrap();
        let user = (Instant::from_micros(1_800_000_000_000_000), 42_i64);
        let session = (Instant::from_micros(-1), "0198f0c1-2222-7333-8444-555566667777".to_owned());
        let found = (Rank::Beginning, i64::MAX);
        let text = seal(&keys, "users q=a", &user).unwrap();
        assert_eq!(open(&keys, "users q=a", &text).unwrap(), Some(user));
        assert_eq!(open::<(Instant, i64)>(&keys, "users q=b", &text).unwrap(), None);
        let text = seal(&keys, "sessions", &session).unwrap();
        assert!(text.len() <= 128);
        assert_eq!(open(&keys, "sessions", &text).unwrap(), Some(session));
        let text = seal(&keys, "search", &found).unwrap();
        assert_eq!(open(&keys, "search", &text).unwrap(), Some(found));
    }

    #[test]
    fn a_forged_cut_or_foreign_place_is_none() {
        let keys = KeyRing::generate().unwrap();
        let place = (Instant::EPOCH, 7_i64);
        let text = seal(&keys, "", &place).unwrap();
        let foreign = seal(&KeyRing::generate().unwrap(), "", &place).unwrap();
        let other = if text.starts_with('-') { "A" } else { "-" };
        let changed = text.replacen(|_: char| true, other, 1);
        for wrong in ["", "x", "end", text.get(..20).unwrap(), &changed, &foreign, &format!("{text}AA"), "€"]
        {
            assert_eq!(open::<(Instant, i64)>(&keys, "", wrong).unwrap(), None, "{wrong}");
        }
    }
}
