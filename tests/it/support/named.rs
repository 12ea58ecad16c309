//! Pages that show a user's name.

use super::site::Login;

/// Their addresses, for a user with a live session who is called something with that in it.
pub fn pages_with_the_name(user: &Login, part: &str) -> [String; 8] {
    [
        "/admin/users".to_owned(),
        format!("/admin/users?q={part}"),
        "/admin/sessions".to_owned(),
        format!("/admin/users/{}", user.uid),
        format!("/admin/users/{}/revoke", user.uid),
        format!("/admin/users/{}/freeze", user.uid),
        format!("/admin/sessions/{}", user.sid),
        format!("/admin/sessions/{}/revoke", user.sid),
    ]
}
