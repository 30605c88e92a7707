//! Commits as git knows them: every commit of the embedded GitHub has the name that git gives it, so that real
//! repositories can be made of the model (`sandbox::git`), and what is pushed there is known again.
//!
//! They are made in memory and without running git. What is pushed by others is kept by the names of its
//! files alone: its objects are where they were pushed to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use sha1::{Digest as _, Sha1};

use super::pulls::Commit;

/// Who made what a repository begins with.
const NOBODY: &str = "sandbox";
/// When that was: 2026-01-01.
const BEGINNING: i64 = 1_767_225_600;
/// A file that is no program.
const PLAIN: &str = "100644";

/// The files of a commit, by their paths.
pub(in crate::sandbox) type Files = BTreeMap<String, File>;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) enum File {
    /// One that was written here.
    Text(String),
    /// One that was pushed.
    Pushed {
        /// What kind of file it is.
        mode: String,
        /// Its name as an object.
        id: String,
    },
}

/// A commit, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Snapshot {
    pub(in crate::sandbox) parents: Vec<String>,
    pub(in crate::sandbox) files: Files,
    pub(in crate::sandbox) author: String,
    pub(in crate::sandbox) message: String,
    pub(in crate::sandbox) at: Timestamp,
}

/// An object as git stores it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sandbox) struct Object {
    pub(in crate::sandbox) id: String,
    /// With its head, `blob 12\0…`.
    pub(in crate::sandbox) content: Vec<u8>,
}

/// Whose commit it is, when it was made, and what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'said> {
    pub(super) author: &'said str,
    pub(super) message: &'said str,
    pub(super) at: Timestamp,
}

/// Every commit there is, of all repositories.
#[derive(Debug, Default)]
pub(super) struct Objects(BTreeMap<String, Snapshot>);

impl Objects {
    /// Makes the commit that a branch begins with, and returns its name.
    pub(super) fn begin(&mut self, repository: &str, branch: &str) -> String {
        self.keep(first(repository, branch))
    }

    /// Makes a commit on top of another. Each of `files` is changed, or made; a text of none is made up.
    pub(super) fn commit(&mut self, on: &str, files: &[(String, Option<String>)], said: Said<'_>) -> String {
        let mut all = self.0.get(on).map(|parent| parent.files.clone()).unwrap_or_default();
        for (path, text) in files {
            let text = text.clone().unwrap_or_else(|| format!("As of {}, after {on}\n", said.at));
            all.insert(path.clone(), File::Text(text));
        }
        self.keep(snapshot(vec![on.to_owned()], all, said))
    }

    /// Makes a commit on these, with what they hold: the first alone, where they do not go together.
    pub(super) fn join(&mut self, parents: &[&str], said: Said<'_>) -> String {
        let merged = match parents {
            [base, head] => self.merge(base, head, false, said),
            _ => None,
        };
        merged.unwrap_or_else(|| {
            let files = parents.first().and_then(|first| self.0.get(*first));
            let files = files.map(|first| first.files.clone()).unwrap_or_default();
            self.keep(snapshot(parents.iter().map(ToString::to_string).collect(), files, said))
        })
    }

    /// Makes the commit that brings `head` into `base`; none where both change the same file. As one commit
    /// like any other (a squash) it has only `base` before it.
    pub(super) fn merge(&mut self, base: &str, head: &str, squash: bool, said: Said<'_>) -> Option<String> {
        let empty = Files::new();
        let files = |of: &str| self.0.get(of).map_or(&empty, |commit| &commit.files);
        let fork = self.common(base, head);
        let (before, mut merged) = (fork.as_deref().map_or(&empty, files), files(base).clone());
        let changed = |path: &&String, now: &Files| now.get(*path) != before.get(*path);
        let theirs = files(head);
        let paths: BTreeSet<&String> = before.keys().chain(theirs.keys()).collect();
        for path in paths.into_iter().filter(|path| changed(path, theirs)) {
            if changed(&path, &merged) && merged.get(path) != theirs.get(path) {
                return None;
            }
            match theirs.get(path) {
                Some(file) => merged.insert(path.clone(), file.clone()),
                None => merged.remove(path),
            };
        }
        let parents = if squash { vec![base] } else { vec![base, head] };
        Some(self.keep(snapshot(parents.into_iter().map(str::to_owned).collect(), merged, said)))
    }

    /// Takes in commits that were pushed, under their names.
    pub(super) fn take(&mut self, pushed: impl IntoIterator<Item = (String, Snapshot)>) {
        self.0.extend(pushed);
    }

    fn keep(&mut self, commit: Snapshot) -> String {
        let id = commit.object().id;
        self.0.insert(id.clone(), commit);
        id
    }

    pub(super) fn get(&self, id: &str) -> Option<&Snapshot> {
        self.0.get(id)
    }

    /// These commits and all before them, the newest first.
    pub(super) fn history<'of>(&self, of: impl IntoIterator<Item = &'of str>) -> Vec<Commit> {
        let mut next: VecDeque<String> = of.into_iter().map(str::to_owned).collect();
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        while let Some(id) = next.pop_front() {
            let Some(commit) = self.0.get(&id).filter(|_| seen.insert(id.clone())) else { continue };
            next.extend(commit.parents.iter().cloned());
            found.push(commit.as_commit(&id));
        }
        // Both parents of a merge come before it, whatever their own order.
        found.sort_by_key(|commit| std::cmp::Reverse(commit.at));
        found
    }

    /// The newest commit that both have before them.
    fn common(&self, one: &str, other: &str) -> Option<String> {
        let ours: BTreeSet<String> = self.history([one]).into_iter().map(|commit| commit.sha).collect();
        self.history([other]).into_iter().map(|commit| commit.sha).find(|sha| ours.contains(sha))
    }

    /// All objects of what was made here but those of the commits `stored`.
    pub(super) fn missing(&self, stored: &BTreeSet<String>) -> Vec<(String, Vec<Object>)> {
        let missing = self.0.iter().filter(|(id, _)| !stored.contains(*id));
        missing.map(|(id, commit)| (id.clone(), commit.objects())).collect()
    }
}

