//! The tables of what is done in the background: who does it, and what was counted.

diesel::table! {
    use diesel::sql_types::Text;

    use crate::db::types::Moment;

    leases (name) {
        name -> Text,
        holder -> Text,
        expires_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};

    use crate::db::types::Moment;

    hourly (begins_at, kind, name, appid) {
        begins_at -> Moment,
        kind -> Text,
        name -> Text,
        appid -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;

    use crate::db::types::Moment;

    hourly_head (id) {
        id -> BigInt,
        next_at -> Moment,
        counted_at -> Moment,
    }
}

diesel::table! {
    use crate::db::types::Moment;

    hourly_recounts (begins_at) {
        begins_at -> Moment,
        marked_at -> Moment,
    }
}

diesel::allow_tables_to_appear_in_same_query!(hourly, hourly_head);
