//! Does a message in public read like a vulnerability report? Only strong signs count, together: the
//! name of a flaw, and something that shows it. Talk about known flaws, which name a number, is let be.

/// Names of flaws that nobody uses lightly, in small letters, hyphens as spaces.
const FLAWS: &[&str] = &[
    "use after free",
    "double free",
    "type confusion",
    "buffer overflow",
    "heap overflow",
    "out of bounds write",
    "out of bounds read",
    "oob write",
    "oob read",
    "sandbox escape",
    "escape the sandbox",
    "escapes the sandbox",
    "escape from the sandbox",
    "memory corruption",
    "arbitrary write",
    "arbitrary read",
    "code execution",
    "vulnerability",
    "exploitable",
];

/// What shows a flaw by itself: a working attack, or a sanitizer's report of one.
const PROOFS: &[&str] = &[
    "poc",
    "proof of concept",
    "working exploit",
    "exploit code",
    "addresssanitizer: heap",
    "addresssanitizer: stack",
    "addresssanitizer: global",
    "memorysanitizer:",
];

/// That somebody can make use of it.
const CLAIMS: &[&str] = &[
    "attacker",
    "exploit",
    "malicious module",
    "malicious guest",
    "crafted module",
    "crafted wasm",
    "untrusted module",
    "host memory",
];

/// Whether `text` seems to tell details of a vulnerability that is not known. `addressed` says that it
/// turns to the security team; then a piece of code shows enough.
#[must_use]
pub fn are_told(text: &str, addressed: bool) -> bool {
    let plain = plain(text);
    let holds = |signs: &[&str]| signs.iter().any(|sign| is_in(&plain, sign));
    let is_known = plain.contains("cve 2") || plain.contains("ghsa ");
    let has_code = text.contains("```") || text.contains("~~~") || text.contains("#0 0x");
    !is_known && holds(FLAWS) && (holds(PROOFS) || has_code && (addressed || holds(CLAIMS)))
}

/// In small letters, with single spaces for white space and hyphens.
fn plain(text: &str) -> String {
    let gap = |c: char| if c == '-' || c == '‑' { ' ' } else { c };
    let text: String = text.chars().map(gap).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether `sign` stands in `text` with no letter before it, and none after but a plural's.
fn is_in(text: &str, sign: &str) -> bool {
    text.match_indices(sign).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + sign.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after).chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !is_letter(before) && (!is_letter(after) || sign.ends_with(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_told_from_talk() {
        for report in [
            "There is a use-after-free in the table grow path, PoC attached",
            "Sandbox escape! A crafted module reads host memory:\n```wat\n(module)\n```",
            "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6020, a buffer overflow in the parser",
        ] {
            assert!(are_told(report, false), "{report}");
        }
        let asked = "I think I have an out-of-bounds write:\n```c\nstore(p + n);\n```";
        assert!(are_told(asked, true) && !are_told(asked, false));
        for talk in [
            "Was the use-after-free of last year, CVE-2025-1234, with the PoC, ever backported?",
            "GHSA-aaaa-bbbb-cccc had a PoC for the sandbox escape",
            "How do I report a vulnerability?",
            "Where is the exploit mitigation documented?",
            "I get a stack overflow in my own code:\n```rust\nfn f() { f() }\n```",
            "the epoch-based PoC of the new scheduler",
            "buffer overflow protection is on by default, see\n```\n-fstack-protector\n```",
        ] {
            assert!(!are_told(talk, false), "{talk}");
        }
    }
}
