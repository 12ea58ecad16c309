//! The tables, as diesel sees them. A test holds them equal to both databases.

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
    use diesel::sql_types::{BigInt, Nullable, Text};

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

diesel::joinable!(identities -> users (user_id));
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
    staff_sessions
);
