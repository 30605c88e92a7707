//! What differs between two texts of an advisory, and whether a change may be made: GitHub owns the
//! text, and what somebody wrote there is not overwritten before it was shown.

use super::{AffectedPackage, AffectedRange, Content, ContentChange, Part};

impl Content {
    /// The parts in which `other` differs.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Part> {
        let parts = [
            (!same_text(&self.summary, &other.summary), Part::Summary),
            (!same_text(&self.description, &other.description), Part::Description),
            (self.severity != other.severity, Part::Severity),
            (self.cwes != other.cwes, Part::Cwe),
            (!same_packages(&self.affected, &other.affected), Part::Affected),
        ];
        parts.into_iter().filter(|(differs, _)| *differs).map(|(_, part)| part).collect()
    }

    /// What stands now in those parts that `change` changes: the ground it was written on.
    #[must_use]
    pub fn ground(&self, change: &ContentChange) -> ContentChange {
        let row = change.affected.as_ref().and_then(|row| self.row(row)).cloned();
        ContentChange {
            summary: change.summary.as_ref().map(|_| self.summary.clone()),
            description: change.description.as_ref().map(|_| self.description.clone()),
            severity: change.severity.as_ref().and(self.severity.clone()),
            cwes: change.cwes.as_ref().map(|_| self.cwes.clone()),
            affected: row,
        }
    }

    /// The parts that `change` would overwrite although they stand on other ground than it was written
    /// on, and do not say already what it wants.
    #[must_use]
    pub fn conflicts(&self, change: &ContentChange, ground: &ContentChange) -> Vec<Part> {
        let now = self.ground(change);
        let text = |now: &Option<String>, ground: &Option<String>, wanted: &Option<String>| {
            let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
                (Some(one), Some(other)) => same_text(one, other),
                _ => one == other,
            };
            !same(now, ground) && !same(now, wanted)
        };
        let row = |one: &Option<AffectedPackage>, other: &Option<AffectedPackage>| match (one, other) {
            (Some(one), Some(other)) => same_packages(std::slice::from_ref(one), std::slice::from_ref(other)),
            _ => one == other,
        };
        let parts = [
            (text(&now.summary, &ground.summary, &change.summary), Part::Summary),
            (text(&now.description, &ground.description, &change.description), Part::Description),
            (now.severity != ground.severity && now.severity != change.severity, Part::Severity),
            (now.cwes != ground.cwes && now.cwes != change.cwes, Part::Cwe),
            (!row(&now.affected, &ground.affected) && !row(&now.affected, &change.affected), Part::Affected),
        ];
        parts.into_iter().filter(|(conflicts, _)| *conflicts).map(|(_, part)| part).collect()
    }

    fn row(&self, like: &AffectedPackage) -> Option<&AffectedPackage> {
        self.affected.iter().find(|row| row.package == like.package)
    }
}

/// A web form's line ends, and white space around a text, make no difference.
fn same_text(one: &str, other: &str) -> bool {
    one.replace("\r\n", "\n").trim() == other.replace("\r\n", "\n").trim()
}

fn same_packages(one: &[AffectedPackage], other: &[AffectedPackage]) -> bool {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = |packages: &[AffectedPackage]| -> Vec<AffectedPackage> {
        let range = |range: &AffectedRange| AffectedRange {
            affected: line(&range.affected),
            patched: range.patched.as_deref().map(line).filter(|text| !text.is_empty()),
        };
        let package = |row: &AffectedPackage| AffectedPackage {
            package: row.package.clone(),
            ranges: row.ranges.iter().map(range).collect(),
        };
        packages.iter().map(package).collect()
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::content::{Level, Severity};

    fn content(summary: &str, level: Level) -> Content {
        Content { summary: summary.into(), severity: Some(Severity::Level(level)), ..Content::default() }
    }

    #[test]
    fn a_change_conflicts_only_where_others_changed_the_same() {
        let change = ContentChange { summary: Some("new".into()), ..ContentChange::default() };
        let ground = content("old", Level::Low).ground(&change);
        assert_eq!(content("old", Level::High).conflicts(&change, &ground), []);
        assert_eq!(content("theirs", Level::Low).conflicts(&change, &ground), [Part::Summary]);
        assert_eq!(content("new\r\n", Level::Low).conflicts(&change, &ground), [], "it is done already");
    }

    #[test]
    fn a_severity_that_appeared_meanwhile_is_not_overwritten() {
        let change =
            ContentChange { severity: Some(Severity::Level(Level::Low)), ..ContentChange::default() };
        let ground = Content::default().ground(&change);
        assert_eq!(content("", Level::High).conflicts(&change, &ground), [Part::Severity]);
        assert_eq!(Content::default().conflicts(&change, &ground), []);
    }

    #[test]
    fn differences_name_each_part_once() {
        let (one, other) = (content("a", Level::Low), content("b", Level::High));
        assert_eq!(one.differences(&other), [Part::Summary, Part::Severity]);
        assert_eq!(one.differences(&content("a ", Level::Low)), []);
    }
}
