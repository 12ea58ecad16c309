//! Misbehaviour by the prefix of a code: `hang-alice-1` hangs, `http502-alice-1` answers 502.

use std::time::Duration;

/// What goes wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An error code, as a number.
    Errcode(i64),
    /// An error code, as a string.
    Quoted(i64),
    /// No answer while the connection is open.
    Hang,
    /// A byte of the body every 50 ms, without end.
    Drip,
    /// The answer comes late.
    Slow(Duration),
    /// An HTML page with this status.
    Http(u16),
    /// A redirect to a place that counts its visitors.
    Redirect,
    /// The connection is closed without an answer.
    Close,
    /// The same, if it carried an exchange before: a pooled connection that has gone stale.
    Stale,
    /// The connection is reset.
    Reset,
    /// A status line, cut.
    CutHead,
    /// A body shorter than announced.
    Cut,
    /// The same, with a whole answer in what did come.
    Short,
    /// A chunk that ends early.
    CutChunk,
    /// 70,000 bytes, announced.
    Big,
    /// 70,000 bytes, in chunks.
    BigChunks,
    /// 20,000 bytes of headers.
    BigHead,
    /// Two lengths.
    Lengths,
    /// A body that is no answer.
    Body(&'static str),
    /// A good answer with other words around it.
    Dressed(Dress),
}

/// How a good answer may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dress {
    /// Labelled as HTML in gbk.
    Gbk,
    /// With errcode 0 and fields that nobody knows.
    Zero,
    /// With control characters in a text and a byte order mark.
    Control,
}

/// When it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At every call with the code.
    Always,
    /// At the first call only.
    Once,
    /// At the first call, which uses the code up.
    Spent,
}

/// Each prefix and what it does, for people. `N` is a number.
pub const TABLE: &[(&str, &str)] = &[
    ("errcodeN", "that errcode"),
    ("quotedN", "that errcode, as a string"),
    ("busy", "errcode -1"),
    ("hang", "no answer while the connection is open"),
    ("drip", "a byte of the body every 50 ms, without end"),
    ("slowN", "the answer comes N ms late"),
    ("httpN", "an HTML page with status N"),
    ("redirect", "a redirect that carries the query along"),
    ("close", "the connection is closed without an answer"),
    ("stale", "the same, on a connection that carried an exchange before"),
    ("reset", "the connection is reset"),
    ("cuthead", "the status line is cut"),
    ("cut", "a body shorter than announced"),
    ("short", "the same, with a whole answer in what did come"),
    ("cutchunk", "a chunk that ends early"),
    ("big", "70,000 bytes, announced"),
    ("bigchunks", "70,000 bytes, in chunks"),
    ("bighead", "20,000 bytes of headers"),
    ("lengths", "two lengths"),
    ("html", "200 with an HTML page"),
    ("empty", "200 with an empty body, labelled gbk"),
    ("malformed", "JSON that breaks off"),
    ("array", "a JSON array"),
    ("noopenid", "no openid"),
    ("emptyopenid", "an empty openid"),
    ("longopenid", "an openid of 129 characters"),
    ("nosessionkey", "no session_key"),
    ("badsessionkey", "a session_key that is not base64 of 16 bytes"),
    ("gbk", "a good answer labelled as HTML in gbk"),
    ("zero", "a good answer with errcode 0 and unknown fields"),
    ("control", "a good answer with control characters and a byte order mark"),
    ("once…", "before any of them: at the first call only"),
    ("spent…", "before any of them: at the first call only, which uses the code up"),
];

/// The fault that `prefix` names.
#[must_use]
pub fn parse(prefix: &str) -> Option<(When, Fault)> {
    let (when, word) = match (prefix.strip_prefix("once"), prefix.strip_prefix("spent")) {
        (Some(word), _) => (When::Once, word),
        (_, Some(word)) => (When::Spent, word),
        _ => (When::Always, prefix),
    };
    let name = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let number = word.strip_prefix(name).unwrap_or_default();
    let fault = if number.is_empty() { plain(name)? } else { numbered(name, number)? };
    Some((when, fault))
}

fn numbered(name: &str, number: &str) -> Option<Fault> {
    Some(match name {
        "errcode" => Fault::Errcode(number.parse().ok()?),
        "quoted" => Fault::Quoted(number.parse().ok()?),
        "slow" => Fault::Slow(Duration::from_millis(number.parse().ok()?)),
        "http" => Fault::Http(number.parse().ok().filter(|status| (100..1000).contains(status))?),
        _ => return None,
    })
}

fn plain(name: &str) -> Option<Fault> {
    Some(match name {
        "busy" => Fault::Errcode(-1),
        "hang" => Fault::Hang,
        "drip" => Fault::Drip,
        "redirect" => Fault::Redirect,
        "close" => Fault::Close,
        "stale" => Fault::Stale,
        "reset" => Fault::Reset,
        "cuthead" => Fault::CutHead,
        "cut" => Fault::Cut,
        "short" => Fault::Short,
        "cutchunk" => Fault::CutChunk,
        "big" => Fault::Big,
        "bigchunks" => Fault::BigChunks,
        "bighead" => Fault::BigHead,
        "lengths" => Fault::Lengths,
        "html" => Fault::Body("<html>"),
        "empty" => Fault::Body(""),
        "malformed" => Fault::Body(r#"{"openid":"o1","session_key":"#),
        "array" => Fault::Body(r#"[0,"ok","o1",null,"tiihtNczf5v6AKRyjwEUhQ=="]"#),
        "noopenid" => Fault::Body(r#"{"session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#),
        "emptyopenid" => Fault::Body(r#"{"openid":"","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#),
        "longopenid" => Fault::Body(LONG_OPENID),
        "nosessionkey" => Fault::Body(r#"{"openid":"o1"}"#),
        "badsessionkey" => Fault::Body(r#"{"openid":"o1","session_key":"c2hvcnQ="}"#),
        "gbk" => Fault::Dressed(Dress::Gbk),
        "zero" => Fault::Dressed(Dress::Zero),
        "control" => Fault::Dressed(Dress::Control),
        _ => return None,
    })
}

const LONG_OPENID: &str = concat!(
    r#"{"session_key":"tiihtNczf5v6AKRyjwEUhQ==","openid":"o"#,
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    r#""}"#
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_of_the_table_is_understood() {
        for (prefix, _) in TABLE.iter().filter(|(prefix, _)| !prefix.ends_with('…')) {
            let prefix = prefix.replace('N', "200");
            assert!(parse(&prefix).is_some(), "{prefix}");
            assert_eq!(parse(&format!("once{prefix}")).unwrap().0, When::Once);
            assert_eq!(parse(&format!("spent{prefix}")).unwrap().0, When::Spent);
        }
    }

    #[test]
    fn names_of_people_are_no_faults() {
        for name in ["alice", "once", "busy1", "errcode", "http42", "http", "张三", ""] {
            assert!(parse(name).is_none(), "{name}");
        }
    }
}
