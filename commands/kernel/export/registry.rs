//! What the formats call the registries in which packages are published.

/// A registry that the formats know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Registry {
    /// OSV's name (ecosystemName of its schema).
    pub(super) osv: &'static str,
    /// The type of a package URL (purl-spec, types).
    purl: Option<&'static str>,
    /// CVE's word for how its versions are ordered (cve-schema, versionType).
    pub(super) order: &'static str,
    /// Whether it takes no version but those of Semantic Versioning, so that OSV wants ranges of that kind.
    pub(super) semver: bool,
}

const fn registry(osv: &'static str, purl: &'static str) -> Registry {
    Registry { osv, purl: Some(purl), order: "custom", semver: false }
}

impl Registry {
    /// The one of an ecosystem in GitHub's word; none for `other`, which is in no registry.
    pub(super) fn of(ecosystem: &str) -> Option<Self> {
        let semver = |registry: Self| Self { order: "semver", semver: true, ..registry };
        Some(match ecosystem {
            "rubygems" => registry("RubyGems", "gem"),
            "npm" => semver(registry("npm", "npm")),
            "pip" => Self { order: "python", ..registry("PyPI", "pypi") },
            "maven" => Self { order: "maven", ..registry("Maven", "maven") },
            "nuget" => registry("NuGet", "nuget"),
            "composer" => registry("Packagist", "composer"),
            "go" => semver(registry("Go", "golang")),
            "rust" => semver(registry("crates.io", "cargo")),
            "erlang" => semver(registry("Hex", "hex")),
            "pub" => registry("Pub", "pub"),
            "actions" => Self { osv: "GitHub Actions", purl: None, order: "custom", semver: false },
            "swift" => semver(registry("SwiftURL", "swift")),
            _ => return None,
        })
    }

    /// A range in the notation `vers` (its versioning schemes are the types of package URLs).
    pub(super) fn vers(self, constraints: &str) -> Option<String> {
        self.purl.map(|scheme| format!("vers:{scheme}/{constraints}"))
    }

    /// The package URL of a package of that name.
    pub(super) fn purl(self, name: &str, version: Option<&str>) -> Option<String> {
        let kind = self.purl?;
        let name = match kind {
            // Names that differ only in these are one package there (purl-spec, types/pypi).
            "pypi" => name.to_lowercase().replace('_', "-"),
            "maven" => name.replace(':', "/"),
            _ => name.to_owned(),
        };
        let path: Vec<String> = name.split('/').map(quoted).collect();
        let version = version.map(|version| format!("@{}", quoted(version))).unwrap_or_default();
        Some(format!("pkg:{kind}/{}{version}", path.join("/")))
    }
}

/// `text` with what has a meaning of its own in addresses written as its code.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            quoted.push(char::from(byte));
        } else {
            quoted.push_str(&format!("%{byte:02X}"));
        }
    }
    quoted
}
