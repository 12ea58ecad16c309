//! Passwords of staff: Argon2id, off the workers, never more at once than there are permits.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::error::{Error, Fault, Result};

/// The longest password that is looked at, in bytes: longer ones are refused before any hashing (OWASP).
pub const MOST_BYTES: usize = 1024;
/// The shortest password without a second factor, in characters (NIST SP 800-63B rev. 4).
pub const LEAST_CHARS: usize = 15;
/// How long a sign-in may wait for its turn.
const PATIENCE: Duration = Duration::from_millis(1500);
/// More memory than this in a stored hash is not ours: somebody wrote it there to bring the process down.
const MOST_MEMORY_KIB: u32 = 256 * 1024;

/// Hashes and checks passwords. Clones share their permits.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// A hash that no password has: checked for unknown names, so that they take as long as known ones.
    decoy: Arc<str>,
}

/// What a password turned out to be.
#[derive(Debug)]
pub enum Verdict {
    /// Wrong.
    Wrong,
    /// Right.
    Right,
    /// Right, and hashed with weaker parameters than today's: this is the new hash.
    RightButWeak(String),
}

impl Passwords {
    /// As many hashes at once as there are cores but one: the rest of the process keeps a core.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let unknowable: [u8; 32] = crate::secret::random()?;
        let decoy = hash(&unknowable)?.into();
        Ok(Self { permits: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))), decoy })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.run(move || hash(password.expose_secret().as_bytes())).await
    }

    /// Checks a password against a stored hash, or, for a name that is unknown, against nothing in the same time.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are waiting; [`Error::Internal`] when the stored hash is none of ours.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<Verdict> {
        if password.expose_secret().len() > MOST_BYTES {
            return Ok(Verdict::Wrong);
        }
        let decoy = Arc::clone(&self.decoy);
        self.run(move || {
            let known = stored.is_some();
            let verdict = verify(password.expose_secret().as_bytes(), stored.as_deref().unwrap_or(&decoy))?;
            Ok(if known { verdict } else { Verdict::Wrong })
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let waited = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = waited else { return Err(Error::Busy) };
        tokio::task::spawn_blocking(move || {
            // owned by the work: a browser that goes away does not make room for one hash more
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_panic| Error::Internal("hashing panicked"))?
    }
}

fn hash(password: &[u8]) -> Result<String> {
    let hash =
        Argon2::default().hash_password(password).map_err(|_cause| Error::Internal("hashing failed"))?;
    Ok(hash.to_string())
}

fn verify(password: &[u8], stored: &str) -> Result<Verdict> {
    let stored = PasswordHash::new(stored).map_err(|_cause| Error::Internal("stored password hash"))?;
    let params = Params::try_from(&stored).map_err(|_cause| Error::Internal("stored password hash"))?;
    if params.m_cost() > MOST_MEMORY_KIB || params.t_cost() > 16 {
        return Err(Error::Internal("stored password hash asks for too much"));
    }
    if Argon2::default().verify_password(password, &stored).is_err() {
        return Ok(Verdict::Wrong);
    }
    let today = Params::default();
    let weak = params.m_cost() < today.m_cost() || params.t_cost() < today.t_cost();
    if weak { hash(password).map(Verdict::RightButWeak) } else { Ok(Verdict::Right) }
}

/// What people choose first when fifteen characters are asked for; and words that stand on this page.
const COMMON: [&str; 12] = [
    "password", "passw0rd", "qwerty", "123456", "111111", "abcdef", "iloveyou", "letmein", "menwei",
    "wechat", "weixin", "admin",
];

/// Checks a password that somebody wants to have: 15 characters or more, no rules of composition (NIST SP 800-63B),
/// not made of what everybody tries.
///
/// # Errors
/// The fault of field `password`.
pub fn check_new(password: &SecretString, name: &str) -> Result<()> {
    let text = password.expose_secret();
    let fault = if text.chars().count() < LEAST_CHARS {
        Some(Fault::TooShort(LEAST_CHARS))
    } else if text.len() > MOST_BYTES {
        Some(Fault::TooLong(MOST_BYTES))
    } else if is_common(text, name) {
        Some(Fault::CommonPassword)
    } else {
        None
    };
    fault.map_or(Ok(()), |fault| Err(Error::field("password", fault)))
}

/// Whether little is left of a password when common words, the name, runs and repetitions are taken out.
fn is_common(password: &str, name: &str) -> bool {
    let mut rest = password.to_lowercase();
    for word in COMMON.iter().copied().chain((name.chars().count() > 2).then_some(name)) {
        rest = rest.replace(&word.to_lowercase(), "");
    }
    let mut kept = Vec::new();
    let mut last = None::<u32>;
    for one in rest.chars() {
        let number = u32::from(one);
        // a character that repeats or follows the one before tells nothing new
        if last.is_none_or(|last| number.abs_diff(last) > 1) {
            kept.push(one);
        }
        last = Some(number);
    }
    kept.sort_unstable();
    kept.dedup();
    kept.len() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_with_owasps_parameters_and_salts_of_their_own() {
        let (one, two) = (hash(b"x").unwrap(), hash(b"x").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
    }

    #[test]
    fn a_weaker_hash_is_replaced_when_the_password_proves_right() {
        let weak = Argon2::new(
            argon2::Algorithm::Argon2id,
            argon2::Version::V0x13,
            Params::new(8192, 1, 1, None).unwrap(),
        );
        let stored = weak.hash_password(b"correct horse").unwrap().to_string();
        assert!(
            matches!(verify(b"correct horse", &stored).unwrap(), Verdict::RightButWeak(new) if new.contains("m=19456"))
        );
        assert!(matches!(verify(b"wrong", &stored).unwrap(), Verdict::Wrong));
    }

    #[test]
    fn a_hash_that_asks_for_gigabytes_is_refused() {
        let stored = hash(b"x").unwrap().replace("m=19456", "m=4194304");
        assert!(verify(b"x", &stored).is_err());
    }

    #[test]
    fn passwords_that_everybody_tries_are_refused() {
        let check = |text: &str| check_new(&text.into(), "wang.fang");
        for text in [
            "short",
            "password12345678",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "wang.fangwang.fang1",
            "menweimenweimenwei",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
        for text in
            ["correct horse battery staple", "春江潮水连海平，海上明月共潮生。", " leading and trailing "]
        {
            assert!(check(text).is_ok(), "{text}");
        }
        assert!(check(&"ab9x".repeat(300)).is_err());
    }

    #[actix_web::test]
    async fn an_unknown_name_waits_for_its_turn_and_is_hashed_like_any_other() {
        let passwords = Passwords::new().unwrap();
        let all = u32::try_from(passwords.permits.available_permits()).unwrap();
        let taken = Arc::clone(&passwords.permits).acquire_many_owned(all).await.unwrap();
        assert!(matches!(passwords.verify("x".into(), None).await, Err(Error::Busy)));
        drop(taken);
        assert!(verify(b"x", &passwords.decoy).is_ok_and(|verdict| matches!(verdict, Verdict::Wrong)));
        assert!(
            passwords.decoy.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "as much work as for a known name"
        );
    }

    #[actix_web::test]
    async fn an_unknown_name_is_wrong_whatever_the_password() {
        let passwords = Passwords::new().unwrap();
        assert!(matches!(passwords.verify("x".into(), None).await.unwrap(), Verdict::Wrong));
        let stored = passwords.hash("x".into()).await.unwrap();
        assert!(matches!(passwords.verify("x".into(), Some(stored.clone())).await.unwrap(), Verdict::Right));
        assert!(matches!(passwords.verify("x ".into(), Some(stored)).await.unwrap(), Verdict::Wrong));
    }
}
