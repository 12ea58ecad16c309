//! Reads the answer of `jscode2session`, as WeChat really sends it.
//!
//! JSON labelled `text/plain` or gbk, `errcode` a number or a string or absent, sometimes control characters or a
//! byte order mark, and an `errmsg` that ends in the request's id. What is none of this is no answer.

use std::net::IpAddr;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Identity, SessionKey};

/// The longest openid or unionid that is believed; today's have 28 characters.
const LONGEST_ID: usize = 128;

/// An answer that is a JSON object; whether it makes sense is for [`Reply::identity`] to say.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// 0 or absent: success.
    #[serde(deserialize_with = "number_or_text")]
    pub errcode: i64,
    errmsg: Option<String>,
    openid: Option<String>,
    unionid: Option<String>,
    session_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(i64),
    Text(String),
    Null(()),
}

fn number_or_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    match NumberOrText::deserialize(from)? {
        NumberOrText::Number(number) => Ok(number),
        NumberOrText::Text(text) => text.trim().parse().map_err(serde::de::Error::custom),
        NumberOrText::Null(()) => Ok(0),
    }
}

impl Reply {
    /// The answer in `body`; none when it is no JSON object or its fields have types of their own.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        read(body)
    }

    /// Who logs in; none when openid or `session_key` is missing or cannot be one.
    #[must_use]
    pub fn identity(self) -> Option<Identity> {
        Some(Identity {
            openid: self.openid.filter(|openid| is_id(openid))?,
            unionid: match self.unionid {
                Some(unionid) if !unionid.is_empty() => {
                    Some(unionid).filter(|unionid| is_id(unionid)).map(Some)?
                }
                _ => None,
            },
            session_key: SessionKey::parse(self.session_key?)?,
        })
    }

    /// WeChat's id of the request, out of `errmsg`: three groups of 8 hexadecimal digits. Nothing else is let
    /// through, so that it can be logged.
    #[must_use]
    pub fn rid(&self) -> Option<String> {
        let (_, rest) = self.errmsg.as_deref()?.split_once("rid:")?;
        let rid = rest.split_whitespace().next()?;
        let mut groups = rid.split('-');
        let is_group = |group: &str| group.len() == 8 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        let three = [groups.next()?, groups.next()?, groups.next()?];
        (three.into_iter().all(is_group) && groups.next().is_none()).then(|| rid.to_owned())
    }

    /// The address of ours that WeChat refuses: `invalid ip 192.0.2.7 …, not in whitelist` (errcode 40164).
    #[must_use]
    pub fn refused_address(&self) -> Option<IpAddr> {
        let message = self.errmsg.as_deref().filter(|_| self.errcode == 40164)?;
        message.split([' ', ',']).find_map(|word| word.parse().ok())
    }
}

/// What an answer of WeChat's holds, as `T`; none when it is no JSON object or does not fit.
#[must_use]
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    // serde would take an array for a struct
    if !body.starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(body).ok().or_else(|| serde_json::from_str(&cleaned(body)).ok())
}

