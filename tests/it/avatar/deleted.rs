//! Pictures that are nobody's avatar any more are gone from the store.

use std::time::Duration;

use menwei::avatar::Name;
use menwei::db::avatars::Avatar;
use menwei::db::users::User;
use menwei::db::users::withdraw::Field;
use menwei::error::Error;
use serde_json::json;

use super::pictures;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{START, TestSite, refused};

fn rows(db: &TestDatabase) -> i64 {
    db.plain().number("SELECT COUNT(*) AS number FROM avatars")
}

fn user_id(db: &TestDatabase, uid: &str) -> i64 {
    db.plain().number(&format!("SELECT id AS number FROM users WHERE uid = '{uid}'"))
}

on_each_database! {
    async fn a_picture_that_is_replaced_is_gone_at_once_and_its_object_soon_after(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let first = site.uploaded(&login.token, &pictures::png());
        let second = site.uploaded(&login.token, &pictures::jpeg());
        assert_ne!(first, second);
        assert_eq!((site.fetch(&first).0.status, site.fetch(&second).0.status), (404, 200));
        assert_eq!(site.objects().len(), 2);
        assert_eq!((site.collect().await, site.collect().await), (1, 0));
        assert_eq!((site.objects().len(), rows(&db)), (1, 1));
        // so is one that a URL replaces
        let elsewhere = json!({ "avatarUrl": "https://thirdwx.qlogo.cn/mmopen/vi_32/anna/132" });
        let answer = site.post("/api/userProfile", &login.token, &elsewhere).json();
        assert_eq!(answer["user"]["avatarUrl"], elsewhere["avatarUrl"]);
        assert_eq!((site.fetch(&second).0.status, site.collect().await), (404, 1));
        assert_eq!((site.objects().len(), rows(&db)), (0, 0));
    }

    async fn taking_the_avatar_back_deletes_it_and_nobody_elses(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        let (hers, his) = (site.uploaded(&alice.token, &pictures::png()), site.uploaded(&bob.token, &pictures::png()));
        let id = user_id(&db, &alice.uid);
        db.write(move |conn| User::withdraw(conn, id, &[Field::Nickname])).await.unwrap();
        assert_eq!((site.fetch(&hers).0.status, site.collect().await), (200, 0));
        db.write(move |conn| User::withdraw(conn, id, &[Field::Avatar])).await.unwrap();
        assert_eq!(site.me(&alice.token).json()["user"]["avatarUrl"], "");
        assert_eq!((site.fetch(&hers).0.status, site.fetch(&his).0.status), (404, 200));
        assert_eq!((site.collect().await, site.objects().len()), (1, 1));
    }

    async fn a_deleted_account_leaves_no_picture(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.account.cooling_off = Duration::ZERO);
        let login = site.login("alice-1");
        let path = site.uploaded(&login.token, &pictures::png());
        assert_eq!(site.ask("DELETE", "/api/account", Some(&login.token), None).status, 200);
        assert_eq!(site.fetch(&path).0.status, 404, "not served any more");
        assert_eq!((site.collect().await, site.objects().len(), rows(&db)), (1, 0, 0));
    }

    async fn an_upload_that_died_is_collected_after_an_hour(db: TestDatabase) {
        let site = TestSite::new(&db);
        let id = user_id(&db, &site.login("alice-1").uid);
        let name = Name::new().unwrap();
        let (row, now) = (name.clone(), site.site.state.now());
        db.write(move |conn| Avatar::begin(conn, id, &row, now)).await.unwrap();
        site.site.state.objects.put(&name, b"half".to_vec()).await.unwrap();
        assert_eq!((site.fetch(&format!("/avatar/{name}.jpg")).0.status, site.collect().await), (404, 0));
        site.clock.advance(Duration::from_hours(1));
        assert_eq!((site.collect().await, site.objects().len(), rows(&db)), (1, 0, 0));
    }

    async fn what_a_process_left_that_died_while_it_wrote_is_collected_too(db: TestDatabase) {
        let site = TestSite::new(&db);
        let id = user_id(&db, &site.login("alice-1").uid);
        let name = Name::new().unwrap();
        let (row, now) = (name.clone(), site.site.state.now());
        db.write(move |conn| Avatar::begin(conn, id, &row, now)).await.unwrap();
        // as the store stages it before it gives it its name
        let staged = site.folder.path().join("avatars").join(format!("{}#1", name.key()));
        std::fs::create_dir_all(staged.parent().unwrap()).unwrap();
        std::fs::write(staged, b"half").unwrap();
        site.clock.advance(Duration::from_hours(1));
        assert_eq!((site.collect().await, site.objects().len(), rows(&db)), (1, 0, 0));
    }

    async fn a_check_can_stand_between_storing_and_showing(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let old = site.uploaded(&login.token, &pictures::png());
        let id = user_id(&db, &login.uid);
        let [passed, failed] = [(); 2].map(|()| Name::new().unwrap());
        for name in [&passed, &failed] {
            let (row, now) = (name.clone(), site.site.state.now());
            db.write(move |conn| Avatar::begin(conn, id, &row, now)).await.unwrap();
            site.site.state.objects.put(name, b"jpeg".to_vec()).await.unwrap();
            let row = name.clone();
            db.write(move |conn| Avatar::propose(conn, id, &row)).await.unwrap();
            // WeChat fetches what it checks, and the old one is shown meanwhile
            assert_eq!(site.fetch(&format!("/avatar/{name}.jpg")).0.status, 200);
        }
        assert_eq!(site.me(&login.token).json()["user"]["avatarUrl"].as_str().map(|url| site.path(url)), Some(old));
        site.clock.advance(Duration::from_hours(2));
        assert_eq!(site.collect().await, 0);
        let row = failed.clone();
        db.write(move |conn| Avatar::abandon(conn, &row, START)).await.unwrap();
        let row = passed.clone();
        db.write(move |conn| Avatar::show(conn, id, &row)).await.unwrap();
        assert_eq!((site.collect().await, site.objects().len(), rows(&db)), (2, 1, 1));
        // what is shown is not given up, and nobody shows what is another's
        let row = passed.clone();
        db.write(move |conn| Avatar::abandon(conn, &row, START)).await.unwrap();
        let row = passed.clone();
        let other = user_id(&db, &site.login("bob-1").uid);
        assert!(matches!(db.write(move |conn| Avatar::show(conn, other, &row)).await, Err(Error::Conflict(_))));
        assert_eq!((site.collect().await, site.fetch(&format!("/avatar/{passed}.jpg")).0.status), (0, 200));
    }

    async fn an_upload_under_way_does_not_outlive_the_users_withdrawal(db: TestDatabase) {
        let site = TestSite::new(&db);
        let id = user_id(&db, &site.login("alice-1").uid);
        let name = Name::new().unwrap();
        let (row, now) = (name.clone(), site.site.state.now());
        db.write(move |conn| Avatar::begin(conn, id, &row, now)).await.unwrap();
        db.write(move |conn| User::withdraw(conn, id, Field::ALL)).await.unwrap();
        // the object comes later than that: its row must still be there
        assert_eq!(site.collect().await, 0);
        site.site.state.objects.put(&name, b"late".to_vec()).await.unwrap();
        let row = name.clone();
        assert!(matches!(db.write(move |conn| Avatar::show(conn, id, &row)).await, Err(Error::Conflict(_))));
        let row = name.clone();
        db.write(move |conn| Avatar::abandon(conn, &row, START)).await.unwrap();
        assert_eq!((site.collect().await, site.objects().len(), rows(&db)), (1, 0, 0));
    }

    async fn a_store_that_is_out_of_reach_fails_uploads_and_loses_no_deletion(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let first = site.uploaded(&login.token, &pictures::png());
        let second = site.uploaded(&login.token, &pictures::png());
        // a file where the directory was
        let (directory, aside) = (site.folder.path().join("avatars"), site.folder.path().join("aside"));
        std::fs::rename(&directory, &aside).unwrap();
        std::fs::write(&directory, "").unwrap();
        refused(&site.upload(&login.token, &pictures::png()), 503, "storage_unavailable");
        assert_eq!(site.me(&login.token).json()["user"]["avatarUrl"].as_str().map(|url| site.path(url)), Some(second.clone()));
        assert_eq!(site.collect().await, 0);
        std::fs::remove_file(&directory).unwrap();
        std::fs::rename(&aside, &directory).unwrap();
        assert_eq!(site.collect().await, 0, "not again within the minute");
        site.clock.advance(Duration::from_mins(1));
        assert_eq!(site.collect().await, 2);
        assert_eq!((site.fetch(&first).0.status, site.fetch(&second).0.status), (404, 200));
        assert_eq!((site.objects().len(), rows(&db)), (1, 1));
    }
}
