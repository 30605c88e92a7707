//! Taking in what the lookout sees on GitHub.

use commands::kernel::{
    content::EmbargoedAdvisory,
    decision::Decision,
    effect::Action,
    id::Repository,
    incident::Incident,
    input::{Input, Now, Observed},
};
use jiff::Timestamp;

use super::{Batch, Engine};
use crate::lookout::{Glimpse, Uptake};

impl Engine {
    /// Decides on what was seen, keeps the decision, and only then answers.
    pub(super) async fn see(&mut self, glimpse: Glimpse) -> anyhow::Result<()> {
        let Glimpse { observed, first_hand, uptake } = glimpse;
        let answer = if self.has_a_hand_in(&observed) {
            Uptake::Later
        } else if first_hand {
            let mut batch = Batch::default();
            let taken = self.take_in(&Input::Observed(observed), &mut batch);
            self.write(batch).await?;
            if taken { Uptake::Taken } else { Uptake::Later }
        } else if self.is_news(observed) {
            Uptake::LookCloser
        } else {
            Uptake::Taken
        };
        // Before the lookout goes on: whoever sees that it looks no more sees what it led to.
        self.report(false);
        // The lookout may have ended; then there is nobody to tell.
        let _ = uptake.send(answer);
        Ok(())
    }

    /// Whether anything would be decided on it.
    fn is_news(&self, observed: Observed) -> bool {
        let now = Now { time: self.clock.now(), dice: 0 };
        commands::decide(&self.world, &Input::Observed(observed), now) != Decision::nothing()
    }

    /// Whether what was seen may be the bot's own doing, not yet settled, or from before that.
    fn has_a_hand_in(&self, observed: &Observed) -> bool {
        match observed {
            Observed::Advisory { repository, asked, advisory } => {
                self.is_uncertain(repository, advisory, *asked)
            }
            Observed::Directory(_)
            | Observed::Listening { .. }
            | Observed::Moved { .. }
            | Observed::Edited(_)
            | Observed::Pull { .. }
            | Observed::Public { .. }
            | Observed::Sight { .. } => false,
        }
    }

    fn is_uncertain(&self, repository: &Repository, advisory: &EmbargoedAdvisory, asked: Timestamp) -> bool {
        let ghsa = &advisory.map(|advisory| advisory.ghsa.clone());
        let is_it = |incident: &&Incident| {
            let advisory = incident.advisory().map(|advisory| advisory.map(|advisory| advisory.ghsa.clone()));
            advisory.as_ref() == Some(ghsa)
        };
        let mut incidents = self.world.incidents().filter(is_it).peekable();
        if incidents.peek().is_some() {
            let now = self.clock.now();
            return incidents.any(|incident| self.world.is_uncertain(incident, advisory, asked, now));
        }
        // It may be the one that is being made, or read to be taken over.
        self.world.pending().values().any(|recorded| match &recorded.effect.action {
            Action::CreateAdvisory { repository: of, .. } => of == repository,
            Action::FetchAdvisory { repository: of, ghsa: other } => of == repository && other == ghsa,
            Action::Post { .. }
            | Action::Edit { .. }
            | Action::React { .. }
            | Action::Notify { .. }
            | Action::UpdateAdvisory { .. }
            | Action::AcceptReport { .. }
            | Action::CloseAdvisory { .. }
            | Action::ChangeCollaborators { .. }
            | Action::AddCredit { .. }
            | Action::RequestCve { .. }
            | Action::SetCve { .. }
            | Action::CreateFork { .. }
            | Action::AwaitFork { .. }
            | Action::ReadPulls { .. }
            | Action::Comment { .. }
            | Action::Upload { .. }
            | Action::Work(_)
            | Action::PublishAdvisory { .. }
            | Action::SendMail { .. }
            | Action::MailRelease { .. } => false,
        })
    }
}
