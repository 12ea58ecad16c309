//! A user's phone number: by the code of today's button, or in data that WeChat encrypted
//! (its pages 手机号快速验证 and 获取手机号).

use actix_web::web::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::open_data::{Expected, Marked, Watermark};
use super::wxa::{Call, Wxa};
use crate::config::App;
use crate::error::{Error, Result};
use crate::phone::Phone;

/// The code is of another user than the openid that was sent.
const WRONG_OPENID: i64 = 40003;

/// A phone number as WeChat tells it, either way.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumber {
    /// Without the country code.
    #[serde(rename = "purePhoneNumber")]
    national: String,
    country_code: CountryCode,
    watermark: Watermark,
}

/// A text in today's documents, a number in older ones.
#[derive(Deserialize)]
#[serde(untagged)]
enum CountryCode {
    Text(String),
    Number(u16),
}

#[derive(Deserialize)]
struct Answered {
    phone_info: PhoneNumber,
}

impl PhoneNumber {
    /// The number; none when it cannot be one.
    #[must_use]
    pub fn phone(&self) -> Option<Phone> {
        match &self.country_code {
            CountryCode::Text(code) => Phone::new(code, &self.national),
            CountryCode::Number(code) => Phone::new(&code.to_string(), &self.national),
        }
    }
}

impl Marked for PhoneNumber {
    fn watermark(&self) -> &Watermark {
        &self.watermark
    }
}

impl Wxa {
    /// Exchanges the code of a `getPhoneNumber` button for the number. WeChat checks that the code is of that openid,
    /// so that nobody binds a number with somebody else's code.
    ///
    /// # Errors
    /// [`Error::CodeInvalid`] for a code that is unknown, used, too old or another user's;
    /// [`Error::WeChatBadResponse`] when the answer is about another app or another time; else as [`Wxa::call`].
    pub async fn phone_number(&self, app: &App, code: &str, expected: Expected<'_>) -> Result<Phone> {
        let body = json!({ "code": code, "openid": expected.openid }).to_string();
        let call =
            Call { path: "/wxa/business/getuserphonenumber", query: &[], body: Some(Bytes::from(body)) };
        let answer = self.answer(app, &call).await?;
        match answer.errcode() {
            0 => {
                let Answered { phone_info } = answer.read()?;
                let is_sound = expected.fits(phone_info.watermark());
                phone_info.phone().filter(|_| is_sound).ok_or(Error::WeChatBadResponse)
            }
            WRONG_OPENID => Err(Error::CodeInvalid),
            _ => Err(self.refusal(app, &answer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_code_is_a_text_or_a_number() {
        for code in ["\"86\"", "86", "\"+86\""] {
            let text = format!(
                r#"{{"phoneNumber":"13812345634","purePhoneNumber":"13812345634","countryCode":{code},"watermark":{{"timestamp":1,"appid":"wx1"}},"new":[]}}"#
            );
            let number: PhoneNumber = serde_json::from_str(&text).unwrap();
            assert_eq!(*number.phone().unwrap().e164(), "+8613812345634");
        }
    }
}
