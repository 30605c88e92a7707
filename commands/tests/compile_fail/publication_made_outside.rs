use commands::kernel::embargoed::{EmbargoedText, Publication};

fn main() {
    let _ = EmbargoedText::from("amber-heron").disclose(&Publication(()));
    let _ = EmbargoedText::from("amber-heron").disclose(&Publication::seen());
}
