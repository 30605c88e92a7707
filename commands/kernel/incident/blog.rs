//! How long the blog post may take.

use super::{Incident, Release, Stage};
use crate::kernel::{
    clock::{Clock, Running},
    fact::Fact,
    settings::Settings,
    step::Step,
};

impl Incident {
    /// The clock that runs from the release mail, or from the publication where the project has no list, until
    /// somebody says that the blog post is out or two people leave it out.
    pub(super) fn unposted(&self, settings: &Settings) -> Option<Running> {
        let project = settings.project(&self.project).filter(|project| project.blog.is_some())?;
        let left_out = match &self.release {
            Release::Running(request) | Release::Stopped(request, _) | Release::Done(request) => {
                request.waived.contains(&Step::Blog)
            }
            // What nobody has approved leaves nothing out.
            Release::None | Release::Requested(_) => false,
        };
        let is_done =
            left_out || self.vouched.contains_key(&Step::Blog) || self.steps_done.contains(&Step::Blog);
        if is_done || self.stage != Stage::Open || !self.is_published() {
            return None;
        }
        let has_list = project.announce_list.is_some();
        let begins = |fact: &Fact| {
            if let Fact::StepDone { step, .. } = fact {
                return *step == if has_list { Step::Mail } else { Step::Publish };
            }
            !has_list && matches!(fact, Fact::PublishedByHand { .. })
        };
        let since = self.history.iter().find(|(_, fact)| begins(fact))?.0;
        Some(Running { clock: Clock::Blog, since, within: settings.policy.blog_within })
    }
}
