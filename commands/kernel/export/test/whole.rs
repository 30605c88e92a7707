//! One whole document of each format but CSAF.

use super::*;

#[test]
fn osv() {
    insta::assert_snapshot!(Format::Osv.write(&record()).unwrap(), @r####"
    {
      "schema_version": "1.7.5",
      "id": "GHSA-x5cm-v3r2-9fjq",
      "modified": "2026-11-28T09:30:00Z",
      "published": "2026-11-27T15:00:00Z",
      "aliases": [
        "CVE-2026-12345"
      ],
      "summary": "Out-of-bounds write in the loader",
      "details": "### Impact\n\nA guest writes \"outside\". Thanks to @sofia-k.\n",
      "severity": [
        {
          "type": "CVSS_V3",
          "score": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"
        }
      ],
      "affected": [
        {
          "package": {
            "ecosystem": "crates.io",
            "name": "wasmtime",
            "purl": "pkg:cargo/wasmtime"
          },
          "ranges": [
            {
              "type": "SEMVER",
              "events": [
                {
                  "introduced": "20.0.0"
                },
                {
                  "fixed": "24.0.13"
                }
              ]
            },
            {
              "type": "SEMVER",
              "events": [
                {
                  "introduced": "25.0.0"
                },
                {
                  "fixed": "36.0.14"
                }
              ]
            }
          ],
          "versions": [
            "41.0.0"
          ],
          "database_specific": {
            "ecosystem": "rust",
            "name": "wasmtime",
            "vulnerabilities": [
              {
                "vulnerable_version_range": ">= 20.0.0, < 24.0.13",
                "patched_versions": "24.0.13"
              },
              {
                "vulnerable_version_range": ">= 25.0.0, < 36.0.14",
                "patched_versions": ">= 36.0.14, < 37.0.0"
              },
              {
                "vulnerable_version_range": "= 41.0.0"
              }
            ]
          }
        },
        {
          "database_specific": {
            "ecosystem": "other",
            "name": "wasmtime-c-api",
            "vulnerabilities": [
              {
                "vulnerable_version_range": "<= 41.0",
                "patched_versions": "41.0.1"
              },
              {
                "vulnerable_version_range": "all of 42"
              }
            ]
          }
        }
      ],
      "references": [
        {
          "type": "ADVISORY",
          "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
        },
        {
          "type": "PACKAGE",
          "url": "https://github.com/bytecodealliance/wasmtime"
        }
      ],
      "credits": [
        {
          "name": "sofia-k",
          "contact": [
            "https://github.com/sofia-k"
          ],
          "type": "FINDER"
        }
      ],
      "database_specific": {
        "cwe_ids": [
          "CWE-787",
          "CWE-1395"
        ],
        "severity": "CRITICAL"
      }
    }
    "####);
}

#[test]
fn cve() {
    insta::assert_snapshot!(Format::Cve.write(&record()).unwrap(), @r####"
    {
      "dataType": "CVE_RECORD",
      "dataVersion": "5.1",
      "cveMetadata": {
        "cveId": "CVE-2026-12345",
        "assignerOrgId": "a0819718-46f1-4df5-94e2-005712e83aaa",
        "assignerShortName": "GitHub_M",
        "state": "PUBLISHED",
        "datePublished": "2026-11-27T15:00:00Z",
        "dateUpdated": "2026-11-28T09:30:00Z"
      },
      "containers": {
        "cna": {
          "providerMetadata": {
            "orgId": "a0819718-46f1-4df5-94e2-005712e83aaa",
            "shortName": "GitHub_M",
            "dateUpdated": "2026-11-28T09:30:00Z"
          },
          "datePublic": "2026-11-27T15:00:00Z",
          "title": "Out-of-bounds write in the loader",
          "descriptions": [
            {
              "lang": "en",
              "value": "### Impact\n\nA guest writes \"outside\". Thanks to @sofia-k."
            }
          ],
          "affected": [
            {
              "vendor": "bytecodealliance",
              "product": "wasmtime",
              "repo": "https://github.com/bytecodealliance/wasmtime",
              "defaultStatus": "unaffected",
              "versions": [
                {
                  "version": "20.0.0",
                  "status": "affected",
                  "versionType": "semver",
                  "lessThan": "24.0.13"
                },
                {
                  "version": "25.0.0",
                  "status": "affected",
                  "versionType": "semver",
                  "lessThan": "36.0.14"
                },
                {
                  "version": "41.0.0",
                  "status": "affected",
                  "versionType": "semver"
                }
              ]
            },
            {
              "vendor": "bytecodealliance",
              "product": "wasmtime-c-api",
              "repo": "https://github.com/bytecodealliance/wasmtime",
              "defaultStatus": "unknown",
              "versions": [
                {
                  "version": "0",
                  "status": "affected",
                  "versionType": "custom",
                  "lessThanOrEqual": "41.0"
                },
                {
                  "version": "all of 42",
                  "status": "affected"
                }
              ]
            }
          ],
          "problemTypes": [
            {
              "descriptions": [
                {
                  "type": "CWE",
                  "cweId": "CWE-787",
                  "lang": "en",
                  "description": "CWE-787: Out-of-bounds Write"
                }
              ]
            },
            {
              "descriptions": [
                {
                  "type": "CWE",
                  "cweId": "CWE-1395",
                  "lang": "en",
                  "description": "CWE-1395"
                }
              ]
            }
          ],
          "metrics": [
            {
              "cvssV3_1": {
                "version": "3.1",
                "vectorString": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H",
                "baseScore": 9.9,
                "baseSeverity": "CRITICAL"
              }
            }
          ],
          "solutions": [
            {
              "lang": "en",
              "value": "wasmtime: patched in 24.0.13; >= 36.0.14, < 37.0.0"
            },
            {
              "lang": "en",
              "value": "wasmtime-c-api: patched in 41.0.1"
            }
          ],
          "references": [
            {
              "url": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq",
              "name": "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq",
              "tags": [
                "vendor-advisory"
              ]
            }
          ],
          "credits": [
            {
              "lang": "en",
              "value": "sofia-k",
              "type": "finder"
            }
          ],
          "source": {
            "advisory": "GHSA-x5cm-v3r2-9fjq",
            "discovery": "UNKNOWN"
          }
        }
      }
    }
    "####);
}

#[test]
fn rustsec_entry() {
    insta::assert_snapshot!(rustsec::write(&record(), "wasmtime").unwrap(), @r####"
    ```toml
    [advisory]
    id = "RUSTSEC-0000-0000"
    package = "wasmtime"
    date = "2026-11-27"
    url = "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
    aliases = ["GHSA-x5cm-v3r2-9fjq", "CVE-2026-12345"]
    cvss = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"

    [versions]
    patched = [">= 24.0.13, < 25.0.0", ">= 36.0.14, < 41.0.0", "> 41.0.0"]
    unaffected = ["< 20.0.0"]
    ```

    # Out-of-bounds write in the loader

    ### Impact

    A guest writes "outside". Thanks to `@sofia-k`.
    "####);
}
