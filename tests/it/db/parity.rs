//! The two schemas are one, and `src/db/schema.rs` is that one.

use crate::support::database::TestDatabase;
use crate::support::dump::Plain;

/// `table.column type null`, in the order of the columns. Postgres has a type for times, SQLite writes them as text.
fn columns(plain: &mut Plain) -> Vec<String> {
    plain.lines(match plain {
        Plain::Sqlite(_) => {
            "SELECT t.name || '.' || c.name || ' ' || CASE \
               WHEN c.type = 'TEXT' AND (c.name LIKE '%\\_at' ESCAPE '\\' OR c.name IN ('at', 'frozen_until', 'blocked_until')) \
               THEN 'Moment' WHEN c.type = 'TEXT' THEN 'Text' WHEN c.type = 'INTEGER' THEN 'BigInt' \
               WHEN c.type = 'BLOB' THEN 'Binary' ELSE c.type END \
             || CASE WHEN c.\"notnull\" THEN '' ELSE ' null' END AS line \
             FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY t.name, c.cid"
        }
        Plain::Postgres(_) => {
            "SELECT table_name || '.' || column_name || ' ' || CASE data_type \
               WHEN 'timestamp with time zone' THEN 'Moment' WHEN 'text' THEN 'Text' WHEN 'bigint' THEN 'BigInt' \
               WHEN 'bytea' THEN 'Binary' ELSE data_type END \
             || CASE WHEN is_nullable = 'NO' THEN '' ELSE ' null' END AS line \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' \
             ORDER BY table_name COLLATE \"C\", ordinal_position"
        }
    })
}

/// `table (columns) unique partial`, primary keys and unique columns included; their names differ and do not matter.
fn indexes(plain: &mut Plain) -> Vec<String> {
    let mut lines = plain.lines(match plain {
        Plain::Sqlite(_) => {
            "SELECT t.name || ' (' || (SELECT group_concat(c.name, ', ') FROM \
               (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c) || ')' \
             || CASE WHEN i.\"unique\" THEN ' unique' ELSE '' END || CASE WHEN i.partial THEN ' partial' ELSE '' END AS line \
             FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' \
             UNION ALL SELECT t.name || ' (id) unique' FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER' AND c.name = 'id'"
        }
        Plain::Postgres(_) => {
            "SELECT t.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) \
               FROM unnest(i.indkey::int[]) WITH ORDINALITY k (number, place) \
               JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')' \
             || CASE WHEN i.indisunique THEN ' unique' ELSE '' END \
             || CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END AS line \
             FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
             WHERE n.nspname = 'public' AND t.relname NOT LIKE '\\_\\_%'"
        }
    });
    lines.sort();
    lines.dedup();
    lines
}

/// `table.column -> table.column`
fn foreign_keys(plain: &mut Plain) -> Vec<String> {
    let mut lines = plain.lines(match plain {
        Plain::Sqlite(_) => {
            "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete AS line \
             FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'"
        }
        Plain::Postgres(_) => {
            "SELECT t.relname || '.' || a.attname || ' -> ' || r.relname || '.' || b.attname || ' ' \
             || CASE c.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' ELSE c.confdeltype::text END AS line \
             FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] \
             JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = c.confkey[1] WHERE c.contype = 'f'"
        }
    });
    lines.sort();
    lines
}

/// What `schema.rs` says, as [`columns`] has it.
fn described() -> Vec<String> {
    let text = concat!(
        include_str!("../../../src/db/schema.rs"),
        include_str!("../../../src/db/schema/bulk.rs"),
        include_str!("../../../src/db/schema/upkeep.rs")
    );
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines().map(str::trim) {
        let column = line.strip_suffix(',').and_then(|line| line.split_once(" -> "));
        if let Some((name, kind)) = column {
            let nullable = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let kind = nullable.map_or(kind.to_owned(), |kind| format!("{kind} null"));
            let (table, columns) = tables.last_mut().unwrap();
            columns.push(format!("{table}.{name} {kind}"));
        } else if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            tables.push((name.to_owned(), Vec::new()));
        }
    }
    tables.sort();
    tables.into_iter().flat_map(|(_, columns)| columns).collect()
}

#[actix_web::test]
async fn both_schemas_have_the_same_tables_columns_indexes_and_references() {
    let (sqlite, postgres) = (TestDatabase::sqlite(), TestDatabase::postgres());
    let (mut sqlite, mut postgres) = (sqlite.plain(), postgres.plain());
    assert_eq!(sqlite.tables(), postgres.tables());
    assert!(sqlite.tables().len() >= 12);
    assert_eq!(columns(&mut sqlite), columns(&mut postgres));
    assert_eq!(indexes(&mut sqlite), indexes(&mut postgres));
    assert_eq!(foreign_keys(&mut sqlite), foreign_keys(&mut postgres));
    assert!(indexes(&mut sqlite).contains(&"identities (openid, appid) unique".to_owned()));
    assert!(foreign_keys(&mut sqlite).len() >= 8);
}

#[actix_web::test]
async fn the_schema_that_diesel_sees_is_the_one_that_is_there() {
    let db = TestDatabase::postgres();
    assert_eq!(described(), columns(&mut db.plain()));
    let db = TestDatabase::sqlite();
    assert_eq!(described(), columns(&mut db.plain()));
}

#[actix_web::test]
async fn texts_sort_and_compare_by_byte_on_postgres_as_on_sqlite() {
    let db = TestDatabase::postgres();
    let query = "SELECT c.relname || '.' || a.attname AS line FROM pg_attribute a \
         JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_type t ON t.oid = a.atttypid JOIN pg_collation l ON l.oid = a.attcollation \
         WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT LIKE '\\_\\_%' \
         AND t.typname = 'text' AND l.collname <> 'C'";
    assert_eq!(db.plain().lines(query), Vec::<String>::new());
}
