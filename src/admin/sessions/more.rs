//! Filters of the list of sessions that are wanted more seldom, folded away until one is set.

use super::CLIENTS;
use crate::admin::locale::Words;
use crate::admin::parts::list::{Days, Select};
use crate::admin::parts::paging::Address;
use crate::admin::parts::sight;

/// The fields of the fold.
#[derive(Clone, Debug)]
pub struct More {
    /// Whether one of them is set: then it is not folded.
    pub open: bool,
    /// The kind of client.
    pub client: Select,
    /// The mini-program's version.
    pub version: String,
    /// Who ended it; only where ended sessions are shown.
    pub by: Option<String>,
    /// Days, with what happened on them.
    pub days: Vec<(Days, &'static str)>,
}

impl More {
    /// The fields as the address has them.
    #[must_use]
    pub fn of(address: &Address, words: &'static Words) -> Self {
        let names = words.sessions;
        let is_revoked = address.get("state") == Some("revoked");
        let text = |name: &str| address.get(name).unwrap_or_default().to_owned();
        let days = |name: &'static str, label| (Days::of(name, address.get(name)), label);
        let clients = CLIENTS.map(|client| (client, sight::client(client, words)));
        let clients: Vec<(&str, &str)> = std::iter::once(("", words.lists.any)).chain(clients).collect();
        let ended = is_revoked.then(|| days("ended", names.ended));
        Self {
            open: ["client", "ver", "by", "seen", "expires", "ended"]
                .iter()
                .any(|name| address.get(name).is_some()),
            client: Select::of("client", &clients, address.get("client")),
            version: text("ver"),
            by: is_revoked.then(|| text("by")),
            days: ended
                .into_iter()
                .chain([days("seen", names.seen), days("expires", names.expires)])
                .collect(),
        }
    }
}
