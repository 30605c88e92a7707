use commands::kernel::{embargoed::Embargoed, id::ProjectName, notice::{Published, PublicNotice}};

fn announce(project: ProjectName, advisory: Embargoed<Published>) -> PublicNotice {
    PublicNotice::Released { project, advisory }
}

fn main() {
    let _ = announce;
}
