//! Who may open what, and what is written down of those who tried.

use crate::structure::files;
use crate::support::browser::{Browser, between, each};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

/// For whoever comes, signed in or not.
const ANYBODY: &str = "*";

/// Every route of the console, and for whom its methods are: s support, a admin, u auditor, o owner; empty where there is
/// no such method.
const TABLE: &[(&str, &str, &str)] = &[
    ("/admin", "sauo", ""),
    ("/admin/login", ANYBODY, ANYBODY),
    ("/admin/login/second", ANYBODY, ANYBODY),
    ("/admin/setup/{link}", ANYBODY, ANYBODY),
    ("/admin/preferences", "", ANYBODY),
    ("/admin/logout", "", ANYBODY),
    ("/admin/reauth", "sauo", "sauo"),
    ("/admin/lookup", "sau", "sau"),
    ("/admin/account", "sauo", ""),
    ("/admin/account/password", "sauo", "sauo"),
    ("/admin/account/totp", "sauo", "sauo"),
    ("/admin/account/totp/remove", "", "sauo"),
    ("/admin/account/codes", "", "sauo"),
    ("/admin/account/sessions/end", "", "sauo"),
    ("/admin/users", "sau", "sau"),
    ("/admin/users/{uid}", "sau", ""),
    ("/admin/users/{uid}/revoke", "sa", "sa"),
    ("/admin/users/{uid}/freeze", "a", "a"),
    ("/admin/users/{uid}/unfreeze", "a", "a"),
    ("/admin/users/{uid}/delete", "a", "a"),
    ("/admin/users/{uid}/reveal", "sa", "sa"),
    ("/admin/users/{uid}/notes", "sau", "sa"),
    ("/admin/sessions", "sau", ""),
    ("/admin/sessions/selection", "sau", "sa"),
    ("/admin/sessions/revoke", "sa", "sa"),
    ("/admin/sessions/{sid}", "sau", ""),
    ("/admin/sessions/{sid}/revoke", "sa", "sa"),
    ("/admin/sessions/revoke-matching", "a", "a"),
    ("/admin/jobs", "auo", ""),
    ("/admin/jobs/{jid}", "auo", ""),
    ("/admin/jobs/{jid}/pause", "", "a"),
    ("/admin/jobs/{jid}/resume", "", "a"),
    ("/admin/jobs/{jid}/cancel", "", "a"),
    ("/admin/emergency", "auo", "ao"),
    ("/admin/emergency/approve", "", "o"),
    ("/admin/emergency/refuse", "", "ao"),
    ("/admin/exports", "au", ""),
    ("/admin/exports/users", "a", "a"),
    ("/admin/exports/sessions", "a", "a"),
    ("/admin/exports/audit", "u", "u"),
    ("/admin/reviews", "sa", ""),
    ("/admin/reviews/{rid}/accept", "", "sa"),
    ("/admin/reviews/{rid}/refuse", "", "sa"),
    ("/admin/staff", "uo", ""),
    ("/admin/staff/new", "o", "o"),
    ("/admin/staff/{id}", "uo", ""),
    ("/admin/staff/{id}/role", "o", "o"),
    ("/admin/staff/{id}/disable", "o", "o"),
    ("/admin/staff/{id}/enable", "o", "o"),
    ("/admin/staff/{id}/reset", "o", "o"),
    ("/admin/staff/{id}/link", "", "o"),
    ("/admin/logins", "sau", ""),
    ("/admin/apps", "uo", ""),
    ("/admin/apps/{appid}/test", "", "o"),
    ("/admin/system", "uo", ""),
    ("/admin/help", "sauo", ""),
    ("/admin/audit", "sauo", ""),
    ("/admin/audit/{id}", "sauo", ""),
];

/// The routes as the source registers them: path, and whether it has GET and POST.
pub fn registered() -> Vec<(String, bool, bool)> {
    let mut found = Vec::new();
    for source in files("src/admin", ".rs").into_iter().chain(files("src", "admin.rs")) {
        for call in source.text.split("resource(").skip(1) {
            let Some(path) =
                between(call, "\"", "\"").filter(|path| path.is_empty() || path.starts_with('/'))
            else {
                continue;
            };
            let methods = call.split(")]").next().unwrap();
            let has = |method: &str| methods.contains(&format!("Method::{method}"));
            found.push((format!("/admin{path}"), has("GET"), has("POST")));
        }
    }
    found
}

#[test]
fn the_table_holds_every_route_that_there_is() {
    let mut known: Vec<(String, bool, bool)> = TABLE
        .iter()
        .map(|(path, get, post)| ((*path).to_owned(), !get.is_empty(), !post.is_empty()))
        .collect();
    let mut found = registered();
    known.sort();
    found.sort();
    assert_eq!(known, found);
}

/// The rows of a list, without its filters.
fn rows(page: &str) -> &str {
    between(page, "<tbody", "</tbody>").unwrap_or_default()
}

