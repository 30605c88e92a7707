//! A chat to test in: the core with facts and effects applied as the engine applies them, a Zulip and a
//! GitHub that do what they are asked, virtual time, and everything shown as text.

use std::collections::{BTreeMap, BTreeSet};

use commands::kernel::{
    check::check,
    collaborator::{Collaborator, Collaborators},
    content::{Advisory, AdvisoryState, Content, EmbargoedAdvisory, Part},
    decision::Decision,
    effect::{Action, Effect, Failure, FailureKind, Outcome, RecordedEffect, Service},
    embargoed::{AdvisoryPage, Embargoed, EmbargoedText},
    fact::RecordedFact,
    id::{EffectId, GhsaId, IncidentId, MessageId, PullNumber, Repository, UserId},
    incident::Incident,
    input::{Input, Message, Now, Observed, Place, Said},
    patch::PullRequest,
    settings::Settings,
    world::World,
};
use jiff::{SignedDuration, Timestamp};

use crate::{outside::Outside, realm, show};

/// The dice of every test: the first incident is amber-heron, the next amber-hoopoe.
pub(crate) const DICE: u64 = 18;
/// When every test begins: a Wednesday.
pub(crate) const BEGINNING: &str = "2026-11-18T09:00:00Z";
/// A text that lacks nothing.
pub(crate) const TEXT: &str = "### Impact\nA crafted module writes past a buffer.\n\n### Patches\n2.4.4 checks the bounds.\n\n### Workarounds\nLoad no module you do not trust.";
/// The newest message of before the bot first listened.
const BEFORE_FIRST_START: MessageId = MessageId(100);

/// What a service does with an effect; none: what it was asked.
type Answering = Box<dyn FnMut(&Effect) -> Option<Outcome>>;

/// The core and everything around it.
pub(crate) struct Chat {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    pub(crate) dice: u64,
    /// The newest message in the realm.
    pub(crate) newest: MessageId,
    /// What GitHub holds.
    pub(crate) github: BTreeMap<GhsaId, Advisory>,
    /// The pull requests in the private fork.
    pub(crate) pulls: BTreeMap<PullNumber, PullRequest>,
    /// The pull requests of the public repository.
    pub(crate) public: Vec<Outside>,
    /// Whether effects stay in the outbox until they are settled by hand.
    pub(crate) hold: bool,
    /// Every fact, for those tests that look at them.
    pub(crate) facts: Vec<RecordedFact>,
    /// Effects that were called off: those already on their way stay pending.
    pub(crate) cancelled: Vec<EffectId>,
    /// Every effect ever recorded.
    pub(crate) effects: Vec<(EffectId, Effect)>,
    /// What GitHub was last seen to hold of an incident when an effect of it was recorded.
    shown: BTreeMap<EffectId, EmbargoedAdvisory>,
    service: Option<Answering>,
}

impl Chat {
    /// A realm with two teams, at the bot's first start.
    pub(crate) fn new() -> Self {
        Self::with(realm::settings())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let mut chat = Self {
            world: World::new(settings),
            now: BEGINNING.parse().unwrap(),
            dice: DICE,
            newest: BEFORE_FIRST_START,
            github: BTreeMap::new(),
            pulls: BTreeMap::new(),
            public: Vec::new(),
            hold: false,
            facts: Vec::new(),
            cancelled: Vec::new(),
            effects: Vec::new(),
            shown: BTreeMap::new(),
            service: None,
        };
        chat.observe(Observed::Directory(realm::snapshot()));
        chat.observe(Observed::Listening { newest: BEFORE_FIRST_START });
        chat
    }

    /// Lets a service answer as `service` says, where it says anything.
    pub(crate) fn answer_with(&mut self, service: impl FnMut(&Effect) -> Option<Outcome> + 'static) {
        self.service = Some(Box::new(service));
    }

    /// Every service works again.
    pub(crate) fn mend(&mut self) {
        self.service = None;
    }

