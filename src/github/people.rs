//! Who belongs to an advisory: those given access, and those credited. GitHub replaces each list whole,
//! so each is read first, and everybody else in it is sent back as they stand.

use commands::kernel::{
    collaborator::{Collaborator, Collaborators, Credit},
    content::EmbargoedAdvisory,
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use serde_json::{Map, json};

use super::{
    GitHub,
    answer::{self, Right},
    wire::RawCredit,
};
use crate::port::Setback;

impl GitHub {
    /// Gives people access to an advisory and takes it from others; writes nothing when GitHub has it
    /// so already, and only the list that changes otherwise.
    ///
    /// # Errors
    /// Refused when GitHub does not show who has access, because then they would lose it. Safe to
    /// repeat, whatever the error says of its fate.
    pub async fn change_collaborators(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        add: &Embargoed<Collaborators>,
        remove: &Embargoed<Collaborators>,
    ) -> Result<EmbargoedAdvisory, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (raw, held) = self.read_fresh(repository, ghsa).await?;
        let (add, remove) = (add.open(&page), remove.open(&page));
        let mut body = Map::new();
        for (key, shown, name) in [
            ("collaborating_users", raw.users(), user as fn(&Collaborator) -> Option<&str>),
            ("collaborating_teams", raw.teams(), team),
        ] {
            let names = |who: &'_ Collaborators| -> Vec<String> {
                who.iter().filter_map(name).map(str::to_owned).collect()
            };
            let (add, remove) = (names(add), names(remove));
            let Some(shown) = shown else {
                if add.is_empty() && remove.is_empty() {
                    continue;
                }
                return Err(answer::senseless(
                    "it does not show who has access to the advisory now, and they would lose it",
                ));
            };
            if let Some(list) = changed(&shown, &add, &remove) {
                body.insert(key.to_owned(), json!(list));
            }
        }
        if body.is_empty() {
            return Ok(held);
        }
        let call = self.patch("change collaborators", repository, ghsa, body.into()).taking(Right::Manage);
        self.change(&mut turn, call, ghsa).await
    }

    /// Credits somebody in an advisory, in place of what they are credited for there; writes nothing
    /// when it says so already.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn add_credit(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        credit: &Embargoed<Credit>,
    ) -> Result<EmbargoedAdvisory, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (raw, held) = self.read_fresh(repository, ghsa).await?;
        let credit = credit.open(&page);
        if held.open(&page).credits.contains(credit) {
            return Ok(held);
        }
        let new = RawCredit {
            login: Some(credit.login.as_str().to_owned()),
            kind: Some(credit.kind.as_str().to_owned()),
        };
        let mut credits = raw.sendable_credits();
        let same = |old: &&mut RawCredit| {
            old.login.as_deref().is_some_and(|login| login.eq_ignore_ascii_case(credit.login.as_str()))
        };
        match credits.iter_mut().find(same) {
            Some(old) => *old = new,
            None => credits.push(new),
        }
        let call = self.patch("add credit", repository, ghsa, json!({ "credits": credits }));
        self.change(&mut turn, call, ghsa).await
    }
}

fn user(who: &Collaborator) -> Option<&str> {
    match who {
        Collaborator::User(login) => Some(login.as_str()),
        Collaborator::Team(_) => None,
    }
}

fn team(who: &Collaborator) -> Option<&str> {
    match who {
        Collaborator::User(_) => None,
        Collaborator::Team(slug) => Some(slug.as_str()),
    }
}

/// The list with the names added and removed; none when that makes no difference. GitHub compares
/// without regard to case.
fn changed(held: &[&str], add: &[String], remove: &[String]) -> Option<Vec<String>> {
    let among = |names: &[String], name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    let kept = held.iter().filter(|name| !among(remove, name)).map(|name| (*name).to_owned());
    let mut list: Vec<String> = kept.collect();
    let gone = list.len() < held.len();
    let before = list.len();
    for name in add {
        if !among(&list, name) {
            list.push(name.clone());
        }
    }
    (gone || list.len() > before).then_some(list)
}
