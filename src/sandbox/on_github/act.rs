//! Doing on GitHub what a line says.

use serde_json::{Value, json};

use super::{NEWEST, OnGitHub};
use crate::sandbox::{
    audit,
    github::{Refusal, Verdict, short_reason},
    world::Sandbox,
};

/// What was done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Which advisory it was done to, if any.
    pub ghsa: Option<String>,
    /// Who did what: `maya accepts GHSA-…`.
    pub head: String,
    /// What it is, or has become.
    pub text: String,
    /// Whether it made the advisory public.
    pub published: bool,
}

/// Does it, as the user with this login.
///
/// # Errors
/// Why GitHub would not, in words.
pub fn carry_out(deed: &OnGitHub, sandbox: &Sandbox, who: &str) -> Result<Done, String> {
    let github = &sandbox.github;
    let named = |said: &String| match said.as_str() {
        NEWEST => audit::advisories(sandbox).pop().map_or_else(|| said.clone(), |newest| newest.ghsa_id),
        _ => said.clone(),
    };
    let (ghsa, does, done) = match deed {
        OnGitHub::InPublic { repository, deed } => {
            let done = deed.carry_out(github, who, repository);
            let (does, text) = done.map_err(|refusal| short_reason(&refusal))?;
            let head = format!("{who} {does}:");
            return Ok(Done { ghsa: None, head, text: text.to_owned(), published: false });
        }
        OnGitHub::Report { repository, summary, description } => {
            let fields = json!({"summary": summary, "description": description});
            let made = github.report(repository, who, &fields).map_err(|refusal| why(&refusal, "", who))?;
            (made, "reports", Ok(()))
        }
        OnGitHub::Edit { ghsa, field, value } => {
            let ghsa = named(ghsa);
            let value = value.as_ref().map_or(Value::Null, |value| json!(value));
            let done = github.edit_by_hand(who, &ghsa, &json!({field.key(): value}));
            (ghsa, "edits", done)
        }
        OnGitHub::Accept(ghsa) => (named(ghsa), "accepts", github.accept(who, &named(ghsa))),
        OnGitHub::Close(ghsa) => (named(ghsa), "closes", github.close(who, &named(ghsa))),
        OnGitHub::Publish(ghsa) => (named(ghsa), "publishes", github.publish_by_hand(who, &named(ghsa))),
        OnGitHub::Invite { ghsa, login } => {
            let ghsa = named(ghsa);
            let done = github.invite_by_hand(who, &ghsa, login);
            (ghsa, "invites to", done)
        }
        OnGitHub::Pull { ghsa, branch, files } => {
            let opened = github.open_pull(who, &named(ghsa), branch, &or_a_source(files));
            (named(ghsa), "opens a pull request for", opened.map(|_| ()))
        }
        OnGitHub::Push { ghsa, number, files } => {
            let done = github.push_to_pull(who, &named(ghsa), *number, &or_a_source(files));
            (named(ghsa), "pushes to a pull request for", done)
        }
        OnGitHub::Leak { ghsa, number, branch } => {
            let pushed = github.push_early(who, &named(ghsa), *number, branch);
            (named(ghsa), "pushes to the public repository a commit of", pushed.map(|_| ()))
        }
        OnGitHub::Approve { ghsa, number } => {
            let done = github.review_pull(who, &named(ghsa), *number, Verdict::Approved);
            (named(ghsa), "approves a pull request for", done)
        }
    };
    done.map_err(|refusal| why(&refusal, &ghsa, who))?;
    let summary = github.advisory(&ghsa).map(|advisory| advisory.summary).unwrap_or_default();
    let text = match deed {
        OnGitHub::Edit { field, value, .. } => {
            format!("{}: {}", field.word(), value.as_deref().unwrap_or("none"))
        }
        OnGitHub::Invite { login, .. } => login.clone(),
        OnGitHub::Pull { branch, .. } => format!("into {branch}"),
        OnGitHub::Leak { branch, .. } => format!("to {branch}"),
        OnGitHub::Push { number, .. } | OnGitHub::Approve { number, .. } => format!("#{number}"),
        OnGitHub::Report { .. }
        | OnGitHub::Accept(_)
        | OnGitHub::Close(_)
        | OnGitHub::Publish(_)
        | OnGitHub::InPublic { .. } => summary,
    };
    let published = matches!(deed, OnGitHub::Publish(_));
    Ok(Done { head: format!("{who} {does} {ghsa}:"), text, published, ghsa: Some(ghsa) })
}

