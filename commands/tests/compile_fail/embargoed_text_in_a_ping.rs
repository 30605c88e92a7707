use commands::kernel::{embargoed::EmbargoedText, notice::PublicNotice};

fn main() {
    let codename = EmbargoedText::from("amber-heron");
    let _ = PublicNotice::Ping { project: codename };
}
