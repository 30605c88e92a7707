use commands::kernel::{id::GhsaId, notice::PublicNotice};

fn main() {
    let ghsa: GhsaId = "GHSA-x5cm-v3r2-9fjq".parse().unwrap();
    let _ = PublicNotice::Ping { project: ghsa };
}
