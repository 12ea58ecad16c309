//! Which masked field of a user is meant.

use zeroize::Zeroizing;

use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::locale::Words;
use crate::admin::parts::mask;
use crate::admin::query::{Kind, Known};
use crate::db::Conn;
use crate::db::sessions::Session;
use crate::db::users::whole::Whole;
use crate::error::{Error, Result};
use crate::phone::Phone;
use crate::secret::KeyRing;

/// What names a field: its kind, and of several identities which, or whose session.
pub(super) const KNOWN: &[Known] = &[
    Known { name: "field", default: None, kind: Kind::OneOf(&["phone", "openid", "unionid", "ip"]) },
    Known { name: "of", default: None, kind: Kind::Text(3) },
    Known { name: "sid", default: None, kind: Kind::Id },
];

/// One masked field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::admin) enum Field {
    /// The phone number.
    Phone,
    /// The openid of the user's identity of that place, the oldest first; from 0.
    Openid(usize),
    /// Its unionid.
    Unionid(usize),
    /// From where a session of theirs was opened.
    Ip(String),
}

impl Field {
    /// Reads the field out of a form or an address.
    pub(super) fn read(get: impl Fn(&str) -> Option<String>) -> std::result::Result<Self, Refused> {
        let bad = |name: &str| Refused::from(Refusal::Parameter(name.to_owned()));
        let place = || get("of").and_then(|of| of.parse().ok()).ok_or_else(|| bad("of"));
        Ok(match get("field").as_deref() {
            Some("phone") => Self::Phone,
            Some("openid") => Self::Openid(place()?),
            Some("unionid") => Self::Unionid(place()?),
            Some("ip") => {
                Self::Ip(crate::admin::parts::public_id::id(&get("sid").ok_or_else(|| bad("sid"))?)?)
            }
            _ => return Err(bad("field")),
        })
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Openid(_) => "openid",
            Self::Unionid(_) => "unionid",
            Self::Ip(_) => "ip",
        }
    }

    /// What [`Field::read`] reads.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let which = match self {
            Self::Phone => None,
            Self::Openid(place) | Self::Unionid(place) => Some(("of", place.to_string())),
            Self::Ip(sid) => Some(("sid", sid.clone())),
        };
        [("field", self.code().to_owned())].into_iter().chain(which).collect()
    }

    /// The page that shows it.
    pub(in crate::admin) fn href(&self, uid: &str) -> String {
        let pairs: Vec<String> = self.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("/admin/users/{uid}/reveal?{}", pairs.join("&"))
    }

    /// What the trail keeps: which field, of several identities the one of which mini-program, never what was in it.
    pub(super) fn detail(&self, ticket: &str, whole: &Whole) -> serde_json::Value {
        let session = if let Self::Ip(sid) = self { vec![sid.as_str()] } else { Vec::new() };
        let mut detail = serde_json::json!({ "field": self.code(), "sessions": session, "ticket": ticket });
        if let Self::Openid(place) | Self::Unionid(place) = self
            && let (Some(fields), Some(identity)) = (detail.as_object_mut(), whole.identities.get(*place))
        {
            fields.insert("app".to_owned(), identity.appid.as_str().into());
            fields.insert("identity".to_owned(), identity.id.into());
        }
        detail
    }

    pub(super) fn name(&self, words: &Words) -> &'static str {
        match self {
            Self::Phone => words.user.phone,
            Self::Openid(_) => "openid",
            Self::Unionid(_) => "unionid",
            Self::Ip(_) => words.session.ip,
        }
    }

    /// As everybody sees it.
    pub(super) fn masked(&self, value: &str) -> String {
        match self {
            Self::Phone => {
                let (country, national) = value.split_once(' ').unwrap_or_default();
                Phone::new(country, national).map_or_else(|| "…".to_owned(), |phone| phone.masked())
            }
            Self::Openid(_) | Self::Unionid(_) => mask::openid(value),
            Self::Ip(_) => mask::ip(value),
        }
    }

    /// What is in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the user has no such field.
    pub(super) fn value(&self, conn: &mut Conn, whole: &Whole, keys: &KeyRing) -> Result<Zeroizing<String>> {
        let identity = |place: usize| whole.identities.get(place).ok_or(Error::NotFound);
        Ok(match self {
            Self::Phone => {
                let phone = whole.phone.open(keys).ok_or(Error::NotFound)?;
                Zeroizing::new(format!("+{}", *phone.to_sealed_text()))
            }
            Self::Openid(place) => Zeroizing::new(identity(*place)?.openid.clone()),
            Self::Unionid(place) => Zeroizing::new(identity(*place)?.unionid.clone().ok_or(Error::NotFound)?),
            Self::Ip(sid) => {
                let found = Session::find_listed(conn, std::slice::from_ref(sid))?.into_iter().next();
                let is_known = |ip: &String| !ip.is_empty();
                let own = found.filter(|listed| listed.uid == whole.user.uid);
                Zeroizing::new(own.map(|own| own.session.ip).filter(is_known).ok_or(Error::NotFound)?)
            }
        })
    }
}
