use commands::kernel::id::{CveId, GhsaId, Topic};

fn show(ghsa: &GhsaId, cve: &CveId, topic: &Topic) {
    println!("{ghsa} {cve} {topic}");
}

fn main() {
    let _ = show;
}