/// The commit that a branch begins with.
fn first(repository: &str, branch: &str) -> Snapshot {
    let text = format!("# {repository}\n\nThe branch {branch}.\n");
    let files = Files::from([("README.md".to_owned(), File::Text(text))]);
    let at = Timestamp::from_second(BEGINNING).unwrap_or_default();
    snapshot(Vec::new(), files, Said { author: NOBODY, message: &format!("Head of {branch}"), at })
}

/// The name of the commit that a branch begins with.
pub(super) fn first_name(repository: &str, branch: &str) -> String {
    first(repository, branch).object().id
}

fn snapshot(parents: Vec<String>, files: Files, said: Said<'_>) -> Snapshot {
    Snapshot { parents, files, author: said.author.to_owned(), message: said.message.to_owned(), at: said.at }
}

impl Snapshot {
    /// What the API shows of it.
    pub(super) fn as_commit(&self, id: &str) -> Commit {
        let (message, author, at) = (self.message.clone(), self.author.clone(), self.at);
        Commit { sha: id.to_owned(), message, author, at }
    }

    /// The commit alone.
    fn object(&self) -> Object {
        self.with_tree(&tree(&self.files, &mut Vec::new()))
    }

    /// The commit, its files and its folders.
    fn objects(&self) -> Vec<Object> {
        let mut all = Vec::new();
        let tree = tree(&self.files, &mut all);
        all.push(self.with_tree(&tree));
        all
    }

    fn with_tree(&self, tree: &str) -> Object {
        let parents: String = self.parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let who = match self.author.as_str() {
            "" => NOBODY,
            login => login,
        };
        let by = format!("{who} <{who}@sandbox.example> {} +0000", self.at.as_second());
        let message = &self.message;
        object(
            "commit",
            format!("tree {tree}\n{parents}author {by}\ncommitter {by}\n\n{message}\n").as_bytes(),
        )
    }
}

/// The folder with these files, by its name. All that it is made of is added to `made`.
fn tree(files: &Files, made: &mut Vec<Object>) -> String {
    // In git's order, where a folder's name ends with a slash: mode, name, object.
    let mut entries: BTreeMap<String, (&str, &str, String)> = BTreeMap::new();
    let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
    for (path, file) in files {
        match (path.split_once('/'), file) {
            (Some((folder, rest)), file) => {
                folders.entry(folder).or_default().insert(rest.to_owned(), file.clone());
            }
            (None, File::Text(text)) => {
                let blob = object("blob", text.as_bytes());
                entries.insert(path.clone(), (PLAIN, path, blob.id.clone()));
                made.push(blob);
            }
            (None, File::Pushed { mode, id }) => {
                entries.insert(path.clone(), (mode, path, id.clone()));
            }
        }
    }
    for (folder, files) in &folders {
        entries.insert(format!("{folder}/"), ("40000", folder, tree(files, made)));
    }
    let mut content = Vec::new();
    for (mode, name, id) in entries.values() {
        content.extend(format!("{mode} {name}\0").as_bytes());
        let digits = id.as_bytes().chunks(2).map(|two| str::from_utf8(two).unwrap_or_default());
        content.extend(digits.map(|two| u8::from_str_radix(two, 16).unwrap_or_default()));
    }
    let tree = object("tree", &content);
    let id = tree.id.clone();
    made.push(tree);
    id
}

fn object(kind: &str, content: &[u8]) -> Object {
    let mut whole = format!("{kind} {}\0", content.len()).into_bytes();
    whole.extend(content);
    let id = Sha1::digest(&whole).iter().map(|byte| format!("{byte:02x}")).collect();
    Object { id, content: whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str, second: i64) -> Said<'_> {
        Said { author: "maya", message, at: Timestamp::from_second(BEGINNING + second).unwrap() }
    }

    fn change(path: &str) -> Vec<(String, Option<String>)> {
        vec![(path.to_owned(), None)]
    }

    #[test]
    fn the_empty_tree_has_the_name_that_git_gives_it() {
        let mut made = Vec::new();
        assert_eq!(tree(&Files::new(), &mut made), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        assert_eq!(object("blob", b"hello\n").id, "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    #[test]
    fn a_merge_holds_what_both_sides_changed_and_none_is_made_of_a_conflict() {
        let mut objects = Objects::default();
        let main = objects.begin("o/r", "main");
        let ours = objects.commit(&main, &change("ours.c"), said("ours", 1));
        let theirs = objects.commit(&main, &change("src/theirs.c"), said("theirs", 2));
        let merge = objects.merge(&ours, &theirs, false, said("merge", 3)).unwrap();
        let merged = objects.get(&merge).unwrap();
        assert_eq!(merged.files.keys().collect::<Vec<_>>(), ["README.md", "ours.c", "src/theirs.c"]);
        let names: Vec<_> =
            objects.history([merge.as_str()]).into_iter().map(|commit| commit.message).collect();
        assert_eq!(names, ["merge", "theirs", "ours", "Head of main"]);
        let squash = objects.merge(&ours, &theirs, true, said("squash", 3)).unwrap();
        assert_eq!(objects.get(&squash).unwrap().parents, std::slice::from_ref(&ours));
        let other = objects.commit(&main, &change("ours.c"), said("other", 4));
        assert_eq!(objects.merge(&ours, &other, false, said("merge", 5)), None);
    }
}
