//! What names a person in an address, where it does not belong (OWASP ASVS 14.2.1): it is not searched for, and no address of
//! ours repeats it.

use actix_web::http::Uri;

use crate::admin::query;
use crate::admin::term::{Kind, plain};

/// What `q` of a query string is taken for, and what was typed, when it names a person: a phone number, an openid or
/// unionid, an IP address.
pub(in crate::admin) fn asked(raw: Option<&str>) -> Option<(Kind, String)> {
    let term = plain(&query::value(raw?, "q")?);
    let kind = Kind::of(&term);
    kind.is_personal().then_some((kind, term))
}

/// A page's path with its query, to come back to it; without the query when that names a person.
pub(super) fn way_to(uri: &Uri) -> &str {
    if asked(uri.query()).is_some() {
        uri.path()
    } else {
        uri.path_and_query().map_or("/admin", |path| path.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_a_person_is_left_out_of_the_way_back() {
        for (uri, way) in [
            ("/admin/users?q=%E5%BC%A0&n=25", "/admin/users?q=%E5%BC%A0&n=25"),
            ("/admin/users?n=25", "/admin/users?n=25"),
            ("/admin/users", "/admin/users"),
            ("/admin/users?q=13800138000", "/admin/users"),
            ("/admin/users?n=25&q=+138-0013-8000", "/admin/users"),
            ("/admin/users?%71=203.0.113.7", "/admin/users"),
            ("/admin/users?q=oGZUI0egBJY1zhBYw2KhdUfwVJJE", "/admin/users"),
            (
                "/admin/users?q=0198f0c1-2222-7333-8444-555566667777",
                "/admin/users?q=0198f0c1-2222-7333-8444-555566667777",
            ),
        ] {
            assert_eq!(way_to(&uri.parse().unwrap()), way, "{uri}");
        }
    }
}
