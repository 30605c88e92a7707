use commands::kernel::{id::ProjectName, notice::{Published, PublicNotice}};

fn announce(project: ProjectName, advisory: Published) -> PublicNotice {
    PublicNotice::Released { project, advisory }
}

fn main() {
    let _ = announce;
}
