//! Connections that break.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use commands::kernel::effect::FailureKind;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
};

use super::{
    NOT_DONE,
    fixture::{BRANCH, Site, words},
};
use crate::port::{Again, Pushed};

/// Where a connection breaks, at the first push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Before the push has come to the server, each time.
    Request,
    /// When the server has done it, before its answer: curl then sends the same again by itself.
    Silence,
    /// In the middle of the answer.
    Answer,
}

/// The way to a server, which breaks as long as it is told to. Returns its address.
async fn breaking(server: String, cut: Cut) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let breaks = Arc::new(AtomicBool::new(true));
    let armed = breaks.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(client, server, cut, armed.clone()));
        }
    });
    (address, breaks)
}

async fn carry(client: TcpStream, server: TcpStream, cut: Cut, armed: Arc<AtomicBool>) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let pushing = AtomicBool::new(false);
    let asked = async {
        while let Some(bytes) = some(&mut from_client).await {
            let pushes = String::from_utf8_lossy(&bytes).contains("/git-receive-pack HTTP/1.1");
            if pushes && armed.load(Ordering::SeqCst) {
                if cut == Cut::Request {
                    return;
                }
                armed.store(false, Ordering::SeqCst);
                pushing.store(true, Ordering::SeqCst);
            }
            give(&mut to_server, &bytes).await;
        }
    };
    let answered = async {
        while let Some(bytes) = some(&mut from_server).await {
            if pushing.load(Ordering::SeqCst) {
                give(&mut to_client, if cut == Cut::Answer { &bytes[..20] } else { &[] }).await;
                return;
            }
            give(&mut to_client, &bytes).await;
        }
    };
    // Whichever ends first takes both ends with it.
    tokio::select! {
        () = asked => {}
        () = answered => {}
    }
}

async fn some(from: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 65536];
    let read = from.read(&mut bytes).await.ok().filter(|read| *read > 0)?;
    bytes.truncate(read);
    Some(bytes)
}

async fn give(to: &mut OwnedWriteHalf, bytes: &[u8]) {
    let _ = to.write_all(bytes).await;
}

#[tokio::test]
async fn of_a_push_that_was_cut_off_nobody_knows_and_the_next_try_looks() {
    for (cut, kind) in [
        (Cut::Answer, FailureKind::Unreachable),
        (Cut::Silence, FailureKind::Broken),
        (Cut::Request, FailureKind::Unreachable),
    ] {
        let held = cut != Cut::Request;
        let site = Site::new().await;
        let server = site.served.base().trim_start_matches("http://").to_owned();
        let (address, breaks) = breaking(server, cut).await;
        let program = site.program_at(&address);
        let setback = site.push_with(&program).await.unwrap_err();
        assert_eq!(
            (&setback.failure.kind, setback.again),
            (&kind, Again::Unknown),
            "{cut:?}: {}",
            words(&setback)
        );
        assert_eq!(site.head(BRANCH), held.then(|| site.commit()), "{cut:?}");
        breaks.store(false, Ordering::SeqCst);
        let before = site.requests("POST /bytecodealliance/wasm-micro-runtime.git/git-receive-pack");
        assert_eq!(site.push_with(&program).await, Ok(Pushed::default()), "{cut:?}");
        assert_eq!(site.head(BRANCH), Some(site.commit()));
        let again = site.requests("POST /bytecodealliance/wasm-micro-runtime.git/git-receive-pack") - before;
        assert_eq!(again, usize::from(!held), "{cut:?}");
        site.left_nothing();
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_waited_for() {
    let site = Site::new().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let program = site.program_at(&format!("http://{nobody}"));
    let setback = site.push_with(&program).await.unwrap_err();
    assert_eq!((&setback.failure.kind, setback.again), (&FailureKind::Unreachable, NOT_DONE));
    site.left_nothing();
}
