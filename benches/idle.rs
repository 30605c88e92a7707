//! What the bot takes when it idles: resident memory, the time from its start to its first poll, and to
//! its being ready (store read and checked, history read), with a thousand incidents in the store. The
//! first start finds no event queue, the others that of before. Prints figures and asserts nothing.
//!
//!     cargo bench --bench idle

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use advisory_bot::{
    port::{Clock as _, Commit, Store as _},
    sandbox::{serve::serve, world::Sandbox},
    store::sled::SledStore,
};
use commands::kernel::{
    codename::Codename,
    collaborator::Collaborators,
    content::{Advisory, AdvisoryState, AffectedPackage, Content, Part, Severity},
    effect::{CommandRef, Origin, TeamPlace},
    embargoed::{Embargoed, EmbargoedText},
    fact::{Fact, RecordedFact},
    id::{ChannelId, GhsaId, IncidentId, MessageId, ProjectName, Topic, UserId},
    step::Step,
};
use jiff::{SignedDuration, Timestamp};

const INCIDENTS: u64 = 1000;
/// The newest of them are still open.
const OPEN: u64 = 20;
const STARTS: usize = 5;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure())
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
async fn measure() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let facts = fill(&folder.path().join("state"), Timestamp::now()).await?;
    println!("{INCIDENTS} incidents, {OPEN} of them open; {facts} facts in the store");
    let sandbox = Sandbox::new(7, Timestamp::now(), 1.0);
    let zulip = serve(Arc::clone(&sandbox.zulip) as _, 0).await?;
    let github = serve(Arc::clone(&sandbox.github) as _, 0).await?;
    for start in 1..=STARTS {
        let health = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = configure(folder.path(), zulip.base(), github.base(), health)?;
        let before = sandbox.zulip.requests().len();
        let begun = Instant::now();
        let mut bot = run(&config, &sandbox)?;
        let ready = tokio::task::spawn_blocking(move || ready(health, begun));
        let polled = first_poll(&sandbox, before, begun).await;
        let ready = ready.await?;
        let soon = sandbox.clock.now() + SignedDuration::from_secs(3);
        sandbox.clock.sleep_until(soon).await;
        let (resident, peak) = memory(&bot);
        println!(
            "start {start}: first poll after {polled:.0?}, ready after {ready:.0?}; resident {resident}, at its peak {peak}"
        );
        bot.kill()?;
        bot.wait()?;
    }
    Ok(())
}

fn run(config: &Path, sandbox: &Sandbox) -> anyhow::Result<Child> {
    let (_, key) = sandbox.zulip_account();
    Ok(Command::new(env!("CARGO_BIN_EXE_advisory-bot"))
        .args(["run", "--config"])
        .arg(config)
        .env("ADVISORY_BOT_ZULIP_API_KEY", key)
        .env("ADVISORY_BOT_GITHUB_TOKEN", sandbox.github_token())
        // As in the image.
        .envs([
            ("MALLOC_ARENA_MAX", "1"),
            ("MALLOC_MMAP_THRESHOLD_", "65536"),
            ("MALLOC_TRIM_THRESHOLD_", "65536"),
        ])
        .stderr(Stdio::null())
        .spawn()?)
}

