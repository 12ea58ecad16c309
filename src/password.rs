//! Passwords of staff: Argon2id, off the workers, never more at once than there are permits.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

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

/// Words that stand on every page of the console: whoever guesses tries them first.
const OURS: [&str; 6] = ["menwei", "wechat", "weixin", "门卫", "微信", "小程序"];
/// As much of a password is judged, in characters: what is strong by then is strong, and judging takes time.
const JUDGED: usize = 72;

/// Checks a password that somebody wants to have: 15 characters or more, no rules of composition (NIST SP 800-63B),
/// not made of what everybody tries. `context` is what else is easily guessed: the account's name, the mini-programs'.
///
/// # Errors
/// The fault of field `password`.
pub fn check_new(password: &SecretString, context: &[&str]) -> Result<()> {
    let text = password.expose_secret();
    let fault = if text.chars().count() < LEAST_CHARS {
        Some(Fault::TooShort(LEAST_CHARS))
    } else if text.len() > MOST_BYTES {
        Some(Fault::TooLong(MOST_BYTES))
    } else if is_guessable(text, context) {
        Some(Fault::CommonPassword)
    } else {
        None
    };
    fault.map_or(Ok(()), |fault| Err(Error::field("password", fault)))
}

/// Whether a password is soon guessed: made of the 30,000 most common ones, of words, names, dates, rows of a keyboard,
/// repetitions, and what is known to whoever knows the console.
fn is_guessable(password: &str, context: &[&str]) -> bool {
    let judged: String = password.chars().take(JUDGED).collect();
    let parts = context.iter().flat_map(|word| word.split(|one: char| !one.is_alphanumeric()));
    let known: Vec<&str> =
        OURS.iter().chain(context).copied().chain(parts).filter(|word| !word.is_empty()).collect();
    zxcvbn(&judged, &known).score() < Score::Four
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
        let check = |text: &str| check_new(&text.into(), &["wang.fang", "Orchard Kiosk", "春风小店"]);
        for text in [
            "short",
            "password12345678",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "wang.fangwang.fang1",
            "menweimenweimenwei",
            "orchard kiosk orchard kiosk",
            "春风小店春风小店春风小店春风小店",
            "qwertyuiopasdfgh",
            "P@ssw0rd123456789",
            "zaq12wsxzaq12wsx",
            "19900101199001011990",
            "iloveyouiloveyou1",
            "fangfangwang2024",
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
