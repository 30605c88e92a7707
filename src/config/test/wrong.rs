//! What is wrong with a value, and what the message says.

use super::*;

#[test]
fn an_address_that_is_none() {
    insta::assert_snapshot!(problems_with("https://chat.example.org", "htp://x"), @"");
    insta::assert_snapshot!(problems_with("https://chat.example.org", "https://me:pw@x.org"), @"");
    insta::assert_snapshot!(problems_with("https://chat.example.org", "https://x.org/?key=1"), @"");
}

#[test]
fn plain_http_to_another_machine() {
    insta::assert_snapshot!(problems_with("https://chat.example.org", "http://chat.example.org"), @"");
    insta::assert_snapshot!(problems_and("\n[github]\napi_url = \"http://127.0.0.1.example.org\""), @"");
}

#[test]
fn an_unknown_key() {
    insta::assert_snapshot!(problems_with("email =", "watchh = \"all\"\nemail ="), @"");
    insta::assert_snapshot!(problems_and("colour = \"green\""), @"");
    insta::assert_snapshot!(problems_and("\n[polcy]\napprovals = 2"), @"");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let shown = problems_with("email =", "api_key = \"abcdef\"\nemail =");
    assert!(!shown.contains("abcdef"));
    insta::assert_snapshot!(shown, @"");
    let mail = "\n[mail]\nsmtp_url = \"smtps://me:hunter2@mail.example.org\"\nfrom = \"a@b.org\"";
    insta::assert_snapshot!(problems_and(mail), @"");
}

#[test]
fn a_value_of_the_wrong_type() {
    insta::assert_snapshot!(problems_with("\"https://chat.example.org\"", "true"), @"");
    insta::assert_snapshot!(problems_and("branches = \"main\""), @"");
    insta::assert_snapshot!(problems_and("branches = [\"main\", 2]"), @"");
    insta::assert_snapshot!(problems_and("\n[policy]\napprovals = \"two\""), @"");
    insta::assert_snapshot!(problems_with("\"general\"", "-1"), @"");
    insta::assert_snapshot!(problems_with("\"general\"", "true"), @"");
    insta::assert_snapshot!(problems_with("[[project]]", "[project]"), @"");
}

#[test]
fn a_length_of_time_that_is_none() {
    insta::assert_snapshot!(problems_and("\n[policy]\nusual_embargo = \"7d\""), @"");
    insta::assert_snapshot!(problems_and("\n[policy]\napproval_within = \"0\""), @"");
    insta::assert_snapshot!(problems_and("\n[policy]\ncountdown = [\"1 day\", \"soon\", \"24 hours\"]"), @"");
    insta::assert_snapshot!(problems_and("\n[policy]\nusual_embargo = \"40 days\""), @"");
    insta::assert_snapshot!(problems_and("\n[github]\npoll = \"1 second\""), @"");
}

#[test]
fn numbers_and_words_out_of_range() {
    insta::assert_snapshot!(problems_and("\n[policy]\napprovals = 0"), @"");
    insta::assert_snapshot!(problems_and("severity_scheme = \"cvs\""), @"");
    insta::assert_snapshot!(problems_and("\n[http]\nlisten = \"localhost\""), @"");
    insta::assert_snapshot!(problems_and("package = { ecosystem = \"crate\" }"), @"");
    insta::assert_snapshot!(problems_and("\n[people]\nmaya = \"maya\"\n9 = \"not a login\""), @"");
}

#[test]
fn something_that_stands_twice() {
    let second = LEAST.split_once("[[project]]").unwrap().1.replace("WAMR", "wamr");
    insta::assert_snapshot!(problems_and(&format!("\n[[project]]{second}")), @"");
    insta::assert_snapshot!(problems_and("branches = [\"main\", \"main\"]"), @"");
}

#[test]
fn what_must_be_there_and_is_not() {
    insta::assert_snapshot!(problems(""), @"");
    insta::assert_snapshot!(problems("[[project]]\n[zulip]\n[mail]"), @"");
}

#[test]
fn repositories_and_mail_addresses() {
    let url = "https://github.com/bytecodealliance/wasm-micro-runtime";
    insta::assert_snapshot!(problems_with("bytecodealliance/wasm-micro-runtime", url), @"");
    insta::assert_snapshot!(problems_with("bytecodealliance/wasm-micro-runtime", "wamr"), @"");
    insta::assert_snapshot!(problems_with("bot@chat.example.org", "bot at chat"), @"");
    insta::assert_snapshot!(problems_and("announce_list = \"sec@example.org\""), @"");
    let plain = "\n[mail]\nsmtp_url = \"smtp://mail.example.org\"\nfrom = \"Security\"";
    insta::assert_snapshot!(problems_and(plain), @"");
}

#[test]
fn places_to_fill_in() {
    insta::assert_snapshot!(problems_and("release_tag = \"v1\""), @"");
    insta::assert_snapshot!(problems_and("release_tag = \"v{version\""), @"");
    insta::assert_snapshot!(problems_and("blog = { repository = \"a/b\", path = \"{day}-{slug}.md\" }"), @"");
    insta::assert_snapshot!(problems_and("bump = { workflow = \"x.yml\", inputs = { v = \"{tag}\" } }"), @"");
}

#[test]
fn text_that_is_no_toml_is_not_repeated() {
    let shown = problems("[zulip]\nsite = https://x.org\napi_key = hunter2");
    assert!(!shown.contains("hunter2"));
    insta::assert_snapshot!(shown, @"");
}
