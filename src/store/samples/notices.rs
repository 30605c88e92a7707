//! What is shown to the team before it is said in public.

use commands::kernel::{
    effect::{Action, OpenPlace, Purpose},
    embargoed::TeamText,
    id::{ChannelId, IncidentId, ProjectName, Topic},
    mail::SeverityWord,
    notice::PublicNotice,
};

use super::{
    command,
    mail::{disclosed, mail},
};

pub(super) fn actions_of_notices() -> Vec<(Action, Purpose)> {
    let show = Purpose::ShowNotice {
        command: command(),
        to: OpenPlace::Topic(ChannelId(5), Topic("security".into())),
        notice: PublicNotice::Ping { project: ProjectName("wasmtime".into()) },
    };
    let text = TeamText::from("In public I say this.");
    let incident = IncidentId(2);
    let to = OpenPlace::Topic(ChannelId(5), Topic("security".into()));
    let planned = PublicNotice::Planned { news: disclosed(mail(SeverityWord::High)) };
    vec![
        (Action::Post { to: command().answer_to, text }, show),
        (Action::Notify { to, notice: planned }, Purpose::TellPublic { incident }),
    ]
}
