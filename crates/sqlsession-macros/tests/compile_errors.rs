//! Wrong use of a derive is a compile error at the place that is wrong.

#[test]
fn wrong_use_is_a_compile_error() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}
