use commands::kernel::embargoed::{EmbargoedText, Team};

fn main() {
    let _ = EmbargoedText::from("amber-heron").open(&Team(()));
}
