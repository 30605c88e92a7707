use commands::kernel::{embargoed::Embargoed, id::Repository, work::{NewFile, Proposed}};

fn propose(repository: Repository, file: Embargoed<NewFile>) -> Proposed {
    Proposed { repository, fork: None, file }
}

fn main() {
    let _ = propose;
}
