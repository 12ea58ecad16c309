//! From a page that says why not to where the reader came from, as far as the address tells.

/// Pages with a list of things that have pages of their own.
const LISTS: [&str; 5] = ["users", "sessions", "jobs", "staff", "audit"];

/// The list or the object that an address under `/admin` belongs to; of an object that is not there, its list. None
/// when nothing is known, or it is the page itself.
#[must_use]
pub fn of(path: &str, has_query: bool, is_there: bool) -> Option<String> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let list = |noun: &str| Some(format!("/admin/{noun}"));
    match parts.as_slice() {
        // the same list without what was wrong with it
        ["admin", noun @ ("users" | "sessions" | "jobs" | "audit" | "logins" | "lookup")] if has_query => {
            list(noun)
        }
        ["admin", "sessions", "revoke" | "revoke-matching" | "selection"] => list("sessions"),
        ["admin", noun @ ("reviews" | "apps" | "emergency" | "account" | "exports"), _, ..] => list(noun),
        ["admin", noun, id, _] if LISTS.contains(noun) && is_there => Some(format!("/admin/{noun}/{id}")),
        ["admin", noun, _, ..] if LISTS.contains(noun) => list(noun),
        _ => None,
    }
}

/// A path of the console, or its first page: never another site (OWASP ASVS 3.7.2).
pub(in crate::admin) fn own_path(path: &str) -> String {
    let is_own = path == "/admin" || path.starts_with("/admin/") || path.starts_with("/admin?");
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_door = path.starts_with("/admin/login") || path.starts_with("/admin/logout");
    if is_own && is_plain && !is_door && path.len() <= 1024 { path.to_owned() } else { "/admin".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{of, own_path};

    #[test]
    fn what_was_done_to_something_leads_back_to_it() {
        for (path, back) in [
            ("/admin/users/u1/freeze", "/admin/users/u1"),
            ("/admin/sessions/s1/revoke", "/admin/sessions/s1"),
            ("/admin/sessions/revoke", "/admin/sessions"),
            ("/admin/sessions/revoke-matching", "/admin/sessions"),
            ("/admin/staff/2/disable", "/admin/staff/2"),
            ("/admin/jobs/j1/pause", "/admin/jobs/j1"),
            ("/admin/reviews/r1/accept", "/admin/reviews"),
            ("/admin/emergency/approve", "/admin/emergency"),
            ("/admin/account/totp/remove", "/admin/account"),
            ("/admin/exports/users", "/admin/exports"),
            ("/admin/staff/new", "/admin/staff"),
        ] {
            assert_eq!(of(path, false, true).as_deref(), Some(back), "{path}");
        }
    }

    #[test]
    fn a_wrong_parameter_leads_to_the_list_and_a_missing_object_to_its_list() {
        assert_eq!(of("/admin/users", true, true).as_deref(), Some("/admin/users"));
        for path in ["/admin/users/u1", "/admin/users/u1/freeze", "/admin/users/a/b/c"] {
            assert_eq!(of(path, false, false).as_deref(), Some("/admin/users"), "{path}");
        }
    }

    #[test]
    fn nothing_leads_to_itself_or_elsewhere() {
        for path in
            ["/admin", "/admin/users", "/admin/nope", "/admin/nope/x", "//evil.example/x", "/admin/login"]
        {
            assert_eq!(of(path, false, false), None, "{path}");
        }
    }

    #[test]
    fn only_pages_of_the_console_are_gone_to_after_sign_in() {
        assert_eq!(own_path("/admin/users?q=%E5%BC%A0"), "/admin/users?q=%E5%BC%A0");
        for path in [
            "//evil.example.com",
            "/\\evil.example.com",
            "https:evil",
            "/admin/\r\nx",
            "/adminevil",
            "/admin/\tx",
            "",
            "/admin/login?next=/admin/login",
            "/admin\\@evil",
        ] {
            assert_eq!(own_path(path), "/admin", "{path:?}");
        }
    }
}
