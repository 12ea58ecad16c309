//! What an entry keeps besides its columns, as facts: what is personal in it is masked, for whoever wrote it there.

use serde_json::Value;

use crate::admin::locale::Lang;
use crate::admin::parts::mask;
use crate::admin::parts::session_row::Fact;
use crate::admin::parts::sight::Sight;
use crate::admin::role::Role;
use crate::clock::Instant;
use crate::phone::{Phone, typed};

/// The facts of an entry's detail. What is unknown stands below one name, as it is written.
pub(super) fn facts(sight: &Sight<'_>, detail: &Value) -> Vec<Fact> {
    let names = sight.words.audit;
    let Some(detail) = detail.as_object() else { return Vec::new() };
    let mut facts = Vec::new();
    let mut rest = Vec::new();
    for (key, value) in detail {
        let shown = || text(sight, key, value);
        match key.as_str() {
            "sessions" => facts.extend(sessions(sight, value)),
            "ticket" => facts.push(Fact::text(names.ticket, shown())),
            "before" => facts.push(Fact::text(names.before, state(sight, value))),
            "after" => facts.push(Fact::text(names.after, state(sight, value))),
            "app" => facts.push(Fact::text(names.app, sight.app(value.as_str().unwrap_or_default()))),
            "field" => facts.push(Fact::text(names.field, shown())),
            "until" => facts.push(Fact::text(names.until, shown())),
            "rows" => facts.push(Fact::text(names.rows, shown())),
            "filter" => facts.push(Fact::text(names.filter, shown())),
            "columns" => facts.push(Fact::text(names.columns, shown())),
            _ => rest.push(format!("{key}: {}", shown())),
        }
    }
    facts.push(Fact::text(names.detail, rest.join(" · ")));
    facts.retain(|fact| !fact.text.is_empty());
    facts
}

/// The detail as it is kept, with the same masked; nothing of what is no JSON, which nobody can mask.
pub(in crate::admin) fn masked(sight: &Sight<'_>, detail: &str) -> String {
    match serde_json::from_str::<Value>(detail) {
        Ok(detail) => covered(sight, "", detail).to_string(),
        Err(_no_json) => String::new(),
    }
}

fn covered(sight: &Sight<'_>, key: &str, value: Value) -> Value {
    match value {
        Value::String(plain) => Value::String(cover(sight, key, &plain)),
        Value::Array(all) => all.into_iter().map(|one| covered(sight, key, one)).collect(),
        Value::Object(fields) => {
            let one = |(name, value): (String, Value)| (name.clone(), covered(sight, &name, value));
            Value::Object(fields.into_iter().map(one).collect())
        }
        plain => plain,
    }
}

fn sessions(sight: &Sight<'_>, value: &Value) -> Vec<Fact> {
    let sids = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    sids.map(|sid| Fact::text(sight.words.audit.session, sid).link(Some(format!("/admin/sessions/{sid}"))))
        .collect()
}

/// What something was or became: each of its sides by its name, in the reader's words.
fn state(sight: &Sight<'_>, value: &Value) -> String {
    let Some(fields) = value.as_object() else { return text(sight, "", value) };
    let one = |(key, value): (&String, &Value)| format!("{}: {}", side(sight, key), said(sight, key, value));
    fields.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// What a side of something that changes is called.
fn side<'a>(sight: &Sight<'_>, key: &'a str) -> &'a str {
    let words = sight.words;
    match key {
        "role" => words.staff.role,
        "state" => words.staff.state,
        "secondFactor" => words.staff.totp,
        "language" => words.frame.language,
        "perPage" => words.account.per_page,
        "zone" => words.account.zone,
        "until" => words.audit.until,
        "proposal" => words.audit.proposal,
        unknown => unknown,
    }
}

/// A state in the reader's words; what is none of ours stands as it was written, masked by what it is called.
fn said(sight: &Sight<'_>, key: &str, value: &Value) -> String {
    let words = sight.words;
    let code = value.as_str().unwrap_or_default();
    match (key, code) {
        ("role", code) => {
            code.parse::<Role>().map_or_else(|()| code.to_owned(), |role| words.terms.role(role).to_owned())
        }
        ("state", "active") => words.terms.active.to_owned(),
        ("state", "frozen") => words.terms.frozen.to_owned(),
        ("state", "disabled") => words.staff.disabled.to_owned(),
        ("secondFactor", "on") => words.staff.on.to_owned(),
        ("secondFactor", "off") => words.staff.off.to_owned(),
        ("until", code) if !code.is_empty() => until(sight, code),
        ("proposal", "waiting") => words.audit.waiting.to_owned(),
        ("proposal", "shown") => words.audit.shown.to_owned(),
        ("proposal", "refused") => words.audit.turned_down.to_owned(),
        ("language", code) => {
            Lang::parse(code).map_or_else(|| code.to_owned(), |lang| lang.name().to_owned())
        }
        _ if value.is_null() => words.times.unknown.to_owned(),
        _ => text(sight, key, value),
    }
}

/// A time of the detail, in the reader's zone like all others.
fn until(sight: &Sight<'_>, text: &str) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(text).map(|at| Instant::from(at.to_utc()));
    at.map_or_else(|_why| text.to_owned(), |at| sight.zone.absolute(at))
}

/// A value in a line, masked by what it is called.
fn text(sight: &Sight<'_>, key: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(plain) => cover(sight, key, plain),
        Value::Array(all) => all.iter().map(|one| text(sight, key, one)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name}: {}", text(sight, name, value)))
            .collect::<Vec<_>>()
            .join(" · "),
        plain => plain.to_string(),
    }
}

/// A text, masked by what it is called.
fn cover(sight: &Sight<'_>, key: &str, plain: &str) -> String {
    match key.to_ascii_lowercase().as_str() {
        "phone" | "phonenumber" => phone(plain),
        "openid" | "unionid" => mask::openid(plain),
        "ip" => sight.ip(plain),
        _ => plain.to_owned(),
    }
}

fn phone(text: &str) -> String {
    let national = typed(text).and_then(|e164| Some(e164.strip_prefix("+86")?.to_owned()));
    national
        .and_then(|national| Phone::new("86", &national))
        .map_or_else(|| "…".to_owned(), |phone| phone.masked())
}
