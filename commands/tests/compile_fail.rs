//! What must not compile: the ways in which embargoed data could reach the public (invariant 3).

#[test]
fn embargoed_data_cannot_leave() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
