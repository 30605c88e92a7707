use proptest::prelude::*;

use super::{
    Answer::{NotSecurity, Report, ReportToBeSafe},
    BugKind::{DenialOfService, HostUnsafety, SandboxEscape, WrongResult},
    Phase::{Compiling, Running},
    *,
};
use crate::kernel::{embargoed::PrivateRoom, reply::triage::judged};

fn answer(bug: &str) -> Answer {
    judge(bug, None, None).answer
}

fn said(bug: &str) -> String {
    let text = judged(&judge(bug, None, None), false);
    text.open(&PrivateRoom::direct_message_to_team()).to_owned()
}

#[test]
fn the_sheet_is_the_document_s() {
    let cells = SHEET.map(|row| (row.kind, row.compiling, row.running));
    assert_eq!(
        cells,
        [
            (SandboxEscape, Verdict::DoesNotApply, Verdict::Yes),
            (WrongResult, Verdict::DoesNotApply, Verdict::No),
            (HostUnsafety, Verdict::Yes, Verdict::Yes),
            (DenialOfService, Verdict::No, Verdict::Yes),
        ]
    );
    assert_eq!(BugKind::ALL.map(|kind| kind.row().kind), BugKind::ALL);
    assert_eq!(SHEET.map(|row| row.kind), BugKind::ALL);
}

#[test]
fn each_example_is_judged_as_its_row_says() {
    // Kind, while compiling, while running, not said.
    let wanted = [
        (SandboxEscape, ReportToBeSafe, Report, Report),
        (WrongResult, ReportToBeSafe, NotSecurity, NotSecurity),
        (HostUnsafety, Report, Report, Report),
        (DenialOfService, NotSecurity, Report, ReportToBeSafe),
    ];
    for (kind, compiling, running, unsaid) in wanted {
        for bug in kind.row().examples {
            for tier in [None, Some(0), Some(1)] {
                assert_eq!(judge(bug, Some(Compiling), tier).answer, compiling, "{bug}");
                assert_eq!(judge(bug, Some(Running), tier).answer, running, "{bug}");
                if *bug != "uninterruptible loop" {
                    assert_eq!(judge(bug, None, tier).answer, unsaid, "{bug}");
                }
            }
            for tier in [2, 3, u8::MAX] {
                for at in [None, Some(Compiling), Some(Running)] {
                    let judgement = judge(bug, at, Some(tier));
                    assert_eq!(judgement.answer, NotSecurity, "{bug}");
                    assert_eq!(judgement.reason, Reason::Tier(tier), "{bug}");
                }
            }
        }
    }
}

#[test]
fn the_phase_is_read_from_the_words_unless_it_is_given() {
    for (bug, at) in [
        ("panic while compiling", Some(Compiling)),
        ("compile-time panic", Some(Compiling)),
        ("Panic during compilation of a module", Some(Compiling)),
        ("panic at run time", Some(Running)),
        ("panic at runtime", Some(Running)),
        ("panic when executing a module", Some(Running)),
        ("panic while compiling and at run time", None),
        ("panic in the runtime", None),
        ("guest goes on despite epochs", Some(Running)),
    ] {
        assert_eq!(judge(bug, None, None).at, at, "{bug}");
    }
    assert_eq!(judge("panic while compiling", Some(Running), None).answer, Report);
}

#[test]
fn free_words_are_matched_to_kinds() {
    for (bug, wanted, kinds) in [
        ("Use-after-free in the table code", Report, &[HostUnsafety][..]),
        ("UAF", Report, &[HostUnsafety]),
        ("sandbox escape", Report, &[SandboxEscape]),
        ("a guest escapes the sandbox", Report, &[SandboxEscape]),
        ("OOB write in the AOT loader", Report, &[SandboxEscape]),
        ("wrong value", NotSecurity, &[WrongResult]),
        ("f32.min returns a wrong result, no sandbox escape", NotSecurity, &[WrongResult]),
        ("guest memory corruption", NotSecurity, &[WrongResult]),
        ("wrong value that leads to a use after free", Report, &[HostUnsafety]),
        ("panic while compiling", NotSecurity, &[DenialOfService]),
        ("stack overflow on recursion while compiling", NotSecurity, &[DenialOfService]),
        ("infinite loop at run time", Report, &[DenialOfService]),
        ("OOM while running", Report, &[DenialOfService]),
        ("memory leak at run time", Report, &[DenialOfService]),
        ("crash at run time", Report, &[HostUnsafety, DenialOfService]),
        ("fails to interrupt the guest despite fuel, hangs", Report, &[DenialOfService]),
    ] {
        let judgement = judge(bug, None, None);
        assert_eq!((judgement.answer, judgement.reason), (wanted, Reason::Sheet(kinds.to_vec())), "{bug}");
    }
}

#[test]
fn what_is_unclear_is_reported() {
    for (bug, reason) in [
        ("", Reason::Unknown),
        ("the logo is blurred", Reason::Unknown),
        ("not a panic", Reason::Unknown),
        ("integer overflow", Reason::Ambiguous(BugKind::ALL.to_vec())),
        ("integer overflow while running", Reason::Ambiguous(BugKind::ALL.to_vec())),
        ("miscompilation of a shift", Reason::Ambiguous(vec![SandboxEscape, WrongResult])),
        ("crash while compiling", Reason::Ambiguous(vec![HostUnsafety, DenialOfService])),
        (
            "wrong value after an integer overflow, and a crash",
            Reason::Ambiguous(vec![HostUnsafety, DenialOfService]),
        ),
        ("infinite loop", Reason::Phase(DenialOfService)),
        ("wrong value while compiling", Reason::NoSuchBug(WrongResult, Compiling)),
    ] {
        let judgement = judge(bug, None, None);
        assert_eq!((judgement.answer, judgement.reason), (ReportToBeSafe, reason), "{bug}");
        assert_eq!(judgement.note, Some(Note::WhenUnsure), "{bug}");
    }
}

