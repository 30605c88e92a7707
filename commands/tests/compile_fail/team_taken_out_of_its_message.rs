use commands::kernel::embargoed::{Team, TeamText};

fn main() {
    let mut kept: Option<&Team> = None;
    let _ = TeamText::compose(|team| {
        kept = Some(team);
        String::new()
    });
    let _ = kept;
}
