//! The key ring: what is sealed at rest, and keyed digests.
//!
//! The key file holds one key a line, `<id> <64 hex digits>`, the current one first. A line is added above to rotate;
//! older lines still open what they sealed. XChaCha20-Poly1305, so that random nonces need no counter.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// The layout of a sealed value: this byte, the key's id, 24 bytes of nonce, ciphertext and tag.
const FORMAT: u8 = 1;
const NONCE: usize = 24;

/// A value encrypted for one place: it opens only with the same context that sealed it.
pub type Sealed = Vec<u8>;

struct Key {
    id: u8,
    bytes: Zeroizing<[u8; 32]>,
}

/// The keys of this installation, the current one first. Never printed.
pub struct KeyRing(Vec<Key>);

impl KeyRing {
    /// A ring of one new key.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate() -> Result<Self> {
        Ok(Self(vec![Key { id: 1, bytes: Zeroizing::new(super::random()?) }]))
    }

    /// The ring in the file at `path`; a new one is written there, readable by its owner only, when there is none.
    ///
    /// # Errors
    /// A sentence for the operator: unreadable, readable by others, or not of the form.
    pub fn open_or_create(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        match fs::read_to_string(path) {
            Ok(text) => {
                let mode = fs::metadata(path).map_err(|why| format!("{shown}: {why}"))?.permissions().mode();
                if mode & 0o077 != 0 {
                    return Err(format!(
                        "{shown} can be read by others (mode {:o}): chmod 600 {shown}",
                        mode & 0o777
                    ));
                }
                Self::parse(&Zeroizing::new(text)).map_err(|why| format!("{shown}: {why}"))
            }
            Err(why) if why.kind() == ErrorKind::NotFound => {
                let ring = Self::generate().map_err(|why| why.to_string())?;
                match ring.create(path) {
                    Ok(()) => Ok(ring),
                    // another process that starts with this one was faster: its keys are ours
                    Err(why) if why.kind() == ErrorKind::AlreadyExists => Self::open_or_create(path),
                    Err(why) => Err(format!("{shown}: {why}")),
                }
            }
            Err(why) => Err(format!("{shown}: {why}")),
        }
    }

    fn create(&self, path: &Path) -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // written aside and linked into place: whoever reads it reads all of it
        let chance: [u8; 8] = super::random().map_err(std::io::Error::other)?;
        let aside = path.with_extension(super::hex(&chance));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        for key in &self.0 {
            let line = Zeroizing::new(format!("{} {}\n", key.id, super::hex(key.bytes.as_slice())));
            file.write_all(line.as_bytes())?;
        }
        let linked = file.sync_all().and_then(|()| fs::hard_link(&aside, path));
        fs::remove_file(&aside)?;
        linked
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut keys = Vec::<Key>::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let key = parse_line(line)
                .ok_or_else(|| format!("line {} is not `<id> <64 hex digits>`", number + 1))?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(format!("line {}: key id {} stands there twice", number + 1, key.id));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err("holds no key".to_owned()) } else { Ok(Self(keys)) }
    }

    fn current(&self) -> Result<&Key> {
        self.0.first().ok_or(Error::Internal("empty key ring"))
    }

    /// Encrypts `plain` for the place that `context` names (such as `session_key|<appid>|<openid>`).
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Sealed> {
        let key = self.current()?;
        let nonce: [u8; NONCE] = super::random()?;
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let sealed = cipher(key)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_cause| Error::Internal("sealing failed"))?;
        Ok([[FORMAT, key.id].as_slice(), nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Decrypts what [`KeyRing::seal`] made for the same context; none when it was tampered with or the key is gone.
    #[must_use]
    pub fn open(&self, context: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (&[format, id], rest) = sealed.split_first_chunk()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>()?;
        let key = self.0.iter().find(|key| key.id == id).filter(|_| format == FORMAT)?;
        let payload = Payload { msg: ciphertext, aad: context.as_bytes() };
        cipher(key).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    /// The ids of the keys, the current one first. They are no secret.
    #[must_use]
    pub fn ids(&self) -> Vec<u8> {
        self.0.iter().map(|key| key.id).collect()
    }

    /// The digest under the oldest key: it stays the same while keys are added, for what must outlive that and has a
    /// proof of its own besides.
    ///
    /// # Errors
    /// As [`KeyRing::digest`].
    pub fn lasting_digest(&self, purpose: &str, text: &str) -> Result<[u8; 32]> {
        digest(self.0.last().ok_or(Error::Internal("empty key ring"))?, purpose, text)
    }

    /// HMAC-SHA-256 of `text` under the current key, for `purpose`: equal texts have equal digests, and nobody
    /// without the key can try texts out. Purposes do not mix.
    ///
    /// # Errors
    /// Never in practice: HMAC takes keys of every length.
    pub fn digest(&self, purpose: &str, text: &str) -> Result<[u8; 32]> {
        digest(self.current()?, purpose, text)
    }

    /// The digest under each key of the ring, the current one first: what was stored before a rotation is found.
    ///
    /// # Errors
    /// As [`KeyRing::digest`].
    pub fn digests(&self, purpose: &str, text: &str) -> Result<Vec<[u8; 32]>> {
        self.0.iter().map(|key| digest(key, purpose, text)).collect()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "KeyRing({} keys)", self.0.len())
    }
}

fn digest(key: &Key, purpose: &str, text: &str) -> Result<[u8; 32]> {
    let mac = Hmac::<Sha256>::new_from_slice(key.bytes.as_slice());
    let mut mac = mac.map_err(|_cause| Error::Internal("hmac key"))?;
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().into())
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.bytes).into())
}