on_each_database! {
    async fn each_route_and_method_is_for_the_roles_that_the_table_names(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let at = |path: &str| {
            let path = path.replace("{uid}", &user.uid).replace("{sid}", &user.sid).replace("{id}", "1");
            path.replace("{rid}", &user.uid).replace("{link}", "x").replace("{jid}", &user.uid).replace("{appid}", "wx1")
        };
        for (letter, role) in [('s', "support"), ('a', "admin"), ('u', "auditor"), ('o', "owner")] {
            let mut browser = Browser::of(&site, &format!("one-{role}"), role).await;
            for (path, get, post) in TABLE {
                // no form's token: who may send the form is told that it is too old, and nothing is done
                let answers = [(get, "GET", browser.get(&at(path))), (post, "POST", browser.post(&at(path), &[]))];
                for (roles, method, answer) in answers {
                    let place = format!("{method} {path} by {role}: {}", answer.status);
                    if roles.is_empty() {
                        assert_eq!(answer.status, 405, "{place}");
                    } else if *roles == ANYBODY {
                        assert!(answer.status < 500 && !answer.body.contains("Permission needed"), "{place}");
                    } else if !roles.contains(letter) {
                        assert_eq!(answer.status, 403, "{place}");
                        assert!(answer.body.contains("Permission needed"), "{place}");
                    } else if method == "POST" {
                        assert_eq!(answer.status, 419, "{place}");
                    } else {
                        assert!(matches!(answer.status, 200 | 303 | 400 | 404), "{place}");
                    }
                }
            }
        }
    }

    async fn the_first_page_is_there_for_every_role(db: TestDatabase) {
        let site = TestSite::new(&db);
        for role in ["support", "admin", "auditor", "owner"] {
            let mut browser = Browser::of(&site, &format!("one-{role}"), role).await;
            let page = browser.get("/admin");
            assert_eq!(page.status, 200, "{role}");
            // what is in the navigation can be opened
            for link in each(between(&page.body, "<nav class=\"sections\"", "</nav>").unwrap(), "href=\"", "\"") {
                assert_eq!(browser.get(&link).status, 200, "{link} by {role}");
            }
        }
    }

    async fn nobody_comes_past_the_door(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut nobody = Browser::new(&site);
        for (path, get, post) in TABLE {
            let path = path.replace(['{', '}'], "");
            for (roles, answer) in [(get, nobody.get(&path)), (post, nobody.post(&path, &[]))] {
                if !roles.is_empty() && *roles != ANYBODY {
                    let to = answer.header("location");
                    assert!(answer.status == 303 && to.starts_with("/admin/login"), "{path}: {}", answer.status);
                }
            }
        }
    }

    async fn who_may_not_freeze_cannot_do_it_on_the_way(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        let path = format!("/admin/sessions/{}/revoke", user.sid);
        assert!(!support.get(&path).body.contains("value=\"freeze\""));
        let answer = support.send(&path, &[("reason", "test"), ("also", "freeze")]);
        assert_eq!(answer.status, 403);
        assert_eq!(site.state(&user.token), "live");
    }

    async fn the_trail_shows_everybody_their_own_and_auditors_all(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        support.get(&format!("/admin/users/{}/freeze", user.uid));
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/users/{}/freeze", user.uid);
        admin.get(&path);
        assert_eq!(admin.send(&path, &[("reason", "violation"), ("note", "a note")]).status, 303);
        let page = support.follow("/admin/audit").body;
        let own = rows(&page);
        assert!(own.contains("Lacked a permission") && own.contains("Refused") && !own.contains("Freeze a user"));
        assert!(!rows(&support.follow("/admin/audit?actor=chen").body).contains("Freeze a user"));
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let page = auditor.follow("/admin/audit").body;
        let all = rows(&page);
        for text in ["Lacked a permission", "Freeze a user", "a note", "Violation", "lin", "chen"] {
            assert!(all.contains(text), "{text}");
        }
        let narrowed = auditor.follow("/admin/audit?action=user.freeze").body;
        assert!(narrowed.contains("\"count\">1 result"), "{narrowed}");
        let entry = between(&narrowed, "href=\"/admin/audit/", "\"").unwrap().to_owned();
        assert!(auditor.get(&format!("/admin/audit/{entry}")).body.contains("Hash of the entry before"));
        assert_eq!(support.get(&format!("/admin/audit/{entry}")).status, 404);
    }

    async fn support_sees_masked_addresses_and_nobody_a_whole_openid(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/sessions/{}", user.sid);
        // but for what a printed page says of where it is
        let shown = |browser: &mut Browser| browser.get(&path).body.replace(&site.site.state.config.server.public_url, "");
        let page = shown(&mut support);
        assert!(page.contains("127.0.0.*") && !page.contains("127.0.0.1"), "{page}");
        assert!(shown(&mut admin).contains("127.0.0.1"));
        let page = admin.get(&format!("/admin/users/{}", user.uid)).body;
        let masked = between(&page, "data-label=\"openid\"><code>", "</code>").unwrap();
        assert_eq!(masked.chars().count(), 9, "{masked}");
    }
}
