//! The official schemas of the formats.

use commands::kernel::export::Format;
use jsonschema::{Registry, Validator};
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi/schemas");

/// The schemas of OSV, CVE records and CSAF.
pub(super) struct Schemas {
    osv: Validator,
    cve: Validator,
    csaf: Validator,
}

fn read(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{name}")).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

impl Schemas {
    /// None where they are not at hand.
    pub(super) fn read() -> Option<Self> {
        let mut registry = Registry::new();
        // CSAF names them without the date that is part of their own ids.
        for name in ["cvss-v2.0.json", "cvss-v3.0.json", "cvss-v3.1.json"] {
            registry = registry.add(format!("https://www.first.org/cvss/{name}"), read(name)?).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let validator = |name: &str| {
            let options = jsonschema::options().with_registry(&registry).should_validate_formats(true);
            Some(options.build(&read(name)?).unwrap())
        };
        Some(Self {
            osv: validator("osv-schema.json")?,
            cve: validator("CVE_Record_Format_bundled_5.1.1.json")?,
            csaf: validator("csaf_json_schema.json")?,
        })
    }

    fn of(&self, format: Format) -> &Validator {
        match format {
            Format::Osv => &self.osv,
            Format::Cve => &self.cve,
            Format::Csaf => &self.csaf,
        }
    }

    /// Panics when a document is not as its schema describes it.
    pub(super) fn check(&self, format: Format, document: &Value) {
        let errors: Vec<String> = self
            .of(format)
            .iter_errors(document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{format:?}: {errors:#?}\n{document:#}");
    }

    /// Whether a document is as its schema describes it.
    pub(super) fn describes(&self, format: Format, document: &Value) -> bool {
        self.of(format).is_valid(document)
    }
}
