use commands::kernel::embargoed::{Audience, EmbargoedText};

struct Public;

impl Audience for Public {}

fn main() {
    let _ = EmbargoedText::from("amber-heron").open(&Public);
}
