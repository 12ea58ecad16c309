//! The harness itself: every test gets an empty, migrated database of its own.

use menwei::db::Engine;

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
        second.probe().await.unwrap();
        assert_eq!(second.pending_migrations().unwrap(), Vec::<String>::new());
    }
}
