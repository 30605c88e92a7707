//! The way to the mail server: it can be cut after any byte, and held.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};

/// How long one connection may last.
const LASTS: Duration = Duration::from_secs(60);

/// Where a way is cut: after so many bytes to the server, or from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Never,
    Up(usize),
    Down(usize),
}

/// A way for one connection: its port, and how many bytes went up and down in the end.
pub(crate) async fn way(server: u16, cut: Cut) -> (u16, impl Future<Output = (usize, usize)>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let carried = tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await.unwrap();
        timeout(LASTS, carry(client, server, cut)).await.unwrap()
    });
    (port, async { carried.await.unwrap() })
}

async fn carry(mut client: TcpStream, mut server: TcpStream, cut: Cut) -> (usize, usize) {
    let (mut up, mut down) = (0, 0);
    let (mut from_client, mut from_server) = ([0; 4096], [0; 4096]);
    loop {
        let left = |so_far: usize, of: Option<usize>| of.map_or(usize::MAX, |cut| cut - so_far);
        let (left_up, left_down) = match cut {
            Cut::Never => (usize::MAX, usize::MAX),
            Cut::Up(cut) => (left(up, Some(cut)), usize::MAX),
            Cut::Down(cut) => (usize::MAX, left(down, Some(cut))),
        };
        if left_up == 0 || left_down == 0 {
            return (up, down);
        }
        tokio::select! {
            read = client.read(&mut from_client) => {
                let read = read.unwrap_or(0).min(left_up);
                if read == 0 || server.write_all(&from_client[..read]).await.is_err() {
                    return (up, down);
                }
                up += read;
            }
            read = server.read(&mut from_server) => {
                let read = read.unwrap_or(0).min(left_down);
                if read == 0 || client.write_all(&from_server[..read]).await.is_err() {
                    return (up, down);
                }
                down += read;
            }
        }
    }
}

/// A way for any number of connections that stops for good before it lets certain words through.
pub(crate) struct Held {
    pub(crate) port: u16,
    /// Called when the words have come.
    pub(crate) came: Arc<Notify>,
}

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Clients,
    Servers,
}

/// A way that stops before these words of one side.
pub(crate) async fn held(server: u16, whose: Whose, words: &'static [u8]) -> Held {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let came = Arc::new(Notify::new());
    let call = Arc::clone(&came);
    tokio::spawn(async move {
        loop {
            let Ok((mut client, _)) = listener.accept().await else { return };
            let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await.unwrap();
            let call = Arc::clone(&call);
            tokio::spawn(async move {
                let (mut from_client, mut from_server) = ([0; 4096], [0; 4096]);
                loop {
                    let (read, bytes, is_clients) = tokio::select! {
                        read = client.read(&mut from_client) => (read.unwrap_or(0), &from_client, true),
                        read = server.read(&mut from_server) => (read.unwrap_or(0), &from_server, false),
                    };
                    let bytes = &bytes[..read];
                    let holds = bytes.windows(words.len()).any(|window| window == words);
                    if holds && is_clients == (whose == Whose::Clients) {
                        call.notify_one();
                        // The client is killed meanwhile: then its side closes.
                        while client.read(&mut from_client).await.is_ok_and(|read| read > 0) {}
                        return;
                    }
                    let to = if is_clients { &mut server } else { &mut client };
                    if read == 0 || to.write_all(bytes).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    Held { port, came }
}
