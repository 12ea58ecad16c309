use menwei::db::{Database, migrate};

use crate::support::database::{TestDatabase, on_each_database};

/// A database of the same engine without a schema.
fn empty_like(db: &TestDatabase) -> TestDatabase {
    if db.folder().is_some() { TestDatabase::empty_sqlite() } else { TestDatabase::empty_postgres() }
}

on_each_database! {
    async fn down_takes_everything_away_and_up_brings_it_back(db: TestDatabase) {
        let tables = db.plain().tables();
        assert!(tables.len() > 10);
        db.write_now(migrate::revert).unwrap();
        assert_eq!(db.plain().tables(), Vec::<String>::new());
        assert_eq!(db.pending_migrations().unwrap(), db.migrate().unwrap());
        assert_eq!(db.plain().tables(), tables);
        assert_eq!(db.plain().number("SELECT last_id AS number FROM audit_head"), 0);
        assert_eq!(db.migrate().unwrap(), Vec::<String>::new());
    }

    async fn of_four_that_start_together_one_migrates(db: TestDatabase) {
        let empty = empty_like(&db);
        let steps: Vec<Vec<String>> = std::thread::scope(|scope| {
            let starters: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| Database::open(&empty.settings).unwrap().migrate().unwrap()))
                .collect();
            starters.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(steps.iter().filter(|taken| !taken.is_empty()).count(), 1, "{steps:?}");
        assert_eq!(empty.plain().tables(), db.plain().tables());
        empty.probe().await.unwrap();
    }

    async fn a_schema_that_is_newer_is_refused_and_left_alone(db: TestDatabase) {
        db.plain().execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')").unwrap();
        let before = db.dump();
        let why = db.migrate().unwrap_err().to_string();
        assert!(why.contains("newer") && why.contains("99991231000000"), "{why}");
        assert!(db.pending_migrations().is_err());
        assert_eq!(db.dump(), before);
    }
}

#[actix_web::test]
async fn the_steps_have_the_same_names_on_both() {
    let (sqlite, postgres) = (TestDatabase::empty_sqlite(), TestDatabase::empty_postgres());
    let names = sqlite.pending_migrations().unwrap();
    assert!(!names.is_empty());
    assert_eq!(names, postgres.pending_migrations().unwrap());
}

#[actix_web::test]
async fn a_sqlite_file_is_for_its_owner_only_and_served_once() {
    use std::os::unix::fs::PermissionsExt as _;

    let db = TestDatabase::sqlite();
    db.probe().await.unwrap();
    for file in std::fs::read_dir(db.folder().unwrap()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
    }
    let claim = db.claim().unwrap();
    assert!(claim.is_some() && db.again().claim().is_err());
    drop(claim);
    assert!(db.again().claim().is_ok());
}
