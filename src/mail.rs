//! Mail over SMTP: one mail, one connection, and of each try it is known whether the server can have taken
//! the mail.

use std::{
    error::Error as _,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::Context as _;
use async_trait::async_trait;
use commands::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::Embargoed,
};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands as smtp,
        extension::ClientId,
    },
};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use crate::{
    config::{self, Tls},
    port::{Again, Letter, Mail, Setback},
};

/// How long the way to a server that takes commands may take: connection, encryption, signing in.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How long one command may take.
const COMMAND_WITHIN: Duration = Duration::from_secs(60);
/// How long the server may take to take the mail. RFC 5321 (4.5.3.2.6) gives it ten minutes, so that a
/// client that tries again makes no second mail; this one does not try again by itself.
const TAKEN_WITHIN: Duration = Duration::from_secs(120);
/// How long it may take to say goodbye.
const GOODBYE_WITHIN: Duration = Duration::from_secs(5);

/// A mail server, and who mail is from.
pub struct Smtp {
    host: String,
    port: u16,
    tls: Option<(TlsParameters, Tls)>,
    credentials: Option<Credentials>,
    sender: Mailbox,
}

impl Smtp {
    /// The configured server.
    ///
    /// # Errors
    /// When the file with its certificate authority cannot be used, or the sender is no mail address.
    pub fn new(mail: &config::Mail) -> anyhow::Result<Self> {
        let server = &mail.smtp;
        // A provider that is installed already serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tls = match server.tls {
            Tls::None => None,
            Tls::Implicit | Tls::Required => Some((parameters(mail)?, server.tls)),
        };
        let credentials = server
            .user
            .as_ref()
            .zip(mail.password.as_ref())
            .map(|(user, password)| Credentials::new(user.clone(), password.expose_secret().to_owned()));
        let sender =
            mail.from.parse().with_context(|| format!("[mail] from: {:?} is no sender", mail.from))?;
        Ok(Self { host: server.host.clone(), port: server.port, tls, credentials, sender })
    }

    /// A connection on which mail can be handed over.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Setback> {
        let hello = ClientId::Domain(self.sender.email.domain().to_owned());
        let server = (self.host.as_str(), self.port);
        let at_once = self.tls.as_ref().filter(|(_, tls)| *tls == Tls::Implicit);
        let at_once = at_once.map(|(parameters, _)| parameters.clone());
        let connecting = AsyncSmtpConnection::connect_tokio1(server, None, &hello, at_once, None);
        let mut connection = connecting.await.map_err(|error| not_done(&error))?;
        if let Some((parameters, Tls::Required)) = &self.tls {
            if !connection.can_starttls() {
                return Err(insecure("it offers no STARTTLS"));
            }
            connection.starttls(parameters.clone(), &hello).await.map_err(|error| not_done(&error))?;
        }
        if let Some(credentials) = &self.credentials {
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            signed_in.map_err(|error| not_signed_in(&error))?;
        }
        Ok(connection)
    }

    fn message(&self, letter: &Letter) -> Result<(Envelope, Vec<u8>), Setback> {
        let unfit = |what: &str| failed(FailureKind::Refused, what, Again::Never);
        let to: Address = letter.to.parse().map_err(|_| unfit("the list's address is no mail address"))?;
        if AsRef::<str>::as_ref(&to) != letter.to {
            return Err(unfit("the list's address would be written in another way"));
        }
        let header =
            |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        let mut message = Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(letter.subject.clone())
            .date(letter.date)
            .message_id(Some(format!("<{}>", letter.message_id)));
        if let Some(answers) = &letter.answers {
            message = message.in_reply_to(format!("<{answers}>")).references(format!("<{answers}>"));
        }
        let message = message
            // No holiday notices in answer to it (RFC 3834), from the list's readers least of all.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Precedence", "list"))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|_| unfit("the mail cannot be put into form"))?;
        let envelope = Envelope::new(Some(self.sender.email.clone()), vec![to]);
        Ok((envelope.map_err(|_| unfit("the mail has no recipient"))?, message.formatted()))
    }
}

