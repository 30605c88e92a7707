//! What is known of a repository's public side, and what of it is the same as something private.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use commands::kernel::{
    embargoed::{AdvisoryPage, Embargoed, EmbargoedText},
    id::{PullNumber, Repository},
    patch::HeadCommit,
    public::{PublicItem, Sameness, Twin},
    sighting::PublicKind,
};
use http::HeaderValue;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{
    PublicList,
    wire::{RawHome, RawItem},
};
use crate::github::wire::BadAnswer;

/// How many words a title needs to be told from everybody's: "Bump version" is written every day.
const TITLE_WORDS_MIN: usize = 3;

/// A pull request in a private fork.
type PrivatePull = (Embargoed<Repository>, PullNumber);

/// The newest commit of a pull request in a private fork.
pub type PrivateHead = (Embargoed<Repository>, PullNumber, Embargoed<HeadCommit>);

/// A commit of a pull request in a private fork. Has no `Debug`: it is embargoed.
pub(super) struct PrivateCommit {
    pub(super) sha: String,
    pub(super) message: String,
}

/// Something public that is not known yet.
#[derive(Clone)]
pub struct Fresh {
    /// What it is.
    pub item: PublicItem,
    /// Its commit, of what has one.
    sha: Option<String>,
    /// Whether commits that only it leads to are of interest.
    leads: bool,
    /// Whether it may have stood there for long.
    is_old: bool,
}

/// What is known of the public side of one repository. Nothing at first, and forgotten whenever something
/// else is looked for: then all of it is looked at anew.
#[derive(Default)]
pub struct PublicSide {
    /// By address, the answer that was last sent from there and the address of what follows.
    pages: BTreeMap<String, (HeaderValue, Option<Url>)>,
    /// Its page and default branch, while anybody can read it.
    home: Option<(Url, Option<String>)>,
    /// The lists that were read.
    read: BTreeSet<PublicList>,
    /// By kind and page, a fingerprint of what was taken in.
    taken: BTreeMap<(PublicKind, String), [u8; 16]>,
    /// The commits that were taken in.
    commits: BTreeSet<String>,
    /// The heads that were noted, read or not.
    heads: BTreeSet<String>,
    /// Heads to be read soon, and whether they stood there at the first look.
    moved: VecDeque<(String, bool)>,
    /// Heads that stood there at the first look, to be read some time.
    stood: VecDeque<String>,
    /// The newest commit of each private pull request, as the bot last took it in.
    private_heads: Vec<(PrivatePull, String)>,
    /// All commits of each.
    private: BTreeMap<PrivatePull, Vec<PrivateCommit>>,
    /// Commits that were public before they were part of a private pull request.
    upstream: BTreeSet<String>,
}