    /// Takes one input in as the engine does. Returns the effects it leaves.
    pub(crate) fn input(&mut self, input: &Input) -> Vec<EffectId> {
        if let Input::Observed(observed) = input {
            self.world.observe(observed);
        }
        let now = Now { time: self.now, dice: self.dice };
        let decision = commands::decide(&self.world, input, now);
        assert_eq!(decision, commands::decide(&self.world, input, now), "decide is deterministic");
        let Decision { facts, effects, cancelled } = decision;
        let at = self.now;
        let numbers = self.world.last_fact() + 1..;
        let facts: Vec<RecordedFact> =
            numbers.zip(facts).map(|(number, fact)| RecordedFact { number, at, fact }).collect();
        let ids = (self.world.next_effect().0..).map(EffectId);
        let after = self.world.newest;
        let effects: Vec<(EffectId, RecordedEffect)> =
            ids.zip(effects).map(|(id, effect)| (id, RecordedEffect { at, after, effect })).collect();
        assert_eq!(check(&self.world.trial(&facts, &effects)), [], "on trial, after {input:?}");
        for (id, recorded) in &effects {
            let incident = recorded.effect.purpose.incident().and_then(|id| self.world.incident(id));
            let shown = incident.and_then(|incident| incident.advisory()).cloned();
            self.shown.extend(shown.map(|advisory| (*id, advisory)));
        }
        facts.iter().for_each(|fact| self.world.apply(fact));
        for (id, recorded) in &effects {
            self.world.expect(*id, recorded.clone());
            self.effects.push((*id, recorded.effect.clone()));
        }
        assert_eq!(check(&self.world), [], "in the world, after {input:?}");
        self.facts.extend(facts);
        self.cancelled.extend(cancelled);
        effects.into_iter().map(|(id, _)| id).collect()
    }

    /// What had been shown of an incident when that effect of it was decided on.
    pub(crate) fn shown_at(&self, id: EffectId) -> Option<&EmbargoedAdvisory> {
        self.shown.get(&id)
    }

    /// Takes one input in, lets the services do their part, and shows all that was done.
    pub(crate) fn happen(&mut self, input: &Input) -> String {
        let mut shown = String::new();
        let mut open = self.input(input);
        while !open.is_empty() {
            let id = open.remove(0);
            let Some(effect) = self.world.pending().get(&id).map(|recorded| recorded.effect.clone()) else {
                continue;
            };
            if self.hold {
                show::effect(&self.world, &effect, None, &mut shown);
                continue;
            }
            let outcome = self.outcome(&effect);
            show::effect(&self.world, &effect, Some(&outcome), &mut shown);
            open.extend(self.settle(id, outcome));
        }
        shown.trim_end().to_owned()
    }

    /// One effect comes to its end. Returns the effects that follow.
    pub(crate) fn settle(&mut self, id: EffectId, outcome: Outcome) -> Vec<EffectId> {
        let ends = !matches!(outcome, Outcome::Delayed(_));
        let posted = match &outcome {
            Outcome::Posted(message) => Some(*message),
            _ => None,
        };
        let left = self.input(&Input::Settled(id, outcome));
        if ends {
            self.world.settle(id, posted);
        }
        left
    }

    /// One effect comes to its end, and so does all that follows; shown.
    pub(crate) fn settled(&mut self, id: EffectId, outcome: Outcome) -> String {
        let follows = self.settle(id, outcome);
        let mut shown = String::new();
        for id in follows {
            self.run(id, &mut shown);
        }
        shown.trim_end().to_owned()
    }

    /// Everything that waits is done now; shown.
    pub(crate) fn release(&mut self) -> String {
        self.hold = false;
        let waiting: Vec<EffectId> = self.world.pending().keys().copied().collect();
        let mut shown = String::new();
        for id in waiting {
            self.run(id, &mut shown);
        }
        shown.trim_end().to_owned()
    }

    fn run(&mut self, id: EffectId, shown: &mut String) {
        let Some(effect) = self.world.pending().get(&id).map(|recorded| recorded.effect.clone()) else {
            return;
        };
        if self.hold {
            return show::effect(&self.world, &effect, None, shown);
        }
        let outcome = self.outcome(&effect);
        show::effect(&self.world, &effect, Some(&outcome), shown);
        for next in self.settle(id, outcome) {
            self.run(next, shown);
        }
    }

