//! The vectors are those of WeChat's own `WXBizDataCrypt` demo, linked from its page on open data.

use aes::cipher::BlockModeEncrypt as _;

use super::*;

const APPID: &str = "wx4f4bc4dec97d474b";
const OPENID: &str = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";
const KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
const IV: &str = "r7BXXKkLb8qrSNn05n0qiA==";
const ENCRYPTED: [&str; 6] = [
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+o",
    "NPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnE",
    "tpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//",
    "FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHq",
    "Z9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoK",
    "laRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==",
];
const SEALED_AT: i64 = 1_477_314_187;

fn key() -> SessionKey {
    SessionKey::parse(KEY.to_owned()).unwrap()
}

fn expected() -> Expected<'static> {
    Expected {
        appid: APPID,
        openid: OPENID,
        now: Instant::from_seconds(SEALED_AT + 60),
        window: Duration::from_mins(5),
    }
}

fn is_refused(outcome: Result<OpenData>) -> bool {
    matches!(outcome, Err(Error::OpenDataInvalid))
}

/// What WeChat would send for `plain`.
fn sealed(plain: &str) -> String {
    let iv: [u8; 16] = unbase64(IV).unwrap().try_into().unwrap();
    let cipher = cbc::Encryptor::<aes::Aes128>::new(&(*key().decode().unwrap()).into(), &iv.into());
    let mut buffer = plain.as_bytes().to_vec();
    buffer.resize(plain.len() + 16, 0);
    BASE64.encode(cipher.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap())
}

#[test]
fn the_official_ciphertext_opens() {
    let data = decrypt::<OpenData>(&ENCRYPTED.concat(), IV, &key(), expected()).unwrap();
    assert_eq!(data.open_id.unwrap(), OPENID);
    assert_eq!(data.union_id.unwrap(), "ocMvos6NjeKLIBqg5Mr9QjxrP1FA");
    assert_eq!((data.nick_name.unwrap().as_str(), data.gender), ("Band", Some(1)));
    assert_eq!(
        [data.country, data.province, data.city, data.language].map(Option::unwrap),
        ["CN", "Guangdong", "Guangzhou", "zh_CN"]
    );
    assert!(data.avatar_url.unwrap().ends_with("AMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0"));
    assert_eq!((data.watermark.appid.as_str(), data.watermark.timestamp), (APPID, SEALED_AT));
}

#[test]
fn what_is_about_another_app_user_or_time_is_refused() {
    let text = ENCRYPTED.concat();
    let now = |seconds| Expected { now: Instant::from_seconds(SEALED_AT + seconds), ..expected() };
    assert!(is_refused(decrypt::<OpenData>(&text, IV, &key(), Expected { appid: "wx0", ..expected() })));
    assert!(is_refused(decrypt::<OpenData>(&text, IV, &key(), Expected { openid: "o0", ..expected() })));
    assert!(
        decrypt::<OpenData>(&text, IV, &key(), now(300)).is_ok()
            && decrypt::<OpenData>(&text, IV, &key(), now(-300)).is_ok()
    );
    assert!(is_refused(decrypt::<OpenData>(&text, IV, &key(), now(301))));
    assert!(is_refused(decrypt::<OpenData>(&text, IV, &key(), now(-301))));
}

#[test]
fn every_kind_of_broken_data_is_the_same_error() {
    let text = ENCRYPTED.concat();
    let other_key = SessionKey::parse("AAAAAAAAAAAAAAAAAAAAAA==".to_owned()).unwrap();
    let mut flipped = unbase64(&text).unwrap();
    flipped[390] ^= 1;
    let long = BASE64.encode(vec![0; LONGEST]);
    for encrypted in
        ["", "!", "AAAA", text.get(..88).unwrap(), text.get(4..).unwrap(), &BASE64.encode(flipped), &long]
    {
        assert!(is_refused(decrypt::<OpenData>(encrypted, IV, &key(), expected())), "{}", encrypted.len());
    }
    for iv in ["", "AAAA", "!", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert!(is_refused(decrypt::<OpenData>(&text, iv, &key(), expected())), "{iv}");
    }
    assert!(is_refused(decrypt::<OpenData>(&text, IV, &other_key, expected())));
    for plain in ["", "[]", "{}", "not json", r#"{"watermark":{"appid":"wx4f4bc4dec97d474b"}}"#] {
        assert!(is_refused(decrypt::<OpenData>(&sealed(plain), IV, &key(), expected())), "{plain}");
    }
}

#[test]
fn data_without_ids_and_with_new_fields_opens() {
    let plain = format!(
        r#"{{"nickName":"张三","new":[1],"watermark":{{"appid":"{APPID}","timestamp":{SEALED_AT},"x":1}}}}"#
    );
    let data = decrypt::<OpenData>(&sealed(&plain), IV, &key(), expected()).unwrap();
    assert_eq!((data.nick_name.as_deref(), data.open_id), (Some("张三"), None));
}

#[test]
fn spaces_that_were_plus_signs_are_healed() {
    let spaced = ENCRYPTED.concat().replace('+', " ");
    assert!(spaced.contains(' ') && decrypt::<OpenData>(&spaced, IV, &key(), expected()).is_ok());
}

/// The example on WeChat's page on signature verification and decryption of open data.
const SIGNED: &str = concat!(
    r#"{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","#,
    r#""country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/"#,
    r#"1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}"#
);
const SIGNATURE: &str = "75e81ceda165f4ffa64f4068af58c64b8f54b88c";

#[test]
fn the_official_signature_is_right_in_either_case() {
    let key = SessionKey::parse("HyVFkGl5F5OQWJZZaNzBBg==".to_owned()).unwrap();
    assert!(check_signature(SIGNED, SIGNATURE, &key).is_ok());
    assert!(check_signature(SIGNED, &SIGNATURE.to_uppercase(), &key).is_ok());
}

#[test]
fn any_change_breaks_a_signature() {
    let key = SessionKey::parse("HyVFkGl5F5OQWJZZaNzBBg==".to_owned()).unwrap();
    let other = self::key();
    for (text, signature, key) in [
        (SIGNED.get(1..).unwrap(), SIGNATURE, &key),
        (SIGNED, SIGNATURE.get(1..).unwrap(), &key),
        (SIGNED, "", &key),
        (SIGNED, "75e81ceda165f4ffa64f4068af58c64b8f54b88d", &key),
        (SIGNED, SIGNATURE, &other),
    ] {
        assert!(matches!(check_signature(text, signature, key), Err(Error::OpenDataInvalid)));
    }
}
