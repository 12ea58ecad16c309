//! Whether what users say of themselves may be shown: proposals are put to WeChat, at once and again until it answers.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::avatar;
use crate::config::Config;
use crate::db::identities::Identity;
use crate::db::reviews::settle::Decision;
use crate::db::reviews::{Kind, Review};
use crate::error::Result;
use crate::state::State;
use crate::wechat::Wxa;
use crate::wechat::content::{Asked, Suggestion, Verdict};

/// How long a request waits for WeChat's verdict. A check that takes longer goes on without it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What puts proposals to WeChat, on one worker. Clones share everything.
#[derive(Clone)]
pub struct ContentCheck {
    /// The process's state.
    pub state: State,
    /// This worker's way to WeChat.
    pub wxa: Wxa,
}

/// A proposal, as its user sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proposal {
    /// `pending`, `review` (staff look at it) or `risky` (it was refused).
    #[schema(pattern = "^(pending|review|risky)$")]
    pub state: &'static str,
    /// What they proposed.
    pub value: String,
}

/// What a user proposed and what is not shown to others yet, or never will be.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proposals {
    /// The nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    nick_name: Option<Proposal>,
    /// The avatar.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<Proposal>,
}

impl Proposals {
    /// None when there is nothing to tell.
    #[must_use]
    pub fn of(reviews: Vec<Review>, config: &Config) -> Option<Self> {
        let mut all = Self::default();
        for review in reviews {
            let kind = review.kind();
            let state = review.state().code();
            let value = match kind {
                Kind::Nickname => review.value,
                Kind::Avatar => avatar::url(&review.value, config),
            };
            let proposal = Some(Proposal { state, value });
            match kind {
                Kind::Nickname => all.nick_name = proposal,
                Kind::Avatar => all.avatar_url = proposal,
            }
        }
        (all.nick_name.is_some() || all.avatar_url.is_some()).then_some(all)
    }
}

fn decision(verdict: Verdict) -> Decision {
    match verdict.suggestion {
        Suggestion::Pass => Decision::Pass,
        Suggestion::Review => Decision::Review(Some(verdict.label)),
        Suggestion::Risky => Decision::Risky(Some(verdict.label)),
    }
}

impl ContentCheck {
    /// Puts new proposals to WeChat, apart from the request, which waits for a moment only.
    pub async fn begin(&self, proposed: Vec<Review>) {
        if proposed.is_empty() {
            return;
        }
        let own = self.clone();
        let work = actix_web::rt::spawn(async move {
            for review in proposed {
                own.run(&review).await;
            }
        });
        // whatever has not come by then is pending
        let _ = actix_web::rt::time::timeout(PATIENCE, work).await;
    }

    /// Puts the proposals that are due to WeChat; how many.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn run_due(&self) -> Result<usize> {
        let now = self.state.now();
        let due = self.state.db.read(move |conn| Review::due(conn, now)).await?;
        let mut run = 0;
        for review in due {
            let (own, claimed) = (review.clone(), self.state.now());
            if self.state.db.write(move |conn| own.claim(conn, claimed)).await? {
                self.run(&review).await;
                run += 1;
            }
        }
        Ok(run)
    }

    /// Asks about one. What fails is due again later: a user is never told that WeChat is down.
    async fn run(&self, review: &Review) {
        if let Err(why) = self.ask(review).await {
            log::info!(review = review.rid.as_str(), why = why.code(); "a proposal was not checked and will be again");
        }
    }

    async fn ask(&self, review: &Review) -> Result<()> {
        let rid = review.rid.clone();
        if !self.state.config.wechat.content_check {
            return self.settle(rid, Decision::Pass).await;
        }
        if review.is_hopeless() {
            return self.settle(rid, Decision::Review(None)).await;
        }
        let identity_id = review.identity_id;
        let identity = self.state.db.lookup(move |conn| Identity::get(conn, identity_id)).await?;
        let Some(app) = self.state.config.app(Some(&identity.appid)) else {
            return self.settle(rid, Decision::Review(None)).await;
        };
        let now = self.state.now();
        match review.kind() {
            Kind::Nickname => match self.wxa.check_text(app, &identity.openid, &review.value).await? {
                Asked::Answered(verdict) => self.settle(rid, decision(verdict)).await,
                Asked::Away => self.state.db.write(move |conn| Review::park(conn, &rid)).await,
            },
            Kind::Avatar => {
                let url = avatar::url(&review.value, &self.state.config);
                match self.wxa.check_picture(app, &identity.openid, &url).await? {
                    Asked::Answered(trace) => {
                        self.state.db.write(move |conn| Review::note_trace(conn, &rid, &trace, now)).await
                    }
                    Asked::Away => self.state.db.write(move |conn| Review::park(conn, &rid)).await,
                }
            }
        }
    }

    async fn settle(&self, rid: String, decision: Decision) -> Result<()> {
        self.state.db.write(move |conn| Review::settle(conn, &rid, decision)).await.map(|_was_there| ())
    }
}