impl PublicSide {
    /// Nothing is known, but the newest commits of private pull requests.
    #[must_use]
    pub fn looking_for<'a>(heads: impl IntoIterator<Item = &'a PrivateHead>) -> Self {
        let page = AdvisoryPage::on_github();
        let heads = heads.into_iter().map(|(fork, number, head)| {
            let sha = String::from(head.open(&page).clone());
            ((fork.clone(), *number), sha)
        });
        Self { private_heads: heads.collect(), ..Self::default() }
    }

    /// It was taken in: it is no news any more.
    pub fn take(&mut self, fresh: &Fresh) {
        self.taken.insert(key(fresh), fingerprint(fresh));
        let Some(sha) = fresh.sha.clone() else { return };
        if fresh.item.what == PublicKind::Commit {
            self.commits.insert(sha);
        } else if fresh.leads && !self.commits.contains(&sha) && self.heads.insert(sha.clone()) {
            if fresh.is_old && !self.is_default(fresh) && !self.is_private_head(&sha) {
                self.stood.push_back(sha);
            } else {
                self.moved.push_back((sha, fresh.is_old));
            }
        }
    }

    /// A head whose commits are to be read, and whether it stood there at the first look. Those that did are
    /// read only when there is `plenty` to spend.
    #[must_use]
    pub fn next_head(&self, plenty: bool) -> Option<(String, bool)> {
        let stood = self.stood.front().filter(|_| plenty).map(|sha| (sha.clone(), true));
        self.moved.front().cloned().or(stood)
    }

    /// The commits of that head were taken in, or it is gone.
    pub fn head_read(&mut self, sha: &str) {
        self.moved.retain(|(other, _)| other != sha);
        self.stood.retain(|other| other != sha);
    }

    /// Takes in what the repository itself says.
    pub(super) fn move_in(&mut self, raw: &RawHome) -> Result<(), BadAnswer> {
        let private = raw.private.ok_or(BadAnswer("a repository neither public nor private"))?;
        let url = raw.html_url.as_deref().and_then(|url| Url::parse(url).ok());
        let url = url.filter(|url| matches!(url.scheme(), "https" | "http"));
        let url = url.ok_or(BadAnswer("a repository without a page"))?;
        self.home = (!private).then(|| (url, raw.default_branch.clone()));
        Ok(())
    }

    pub(super) const fn is_public(&self) -> bool {
        self.home.is_some()
    }

    pub(super) fn etag(&self, url: &Url) -> Option<HeaderValue> {
        self.pages.get(url.as_str()).map(|(etag, _)| etag.clone())
    }

    /// The address of what follows a page that has not changed.
    pub(super) fn after(&self, url: &Url) -> Option<Url> {
        self.pages.get(url.as_str()).and_then(|(_, next)| next.clone())
    }

    pub(super) fn keep(&mut self, url: String, etag: Option<HeaderValue>, next: Option<Url>) {
        match etag {
            Some(etag) => drop(self.pages.insert(url, (etag, next))),
            None => drop(self.pages.remove(&url)),
        }
    }

    pub(super) fn has_read(&self, list: PublicList) -> bool {
        self.read.contains(&list)
    }

    pub(super) fn note_read(&mut self, list: PublicList) {
        self.read.insert(list);
    }

    pub(super) fn has_taken(&self, fresh: &Fresh) -> bool {
        self.taken.get(&key(fresh)) == Some(&fingerprint(fresh))
    }

    /// Takes in what a private pull request is made of. What was public before is no secret of it: somebody
    /// brought it up to date with its branch.
    pub(super) fn note_private(
        &mut self,
        (fork, number): (&Embargoed<Repository>, PullNumber),
        commits: Vec<PrivateCommit>,
    ) {
        let public = commits.iter().filter(|commit| self.commits.contains(&commit.sha));
        self.upstream.extend(public.map(|commit| commit.sha.clone()));
        self.private.insert((fork.clone(), number), commits);
    }

    /// An entry of a list, where it makes sense and concerns the public.
    pub(super) fn shown(&self, list: PublicList, raw: &RawItem) -> Option<Fresh> {
        let (home, _) = self.home.as_ref()?;
        let below = |segments: &[&str], name: &str| {
            let mut url = home.clone();
            url.path_segments_mut().ok()?.extend(segments).extend(name.split('/'));
            Some(url.to_string())
        };
        let page = || raw.html_url.clone();
        let commit = raw.commit.as_ref().and_then(|commit| commit.sha.clone());
        let (what, url, texts, sha) = match list {
            PublicList::Branches => {
                let name = raw.name.as_deref()?;
                (PublicKind::Branch, below(&["tree"], name)?, vec![Some(name)], commit)
            }
            PublicList::Tags => {
                let name = raw.name.as_deref()?;
                (PublicKind::Tag, below(&["releases", "tag"], name)?, vec![Some(name)], commit)
            }
            PublicList::Pulls => {
                let head = raw.head.as_ref();
                let (branch, sha) = (head.and_then(|head| head.name.as_deref()), head?.sha.clone());
                let texts = vec![raw.title.as_deref(), raw.body.as_deref(), branch];
                (PublicKind::PullRequest, page()?, texts, sha)
            }
            // A pull request is an issue too, and was seen as what it is.
            PublicList::Issues if raw.pull_request.is_some() => return None,
            PublicList::Issues => {
                (PublicKind::Issue, page()?, vec![raw.title.as_deref(), raw.body.as_deref()], None)
            }
            PublicList::IssueComments | PublicList::ReviewComments => {
                let url = page()?;
                let of_pull = url.contains("/pull/");
                let what = if of_pull { PublicKind::PullRequest } else { PublicKind::Issue };
                (what, url, vec![raw.body.as_deref()], None)
            }
            // A draft is shown to those who may push, and to nobody else.
            PublicList::Releases if raw.draft == Some(true) => return None,
            PublicList::Releases => {
                let texts = vec![raw.tag_name.as_deref(), raw.name.as_deref(), raw.body.as_deref()];
                (PublicKind::Release, page()?, texts, None)
            }
        };
        let is_open = raw.state.as_deref() != Some("closed");
        let is_old = !self.has_read(list);
        // Old tags and old pull requests that are closed lead to what was public long ago.
        let leads = match list {
            PublicList::Branches => true,
            PublicList::Pulls => is_open || !is_old,
            PublicList::Tags => !is_old,
            PublicList::Issues
            | PublicList::IssueComments
            | PublicList::ReviewComments
            | PublicList::Releases => false,
        };
        let title = raw.title.as_deref().filter(|_| what == PublicKind::PullRequest);
        // The commit that it leads to is read, and tells of itself.
        let twin = self.twin(sha.as_deref().filter(|_| !leads), title, is_old);
        Some(Fresh { item: PublicItem { what, url, text: joined(&texts), twin }, sha, leads, is_old })
    }

    /// An entry of a list of commits.
    pub(super) fn commit(&self, raw: &RawItem, is_old: bool) -> Option<Fresh> {
        let (url, sha) = (raw.html_url.clone()?, raw.sha.clone()?);
        let message = raw.commit.as_ref().and_then(|commit| commit.message.as_deref()).unwrap_or_default();
        let twin = self.twin(Some(&sha), Some(message), is_old);
        let item = PublicItem { what: PublicKind::Commit, url, text: joined(&[Some(message)]), twin };
        Some(Fresh { item, sha: Some(sha), leads: false, is_old })
    }

    /// What private it is the same as. Of what stood there at the first look, only the newest commit of a
    /// private pull request counts: nobody can tell whether another was public or private first.
    fn twin(&self, sha: Option<&str>, text: Option<&str>, is_old: bool) -> Option<Twin> {
        let of =
            |(fork, pull): &PrivatePull, sameness| Some(Twin { fork: fork.clone(), pull: *pull, sameness });
        let sha = sha.map(str::to_ascii_lowercase);
        if let Some((pull, _)) = self.private_heads.iter().find(|(_, head)| Some(head) == sha.as_ref()) {
            return of(pull, Sameness::Commit);
        }
        if is_old {
            return None;
        }
        let private = || {
            let all = self.private.iter();
            let all = all.flat_map(|(pull, commits)| commits.iter().map(move |commit| (pull, commit)));
            all.filter(|(_, commit)| !self.upstream.contains(&commit.sha))
        };
        if let Some((pull, _)) = private().find(|(_, commit)| Some(&commit.sha) == sha.as_ref()) {
            return of(pull, Sameness::Commit);
        }
        let title = text.and_then(title)?;
        let (pull, _) = private().find(|(_, commit)| self::title(&commit.message) == Some(title))?;
        of(pull, Sameness::Title)
    }

    fn is_private_head(&self, sha: &str) -> bool {
        self.private_heads.iter().any(|(_, head)| head == sha)
    }

    fn is_default(&self, fresh: &Fresh) -> bool {
        let name = self.home.as_ref().and_then(|(_, branch)| branch.as_deref());
        fresh.item.what == PublicKind::Branch
            && name.is_some_and(|name| *fresh.item.text.open(&AdvisoryPage::on_github()).as_ref() == *name)
    }
}

