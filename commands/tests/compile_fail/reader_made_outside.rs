use commands::kernel::embargoed::{EmbargoedText, Reader};

fn main() {
    let _ = EmbargoedText::from("amber-heron").open(&Reader::new());
}
