//! `[[client]]`: the team's own services, which may ask menwei about sessions.

use secrecy::{ExposeSecret as _, SecretString};

use super::reader::Reader;

/// The fewest characters of a client's secret: it is compared without a limit of tries, so it must not be guessable.
const SHORTEST: usize = 16;

/// One service.
#[derive(Clone, Debug)]
pub struct Client {
    /// `id`: 1 to 128 letters, digits, `.`, `_`, `~` or `-`.
    pub id: String,
    /// `secret` or `secret_file`: 16 to 256 visible ASCII characters.
    pub secret: SecretString,
    /// `name`: what staff call it. Default the id.
    pub name: String,
}

pub(super) fn read(from: &mut Reader) -> Vec<Client> {
    let clients: Vec<Client> = from.tables("client", |client| {
        let id = client.text("id").unwrap_or_default();
        Client {
            name: client.text("name").unwrap_or_else(|| id.clone()),
            secret: client.secret("secret").unwrap_or_default(),
            id,
        }
    });
    for (place, client) in clients.iter().enumerate() {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
        if !(1..=128).contains(&client.id.len()) || !client.id.bytes().all(is_plain) {
            from.fault("client.id", "must be 1 to 128 letters, digits, dots, hyphens, tildes or underscores");
        }
        let secret = client.secret.expose_secret();
        if !(SHORTEST..=256).contains(&secret.len()) || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            from.fault("client.secret", "must be 16 to 256 visible ASCII characters: openssl rand -hex 32");
        }
        if clients.iter().take(place).any(|other| other.id == client.id) {
            from.fault("client.id", "stands there twice");
        }
    }
    clients
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn faults(text: &str) -> Vec<String> {
        Config::parse(text, &[]).map_or_else(|faults| faults.0, |_| Vec::new())
    }

    #[test]
    fn clients_come_from_tables_and_keep_their_secret_to_themselves() {
        let text = "[[client]]\nid = 'orders'\nsecret = 'canary-canary-canary'";
        let config = Config::parse(text, &[]).unwrap();
        assert_eq!((config.clients[0].id.as_str(), config.clients[0].name.as_str()), ("orders", "orders"));
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[test]
    fn a_client_with_a_bad_id_or_a_guessable_secret_is_refused() {
        let told = faults("[[client]]\nid = 'a b'\nsecret = 'canary'\n[[client]]\nid = 'x'\nsicret = 'y'");
        assert!(told.iter().any(|fault| fault.starts_with("client.id")), "{told:?}");
        assert_eq!(told.iter().filter(|fault| fault.starts_with("client.secret")).count(), 2);
        assert!(told.iter().any(|fault| fault.contains("sicret")) && !told.concat().contains("canary"));
        let twice = "[[client]]\nid = 'x'\nsecret = '0123456789abcdef'\n".repeat(2);
        assert_eq!(faults(&twice), ["client.id stands there twice"]);
    }
}
