//! Where secrets come from.

use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn in_folder(folder: &tempfile::TempDir, text: &str, environment: Environment<'_>) -> Result<Config, String> {
    let read = parse("advisory-bot.toml", folder.path().to_owned(), text, environment);
    read.map_err(|problems| lines(&problems))
}

fn with_files() -> String {
    LEAST
        .replace("\n[[project]]", "api_key_file = \"key\"\n\n[github]\ntoken_file = \"token\"\n\n[[project]]")
}

#[test]
fn a_file_that_is_not_there() {
    let folder = folder(&[]);
    let path = folder.path().join("advisory-bot.toml");
    let problems = load(&path, &environment).unwrap_err();
    let shown = lines(&problems).replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(shown, @"FOLDER/advisory-bot.toml: cannot be read (there is no such file). Copy advisory-bot.example.toml there and fill it in, or name another file with --config");
}

#[test]
fn secrets_are_read_from_files_beside_the_configuration() {
    let folder =
        folder(&[("key", "from-file\n"), ("token", "ghp_file"), ("advisory-bot.toml", &with_files())]);
    let config = load(&folder.path().join("advisory-bot.toml"), &|_| None).unwrap();
    assert_eq!(config.zulip.api_key.expose_secret(), "from-file");
    assert_eq!(config.github.token.expose_secret(), "ghp_file");
}

#[test]
fn the_environment_comes_before_the_file() {
    let folder = folder(&[("token", "ghp_file")]);
    let config = in_folder(&folder, &with_files(), &environment).unwrap();
    assert_eq!(config.zulip.api_key.expose_secret(), "zulip-key");
    assert_eq!(config.github.token.expose_secret(), "ghp_token");
}

#[test]
fn a_secret_that_is_missing_empty_or_unreadable() {
    let folder = folder(&[("key", "\n"), ("lines", "one\ntwo")]);
    insta::assert_snapshot!(in_folder(&folder, LEAST, &|_| None).unwrap_err(), @r#"
    advisory-bot.toml: github.token_file: is missing. Write token_file = "PATH" under [github], or set ADVISORY_BOT_GITHUB_TOKEN
    advisory-bot.toml:1: zulip.api_key_file: is missing. Write api_key_file = "PATH", or set ADVISORY_BOT_ZULIP_API_KEY
    "#);
    insta::assert_snapshot!(in_folder(&folder, &with_files(), &|_| None).unwrap_err(), @r#"
    advisory-bot.toml:4: zulip.api_key_file: "key" is empty. Write the secret into that file, on one line, readable by the bot
    advisory-bot.toml:7: github.token_file: "token" cannot be read (there is no such file). Write the secret into that file, on one line, readable by the bot
    "#);
    let two = with_files().replace("\"token\"", "\"lines\"").replace("\"key\"", "\"lines\"");
    insta::assert_snapshot!(in_folder(&folder, &two, &|_| None).unwrap_err(), @r#"
    advisory-bot.toml:4: zulip.api_key_file: "lines" holds more than one line. Write the secret into that file, on one line, readable by the bot
    advisory-bot.toml:7: github.token_file: "lines" holds more than one line. Write the secret into that file, on one line, readable by the bot
    "#);
    insta::assert_snapshot!(in_folder(&folder, LEAST, &|_| Some(String::new())).unwrap_err(), @r"
    advisory-bot.toml: ADVISORY_BOT_ZULIP_API_KEY: is empty. Set it to the secret, on one line, or unset it to use the file
    advisory-bot.toml: ADVISORY_BOT_GITHUB_TOKEN: is empty. Set it to the secret, on one line, or unset it to use the file
    ");
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("key", "k"), ("token", "t")]);
    for (name, mode) in [("key", 0o644), ("token", 0o640)] {
        std::fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(mode)).unwrap();
    }
    let config = in_folder(&folder, &with_files(), &|_| None).unwrap();
    insta::assert_snapshot!(lines(&config.warnings), @r#"advisory-bot.toml:4: zulip.api_key_file: "key" can be read by other users of this machine. Run chmod 600 key"#);
}

#[test]
fn a_zuliprc_holds_the_whole_account() {
    let good = "[api]\nemail=bot@x.org\nkey=abc\nsite=https://x.org\n[other]\nkey=no\n";
    let folder = folder(&[("zuliprc", good), ("short", "[api]\nsite=htp:/x\n")]);
    let text = LEAST.split_once("[[project]]").unwrap().1;
    let with = |zulip: &str| format!("[zulip]\n{zulip}\n\n[[project]]{text}");
    let token = |name: &str| name.contains("GITHUB").then(|| "t".to_owned());
    let config = in_folder(&folder, &with("zuliprc = \"zuliprc\""), &token).unwrap();
    assert_eq!((config.zulip.site.as_str(), config.zulip.email.as_str()), ("https://x.org/", "bot@x.org"));
    assert_eq!(config.zulip.api_key.expose_secret(), "abc");
    let config = in_folder(&folder, &with("zuliprc = \"zuliprc\""), &environment).unwrap();
    assert_eq!(config.zulip.api_key.expose_secret(), "zulip-key");
    insta::assert_snapshot!(in_folder(&folder, &with("zuliprc = \"short\""), &token).unwrap_err(), @r#"
    advisory-bot.toml:2: zulip.zuliprc: "short" has no key under [api]. Download the bot's zuliprc from Zulip (Personal settings, Bots)
    advisory-bot.toml:2: zulip.zuliprc: "short" has no email under [api]. Download the bot's zuliprc from Zulip (Personal settings, Bots)
    advisory-bot.toml:2: zulip.zuliprc: "short" has a wrong site: "htp:/x" is not a URL. Download the bot's zuliprc from Zulip (Personal settings, Bots)
    "#);
    insta::assert_snapshot!(in_folder(&folder, &with("zuliprc = \"none\""), &token).unwrap_err(), @r#"advisory-bot.toml:2: zulip.zuliprc: "none" cannot be read (there is no such file). Download the bot's zuliprc from Zulip (Personal settings, Bots)"#);
    let both = with("zuliprc = \"zuliprc\"\nsite = \"https://x.org\"");
    insta::assert_snapshot!(in_folder(&folder, &both, &token).unwrap_err(), @"advisory-bot.toml:3: zulip.site: stands in the zuliprc too. Leave either zuliprc or this key out");
}
