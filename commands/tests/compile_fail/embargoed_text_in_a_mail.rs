use commands::kernel::{embargoed::EmbargoedText, mail::Prenotification};

fn say(mail: &mut Prenotification, summary: EmbargoedText) {
    mail.policy = Some(summary);
}

fn main() {
    let _ = say;
}
