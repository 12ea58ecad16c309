//! The tables of work on many sessions at once.

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};

    use crate::db::types::Moment;

    jobs (jid) {
        jid -> Text,
        kind -> Text,
        query -> Text,
        filter -> Text,
        state -> Text,
        found -> Nullable<BigInt>,
        done -> BigInt,
        skipped -> BigInt,
        failed -> BigInt,
        place -> Text,
        last_error -> Nullable<Text>,
        reason -> Text,
        note -> Text,
        ticket -> Text,
        created_by -> Text,
        created_at -> Moment,
        starts_at -> Moment,
        started_at -> Nullable<Moment>,
        finished_at -> Nullable<Moment>,
        lease_holder -> Nullable<Text>,
        lease_ends_at -> Nullable<Moment>,
        resumed_at -> Nullable<Moment>,
        resumed_from -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::Text;

    use crate::db::types::Moment;

    epochs (appid) {
        appid -> Text,
        at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};

    use crate::db::types::Moment;

    emergencies (eid) {
        eid -> Text,
        appid -> Text,
        state -> Text,
        reason -> Text,
        note -> Text,
        ticket -> Text,
        proposed_by -> Text,
        proposed_at -> Moment,
        expires_at -> Moment,
        due_at -> Nullable<Moment>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
        jid -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;

    revoke_quotas (staff_id, day) {
        staff_id -> BigInt,
        day -> BigInt,
        used -> BigInt,
    }
}
