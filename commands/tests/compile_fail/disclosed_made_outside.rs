use commands::kernel::embargoed::Disclosed;

fn main() {
    let _ = Disclosed(String::from("amber-heron"));
}
