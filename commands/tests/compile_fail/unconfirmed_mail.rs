use commands::kernel::{effect::Action, embargoed::Embargoed, mail::Prenotification};

fn send(mail: Embargoed<Prenotification>) -> Action {
    Action::SendMail { list: String::new(), mail, message_id: String::new(), answers: None }
}

fn main() {
    let _ = send;
}
