//! How each command is written, for clap.

use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(no_binary_name = true, disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum Line {
    Help {
        of: Vec<String>,
    },
    #[command(subcommand)]
    Advisory(AdvisoryLine),
    #[command(subcommand)]
    Embargo(EmbargoLine),
    #[command(subcommand)]
    Release(ReleaseLine),
    Ping {
        project: Vec<String>,
    },
    Next,
    Timeline {
        #[arg(long)]
        export: bool,
    },
    Manager {
        who: Vec<String>,
    },
    Invite {
        #[arg(required = true)]
        who: Vec<String>,
    },
    Uninvite {
        #[arg(required = true)]
        who: Vec<String>,
    },
    Who,
    Fork,
    #[command(subcommand)]
    Cve(CveLine),
    #[command(subcommand)]
    Patch(PatchLine),
    #[command(subcommand)]
    Notify(NotifyLine),
    Done {
        step: String,
        evidence: Vec<String>,
    },
    Undo {
        step: String,
    },
    Watch {
        #[command(subcommand)]
        what: Option<WatchLine>,
    },
    Triage {
        #[arg(required = true)]
        bug: Vec<String>,
        #[arg(long)]
        at: Option<String>,
        #[arg(long)]
        tier: Option<String>,
    },
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum CveLine {
    Request,
    Set {
        #[arg(value_name = "CVE-…")]
        cve: String,
    },
    Status,
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum NotifyLine {
    Preview,
    Send,
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum WatchLine {
    Add {
        #[arg(required = true)]
        term: Vec<String>,
    },
    Ignore {
        #[arg(required = true)]
        term: Vec<String>,
        #[arg(long, num_args = 1..)]
        reason: Vec<String>,
    },
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum PatchLine {
    Add {
        branch: String,
        #[arg(value_name = "PR")]
        pull: String,
    },
    Drop {
        branch: String,
    },
    Tested {
        branch: String,
        // What was run often has flags of its own.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        evidence: Vec<String>,
    },
    Status,
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum AdvisoryLine {
    New(NewLine),
    Adopt {
        ghsa: String,
        #[arg(long)]
        repo: Option<String>,
    },
    Show,
    List {
        #[arg(long)]
        all: bool,
    },
    Edit(EditLine),
    Affected {
        #[arg(value_name = "ECO:NAME")]
        package: String,
        #[arg(required = true)]
        range: Vec<String>,
        #[arg(long, num_args = 1..)]
        patched: Vec<String>,
        #[arg(long, num_args = 1..)]
        platform: Vec<String>,
    },
    Ack,
    Accept,
    Reject {
        #[arg(required = true)]
        reason: Vec<String>,
    },
    Credit {
        who: String,
        #[arg(long = "as", value_name = "TYPE")]
        kind: Option<String>,
    },
    Close {
        #[arg(required = true)]
        reason: Vec<String>,
    },
}

#[derive(Args)]
pub(super) struct NewLine {
    #[arg(required = true)]
    pub(super) summary: Vec<String>,
    #[arg(long)]
    pub(super) repo: Option<String>,
    #[arg(long, conflicts_with = "cvss")]
    pub(super) severity: Option<String>,
    #[arg(long)]
    pub(super) cvss: Option<String>,
    #[arg(long)]
    pub(super) package: Option<String>,
    #[arg(long, num_args = 1..)]
    pub(super) affected: Vec<String>,
    #[arg(long, num_args = 1..)]
    pub(super) cwe: Vec<String>,
    #[arg(long, num_args = 1..)]
    pub(super) reporter: Vec<String>,
}

#[derive(Args)]
pub(super) struct EditLine {
    #[arg(long, num_args = 1..)]
    pub(super) summary: Vec<String>,
    #[arg(long, conflicts_with = "cvss")]
    pub(super) severity: Option<String>,
    #[arg(long)]
    pub(super) cvss: Option<String>,
    #[arg(long, num_args = 1..)]
    pub(super) cwe: Vec<String>,
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum EmbargoLine {
    Set {
        #[arg(required = true)]
        when: Vec<String>,
        #[arg(long, num_args = 1..)]
        reason: Vec<String>,
    },
    Extend {
        #[arg(required = true)]
        duration: Vec<String>,
        #[arg(long, num_args = 1..)]
        reason: Vec<String>,
    },
    Show,
    Lift {
        #[arg(long, num_args = 1..)]
        reason: Vec<String>,
    },
    Accept,
    Broken {
        #[arg(required = true)]
        reason: Vec<String>,
    },
}

#[derive(Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(super) enum ReleaseLine {
    Plan,
    Go {
        #[arg(long)]
        early: bool,
        #[arg(long)]
        waive: Vec<String>,
        #[arg(long, num_args = 1..)]
        reason: Vec<String>,
    },
    Approve,
    Status,
    Retry {
        step: Option<String>,
    },
    Skip {
        step: String,
        #[arg(long, num_args = 1..)]
        reason: Vec<String>,
    },
    Abort {
        #[arg(required = true)]
        reason: Vec<String>,
    },
}