pub(super) fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The body with what JSON forbids made harmless: control characters become spaces, bytes that are no UTF-8 U+FFFD.
/// Neither can become part of an openid or a key.
fn cleaned(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().map(|sign| if sign < ' ' { ' ' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";

    fn identity(body: &str) -> Option<Identity> {
        Reply::parse(body.as_bytes()).filter(|reply| reply.errcode == 0)?.identity()
    }

    #[test]
    fn a_success_needs_openid_and_session_key_and_nothing_else() {
        let whole = format!(r#"{{"openid":"o1","session_key":"{KEY}"}}"#);
        assert_eq!(identity(&whole).unwrap().openid, "o1");
        let rich = format!(
            r#" {{"errcode":0,"errmsg":"ok","openid":"o1","session_key":"{KEY}","unionid":"u1","expires_in":7200,"x":[{{}}]}} "#
        );
        assert_eq!(identity(&rich).unwrap().unionid.unwrap(), "u1");
        let empty_unionid = format!(r#"{{"errcode":null,"openid":"o1","session_key":"{KEY}","unionid":""}}"#);
        assert!(identity(&empty_unionid).unwrap().unionid.is_none());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let long = "o".repeat(129);
        for body in [
            String::new(),
            "<html>".to_owned(),
            "null".to_owned(),
            "{}".to_owned(),
            format!(r#"[0,null,"o1",null,"{KEY}"]"#),
            format!(r#"{{"openid":"","session_key":"{KEY}"}}"#),
            format!(r#"{{"openid":"{long}","session_key":"{KEY}"}}"#),
            format!(r#"{{"openid":"o 1","session_key":"{KEY}"}}"#),
            format!(r#"{{"openid":7,"session_key":"{KEY}"}}"#),
            format!(r#"{{"openid":"o1","session_key":"{KEY}""#),
            format!(r#"{{"openid":"o1","session_key":"{KEY}","unionid":"两"}}"#),
            format!(r#"{{"openid":"o1","session_key":"{KEY}","errcode":"x"}}"#),
            r#"{"openid":"o1","session_key":"c2hvcnQ="}"#.to_owned(),
            r#"{"openid":"o1"}"#.to_owned(),
        ] {
            assert!(identity(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn errcode_is_a_number_or_a_string() {
        for body in
            [r#"{"errcode":40029}"#, r#"{"errcode":"40029"}"#, r#"{"errcode":" 40029 ","openid":"o1"}"#]
        {
            assert_eq!(Reply::parse(body.as_bytes()).unwrap().errcode, 40029);
        }
        assert_eq!(Reply::parse(br#"{"errcode":-1}"#).unwrap().errcode, -1);
    }

    #[test]
    fn control_characters_stray_bytes_and_a_byte_order_mark_are_tolerated() {
        let mut body =
            b"\xef\xbb\xbf{\"errmsg\":\"a\x01\nb\xc4\xe3\",\"openid\":\"o1\",\"session_key\":\"".to_vec();
        body.extend_from_slice(KEY.as_bytes());
        body.extend_from_slice(b"\"}");
        assert_eq!(Reply::parse(&body).unwrap().identity().unwrap().openid, "o1");
        let inside = format!("{{\"openid\":\"o\u{1}1\",\"session_key\":\"{KEY}\"}}");
        assert!(identity(&inside).is_none(), "not inside an openid");
    }

    #[test]
    fn only_a_rid_is_taken_for_a_rid() {
        let rid = |errmsg: &str| {
            Reply::parse(format!(r#"{{"errcode":40029,"errmsg":"{errmsg}"}}"#).as_bytes()).unwrap().rid()
        };
        assert_eq!(
            rid("invalid code, rid: 6129ee10-272863a4-64d75414").unwrap(),
            "6129ee10-272863a4-64d75414"
        );
        for other in
            ["", "rid:", "rid: 0123456789abcdef0123456789abcdef", "rid: 6129ee10-272863a4-64d75414-x"]
        {
            assert!(rid(other).is_none(), "{other}");
        }
    }

    #[test]
    fn the_refused_address_is_found() {
        let body =
            br#"{"errcode":40164,"errmsg":"invalid ip 192.0.2.7 ipv6 ::ffff:192.0.2.7, not in whitelist"}"#;
        assert_eq!(Reply::parse(body).unwrap().refused_address().unwrap().to_string(), "192.0.2.7");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic_or_succeed(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Reply::parse(&body).and_then(Reply::identity).is_none());
        }

        #[test]
        fn an_identity_always_has_a_sound_openid_and_key(
            openid in proptest::option::of("[ -~é两]{0,3}|[!-~]{0,140}"),
            key in proptest::option::of("[ -~é两]{0,3}|[A-Za-z0-9+/]{21}[AQgw]=="),
            errcode in proptest::option::of("-?[0-9]{1,3}|\"0\"|null|\\[\\]"),
            cut in 0_usize..400,
        ) {
            let texts = [("openid", &openid), ("session_key", &key)];
            let fields: String = texts
                .into_iter()
                .filter_map(|(name, text)| Some((name, serde_json::to_string(text.as_ref()?).unwrap())))
                .chain(errcode.clone().map(|errcode| ("errcode", errcode)))
                .map(|(name, value)| [",\"", name, "\":", &value].concat())
                .collect();
            let body = format!("{{\"z\":1{fields}}}");
            let bytes = &body.as_bytes()[..cut.min(body.len())];
            if let Some(found) = Reply::parse(bytes).and_then(Reply::identity) {
                prop_assert_eq!(Some(&found.openid), openid.as_ref());
                prop_assert!((1..=128).contains(&found.openid.len()));
                prop_assert_eq!(found.session_key.decode().unwrap().len(), 16);
            }
        }
    }
}
