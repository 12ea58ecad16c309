//! `POST /admin/preferences`: language and light, for staff and for the pages before sign-in.

use actix_web::HttpResponse;

use super::errors::{Refusal, Refused};
use super::frame::Theme;
use super::locale::Lang;
use super::posted::Posted;
use super::sign_in::own_path;
use super::visit::{Visit, see};
use crate::db::staff::Staff;

/// Remembers the choice: in the browser, and the language of staff in their account, too.
pub async fn post(visit: Visit, form: Posted) -> Result<HttpResponse, Refused> {
    let back = own_path(form.get("back")).unwrap_or("/admin");
    let mut answer = see(303, back);
    let console = visit.console();
    let mut keep =
        |which, value: &str| answer.add_cookie(&console.lasting_cookie(which, value.to_owned(), true));
    if !form.get("language").is_empty() {
        let lang = Lang::parse(form.get("language")).ok_or(Refusal::Parameter("language".to_owned()))?;
        keep("language", lang.code()).map_err(|_invalid| Refusal::Internal)?;
        if let Some((account, _)) = visit.account() {
            let id = account.id;
            console.state.db.write(move |conn| Staff::set_language(conn, id, lang.code())).await?;
        }
    }
    if !form.get("theme").is_empty() {
        let theme = Theme::parse(form.get("theme")).ok_or(Refusal::Parameter("theme".to_owned()))?;
        keep("theme", theme.code()).map_err(|_invalid| Refusal::Internal)?;
    }
    Ok(answer)
}
