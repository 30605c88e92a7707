//! `[http]`: the bot's own web server.

use std::net::{Ipv4Addr, SocketAddr};

use secrecy::SecretString;

use super::{error::Wrong, read::Table, secret};

/// Where the bot listens when nothing is configured.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The bot's own web server: health, metrics, GitHub's webhooks.
#[derive(Debug)]
pub struct Http {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What GitHub signs its webhooks with; none are taken without it.
    pub webhook_secret: Option<SecretString>,
}

pub(super) fn read(root: &Table<'_>) -> Http {
    let table = root.section("http");
    let listen = table.parsed("listen", |text| {
        let mend = "Write listen = \"127.0.0.1:8080\"";
        text.parse().map_err(|_| Wrong::new(format!("{text:?} is not an IP address with a port"), mend))
    });
    let webhook_secret = secret::optional(&table, "webhook_secret_file", None);
    table.finish();
    Http { listen: listen.map_or(LISTEN, |at| at.value), webhook_secret }
}