fn parse_line(line: &str) -> Option<Key> {
    let (id, digits) = line.trim().split_once(' ')?;
    let digits = digits.trim();
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(Key { id: id.parse().ok()?, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let ring = KeyRing::generate().unwrap();
        let sealed = ring.seal("a", b"secret").unwrap();
        assert_eq!(ring.open("a", &sealed).unwrap().as_slice(), b"secret");
        assert!(ring.open("b", &sealed).is_none());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let ring = KeyRing::generate().unwrap();
        let sealed = ring.seal("a", b"secret").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(ring.open("a", &changed).is_none(), "byte {place}");
        }
        assert!((0..sealed.len()).all(|length| ring.open("a", &sealed[..length]).is_none()));
    }

    #[test]
    fn an_older_key_still_opens_what_it_sealed() {
        let (old, new) = (format!("1 {}", "ab".repeat(32)), format!("2 {}", "cd".repeat(32)));
        let sealed = KeyRing::parse(&old).unwrap().seal("a", b"secret").unwrap();
        let rotated = KeyRing::parse(&format!("{new}\n{old}\n")).unwrap();
        assert_eq!(rotated.open("a", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(rotated.seal("a", b"x").unwrap()[1], 2);
    }

    #[test]
    fn a_lasting_digest_outlives_a_rotation() {
        let (old, new) = (format!("1 {}", "ab".repeat(32)), format!("2 {}", "cd".repeat(32)));
        let [before, after] =
            [old.clone(), format!("{new}\n{old}\n")].map(|text| KeyRing::parse(&text).unwrap());
        assert_eq!(before.lasting_digest("a", "x").unwrap(), after.lasting_digest("a", "x").unwrap());
        assert_ne!(before.digest("a", "x").unwrap(), after.digest("a", "x").unwrap());
    }

    #[test]
    fn the_key_file_is_made_once_and_read_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/menwei.key");
        let first = KeyRing::open_or_create(&path).unwrap();
        let sealed = first.seal("a", b"secret").unwrap();
        assert!(KeyRing::open_or_create(&path).unwrap().open("a", &sealed).is_some());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(KeyRing::open_or_create(&path).unwrap_err().contains("chmod 600"));
    }

    #[test]
    fn of_several_that_make_the_file_at_once_all_have_the_same_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("menwei.key");
        let rings: Vec<KeyRing> = std::thread::scope(|threads| {
            let started: Vec<_> =
                (0..8).map(|_| threads.spawn(|| KeyRing::open_or_create(&path).unwrap())).collect();
            started.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let sealed = rings[0].seal("a", b"secret").unwrap();
        assert!(rings.iter().all(|ring| ring.open("a", &sealed).is_some()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_broken_key_file_is_refused_with_its_line() {
        assert_eq!(KeyRing::parse("").unwrap_err(), "holds no key");
        assert!(KeyRing::parse("1 abc").unwrap_err().starts_with("line 1"));
        let twice = format!("1 {0}\n1 {0}", "ab".repeat(32));
        assert!(KeyRing::parse(&twice).unwrap_err().contains("twice"));
    }

    #[test]
    fn digests_of_two_purposes_differ() {
        let ring = KeyRing::generate().unwrap();
        assert_eq!(ring.digest("a", "x").unwrap(), ring.digest("a", "x").unwrap());
        assert_ne!(ring.digest("a", "x").unwrap(), ring.digest("b", "x").unwrap());
    }
}