/// The files, or one where none is named.
fn or_a_source(files: &[String]) -> Vec<String> {
    if files.is_empty() { vec!["src/fix.c".to_owned()] } else { files.to_vec() }
}

/// Why GitHub would not, for whoever wrote the line.
fn why(refusal: &Refusal, ghsa: &str, who: &str) -> String {
    if refusal.status == 404 && ghsa == NEWEST {
        return "there is no advisory yet".to_owned();
    }
    if refusal.status == 404 {
        return format!("there is no advisory {ghsa} that {who} can see");
    }
    short_reason(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::on_github::parse;

    fn read(line: &str) -> OnGitHub {
        parse(line, "maya: github:", &["bytecodealliance/wasmtime".to_owned()]).unwrap()
    }

    #[test]
    fn what_is_done_is_told_and_so_is_what_github_refuses() {
        let sandbox = Sandbox::new(1, "2025-11-19T09:00:00Z".parse().unwrap(), 0.0);
        let said = |who: &str, line: &str| {
            let told = match carry_out(&read(line), &sandbox, who) {
                Ok(done) => format!("{} {} ({})", done.head, done.text, done.published),
                Err(why) => format!("refused {who}: {why}"),
            };
            let ghsa = sandbox.github.advisories("bytecodealliance/wasmtime").pop();
            told.replace(&ghsa.map_or_else(|| "?".to_owned(), |advisory| advisory.ghsa_id), "GHSA")
        };
        let lines = [
            said("maya", "accept {ghsa}"),
            said("sofia-k", r"report wasmtime A crash\nIt crashes."),
            said("ravi", "accept {ghsa}"),
            said("sofia-k", "accept {ghsa}"),
            said("sofia-k", "edit {ghsa} severity high"),
            said("maya", "publish {ghsa}"),
            said("maya", "accept {ghsa}"),
            said("maya", "invite {ghsa} ravi"),
            said("maya", "invite {ghsa} nobody"),
            said("ravi", "edit {ghsa} summary A worse crash"),
            said("ravi", "edit {ghsa} severity bad"),
            said("maya", "publish {ghsa}"),
            {
                let ghsa = sandbox.github.advisories("bytecodealliance/wasmtime").remove(0).ghsa_id;
                let row = json!({
                    "package": {"ecosystem": "rust", "name": "wasmtime"},
                    "vulnerable_version_range": "< 36.0.14",
                });
                sandbox.github.edit_by_hand("maya", &ghsa, &json!({"vulnerabilities": [row]})).unwrap();
                said("maya", "publish {ghsa}")
            },
            said("maya", "close {ghsa}"),
            said("maya", "edit GHSA-2222-2222-2222 summary x"),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
        refused maya: there is no advisory yet
        sofia-k reports GHSA: A crash (false)
        refused ravi: there is no advisory GHSA that ravi can see
        refused sofia-k: Must have admin rights to Repository.
        sofia-k edits GHSA: severity: high (false)
        refused maya: State cannot change from triage to published
        maya accepts GHSA: A crash (false)
        maya invites to GHSA: ravi (false)
        refused maya: nobody is not a team of bytecodealliance
        ravi edits GHSA: summary: A worse crash (false)
        refused ravi: Invalid request. For 'properties/severity', bad is not a member of ["critical", "high", "medium", "low"].
        refused maya: Advisory must have at least one vulnerability
        maya publishes GHSA: A worse crash (true)
        refused maya: State cannot change from published to closed
        refused maya: there is no advisory GHSA-2222-2222-2222 that maya can see
        "#);
    }
}
