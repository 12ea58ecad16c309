//! `/admin/help`: what to do for callers, what the actions do, what the words mean, which keys there are.

use askama::Template;

use super::frame::page::Page;
use super::frame::{Frame, Section};
use super::guard::allowed::{Allowed, ReadOwnAudit};
use super::guard::visit::Answer;
use super::locale::Lang;
use super::locale::help::{ACTIONS, GLOSSARY, STUCK, THEFT};

/// The help.
#[derive(Debug, Template)]
#[template(path = "help/page.html")]
pub struct HelpPage {
    /// The frame.
    pub frame: Frame,
    /// What to do when somebody else is in an account.
    pub theft: Vec<&'static str>,
    /// What to do when a user cannot log in.
    pub stuck: Vec<&'static str>,
    /// Actions: what is done, what the user sees, how long it lasts.
    pub actions: Vec<[&'static str; 3]>,
    /// Words, and what they mean.
    pub glossary: Vec<[&'static str; 2]>,
}

impl HelpPage {
    /// The help in the frame's language.
    #[must_use]
    pub fn new(frame: Frame) -> Self {
        let lang: Lang = frame.lang;
        let choose = |both| lang.choose(both);
        Self {
            theft: THEFT.into_iter().map(choose).collect(),
            stuck: STUCK.into_iter().map(choose).collect(),
            actions: ACTIONS.into_iter().map(|row| row.map(choose)).collect(),
            glossary: GLOSSARY.into_iter().map(|row| row.map(choose)).collect(),
            frame,
        }
    }
}

/// Shows the help to everybody who is signed in.
pub async fn get(visit: Allowed<ReadOwnAudit>) -> Answer {
    let page = HelpPage::new(visit.frame(Section::Help));
    std::future::ready(Ok(Page::new(visit.lang, page).into_response())).await
}
