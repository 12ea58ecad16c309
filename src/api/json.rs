//! JSON bodies.

mod distinct;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::error::ApiError;
use crate::error::Fault;
use crate::http::body;

/// The largest JSON body, in bytes.
pub const LARGEST: usize = 16 * 1024;

/// A JSON object as `T`: `application/json` in UTF-8, at most [`LARGEST`], no key twice, at most 128 deep.
///
/// Fails with 415, 413, 408, or 400 `invalid_request` that names the field. Unknown keys are `T`'s affair.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let reading = body::read(request, payload, LARGEST);
        Box::pin(async move {
            if !is_json {
                return Err(ApiError::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE));
            }
            parse(&reading.await?).map(Self)
        })
    }
}

/// The same, where a body may be left out: nothing was sent, or `null`, or an object.
#[derive(Clone, Debug)]
pub struct MaybeJson<T>(pub Option<T>);

impl<T: DeserializeOwned + 'static> FromRequest for MaybeJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let reading = body::read(request, payload, LARGEST);
        Box::pin(async move {
            let text = reading.await?;
            if text.is_empty() {
                return Ok(Self(None));
            }
            if !is_json {
                return Err(ApiError::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE));
            }
            if text.trim_ascii() == b"null" {
                return Ok(Self(None));
            }
            Ok(Self(Some(parse(&text)?)))
        })
    }
}

/// Whether the body says that it is JSON; no charset, or UTF-8, which is the only one JSON has (RFC 8259 §8.1).
fn is_json(request: &HttpRequest) -> bool {
    let Some(kind) = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else {
        return false;
    };
    let mut parts = kind.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// Reads `T`, or says which field does not fit.
fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, ApiError> {
    distinct::check(text)?;
    // serde would fill a struct from an array by position
    if text.trim_ascii_start().first() != Some(&b'{') {
        return Err(ApiError::Body(String::new(), Fault::WrongType));
    }
    let mut reader = serde_json::Deserializer::from_slice(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|why| {
        let path = why.path().to_string();
        let path = if path == "." { "" } else { &path };
        let message = why.inner().to_string();
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        match (missing, why.inner().classify()) {
            (Some(name), _) if path.is_empty() => ApiError::Body(name.to_owned(), Fault::Missing),
            (Some(name), _) => ApiError::Body(format!("{path}.{name}"), Fault::Missing),
            (None, Category::Data) => ApiError::Body(path.to_owned(), Fault::WrongType),
            (None, _) => ApiError::Body(String::new(), Fault::Malformed),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Login {
        code: String,
        place: Option<Place>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Place {
        city: String,
    }

    fn fault(text: &str) -> (String, Fault) {
        match parse::<Login>(text.as_bytes()) {
            Err(ApiError::Body(field, fault)) => (field, fault),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_faulty_field_is_named() {
        assert_eq!(fault("{}"), ("code".to_owned(), Fault::Missing));
        assert_eq!(fault(r#"{"code":7}"#), ("code".to_owned(), Fault::WrongType));
        assert_eq!(fault(r#"{"code":null}"#), ("code".to_owned(), Fault::WrongType));
        assert_eq!(fault(r#"{"code":"a","place":{"city":[]}}"#), ("place.city".to_owned(), Fault::WrongType));
        assert_eq!(fault(r#"{"code":"a","place":{}}"#), ("place.city".to_owned(), Fault::Missing));
        for no_object in ["[\"code\"]", " [1]", "\"code\"", "null", "7"] {
            assert_eq!(fault(no_object), (String::new(), Fault::WrongType), "{no_object}");
        }
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        let deep = format!("{{\"x\":{}{}}}", "[".repeat(200), "]".repeat(200));
        for text in [
            "",
            "{",
            r#"{"code":"a"} x"#,
            r#"{"code":"\ud800"}"#,
            "{'code':1}",
            "{\"code\":\"a\u{1}\"}",
            &deep,
        ] {
            assert_eq!(fault(text), (String::new(), Fault::Malformed), "{text}");
        }
        assert!(matches!(parse::<Login>(b"{\"code\":\"\xff\"}"), Err(ApiError::Body(_, Fault::Malformed))));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_is() {
        assert_eq!(fault(r#"{"code":"a","code":"b"}"#), ("code".to_owned(), Fault::Duplicate));
        assert_eq!(fault(r#"{"code":"a","x":[{"y":1,"\u0079":2}]}"#), ("y".to_owned(), Fault::Duplicate));
    }

    #[test]
    fn unknown_keys_are_ignored() {
        assert!(parse::<Login>(r#"{"code":"a","x":{"y":[1,2.5e300,true,null]}}"#.as_bytes()).is_ok());
    }
}