#[async_trait]
impl Mail for Smtp {
    fn sender(&self) -> String {
        self.sender.to_string()
    }

    async fn send(&self, letter: &Letter) -> Result<(), Setback> {
        let (envelope, message) = self.message(letter)?;
        let connection = timeout(READY_WITHIN, self.connect()).await;
        let mut connection = connection.unwrap_or_else(|_| Err(too_slow(Again::NotDone { wait: None })))?;
        command(&mut connection, smtp::Mail::new(envelope.from().cloned(), Vec::new())).await?;
        for to in envelope.to() {
            command(&mut connection, smtp::Rcpt::new(to.clone(), Vec::new())).await?;
        }
        command(&mut connection, smtp::Data).await?;
        hand_over(&mut connection, &message).await?;
        // The server has it; what comes of the goodbye changes nothing.
        let _ = timeout(GOODBYE_WITHIN, connection.quit()).await;
        Ok(())
    }
}

async fn command(
    connection: &mut AsyncSmtpConnection,
    command: impl std::fmt::Display,
) -> Result<(), Setback> {
    match timeout(COMMAND_WITHIN, connection.command(command)).await {
        Ok(answer) => answer.map(drop).map_err(|error| not_done(&error)),
        Err(_) => Err(too_slow(Again::NotDone { wait: None })),
    }
}

/// The text, the dot that ends it, and the answer. Before the dot is sent the server cannot have taken the
/// mail; from then on only its answer tells.
async fn hand_over(connection: &mut AsyncSmtpConnection, message: &[u8]) -> Result<(), Setback> {
    let dot = AtomicBool::new(false);
    // Asked for more once the whole text is written, and before the dot is.
    let end = std::iter::from_fn(|| {
        dot.store(true, Ordering::SeqCst);
        None
    });
    let taken = timeout(TAKEN_WITHIN, connection.message_iter(std::iter::once(message).chain(end))).await;
    let again = if dot.load(Ordering::SeqCst) { Again::Unknown } else { Again::NotDone { wait: None } };
    match taken {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.status().is_some() => Err(not_done(&error)),
        Ok(Err(error)) => Err(Setback { again, ..not_done(&error) }),
        Err(_) => Err(too_slow(again)),
    }
}

fn parameters(mail: &config::Mail) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(mail.smtp.host.clone());
    if let Some(path) = &mail.ca_file {
        let name = path.display();
        let pem = std::fs::read(path).with_context(|| format!("[mail] ca_file: {name} cannot be read"))?;
        let authority = Certificate::from_pem(&pem);
        builder = builder.add_root_certificate(
            authority.with_context(|| format!("[mail] ca_file: {name} holds no certificate in PEM form"))?,
        );
    }
    builder.build().context("TLS for the mail server could not be set up")
}

/// What a try came to that has certainly not handed the mail over.
fn not_done(error: &Error) -> Setback {
    let again = if error.is_permanent() { Again::Never } else { Again::NotDone { wait: None } };
    let kind = if error.is_permanent() {
        FailureKind::Refused
    } else if error.is_tls() || breaks_tls(error) {
        return insecure(&error.to_string());
    } else if error.is_transient() || error.is_response() {
        FailureKind::Broken
    } else if error.is_client() {
        return failed(FailureKind::Refused, &error.to_string(), Again::Never);
    } else {
        FailureKind::Unreachable
    };
    failed(kind, &error.to_string(), again)
}

fn not_signed_in(error: &Error) -> Setback {
    if error.is_permanent() { failed(FailureKind::Credentials, "", Again::Never) } else { not_done(error) }
}

fn insecure(why: &str) -> Setback {
    // Waiting mends no certificate.
    failed(FailureKind::Insecure, why, Again::Never)
}

/// Whether the other side cannot prove who it is, or does not know how.
fn breaks_tls(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let io = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if io.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn too_slow(again: Again) -> Setback {
    failed(FailureKind::Unreachable, "", again)
}

fn failed(kind: FailureKind, detail: &str, again: Again) -> Setback {
    let detail = Embargoed::new(detail.to_owned());
    Setback { failure: Failure { service: Service::Mail, kind, detail }, again }
}