    /// What becomes of an effect.
    pub(crate) fn outcome(&mut self, effect: &Effect) -> Outcome {
        if let Some(service) = &mut self.service
            && let Some(outcome) = service(effect)
        {
            return outcome;
        }
        let page = AdvisoryPage::on_github();
        match &effect.action {
            Action::Post { .. } | Action::Notify { .. } => Outcome::Posted(self.next_message()),
            Action::Edit { .. }
            | Action::React { .. }
            | Action::SendMail { .. }
            | Action::MailRelease { .. } => Outcome::Done,
            Action::CreateAdvisory { content, .. } => {
                let content = content.open(&AdvisoryPage::on_github()).clone();
                self.report(content, AdvisoryState::Draft)
            }
            Action::FetchAdvisory { ghsa, .. } => self.on_github(ghsa, |_| {}),
            Action::UpdateAdvisory { ghsa, change, ground, .. } => {
                let change = change.open(&page).clone();
                let held = &self.github[ghsa.open(&page)].content;
                let ground = ground.as_ref().map(|ground| ground.open(&page));
                let conflicts = ground.map_or_else(Vec::new, |ground| held.conflicts(&change, ground));
                match self.on_github(ghsa, |advisory| {
                    if conflicts.is_empty() {
                        advisory.content = advisory.content.with(&change);
                    }
                }) {
                    Outcome::Advisory(advisory) if !conflicts.is_empty() => {
                        Outcome::Conflict(advisory, conflicts)
                    }
                    outcome => outcome,
                }
            }
            Action::PublishAdvisory { ghsa, ground, .. } => self.publish(ghsa, ground.as_ref()),
            Action::AcceptReport { ghsa, .. } => {
                self.bring(ghsa, [AdvisoryState::Triage, AdvisoryState::Draft], AdvisoryState::Draft)
            }
            Action::CloseAdvisory { ghsa, from, .. } => {
                self.bring(ghsa, [*from, AdvisoryState::Closed], AdvisoryState::Closed)
            }
            Action::ChangeCollaborators { ghsa, add, remove, .. } => {
                let (add, remove) = (add.open(&page).clone(), remove.open(&page).clone());
                self.on_github(ghsa, |advisory| {
                    advisory.collaborators.extend(add);
                    advisory.collaborators.retain(|who| !remove.contains(who));
                })
            }
            Action::AddCredit { ghsa, credit, .. } => {
                let credit = credit.open(&page).clone();
                self.on_github(ghsa, |advisory| advisory.credits.push(credit))
            }
            Action::SetCve { ghsa, cve, .. } => {
                let cve = cve.open(&page).clone();
                match self.on_github(ghsa, |advisory| {
                    advisory.cve.get_or_insert_with(|| cve.clone());
                }) {
                    Outcome::Advisory(held) if held.open(&page).cve != Some(cve) => {
                        Outcome::Conflict(held, vec![Part::Cve])
                    }
                    outcome => outcome,
                }
            }
            Action::CreateFork { ghsa, .. } => self.make_fork(ghsa),
            Action::ReadPulls { pulls, .. } => self.read_pulls(pulls),
            Action::RequestCve { .. } | Action::AwaitFork { .. } | Action::Comment { .. } => Outcome::Done,
            Action::Work(work) => self.outside(work),
            Action::Upload { name, .. } => Outcome::Uploaded(format!("/user_uploads/2/ab/{name}")),
        }
    }

    fn make_fork(&mut self, ghsa: &Embargoed<GhsaId>) -> Outcome {
        let fork: Repository = "bytecodealliance/wasm-micro-runtime-ghsa-2222".parse().unwrap();
        self.on_github(ghsa, |advisory| advisory.fork = Some(fork.clone()));
        Outcome::Fork(Embargoed::new(fork))
    }

    /// GitHub changes where an advisory stands, if it stands where that makes sense.
    fn bring(&mut self, ghsa: &Embargoed<GhsaId>, from: [AdvisoryState; 2], to: AdvisoryState) -> Outcome {
        let held = self.github[ghsa.open(&AdvisoryPage::on_github())].state;
        if from.contains(&held) {
            return self.on_github(ghsa, |advisory| advisory.state = to);
        }
        match (held, self.on_github(ghsa, |_| {})) {
            (AdvisoryState::Published, _) => failed(Service::GitHub, FailureKind::Refused, "it is public"),
            (_, Outcome::Advisory(held)) if to == AdvisoryState::Closed => {
                Outcome::Conflict(held, vec![Part::State])
            }
            _ => failed(Service::GitHub, FailureKind::Refused, "it is closed"),
        }
    }

