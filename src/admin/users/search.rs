//! What is typed into the list's own box: names narrow the list, in its address; what names a person is looked up, and
//! stands in no address.

use actix_web::HttpResponse;

use super::{KNOWN, PATH, around, page};
use crate::admin::frame::Choice;
use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::guard::allowed::{Allowed, Browse};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::lookup::look_up;
use crate::admin::parts::list::{Empty, Pager};
use crate::admin::parts::paging::Address;
use crate::admin::term::{self, Kind};
use crate::error::Error;

/// Takes the filters of the form to the list, or looks up what is no name.
pub async fn post(visit: Allowed<Browse>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(narrow(&visit, &form).await)
}

async fn narrow(visit: &Visit, form: &Fields) -> Result<HttpResponse, Refused> {
    let term = form.one("q");
    if Kind::of(&term::plain(term)) == Kind::Nickname {
        return Ok(visit.go(&Address::of_form(&visit.request, PATH, KNOWN, form)?));
    }
    look_up(visit, term, "", "").await
}

/// A person was named in the address: nobody is looked for, and the way to do it without is offered.
pub(super) fn misplaced(visit: &Visit, kind: Kind, term: String) -> Result<HttpResponse, Refused> {
    let address =
        Address::stored(PATH, KNOWN, "", visit.zone()).ok_or(Error::Internal("the address of a list"))?;
    let words = visit.words();
    let name = kind.name(words.lookup);
    let mut list = around(visit, &address, &[], Pager::default());
    list.empty = Some(Empty::new((words.users.misplaced)(name), words.users.misplaced_text));
    let mut page = page(visit, &address, list, Vec::new());
    let label = (words.lookup.retry)(name);
    page.other = Some(Choice { value: kind.code().to_owned(), label, chosen: false });
    page.q = term;
    Ok(Page::new(visit.lang, page).into_response())
}
