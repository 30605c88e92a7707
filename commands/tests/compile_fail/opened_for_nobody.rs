use commands::kernel::embargoed::EmbargoedText;

fn main() {
    let _ = EmbargoedText::from("amber-heron").open(&());
}
