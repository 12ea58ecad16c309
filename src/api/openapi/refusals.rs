//! Which problems an operation can answer, in sets that annotations name: `Refusals<(NoSession, NoStorage)>`.
//!
//! Statuses and codes come from the catalog of errors; what is said of them is put in with the reader's language.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::{RefOr, Response, ResponseBuilder};

use crate::api::error::{ApiError, Problem, catalog};

/// Where a response keeps its codes until they are put in words; it stays in the document, for programs.
pub const CODES: &str = "x-codes";
/// Where a response says that it has a `Retry-After`.
pub const RETRIES: &str = "x-retry-after";

/// A set of problems.
pub trait Refuses {
    /// One of each.
    fn errors() -> Vec<ApiError>;
}

/// The problems of all sets of a tuple, as responses: one for each status, with its codes.
pub struct Refusals<T>(PhantomData<T>);

impl<T: Refuses> IntoResponses for Refusals<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status: BTreeMap<String, Vec<Problem>> = BTreeMap::new();
        for problem in T::errors().iter().map(ApiError::problem) {
            let of_status = by_status.entry(problem.status.as_str().to_owned()).or_default();
            if of_status.iter().all(|other| other.code != problem.code) {
                of_status.push(problem);
            }
        }
        by_status.into_iter().map(|(status, problems)| (status, response(&problems).into())).collect()
    }
}

fn response(problems: &[Problem]) -> Response {
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    let retries = problems.iter().filter(|problem| problem.retry_after.is_some()).count();
    let mut extensions = ExtensionsBuilder::new().add(CODES, json!(codes));
    if retries > 0 {
        extensions =
            extensions.add(RETRIES, json!(if retries == problems.len() { "always" } else { "often" }));
    }
    ResponseBuilder::new().extensions(Some(extensions.build())).build()
}

macro_rules! sets {
    ($($(#[$about:meta])* $name:ident: $($set:ident),+;)*) => {
        $(
            $(#[$about])*
            pub struct $name;

            impl Refuses for $name {
                fn errors() -> Vec<ApiError> {
                    [$(catalog::$set()),+].concat()
                }
            }
        )*
    };
}
sets! {
    /// No live session.
    NoSession: session;
    /// A body that is not the JSON it must be.
    BadJson: typed_body;
    /// A body that is not the form it must be.
    BadForm: typed_body;
    /// A body of WeChat's, of whichever kind.
    BadPush: body;
    /// A query that cannot be read.
    BadQuery: input;
    /// A login code that leads to no session.
    NoLogin: login, code, wechat;
    /// A phone number's code that leads to none.
    NoWeChat: app, code, wechat;
    /// WeChat cannot be asked about a session key.
    NoSessionCheck: app, wechat;
    /// Signed or encrypted data that does not check out.
    NoOpenData: open_data;
    /// Nothing is there.
    NotThere: not_found;
    /// There is no such account.
    NoAccount: gone;
    /// A picture that cannot be an avatar.
    NoPicture: picture;
    /// Too many at once.
    NoPlace: crowded;
    /// A service that did not prove who it is.
    NoClient: client;
    /// A push that is not WeChat's.
    NotWeChat: forbidden;
    /// The database is out of reach.
    NoStorage: storage;
}

macro_rules! tuples {
    ($(($($one:ident),+))*) => {
        $(
            impl<$($one: Refuses),+> Refuses for ($($one,)+) {
                fn errors() -> Vec<ApiError> {
                    [$($one::errors()),+].concat()
                }
            }
        )*
    };
}
tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) }