#[test]
fn a_word_is_matched_whole() {
    for bug in ["dosage", "change", "bracelet", "zoom", "a bassoon", "unaffordable"] {
        assert_eq!(judge(bug, None, None).reason, Reason::Unknown, "{bug}");
    }
}

#[test]
fn a_security_bug_is_answered_with_what_to_type() {
    insta::assert_snapshot!(said("use after free"), @r"
    **Yes, a security bug**: memory unsafety in the host counts while Wasm is compiled and while it runs.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ To report it: `!advisory new SUMMARY`.
    ");
    insta::assert_snapshot!(said("sandbox escape at run time"), @r"
    **Yes, a security bug**: a sandbox escape counts while Wasm runs.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ To report it: `!advisory new SUMMARY`.
    ");
    insta::assert_snapshot!(said("hangs despite fuel"), @r"
    **Yes, a security bug**: denial of service counts while Wasm runs.
    A guest that goes on despite fuel or epochs is a denial of service.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ To report it: `!advisory new SUMMARY`.
    ");
}

#[test]
fn another_bug_is_answered_with_where_it_goes() {
    insta::assert_snapshot!(said("wrong value"), @r"
    **No, not a security bug**: a wrong result inside the sandbox does not count.
    That holds even where the guest's own data is corrupted: an embedder must check what comes from a guest.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet.
    ➡️ To get it mended: file a public issue.
    ");
    insta::assert_snapshot!(said("panic while compiling"), @r"
    **No, not a security bug**: denial of service does not count while Wasm is compiled.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet.
    ➡️ To get it mended: file a public issue.
    ");
    let tier = judged(&judge("sandbox escape", None, Some(3)), false);
    insta::assert_snapshot!(tier.open(&PrivateRoom::direct_message_to_team()), @r"
    **No, not a security bug**: only bugs on a tier 1 platform or feature count, and this is tier 3.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet.
    ➡️ To get it mended: file a public issue.
    ");
}

#[test]
fn an_unclear_bug_is_answered_with_how_to_be_clearer() {
    insta::assert_snapshot!(said("infinite loop"), @r"
    **Unclear, report it to be safe**: denial of service counts while Wasm runs, and does not while it is compiled.
    Whoever is unsure reports it as a vulnerability.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ Clearer: `!triage BUG --at compile|run`. To report it: `!advisory new SUMMARY`.
    ");
    insta::assert_snapshot!(said("integer overflow"), @r"
    **Unclear, report it to be safe**: it may be a sandbox escape or a wrong result inside the sandbox or memory unsafety in the host or denial of service, and the sheet does not say the same of each.
    Whoever is unsure reports it as a vulnerability.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ Clearer: `!triage BUG` in other words. To report it: `!advisory new SUMMARY`.
    ");
    insta::assert_snapshot!(said("wrong value while compiling"), @r"
    **Unclear, report it to be safe**: the sheet knows no wrong result inside the sandbox while Wasm is compiled.
    Whoever is unsure reports it as a vulnerability.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ To report it: `!advisory new SUMMARY`.
    ");
    insta::assert_snapshot!(said("something odd"), @r"
    **Unclear, report it to be safe**: the words fit none of the kinds I know. They are: sandbox escape (uncaught out-of-bounds memory access, uncaught out-of-bounds table access, broken control-flow integrity, file access outside the mapped directories, use of a WASI resource without the capability); wrong result inside the sandbox (wrong value, wrong trap); memory unsafety in the host (use after free); denial of service (panic, process abort, uninterruptible loop, user-controlled memory exhaustion, unbounded recursion over user input).
    Whoever is unsure reports it as a vulnerability.
    By [What is considered a security bug](https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability), the Bytecode Alliance's cheat sheet. Taken for tier 1; on any other it does not count: `--tier N`.
    ➡️ Clearer: `!triage BUG` in other words. To report it: `!advisory new SUMMARY`.
    ");
}

#[test]
fn in_an_incident_s_topic_the_next_word_is_about_the_incident() {
    let next = |bug: &str| {
        let text = judged(&judge(bug, None, Some(1)), true);
        text.open(&PrivateRoom::direct_message_to_team()).lines().last().unwrap().to_owned()
    };
    insta::assert_snapshot!(next("use after free"), @"➡️ What comes next here: `!next`.");
    insta::assert_snapshot!(next("wrong value"), @"➡️ To close the report: `!advisory reject REASON`, then file a public issue.");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_judged(bug in "\\PC{0,60}") {
        let _answer = answer(&bug);
    }

    #[test]
    fn a_sandbox_escape_stays_one_whatever_else_is_said(before in "[b-m ]{0,20}", after in "[a-z ]{0,20}") {
        prop_assert_eq!(answer(&format!("{before}. Sandbox escape at run time. {after}")), Report);
    }
}
