//! Comments on an advisory's own page, which its reporter reads.

use commands::kernel::{
    embargoed::{AdvisoryPage, Embargoed, TeamText},
    id::{GhsaId, Repository},
};
use http::Method;
use jiff::Timestamp;
use serde_json::json;

use super::{
    CLOCK_SKEW_ALLOWANCE, GitHub, answer, body,
    call::Call,
    wire::{self, BadAnswer, RawComment},
};
use crate::port::Setback;

/// How many comments are asked for at a time.
const COMMENTS_PER_PAGE: &str = "100";
/// How many pages of recent comments are read before giving up.
const PAGES_MAX: usize = 20;

impl GitHub {
    /// Says something on an advisory's page.
    ///
    /// # Errors
    /// [`NotFound`](commands::kernel::effect::FailureKind::NotFound) where GitHub does not offer
    /// comments: they are a preview. Not safe to repeat: after
    /// [`Again::Unknown`](crate::port::Again::Unknown), look with [`GitHub::find_comment`] first.
    pub async fn comment(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        text: &TeamText,
    ) -> Result<(), Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let url = self.below(repository, ghsa, "comments");
        let call = Call::new("comment", Method::POST, url).with(json!({ "body": text.open(&page) }));
        self.write(&mut turn, call).await.map(|_| ())
    }

    /// Whether somebody has said just that since `since` (less [`CLOCK_SKEW_ALLOWANCE`]).
    ///
    /// # Errors
    /// When GitHub could not be asked; safe to repeat.
    pub async fn find_comment(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        text: &TeamText,
        since: Timestamp,
    ) -> Result<bool, Setback> {
        let page = AdvisoryPage::on_github();
        let wanted = body::plain(text.open(&page));
        let oldest = since.checked_sub(CLOCK_SKEW_ALLOWANCE).unwrap_or(Timestamp::MIN);
        let mut url = self.below(repository, ghsa, "comments");
        url.query_pairs_mut()
            .append_pair("since", &oldest.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .append_pair("per_page", COMMENTS_PER_PAGE);
        for _ in 0..PAGES_MAX {
            let response = self.send(Call::new("list comments", Method::GET, url)).await?;
            let comments: Vec<RawComment> = wire::parse(response.body()).map_err(answer::nonsense_read)?;
            let same = |comment: &RawComment| {
                comment.body.as_deref().is_some_and(|text| body::plain(text) == wanted)
            };
            if comments.iter().any(same) {
                return Ok(true);
            }
            match self.next_page(&response)? {
                Some(next) => url = next,
                None => return Ok(false),
            }
        }
        Err(answer::nonsense_read(BadAnswer("more pages of new comments than anybody writes")))
    }
}
