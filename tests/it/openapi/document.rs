//! `/openapi.json`: nothing that is there is missing, nothing that is said is not there.

use std::collections::{BTreeMap, BTreeSet};

use menwei::api::openapi;
use menwei::http::Language;
use serde_json::Value;

use crate::support::database::TestDatabase;
use crate::support::raw::with_body;
use crate::support::site::TestSite;

/// Each path of the document with its methods, as `Allow` names them.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let paths = openapi::document(Language::English)["paths"].as_object().unwrap();
    let methods = |item: &Value| -> BTreeSet<String> {
        let mut methods: BTreeSet<String> =
            item.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        methods
    };
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

/// Every path that the source registers, but the console's and the assets'.
fn registered() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in crate::structure::files("src", ".rs") {
        if source.path.starts_with("src/admin") || source.path == "src/assets.rs" {
            continue;
        }
        let code = source.code().collect::<Vec<_>>().join("");
        assert!(!code.contains("web::resource(") || source.path == "src/http/route.rs", "{}", source.path);
        let calls = code.split("resource(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        found.extend(calls.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    found
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let documented: BTreeSet<String> = documented().into_keys().collect();
    assert_eq!(documented, registered());
    assert!(documented.len() > 12);
}

#[actix_web::test]
async fn every_path_has_the_methods_that_the_document_says() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    for (path, methods) in documented() {
        let answer = site.ask("PROPFIND", &path.replace(['{', '}'], ""), None, None);
        assert_eq!(answer.status, 405, "{path}");
        let allowed: BTreeSet<String> = answer.header("allow").split(", ").map(str::to_owned).collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[actix_web::test]
async fn it_is_served_in_the_readers_language() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    for (wanted, language, tag) in
        [("en-GB", Language::English, "en"), ("zh-CN,en;q=0.5", Language::Chinese, "zh-CN")]
    {
        let header = format!("Accept-Language: {wanted}");
        let answer = site.connect().ask(&with_body("GET", "/openapi.json", &[&header], None));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!((answer.header("content-language"), answer.header("vary")), (tag, "accept-language"));
        assert_eq!(&answer.json(), openapi::document(language));
        assert_eq!(answer.json()["openapi"], "3.1.0");
    }
}
