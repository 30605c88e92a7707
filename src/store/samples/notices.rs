//! What is shown to the team before it is said in public.

use commands::kernel::{
    effect::{Action, OpenPlace, Purpose},
    embargoed::TeamText,
    id::{ChannelId, ProjectName, Topic},
    notice::PublicNotice,
};

use super::command;

pub(super) fn actions_of_notices() -> Vec<(Action, Purpose)> {
    let show = Purpose::ShowNotice {
        command: command(),
        to: OpenPlace::Topic(ChannelId(5), Topic("security".into())),
        notice: PublicNotice::Ping { project: ProjectName("wasmtime".into()) },
    };
    let text = TeamText::from("In public I say this.");
    vec![(Action::Post { to: command().answer_to, text }, show)]
}
