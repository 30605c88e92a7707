//! Each deed is read, and what cannot be read is mended.

use super::*;

fn read(line: &str) -> Result<OnGitHub, String> {
    let repositories = ["bytecodealliance/wasmtime", "bytecodealliance/wasm-micro-runtime"];
    parse(line, "maya: github:", &repositories.map(str::to_owned))
        .map_err(|(problem, mend)| format!("{problem}. {mend}"))
}

#[test]
fn each_deed_is_read() {
    let ghsa = || "{ghsa}".to_owned();
    let edit = |field, value: Option<&str>| {
        Ok(OnGitHub::Edit { ghsa: ghsa(), field, value: value.map(str::to_owned) })
    };
    let report = OnGitHub::Report {
        repository: "bytecodealliance/wasmtime".to_owned(),
        summary: "A crash".to_owned(),
        description: "It\ncrashes.".to_owned(),
    };
    let public = |deed| Ok(OnGitHub::InPublic { repository: "bytecodealliance/wasmtime".to_owned(), deed });
    let on_check = |check: &str, is_green| {
        let check = check.to_owned();
        public(InPublic::Pull { number: 3, deed: PullDeed::Check { check, is_green } })
    };
    let protect = |reviews| public(InPublic::Protect { branch: "main".to_owned(), reviews });
    let cases = [
        (r"report wasmtime A crash\nIt\ncrashes.", Ok(report.clone())),
        (r"report ByteCodeAlliance/Wasmtime  A crash \n It\ncrashes.", Ok(report)),
        ("edit {ghsa} summary A new one", edit(Field::Summary, Some("A new one"))),
        (r"edit {ghsa} description a\nb", edit(Field::Description, Some("a\nb"))),
        ("edit {ghsa} summary none", edit(Field::Summary, Some("none"))),
        ("edit {ghsa} severity high", edit(Field::Severity, Some("high"))),
        ("edit {ghsa} cvss none", edit(Field::Cvss, None)),
        ("edit {ghsa} cve CVE-2026-1", edit(Field::Cve, Some("CVE-2026-1"))),
        ("accept GHSA-2222-3333-4444", Ok(OnGitHub::Accept("GHSA-2222-3333-4444".to_owned()))),
        ("close {ghsa}", Ok(OnGitHub::Close(ghsa()))),
        ("publish  {ghsa}", Ok(OnGitHub::Publish(ghsa()))),
        (
            "pull {ghsa} release/2.4.x src/a.c NEWS",
            Ok(OnGitHub::Pull {
                ghsa: ghsa(),
                branch: "release/2.4.x".to_owned(),
                files: vec!["src/a.c".to_owned(), "NEWS".to_owned()],
            }),
        ),
        ("push {ghsa} 2", Ok(OnGitHub::Push { ghsa: ghsa(), number: 2, files: Vec::new() })),
        ("approve {ghsa} 2", Ok(OnGitHub::Approve { ghsa: ghsa(), number: 2 })),
        ("invite {ghsa} ravi", Ok(OnGitHub::Invite { ghsa: ghsa(), login: "ravi".to_owned() })),
        ("leak {ghsa} 2 main", Ok(OnGitHub::Leak { ghsa: ghsa(), number: 2, branch: "main".to_owned() })),
        (r"issue wasmtime A crash\nHere.", public(InPublic::Issue { text: "A crash\nHere.".to_owned() })),
        (
            "commit wasmtime fix/1 Mend it",
            public(InPublic::Commit { branch: "fix/1".to_owned(), message: "Mend it".to_owned() }),
        ),
        (
            "propose wasmtime fix/1 Mend it",
            public(InPublic::Propose { branch: "fix/1".to_owned(), text: "Mend it".to_owned() }),
        ),
        ("comment wasmtime 3 Me too", public(InPublic::Comment { number: 3, text: "Me too".to_owned() })),
        (
            "release wasmtime v1 One",
            public(InPublic::Release { tag: "v1".to_owned(), text: "One".to_owned() }),
        ),
        ("review wasmtime 3", public(InPublic::Pull { number: 3, deed: PullDeed::Review })),
        ("merge wasmtime 3", public(InPublic::Pull { number: 3, deed: PullDeed::Merge })),
        ("red wasmtime 3", on_check("build", false)),
        ("green wasmtime 3 unit tests", on_check("unit tests", true)),
        ("protect wasmtime main", protect(1)),
        ("protect wasmtime main 2", protect(2)),
        ("stick wasmtime release.yml", public(InPublic::Stick { workflow: "release.yml".to_owned() })),
    ];
    for (line, wanted) in cases {
        assert_eq!(read(line), wanted, "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_mend() {
    let lines = [
        "",
        "tag {ghsa}",
        "report nowhere x",
        "report wasmtime only a summary",
        r"report wasmtime \nonly a description",
        "edit {ghsa} title x",
        "edit {ghsa} summary",
        "edit summary x",
        "accept",
        "close {ghsa} now",
        "invite {ghsa}",
        "invite {ghsa} ravi and lee",
        "pull {ghsa}",
        "pull main",
        "push {ghsa} main",
        "approve {ghsa} 2 now",
        "leak {ghsa} 2",
        "issue nowhere x",
        "issue wasmtime",
        "commit wasmtime main",
        "propose wasmtime fix",
        "comment wasmtime here",
        "release wasmtime v1",
        "merge wasmtime",
        "shut wasmtime 1 now",
        "protect wasmtime main much",
        "stick wasmtime",
    ];
    let said: Vec<String> = lines.iter().map(|line| read(line).unwrap_err()).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    it does not say what is done on GitHub. There is report, edit, accept, close, publish, invite, pull, push, approve, leak, commit, issue, propose, comment, release, review, merge, shut, conflict, red, green, protect, stick and disable. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
    "tag" is nothing one does on GitHub here. There is report, edit, accept, close, publish, invite, pull, push, approve, leak, commit, issue, propose, comment, release, review, merge, shut, conflict, red, green, protect, stick and disable. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
    there is no repository "nowhere". There is bytecodealliance/wasmtime, bytecodealliance/wasm-micro-runtime
    a report needs a summary and a description. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
    a report needs a summary and a description. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
    an advisory has no field "title". There is summary, description, severity, cvss, cve
    it does not say what the summary becomes. Write: maya: github: edit {ghsa} summary VALUE
    "summary" is no advisory. Write: maya: github: edit {ghsa} for the newest, or its identifier, such as GHSA-2222-3333-4444
    accept needs an advisory. Write: maya: github: accept {ghsa} for the newest, or its identifier, such as GHSA-2222-3333-4444
    "now" stands after the advisory, where nothing belongs. Write: maya: github: close {ghsa}
    invite needs one user or team of GitHub. Write: maya: github: invite {ghsa} ravi
    invite needs one user or team of GitHub. Write: maya: github: invite {ghsa} ravi
    pull needs the branch it goes to. Write: maya: github: pull {ghsa} main
    "main" is no advisory. Write: maya: github: pull {ghsa} for the newest, or its identifier, such as GHSA-2222-3333-4444
    push needs the number of a pull request. Write: maya: github: push {ghsa} 1
    approve needs the number of a pull request. Write: maya: github: approve {ghsa} 1
    leak needs the number of a pull request and a branch. Write: maya: github: leak {ghsa} 1 main
    there is no repository "nowhere". There is bytecodealliance/wasmtime, bytecodealliance/wasm-micro-runtime
    issue needs a title. Write: maya: github: issue REPOSITORY It crashes\nEvery time.
    commit needs a branch and a message. Write: maya: github: commit REPOSITORY main Mend the loader
    propose needs a branch and a title. Write: maya: github: propose REPOSITORY fix Mend the loader\nIt crashes.
    comment needs the number of an issue or a pull request, and a text. Write: maya: github: comment REPOSITORY 1 Me too
    release needs a tag and a name. Write: maya: github: release REPOSITORY v1 Version 1\nWhat is new.
    merge needs the number of a pull request. Write: maya: github: merge REPOSITORY 1
    shut needs the number of a pull request. Write: maya: github: shut REPOSITORY 1
    protect needs a branch and how many reviews. Write: maya: github: protect REPOSITORY main 1
    stick needs a workflow. Write: maya: github: stick REPOSITORY release.yml
    "#);
}