    /// GitHub publishes an advisory, unless it says something else than was approved.
    fn publish(&mut self, ghsa: &Embargoed<GhsaId>, ground: Option<&Embargoed<Content>>) -> Outcome {
        let page = AdvisoryPage::on_github();
        if self.github[ghsa.open(&page)].state == AdvisoryState::Closed {
            return failed(Service::GitHub, FailureKind::Refused, "it is closed");
        }
        let held = &self.github[ghsa.open(&page)].content;
        let parts = ground.map(|ground| ground.open(&page).differences(held));
        let parts = parts.unwrap_or_default();
        match self.on_github(ghsa, |advisory| {
            if parts.is_empty() {
                advisory.state = AdvisoryState::Published;
                advisory.fork = None;
            }
        }) {
            Outcome::Advisory(advisory) if !parts.is_empty() => Outcome::Conflict(advisory, parts),
            outcome => outcome,
        }
    }

    /// GitHub is looked at: an advisory stands as it is there now.
    pub(crate) fn look(&mut self, ghsa: &GhsaId) -> String {
        let advisory = Box::new(EmbargoedAdvisory::new(self.github[ghsa].clone()));
        let repository = "bytecodealliance/wasm-micro-runtime".parse().unwrap();
        let asked = self.now;
        self.observe(Observed::Advisory { repository, asked, advisory })
    }

    /// Somebody changes an advisory by hand on GitHub; a while later it is looked at.
    pub(crate) fn by_hand(&mut self, ghsa: &GhsaId, change: impl FnOnce(&mut Advisory)) -> String {
        change(self.github.get_mut(ghsa).expect("it is on GitHub"));
        self.sleep("60s");
        self.look(ghsa)
    }

    /// A private report comes in on GitHub, and is noticed; the number of its incident.
    pub(crate) fn noticed(&mut self, summary: &str) -> (u64, String) {
        let content = Content { summary: summary.into(), ..Content::default() };
        self.report(content, AdvisoryState::Triage);
        let (ghsa, advisory) = self.github.iter_mut().next_back().expect("it was just reported");
        advisory.reported = true;
        advisory.author = Some("sofia-k".parse().unwrap());
        advisory.collaborators = set([Collaborator::User("sofia-k".parse().unwrap())]);
        let ghsa = ghsa.clone();
        self.sleep("60s");
        let shown = self.look(&ghsa);
        (self.world.incidents().next_back().expect("it was noticed").id.0, shown)
    }

    /// The advisory of the incident of that number.
    pub(crate) fn ghsa(&self, number: u64) -> GhsaId {
        let advisory = self.incident(number).advisory().expect("it is on GitHub");
        advisory.open(&AdvisoryPage::on_github()).ghsa.clone()
    }

    /// Puts an advisory on GitHub.
    pub(crate) fn report(&mut self, content: Content, state: AdvisoryState) -> Outcome {
        let ghsa = realm::ghsa(self.github.len());
        let url = format!("https://github.com/o/r/security/advisories/{}", ghsa.as_str());
        let advisory = Advisory {
            ghsa: ghsa.clone(),
            url,
            state,
            cve: None,
            created: self.now,
            content,
            reported: false,
            author: None,
            publisher: None,
            collaborators: Collaborators::new(),
            credits: Vec::new(),
            fork: None,
        };
        self.github.insert(ghsa, advisory.clone());
        seen(advisory)
    }

    /// Changes an advisory on GitHub, and shows what GitHub then holds.
    pub(crate) fn on_github(
        &mut self,
        ghsa: &Embargoed<GhsaId>,
        change: impl FnOnce(&mut Advisory),
    ) -> Outcome {
        match self.github.get_mut(ghsa.open(&AdvisoryPage::on_github())) {
            Some(advisory) => {
                change(advisory);
                seen(advisory.clone())
            }
            None => failed(Service::GitHub, FailureKind::NotFound, ""),
        }
    }

