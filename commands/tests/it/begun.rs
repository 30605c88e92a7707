//! Incidents that have come a long way before a test begins.

use crate::{
    kit::{Chat, TEXT},
    realm,
};

impl Chat {
    /// Opens an incident that lacks nothing for a release but that its time comes, in an hour.
    pub(crate) fn ready(&mut self) -> u64 {
        let number = self.open("Out-of-bounds write in the AOT loader --severity high");
        let room = self.room(number);
        self.say(realm::MAYA, &room, "!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4");
        self.say(realm::MAYA, &room, &format!("!advisory edit\n```\n{TEXT}\n```"));
        for step in ["reproduce", "audit", "upstream", "fix"] {
            self.say(realm::MAYA, &room, &format!("!done {step}"));
        }
        self.say(realm::MAYA, &room, "!fork");
        self.say(realm::MAYA, &room, "!invite sofia-k");
        self.say(realm::MAYA, &room, "!embargo set +1h");
        self.say(realm::MAYA, &room, "!cve set CVE-2026-12345");
        for (pull, branch) in [(1, "main"), (2, "release/2.4.x")] {
            self.pull(pull, branch);
            self.say(realm::MAYA, &room, &format!("!patch add {branch} {pull}"));
            self.say(realm::MAYA, &room, &format!("!patch tested {branch}"));
        }
        number
    }

    /// Opens an incident whose disclosure time has come.
    pub(crate) fn due(&mut self) -> u64 {
        let number = self.ready();
        self.wait("1h");
        number
    }
}
