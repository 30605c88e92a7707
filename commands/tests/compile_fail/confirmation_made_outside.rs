use commands::kernel::embargoed::{Confirmation, EmbargoedText};

fn main() {
    let _ = EmbargoedText::from("amber-heron").confirm(&Confirmation(()));
    let _ = EmbargoedText::from("amber-heron").confirm(&Confirmation::given());
}