/// The first line of what a commit or a pull request says, where it is distinctive.
fn title(text: &str) -> Option<&str> {
    let line = text.lines().next().unwrap_or_default().trim();
    let is_merge = line.starts_with("Merge ");
    (line.split_whitespace().count() >= TITLE_WORDS_MIN && !is_merge).then_some(line)
}

fn joined(texts: &[Option<&str>]) -> EmbargoedText {
    let texts: Vec<&str> = texts.iter().flatten().copied().collect();
    texts.join("\n\n").into()
}

fn key(fresh: &Fresh) -> (PublicKind, String) {
    (fresh.item.what, fresh.item.url.clone())
}

/// What it says and leads to; not what it is the same as, which follows from that.
fn fingerprint(fresh: &Fresh) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(fresh.sha.as_deref().unwrap_or_default());
    hash.update([0]);
    hash.update(fresh.item.text.open(&AdvisoryPage::on_github()).as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_distinctive_from_three_words_on() {
        for (text, wanted) in [
            ("Check the bounds\n\nof the buffer", Some("Check the bounds")),
            ("  Check the bounds ", Some("Check the bounds")),
            ("Fix CI", None),
            ("Merge branch 'main' into fix", None),
            ("", None),
        ] {
            assert_eq!(title(text), wanted, "{text}");
        }
    }
}