/// When the event queue was asked, after the `before` requests of earlier starts.
async fn first_poll(sandbox: &Sandbox, before: usize, begun: Instant) -> Duration {
    loop {
        let polls = sandbox.zulip.requests().split_off(before);
        if polls.iter().any(|request| request.method == "GET" && request.path.ends_with("/events")) {
            return begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// When `/readyz` says so.
fn ready(health: SocketAddr, begun: Instant) -> Duration {
    let asked = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(health)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    while !asked().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
        std::thread::sleep(Duration::from_millis(1));
    }
    begun.elapsed()
}

fn memory(bot: &Child) -> (String, String) {
    let status = fs::read_to_string(format!("/proc/{}/status", bot.id())).unwrap_or_default();
    let line = |name: &str| {
        let found = status.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or("unknown").trim().to_owned()
    };
    (line("VmRSS:"), line("VmHWM:"))
}

fn configure(
    folder: &Path,
    zulip: &str,
    github: &str,
    health: SocketAddr,
) -> anyhow::Result<std::path::PathBuf> {
    let path = folder.join("advisory-bot.toml");
    let text = format!(
        r#"
[zulip]
site = "{zulip}"
email = "advisory-bot@sandbox.example"
[github]
api_url = "{github}"
[store]
path = "state"
[http]
listen = "{health}"
[[project]]
name = "WAMR"
repository = "bytecodealliance/wasm-micro-runtime"
team_channel = "wamr-security"
public_channel = "general"
"#
    );
    fs::write(&path, text)?;
    Ok(path)
}

async fn fill(path: &Path, now: Timestamp) -> anyhow::Result<u64> {
    let store = SledStore::open(path)?;
    let mut number = 0;
    for incident in 1..=INCIDENTS {
        let at = now - SignedDuration::from_hours(24 * 3);
        let facts: Vec<RecordedFact> = history(incident, now)
            .into_iter()
            .map(|fact| {
                number += 1;
                RecordedFact { number, at, fact }
            })
            .collect();
        store.commit(Commit { facts, ..Commit::default() }).await?;
    }
    Ok(number)
}

/// What an incident leaves behind: the whole of its life, or without the release while it is open.
fn history(number: u64, now: Timestamp) -> Vec<Fact> {
    let incident = IncidentId(number);
    let (by, message) = (UserId(8), |n: u64| MessageId(number * 100 + n));
    let channel = ChannelId(2);
    let topic = Topic(format!("topic {number}"));
    let place = TeamPlace::Topic(channel, topic.clone());
    let taken = |n: u64| Fact::CommandTaken { message: message(n), user: by };
    let seen = |state| Fact::AdvisorySeen { incident, advisory: Box::new(advisory(number, state, now)) };
    let mut facts = vec![
        taken(1),
        Fact::Opened {
            incident,
            project: ProjectName("WAMR".to_owned()),
            codename: Codename::draw(number, |_| false),
            origin: Box::new(Origin::Command(CommandRef { message: message(1), user: by, answer_to: place })),
            reporter: None,
        },
        seen(AdvisoryState::Draft),
        Fact::Linked { incident },
        Fact::CardPosted { incident, message: message(2), channel, topic },
        taken(3),
        seen(AdvisoryState::Draft),
        Fact::Rewritten { incident, by, parts: vec![Part::Description] },
        taken(4),
        Fact::EmbargoSet { incident, until: now + SignedDuration::from_hours(72), by, reason: None },
    ];
    if number + OPEN <= INCIDENTS {
        let request = Fact::ReleaseRequested {
            incident,
            by,
            early: true,
            waived: std::collections::BTreeSet::new(),
            reason: Some(EmbargoedText::from("measured")),
        };
        facts.extend([
            taken(5),
            request,
            Fact::ApprovalAsked { incident, message: message(6) },
            Fact::Approval { incident, by: UserId(9), given: true },
            Fact::ReleaseStarted { incident },
            seen(AdvisoryState::Published),
            Fact::StepDone { incident, step: Step::Publish },
            Fact::StepDone { incident, step: Step::Announce },
            Fact::StepDone { incident, step: Step::Close },
        ]);
    }
    facts
}

fn advisory(number: u64, state: AdvisoryState, created: Timestamp) -> Embargoed<Advisory> {
    let letters: Vec<char> = "23456789cfghjmpqrvwx".chars().collect();
    let letter = |at: u32| letters[usize::try_from(number / 20_u64.pow(at) % 20).unwrap_or(0)];
    let ghsa: GhsaId = format!("GHSA-2222-2222-{}{}{}{}", letter(3), letter(2), letter(1), letter(0))
        .parse()
        .expect("made of its letters");
    let package = "other:wasm-micro-runtime".parse().expect("a package");
    let content = Content {
        summary: format!("An out-of-bounds write of no interest, number {number}"),
        description: "What happens, whom it concerns, and what can be done about it. ".repeat(24),
        severity: "high".parse().ok().map(Severity::Level),
        cwes: vec!["CWE-787".parse().expect("a weakness")],
        affected: vec![AffectedPackage::parse(package, "< 2.4.4", Some("2.4.4")).expect("a range")],
    };
    let url = format!(
        "https://github.com/bytecodealliance/wasm-micro-runtime/security/advisories/{}",
        ghsa.as_str()
    );
    Embargoed::new(Advisory {
        ghsa,
        url,
        state,
        cve: None,
        created,
        content,
        reported: false,
        author: None,
        publisher: None,
        collaborators: Collaborators::new(),
        credits: Vec::new(),
        fork: None,
    })
}