    /// Somebody writes a message; what follows is shown.
    pub(crate) fn say(&mut self, sender: UserId, place: &Place, text: &str) -> String {
        let message = self.message(sender, place, text);
        self.happen(&Input::Said(Said::Message(message)))
    }

    /// A message that has not been heard yet.
    pub(crate) fn message(&mut self, sender: UserId, place: &Place, text: &str) -> Message {
        let id = self.next_message();
        Message { id, sender, place: place.clone(), content: EmbargoedText::from(text), sent: self.now }
    }

    /// The author changes a message.
    pub(crate) fn edit(&mut self, message: &Message, text: &str) -> String {
        self.edit_by(message, message.sender, text)
    }

    pub(crate) fn edit_by(&mut self, message: &Message, editor: UserId, text: &str) -> String {
        let message = Message { content: EmbargoedText::from(text), ..message.clone() };
        let edited = self.now;
        self.happen(&Input::Said(Said::Edit { message, editor, edited }))
    }

    /// 👍 is put on a message, or taken back.
    pub(crate) fn thumb(&mut self, user: UserId, message: MessageId, added: bool) -> String {
        self.react(user, message, "1f44d", added)
    }

    pub(crate) fn react(&mut self, user: UserId, message: MessageId, code: &str, added: bool) -> String {
        let code = code.to_owned();
        self.happen(&Input::Said(Said::Reaction { message, user, code, added }))
    }

    pub(crate) fn observe(&mut self, observed: Observed) -> String {
        self.happen(&Input::Observed(observed))
    }

    /// Time passes; the bot wakes at each deadline on the way.
    pub(crate) fn wait(&mut self, time: &str) -> String {
        let end = self.now.checked_add(time.parse::<SignedDuration>().unwrap()).unwrap();
        let mut shown = Vec::new();
        let mut wakes = 0;
        while let Some(due) = self.world.next_deadline().filter(|due| *due <= end) {
            wakes += 1;
            // Several incidents, each with clocks of its own.
            assert!(wakes < 1000, "the bot wakes again and again without end");
            self.now = self.now.max(due);
            shown.push(self.happen(&Input::Ticked));
        }
        self.now = end;
        shown.retain(|text| !text.is_empty());
        shown.join("\n")
    }

    /// Time passes while the bot is down.
    pub(crate) fn sleep(&mut self, time: &str) {
        self.now = self.now.checked_add(time.parse::<SignedDuration>().unwrap()).unwrap();
    }

    pub(crate) fn next_message(&mut self) -> MessageId {
        self.newest.0 += 1;
        self.newest
    }

    /// The incident of that number.
    pub(crate) fn incident(&self, number: u64) -> &Incident {
        self.world.incident(IncidentId(number)).expect("there is such an incident")
    }

    /// The topic of the incident of that number.
    pub(crate) fn room(&self, number: u64) -> Place {
        let room = self.incident(number).room.as_ref().expect("the incident has its topic");
        Place::Channel(room.channel, room.topic.clone())
    }

    /// Opens an incident of WAMR by maya; its number.
    pub(crate) fn open(&mut self, summary: &str) -> u64 {
        self.say(realm::MAYA, &realm::team(), &format!("!advisory new {summary}"));
        self.world.incidents().next_back().expect("it was opened").id.0
    }

    /// The message of the request for approval.
    pub(crate) fn request(&self, number: u64) -> MessageId {
        self.incident(number).request().and_then(|request| request.message).expect("the request stands")
    }
}

/// GitHub's answer.
pub(crate) fn seen(advisory: Advisory) -> Outcome {
    Outcome::Advisory(Box::new(EmbargoedAdvisory::new(advisory)))
}

/// A service's refusal.
pub(crate) fn failed(service: Service, kind: FailureKind, detail: &str) -> Outcome {
    Outcome::Failed(failure(service, kind, detail))
}

pub(crate) fn failure(service: Service, kind: FailureKind, detail: &str) -> Failure {
    Failure { service, kind, detail: Embargoed::new(detail.to_owned()) }
}

/// A set.
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    items.into_iter().collect()
}
