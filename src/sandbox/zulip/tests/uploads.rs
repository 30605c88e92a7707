//! Uploaded files, and who can read them.

use super::world::World;
use crate::sandbox::zulip::seed::{self, ADVISORY_BOT, GENERAL, INES, LEE, MAYA, RAVI, WAMR_SECURITY};
use crate::sandbox::zulip::{Place, UserId};

/// The bot uploads a file. Returns its address.
async fn uploaded(world: &World) -> String {
    let (status, body) = world.upload(ADVISORY_BOT, &[("file", "poc <script>.wat", b"(module)")]).await;
    assert_eq!(status, 200, "{body}");
    body["url"].as_str().unwrap().to_owned()
}

async fn status(world: &World, user: UserId, url: &str) -> u16 {
    world.open(Some(user), url).await.0
}

#[tokio::test(start_paused = true)]
async fn a_file_is_kept_whole_under_a_tidy_name() {
    let world = World::new();
    let (_, body) = world.upload(ADVISORY_BOT, &[("file", "poc <script>.wat", b"(module)\r\n")]).await;
    let url = body["url"].as_str().unwrap();
    assert!(url.starts_with("/user_uploads/2/") && url.ends_with("/poc-script.wat"), "{url}");
    assert_eq!((&body["uri"], &body["filename"]), (&body["url"], &"poc <script>.wat".into()));
    assert_eq!(world.open(Some(ADVISORY_BOT), url).await, (200, "(module)\r\n".to_owned()));
    let [kept] = &world.zulip.uploads()[..] else { panic!("one file") };
    assert_eq!((kept.url.as_str(), kept.owner, kept.kind.as_str()), (url, ADVISORY_BOT, "text/plain"));
    assert_eq!(kept.bytes, "(module)\r\n");
    let (_, again) = world.upload(ADVISORY_BOT, &[("file", "../..", b"")]).await;
    assert!(again["url"].as_str().unwrap().ends_with("/...."), "{again}");
    let (_, nameless) = world.upload(ADVISORY_BOT, &[("file", "<>", b"")]).await;
    assert!(nameless["url"].as_str().unwrap().ends_with("/uploaded-file"), "{nameless}");
}

#[tokio::test(start_paused = true)]
async fn one_file_at_a_time_and_none_too_large() {
    let mut realm = seed::realm(1);
    realm.limits.upload_mib_max = 1;
    let world = World::with(realm);
    let refusal = async |files| {
        let (status, body) = world.upload(ADVISORY_BOT, files).await;
        assert_eq!((status, &body["code"]), (400, &"BAD_REQUEST".into()));
        body["msg"].as_str().unwrap().to_owned()
    };
    assert_eq!(refusal(&[]).await, "You must specify a file to upload");
    assert_eq!(world.bot("POST", "user_uploads", &[]).await.1["msg"], "You must specify a file to upload");
    assert_eq!(
        refusal(&[("a", "a", b"1"), ("b", "b", b"2")]).await,
        "You may only upload one file at a time"
    );
    let large = vec![b'x'; 1024 * 1024 + 1];
    let text = "Uploaded file is larger than the allowed limit of 1 MiB";
    assert_eq!(refusal(&[("a", "a", &large)]).await, text);
    assert_eq!(world.upload(ADVISORY_BOT, &[("a", "a", &large[1..])]).await.0, 200);
    let form = [("fetch_event_types", r#"["realm"]"#)];
    assert_eq!(world.bot("POST", "register", &form).await.1["max_file_upload_size_mib"], 1);
}

#[tokio::test(start_paused = true)]
async fn only_the_uploader_reads_a_file_until_a_message_links_to_it() {
    let world = World::new();
    let url = uploaded(&world).await;
    for user in [MAYA, INES, RAVI] {
        assert_eq!(status(&world, user, &url).await, 403);
    }
    let text = format!("See [the file]({url}).");
    world.zulip.send(ADVISORY_BOT, Place::topic(WAMR_SECURITY, "T"), &text).unwrap();
    for (user, wanted) in [(ADVISORY_BOT, 200), (MAYA, 200), (INES, 200), (RAVI, 403), (LEE, 403)] {
        assert_eq!(status(&world, user, &url).await, wanted, "{user}");
    }
    assert_eq!(
        world.open(None, &url).await,
        (403, "<p>You are not authorized to view this file.</p>".into())
    );
    assert_eq!(world.open(Some(MAYA), "/user_uploads/2/aa/nothing/here").await.0, 404);
    assert_eq!(world.open(None, "/user_uploads/2/aa/nothing/here").await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn who_cannot_read_a_file_cannot_share_it() {
    let world = World::new();
    let url = uploaded(&world).await;
    world.zulip.send(RAVI, Place::topic(GENERAL, "T"), &url).unwrap();
    assert_eq!(status(&world, RAVI, &url).await, 403, "a guessed address opens nothing");
    world.zulip.send(ADVISORY_BOT, Place::direct([RAVI]), &url).unwrap();
    assert_eq!(status(&world, RAVI, &url).await, 200);
    world.zulip.send(RAVI, Place::topic(GENERAL, "T"), &url).unwrap();
    assert_eq!(status(&world, LEE, &url).await, 200, "whoever can read it can pass it on");
}

#[tokio::test(start_paused = true)]
async fn an_edit_or_a_deletion_takes_the_link_away() {
    let world = World::new();
    let url = uploaded(&world).await;
    let place = || Place::topic(WAMR_SECURITY, "T");
    let said = world.zulip.send(ADVISORY_BOT, place(), "nothing yet").unwrap();
    world.zulip.edit(ADVISORY_BOT, said, &format!("[file]({url})")).unwrap();
    assert_eq!(status(&world, MAYA, &url).await, 200);
    world.zulip.edit(ADVISORY_BOT, said, "gone").unwrap();
    assert_eq!(status(&world, MAYA, &url).await, 403);
    let said = world.zulip.send(ADVISORY_BOT, place(), &url).unwrap();
    assert_eq!(status(&world, MAYA, &url).await, 200);
    world.zulip.delete(ADVISORY_BOT, said).unwrap();
    assert_eq!(status(&world, MAYA, &url).await, 403);
}

#[tokio::test(start_paused = true)]
async fn a_temporary_address_is_good_for_anyone_for_a_minute() {
    let world = World::new();
    let url = uploaded(&world).await;
    let path = url.trim_start_matches('/');
    assert_eq!(world.ask(RAVI, "GET", path, &[]).await.0, 403);
    let (status, body) = world.bot("GET", path, &[]).await;
    assert_eq!(status, 200, "{body}");
    let temporary = body["url"].as_str().unwrap();
    assert_eq!(world.open(None, temporary).await, (200, "(module)".to_owned()));
    world.pass(60);
    assert_eq!(world.open(None, temporary).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn people_can_upload_by_hand() {
    let world = World::new();
    let url = world.zulip.upload(MAYA, "crash.bin", b"\0\x01").unwrap();
    assert_eq!(status(&world, ADVISORY_BOT, &url).await, 403);
    world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), &format!("[crash]({url})")).unwrap();
    assert_eq!(world.open(Some(ADVISORY_BOT), &url).await, (200, "\0\x01".to_owned()));
}
