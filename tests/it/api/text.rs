//! Odd texts: the same on both databases.

use serde_json::json;

use crate::support::database::TestDatabase;
use crate::support::site::{TestSite, code};

/// A nickname for every kind of trouble.
const NAMES: &[&str] = &[
    "张三",
    "José",
    "Jose\u{301}",
    "Ольга",
    "สมชาย",
    "محمد",
    "👨‍👩‍👧‍👦",
    "❤️",
    "👍🏽",
    "🇨🇳",
    "#️⃣",
    "𠮷野家",
    "a\u{200b}b",
    "\u{202e}gnp.张",
    "x\u{2067}y\u{2069}",
    "\u{feff}x",
    "张\u{200d}伟",
    "%_\\^",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "=1+1",
    "\u{0}",
    "a\u{0}",
    "\n",
    "a\tb",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{ffff}",
    "\u{10ffff}",
    "\u{e000}",
    "İ",
    "ﬀ",
    "ＡＢＣ",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
    "ㅤ",
    "\u{3164}x",
    "a\u{300}\u{301}\u{302}",
    "  ",
    "\u{3000}x\u{3000}",
    "null",
    "微信用户",
    "\u{fdd0}",
    "\u{1}",
    "ß",
    "Ǆ",
    "\u{1d400}",
];

#[actix_web::test]
async fn sqlite_and_postgres_store_the_same_texts_and_refuse_the_same() {
    let (sqlite, postgres) = (TestDatabase::sqlite(), TestDatabase::postgres());
    let sites = [TestSite::new(&sqlite), TestSite::new(&postgres)];
    let mut outcomes: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    for (outcomes, site) in outcomes.iter_mut().zip(&sites) {
        let login = site.login("alice-1");
        let mut client = site.connect();
        for name in NAMES {
            for field in ["nickName", "city", "language"] {
                let body = json!({ field: name });
                let request = crate::support::site::request(
                    "POST",
                    "/api/userProfile",
                    Some(&login.token),
                    Some(&body),
                );
                let answer = client.ask(&request);
                let said = if answer.status == 200 {
                    answer.json()["user"][field].to_string()
                } else {
                    code(&answer)
                };
                let stored = site.get("/api/userProfile", &login.token).json()["user"][field].to_string();
                outcomes.push(format!("{name:?} {field} {} {said} {stored}", answer.status));
            }
        }
    }
    let [one, other] = &outcomes;
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other);
    }
    assert!(one.iter().any(|line| line.contains(" 400 ")) && one.iter().any(|line| line.contains(" 200 ")));
    let columns =
        "SELECT nickname || '|' || nickname_folded || '|' || city || '|' || language AS line FROM users";
    assert_eq!(sqlite.plain().lines(columns), postgres.plain().lines(columns));
    assert!(!one.iter().any(|line| line.contains(" 500 ") || line.contains(" 503 ")));
}
