//! Names of the weaknesses that memory-unsafe runtimes and their neighbours meet most.

/// Identifier and name, in order of the number.
const NAMES: [(u16, &str); 38] = [
    (20, "Improper Input Validation"),
    (22, "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"),
    (61, "UNIX Symbolic Link (Symlink) Following"),
    (67, "Improper Handling of Windows Device Names"),
    (78, "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')"),
    (79, "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"),
    (119, "Improper Restriction of Operations within the Bounds of a Memory Buffer"),
    (120, "Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')"),
    (121, "Stack-based Buffer Overflow"),
    (122, "Heap-based Buffer Overflow"),
    (125, "Out-of-bounds Read"),
    (131, "Incorrect Calculation of Buffer Size"),
    (184, "Incomplete List of Disallowed Inputs"),
    (190, "Integer Overflow or Wraparound"),
    (191, "Integer Underflow (Wrap or Wraparound)"),
    (193, "Off-by-one Error"),
    (200, "Exposure of Sensitive Information to an Unauthorized Actor"),
    (269, "Improper Privilege Management"),
    (362, "Concurrent Execution using Shared Resource with Improper Synchronization ('Race Condition')"),
    (367, "Time-of-check Time-of-use (TOCTOU) Race Condition"),
    (400, "Uncontrolled Resource Consumption"),
    (416, "Use After Free"),
    (476, "NULL Pointer Dereference"),
    (617, "Reachable Assertion"),
    (668, "Exposure of Resource to Wrong Sphere"),
    (670, "Always-Incorrect Control Flow Implementation"),
    (672, "Operation on a Resource after Expiration or Release"),
    (674, "Uncontrolled Recursion"),
    (682, "Incorrect Calculation"),
    (754, "Improper Check for Unusual or Exceptional Conditions"),
    (755, "Improper Handling of Exceptional Conditions"),
    (758, "Reliance on Undefined, Unspecified, or Implementation-Defined Behavior"),
    (770, "Allocation of Resources Without Limits or Throttling"),
    (787, "Out-of-bounds Write"),
    (822, "Untrusted Pointer Dereference"),
    (824, "Access of Uninitialized Pointer"),
    (835, "Loop with Unreachable Exit Condition ('Infinite Loop')"),
    (843, "Access of Resource Using Incompatible Type ('Type Confusion')"),
];

/// The number in `CWE-787`; nothing when the text has another form.
fn number(id: &str) -> Option<u16> {
    let digits = id.strip_prefix("CWE-")?;
    let well_formed = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if well_formed { digits.parse().ok() } else { None }
}

/// Whether `id` has the form `CWE-` and one to four digits.
pub(super) fn is_well_formed(id: &str) -> bool {
    number(id).is_some()
}

/// The weakness's name; the identifier itself where the table does not know it.
pub(super) fn name(id: &str) -> &str {
    let known = number(id).and_then(|wanted| NAMES.iter().find(|(number, _)| *number == wanted));
    known.map_or(id, |(_, name)| name)
}
