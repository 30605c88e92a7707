//! CVE numbers: asking GitHub for one, and entering one that somebody else assigned.

use commands::kernel::{
    content::{EmbargoedAdvisory, Part},
    embargoed::{AdvisoryPage, Embargoed},
    id::{CveId, GhsaId, Repository},
};
use http::Method;
use serde_json::json;

use super::{GitHub, Written, answer::Right, call::Call};
use crate::port::Setback;

impl GitHub {
    /// Asks GitHub for a CVE number. None when GitHub took the request; the advisory when it has a
    /// number already. GitHub shows no request that is under way, and takes a second one for the same.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn request_cve(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<Option<EmbargoedAdvisory>, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (_, held) = self.read_fresh(repository, ghsa).await?;
        if held.open(&page).cve.is_some() {
            return Ok(Some(held));
        }
        let url = self.below(repository, ghsa, "cve");
        let call = Call::new("request CVE", Method::POST, url).of_what_was_read().taking(Right::Cve);
        self.write(&mut turn, call).await?;
        Ok(None)
    }

    /// Enters a CVE number; writes nothing when it is there already, or when another one is.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn set_cve(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        cve: &Embargoed<CveId>,
    ) -> Result<Written, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (_, held) = self.read_fresh(repository, ghsa).await?;
        let cve = cve.open(&page);
        match &held.open(&page).cve {
            Some(there) if there == cve => return Ok(Written::Holds(held)),
            Some(_) => return Ok(Written::Conflict(held, vec![Part::Cve])),
            None => {}
        }
        let call = self.patch("set CVE", repository, ghsa, json!({ "cve_id": cve.as_str() }));
        self.change(&mut turn, call, ghsa).await.map(Written::Holds)
    }
}
