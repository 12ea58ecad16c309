//! The tables, as diesel sees them. A test holds them equal to both databases.

mod bulk;
mod upkeep;

pub use bulk::{emergencies, epochs, jobs, revoke_quotas};
pub use upkeep::{hourly, hourly_head, hourly_recounts, leases};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    use crate::db::types::Moment;

    users (id) {
        id -> BigInt,
        uid -> Text,
        nickname -> Text,
        nickname_folded -> Text,
        avatar_url -> Text,
        gender -> BigInt,
        country -> Text,
        province -> Text,
        city -> Text,
        language -> Text,
        phone_sealed -> Nullable<Binary>,
        phone_index -> Nullable<Binary>,
        status -> Text,
        frozen_until -> Nullable<Moment>,
        frozen_reason -> Nullable<Text>,
        created_at -> Moment,
        last_login_at -> Moment,
        deleted_at -> Nullable<Moment>,
        phone_code -> Nullable<Binary>,
        erase_at -> Nullable<Moment>,
        erased_at -> Nullable<Moment>,
        status_before -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    use crate::db::types::Moment;

    identities (id) {
        id -> BigInt,
        user_id -> BigInt,
        appid -> Text,
        openid -> Text,
        unionid -> Nullable<Text>,
        session_key -> Binary,
        session_key_before -> Nullable<Binary>,
        created_at -> Moment,
        profile_sealed_at -> Nullable<Moment>,
        phone_sealed_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    use crate::db::types::Moment;

    sessions (digest) {
        digest -> Binary,
        sid -> Text,
        user_id -> BigInt,
        identity_id -> BigInt,
        appid -> Text,
        created_at -> Moment,
        last_seen_at -> Moment,
        expires_at -> Moment,
        ip -> Text,
        user_agent -> Text,
        client -> Text,
        device -> Text,
        wechat_version -> Text,
        app_version -> Text,
        ended_at -> Nullable<Moment>,
        ended_by -> Nullable<Text>,
        ended_reason -> Nullable<Text>,
        ended_note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};

    use crate::db::types::Moment;

    logins (id) {
        id -> BigInt,
        at -> Moment,
        appid -> Text,
        user_id -> Nullable<BigInt>,
        sid -> Nullable<Text>,
        result -> Text,
        errcode -> Nullable<BigInt>,
        rid -> Nullable<Text>,
        latency_ms -> BigInt,
        ip -> Text,
        request_id -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};

    nickname_grams (gram, user_id) {
        gram -> Text,
        user_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    use crate::db::types::Moment;

    staff (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        role -> Text,
        password -> Nullable<Text>,
        language -> Nullable<Text>,
        created_at -> Moment,
        password_at -> Nullable<Moment>,
        disabled_at -> Nullable<Moment>,
        last_sign_in_at -> Nullable<Moment>,
        last_sign_in_ip -> Nullable<Text>,
        totp_secret -> Nullable<Binary>,
        totp_step -> Nullable<BigInt>,
        totp_at -> Nullable<Moment>,
        rows_per_page -> Nullable<BigInt>,
        role_at -> Nullable<Moment>,
        zone -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    use crate::db::types::Moment;

    staff_sessions (digest) {
        digest -> Binary,
        sid -> Text,
        staff_id -> BigInt,
        state -> Text,
        created_at -> Moment,
        last_seen_at -> Moment,
        expires_at -> Moment,
        ip -> Text,
        user_agent -> Text,
        ended_at -> Nullable<Moment>,
        ended_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};

    use crate::db::types::Moment;

    setup_links (digest) {
        digest -> Binary,
        staff_id -> Nullable<BigInt>,
        created_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};

    use crate::db::types::Moment;

    throttles (key) {
        key -> Binary,
        failures -> BigInt,
        last_at -> Moment,
        blocked_until -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    use crate::db::types::Moment;

    push_events (id) {
        id -> BigInt,
        appid -> Text,
        event -> Text,
        openid -> Nullable<Text>,
        revoke_info -> Text,
        request_id -> Text,
        received_at -> Moment,
        done_at -> Nullable<Moment>,
        outcome -> Nullable<Text>,
        message_digest -> Binary,
        address_digest -> Binary,
        trace_id -> Nullable<Text>,
        suggest -> Nullable<Text>,
        label -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};

    use crate::db::types::Moment;

    avatars (id) {
        id -> BigInt,
        name -> Text,
        user_id -> BigInt,
        state -> Text,
        created_at -> Moment,
        due_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};

    use crate::db::types::Moment;

    selections (id) {
        id -> Text,
        staff_id -> BigInt,
        items -> Text,
        outcome -> Nullable<Text>,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};

    use crate::db::types::Moment;

    audit (id) {
        id -> BigInt,
        at -> Moment,
        actor -> Text,
        role -> Text,
        ip -> Text,
        action -> Text,
        target -> Text,
        reason -> Text,
        note -> Text,
        result -> Text,
        detail -> Text,
        request_id -> Text,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};

    audit_head (id) {
        id -> BigInt,
        last_id -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};

    use crate::db::types::Moment;

    tombstones (digest) {
        digest -> Binary,
        uid -> Text,
        frozen_until -> Nullable<Moment>,
        reason -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};

    use crate::db::types::Moment;

    unionid_conflicts (identity_id, digest) {
        identity_id -> BigInt,
        digest -> Binary,
        other_user_id -> Nullable<BigInt>,
        at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};

    use crate::db::types::Moment;

    reviews (user_id, kind) {
        user_id -> BigInt,
        kind -> Text,
        rid -> Text,
        identity_id -> BigInt,
        value -> Text,
        state -> Text,
        label -> Nullable<BigInt>,
        trace_id -> Nullable<Text>,
        tries -> BigInt,
        next_at -> Nullable<Moment>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};

    use crate::db::types::Moment;

    recovery_codes (digest) {
        digest -> Binary,
        staff_id -> BigInt,
        created_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};

    use crate::db::types::Moment;

    user_notes (id) {
        id -> BigInt,
        user_id -> BigInt,
        author -> Text,
        role -> Text,
        text -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};

    reveal_counts (staff_id, day) {
        staff_id -> BigInt,
        day -> Text,
        reveals -> BigInt,
    }
}

diesel::joinable!(identities -> users (user_id));
diesel::joinable!(logins -> users (user_id));
diesel::joinable!(reviews -> users (user_id));
diesel::joinable!(unionid_conflicts -> identities (identity_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(nickname_grams -> users (user_id));
diesel::joinable!(staff_sessions -> staff (staff_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    identities,
    sessions,
    logins,
    nickname_grams,
    staff,
    staff_sessions,
    unionid_conflicts,
    reviews,
    epochs,
    user_notes
);
