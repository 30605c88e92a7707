use commands::kernel::embargoed::{PrivateRoom, TeamText};

fn main() {
    let _ = TeamText::from("amber-heron").open(&PrivateRoom(()));
}
