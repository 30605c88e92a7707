use commands::kernel::embargoed::{EmbargoedText, TeamText};

fn main() {
    println!("{}", EmbargoedText::from("amber-heron"));
    println!("{}", TeamText::from("amber-heron"));
}
