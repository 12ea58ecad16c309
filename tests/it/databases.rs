//! The harness itself: every test gets an empty, migrated database of its own.

use menwei::clock::Instant;
use menwei::db::Engine;
use menwei::db::staff::Staff;

use crate::support::database::on_each_database;

on_each_database! {
    async fn a_test_database_is_migrated_and_can_be_written(db: TestDatabase) {
        assert_eq!(db.pending_migrations().unwrap(), Vec::<String>::new());
        db.probe().await.unwrap();
        let file = db.folder().map(|folder| folder.join("menwei.db"));
        assert_eq!(file.is_some_and(|file| file.exists()), db.engine() == Engine::Sqlite);
    }

    async fn a_second_server_sees_the_same_database(db: TestDatabase) {
        let second = db.again();
        assert_eq!(second.engine(), db.engine());
        let now = Instant::EPOCH;
        db.write(move |conn| Staff::create(conn, "li.na", "support", now)).await.unwrap();
        let seen = second.read(Staff::list).await.unwrap();
        assert_eq!(seen.first().map(|one| one.name.as_str()), Some("li.na"));
    }
}
