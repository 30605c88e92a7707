use commands::kernel::{embargoed::TeamText, notice::PublicNotice};

fn main() {
    let text = TeamText::from("amber-heron is out");
    let _ = PublicNotice::Ping { project: text };
}
